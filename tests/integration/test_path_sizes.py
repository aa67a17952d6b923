"""What comes from outside and fits no column: it must not stop what it came with."""

from __future__ import annotations

from dataclasses import replace

import pytest
from world import THINGS

from daemon.core.delivery import Result, Verdict
from daemon.core.item import make_item


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize(
    ("said", "kept"), [("x" * 200, "x" * 128), ("caf\xe9", "caf?")], ids=["long", "not ASCII"]
)
def test_any_request_id_is_recorded_as_far_as_it_fits(world, verdict, said, kept):
    world.shelf.answer = lambda _: Result(verdict, "why", 200, request_id=said)
    world.add("a")
    world.drain()
    (row,) = world.rows(world.own.items["things"])
    assert (row["request_id"], world.pending(), len(world.shelf.log)) == (kept, [], 1)


def test_an_edge_may_say_in_any_language_why(world):
    edges = tuple(replace(one, why="jedes Gerät", whole=True) for one in THINGS.edges(None))
    context = replace(world.context, feeds=(replace(THINGS, edges=lambda _: edges),))
    world.add("a")
    world.new_engine(context).drain()
    assert world.shelf.items == world.expected()
    assert {row["reason"] for row in world.rows(world.own.runs)} == {"thing: jedes Ger?t"}


def test_the_fields_of_a_tombstone_may_be_longer_than_a_text_column(world):
    def assemble(rows, _shop, _now):
        for entity_id, sku, name, scope in rows:
            fields = {"sku": sku, "scope": scope, "name": name, "more": ["x" * 1000] * 100}
            yield make_item(entity_id, (sku, scope), fields, {}, fields)

    context = replace(world.context, feeds=(replace(THINGS, assemble=assemble),))
    world.add("a")
    world.new_engine(context).drain()
    (row,) = world.rows(world.own.items["things"])
    assert len(row["minimal"]) > 2**16
    world.run("DELETE FROM thing_scope", "DELETE FROM thing")
    world.new_engine(context).drain()
    assert world.shelf.items == {}
