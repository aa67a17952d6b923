"""Feeds that share the workers, on the path."""

from __future__ import annotations

from dataclasses import replace

from world import THINGS, Shelf

from daemon.core.health import SOUND
from daemon.database.health import server_seconds, write_health
from daemon.database.items import destination_id
from daemon.database.pending import Cause, Priority, enqueue
from daemon.database.schema import OwnTables
from daemon.sync import resync


class Both(Shelf):
    def takes(self, _feed):
        return True


def order_of_batches(world, weights, priorities):
    """The feeds of the batches, in the order in which they were done."""
    feeds = tuple(replace(THINGS, name=name, weight=weight) for name, weight in weights.items())
    own = OwnTables(list(weights))
    with world.shop.begin() as connection:
        own.metadata.create_all(connection)
    context = replace(world.context, feeds=feeds, own=own, destinations=(Both(),))
    for feed, priority in priorities.items():
        with world.shop.begin() as connection:
            enqueue(connection, own, feed, range(1, 41), Cause("test", priority))
    world.new_engine(context, batch_entities=10).drain()
    return [row["feed"] for row in sorted(world.rows(own.runs), key=lambda row: row["run_id"])]


def test_feeds_with_work_of_one_priority_take_turns(world):
    live = {"things": Priority.LIVE, "others": Priority.LIVE}
    done = order_of_batches(world, {"things": 1, "others": 1}, live)
    assert done == ["things", "others"] * 4


def test_an_urgent_feed_gets_more_turns(world):
    live = {"things": Priority.LIVE, "stock": Priority.LIVE}
    done = order_of_batches(world, {"things": 1, "stock": 4}, live)
    assert done == ["things", *["stock"] * 4, *["things"] * 3]


def test_what_is_live_comes_before_what_is_urgent(world):
    mixed = {"stock": Priority.RESYNC, "things": Priority.LIVE}
    done = order_of_batches(world, {"things": 1, "stock": 4}, mixed)
    assert done == ["things"] * 4 + ["stock"] * 4


def close(world, own, destination):
    """As if the destination had been found down just now."""
    with world.shop.begin() as connection:
        number = destination_id(connection, own, destination.name, destination.environment)
        until = server_seconds(connection) + 600
        write_health(connection, own, number, replace(SOUND, trips=1, open_until=until))


def test_a_resync_that_waits_for_a_destination_that_is_down_holds_up_no_other(world, monkeypatch):
    monkeypatch.setattr(resync, "WINDOW", 2)
    world.add(*"abcdef")
    feeds, own = (THINGS, replace(THINGS, name="others")), OwnTables(["things", "others"])
    with world.shop.begin() as connection:
        own.metadata.create_all(connection)
    down, up = Shelf("down"), Both("up")
    up.takes = lambda feed: feed == "others"
    context = replace(world.context, feeds=feeds, own=own, destinations=(down, up))
    close(world, own, down)
    resync.request_full(context, feeds, Cause("test", Priority.RESYNC))
    world.new_engine(context).drain()
    assert (up.items, down.items) == (world.expected(), {})
