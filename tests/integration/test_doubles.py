"""Of several living entities with one identity, the one with the lowest id is sent."""

import random

import pytest
import sqlalchemy as sa
from drift_checks import drift

from daemon.core.outcome import Force
from daemon.database.pending import Cause
from daemon.sync.recover import recover
from daemon.sync.resync import request_full

AGAIN = Cause("by hand", force=Force.ITEMS)


@pytest.fixture
def doubled(world):
    """A shop that keeps nobody from giving a sku twice; batches of one entity."""
    world.run("ALTER TABLE thing DROP INDEX sku")
    world.engine = world.new_engine(batch_entities=1)
    return world


def add(world, entity_id, sku, *scopes):
    world.run(
        f"INSERT INTO thing (entity_id, sku, name) VALUES ({entity_id}, '{sku}', '{entity_id}')",
        *(f"INSERT INTO thing_scope VALUES ({entity_id}, '{one}')" for one in scopes or ("web",)),
    )


def errors(world):
    """What is told of items that are not delivered: entity → error."""
    rows = world.rows(world.own.items["things"])
    return {row["entity_id"]: row["error"] for row in rows if row["outcome"] != "exported"}


def expected(world):
    """What the destination must hold: of each identity the entity with the lowest id."""
    query = "SELECT sku, scope, name FROM thing JOIN thing_scope USING (entity_id)"
    with world.shop.connect() as connection:
        rows = connection.execute(sa.text(f"{query} ORDER BY entity_id DESC"))
        return {(sku, scope): name for sku, scope, name in rows}


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_it_does_not_matter_which_is_built_last(doubled, order, capsys):
    for one in order:
        add(doubled, one, "a")
        doubled.drain()
    assert doubled.shelf.items == {("a", "web"): "1"}
    assert "identity of several entities" in capsys.readouterr().out
    assert errors(doubled) == {2: "entity 1 has the same identity, and is sent in its place"}
    for one in (2, 1, 2):
        doubled.run(f"UPDATE thing SET name = CONCAT(name, '+') WHERE entity_id = {one}")
        doubled.drain()
    assert doubled.shelf.items == {("a", "web"): "1+"}
    assert drift(doubled.context) == []


def test_in_one_batch_it_is_the_same(doubled):
    add(doubled, 2, "a")
    add(doubled, 1, "a")
    doubled.new_engine().drain()
    assert doubled.shelf.told() == [("a", False)]
    assert doubled.shelf.items == {("a", "web"): "1"}
    assert list(errors(doubled)) == [2]


def test_the_other_is_sent_when_the_first_is_gone(doubled):
    add(doubled, 1, "a")
    add(doubled, 2, "a")
    doubled.drain()
    doubled.run(
        "DELETE FROM thing WHERE entity_id = 1", "DELETE FROM thing_scope WHERE entity_id = 1"
    )
    doubled.drain()
    assert doubled.shelf.items == {("a", "web"): "2"}
    assert errors(doubled) == {}


def test_the_other_is_sent_where_the_first_has_no_item(doubled):
    add(doubled, 1, "a", "web", "shop")
    add(doubled, 2, "a", "web", "shop")
    doubled.drain()
    doubled.run("DELETE FROM thing_scope WHERE entity_id = 1 AND scope = 'shop'")
    doubled.drain()
    assert doubled.shelf.items == {("a", "web"): "1", ("a", "shop"): "2"}
    doubled.run("DELETE FROM thing_scope WHERE scope = 'shop'")
    doubled.drain()
    assert doubled.shelf.items == {("a", "web"): "1"}


def test_the_other_is_sent_where_the_first_was_deleted(doubled):
    add(doubled, 1, "a")
    doubled.drain()
    doubled.run("DELETE FROM thing_scope")
    doubled.drain()
    add(doubled, 2, "a")
    doubled.drain()
    assert doubled.shelf.items == {("a", "web"): "2"}


def test_what_else_a_double_was_sent_as_is_deleted(doubled):
    add(doubled, 1, "a")
    add(doubled, 2, "b")
    doubled.drain()
    doubled.shelf.told()
    doubled.run("UPDATE thing SET sku = 'a' WHERE entity_id = 2")
    doubled.drain()
    assert doubled.shelf.told() == [("b", True)]
    doubled.run("UPDATE thing SET sku = 'c' WHERE entity_id = 2")
    doubled.drain()
    assert doubled.shelf.items == {("a", "web"): "1", ("c", "web"): "2"}
    assert errors(doubled) == {}


@pytest.mark.parametrize("seed", range(3))
def test_after_any_edits_each_identity_is_that_of_the_lowest_entity(doubled, seed):
    rng = random.Random(seed)  # noqa: S311 — chance that repeats
    for one in range(1, 5):
        add(doubled, one, rng.choice("ab"))
    for _ in range(30):
        one, sku, scope = rng.randint(1, 4), rng.choice("ab"), rng.choice(("web", "shop"))
        edit = rng.choice((
            f"UPDATE thing SET sku = '{sku}' WHERE entity_id = {one}",
            f"UPDATE thing SET name = CONCAT(name, '+') WHERE entity_id = {one}",
            f"DELETE FROM thing_scope WHERE entity_id = {one} AND scope = '{scope}'",
            f"INSERT IGNORE INTO thing_scope VALUES ({one}, '{scope}')",
        ))  # fmt: skip
        doubled.run(edit)
        if rng.random() < 0.6:
            doubled.drain()
            assert doubled.shelf.items == expected(doubled), edit
    doubled.make_due()
    recover(doubled.context)
    request_full(doubled.context, doubled.context.feeds, AGAIN)
    doubled.drain()
    assert doubled.shelf.items == expected(doubled)
    assert drift(doubled.context) == []
