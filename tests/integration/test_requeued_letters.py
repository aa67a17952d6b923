"""Which dead letters an order is about."""

from __future__ import annotations

from world import Shelf

from daemon.core.delivery import Result, Verdict
from daemon.database.dead_letters import Letters, count_letters, drop_letters, requeue_letters


def refused(_):
    return Result(Verdict.REFUSED)


def test_an_order_for_one_destination_leaves_those_of_another(world):
    places = [Shelf(name, answer=refused) for name in ("one", "other")]
    engine = world.new_engine(world.new_context(*places))
    world.add("a", "b")
    engine.drain()
    here = Letters("things", "sku", destinations=("other",))
    transact = world.context.transact
    assert transact(count_letters, world.own, Letters("things", "sku")) == 4
    assert transact(count_letters, world.own, here) == 2
    assert transact(drop_letters, world.own, here) == 2
    rows = world.rows(world.own.items["things"])
    assert sorted((row["destination_id"], row["outcome"]) for row in rows) == [
        *[(1, "refused")] * 2,
        *[(2, "dropped")] * 2,
    ]
    engine.context.engine.dispose()


def test_a_letter_that_is_requeued_for_one_destination_is_sent_to_that_alone(world):
    places = [Shelf(name, answer=refused) for name in ("one", "other", "third")]
    places[2].answer = Shelf.answer
    engine = world.new_engine(world.new_context(*places))
    world.add("a", "b")
    world.run("INSERT INTO thing_scope SELECT entity_id, 'shop' FROM thing")
    engine.drain()
    for place in places:
        place.answer = Shelf.answer
        place.told()
    here = Letters("things", "sku", keys=("a",), destinations=("other",))
    assert world.context.transact(requeue_letters, world.own, here) == 2
    engine.drain()
    assert [place.told() for place in places] == [[], [("a", False)] * 2, []]
    assert world.context.transact(count_letters, world.own, Letters("things", "sku")) == 6
    engine.context.engine.dispose()


def test_a_refused_deletion_that_is_requeued_is_sent_again(world):
    engine = world.new_engine(world.new_context(world.shelf))
    world.add("a")
    engine.drain()
    world.shelf.answer = refused
    world.run("DELETE FROM thing", "DELETE FROM thing_scope")
    engine.drain()
    assert world.outcomes() == {"a": ("refused", True)}
    world.shelf.answer = Shelf.answer
    world.context.transact(requeue_letters, world.own, Letters("things", "sku"))
    engine.drain()
    assert (world.shelf.items, world.outcomes()) == ({}, {"a": ("exported", True)})
    engine.context.engine.dispose()
