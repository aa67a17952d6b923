"""Feeds that share the workers, on the path."""

from __future__ import annotations

from dataclasses import replace

from world import THINGS, Shelf

from daemon.database.pending import Cause, Priority, enqueue
from daemon.database.schema import OwnTables


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
