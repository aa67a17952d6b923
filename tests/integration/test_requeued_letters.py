"""Which dead letters an order is about."""

from __future__ import annotations

from world import Shelf

from daemon.core.delivery import Result, Verdict
from daemon.database.dead_letters import Letters, count_letters, drop_letters


def test_an_order_for_one_destination_leaves_those_of_another(world):
    places = [Shelf(name, answer=lambda _: Result(Verdict.REFUSED)) for name in ("one", "other")]
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
