"""Two workers that meet over an identity that nothing was ever sent of."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from world import BROKEN

from daemon.database import claims
from daemon.database.claims import Claim
from daemon.database.pending import Priority
from daemon.sync import batch as path
from daemon.sync.faultpoints import Faultpoint

PASS_ON = (
    "UPDATE thing SET sku = 'c' WHERE sku = 'a'",
    "UPDATE thing SET sku = 'a' WHERE sku = 'b'",
)


@pytest.fixture
def batch(world):
    """Of two new things, a and b, the first is in a slow worker's hands."""
    world.add("old")
    world.drain()
    world.add("a", "b")
    world.engine._collector.collect()
    return world.context.transact(
        claims.claim, world.own, Claim("things", Priority.LIVE, 1, "slow:1:1", 60.0)
    )


def overtake(world) -> Callable[[], None]:
    """A's identity passes on to b, and another worker goes through; the first time it is called."""
    left = [world.new_engine()]

    def happen():
        if left:
            engine = left.pop()
            world.run(*PASS_ON)
            engine.drain()

    return happen


def end(world) -> None:
    """All that is left to do is done."""
    world.make_due()
    world.drain()


def test_the_one_that_looked_earlier_does_not_send_over_what_the_other_sent(world, batch):
    """It had found nothing recorded; then, as it writes down what it sends, there is something."""
    happen = overtake(world)

    def interrupt(_connection, _cursor, statement, *_):
        if statement.startswith(f"INSERT INTO {world.own.items['things'].name}"):
            happen()

    sa.event.listen(world.context.engine, "before_cursor_execute", interrupt)
    path.process(world.context, batch)
    assert world.shelf.items[("a", "web")] == "the b"
    end(world)
    assert world.shelf.items == world.expected()


def test_one_that_can_not_build_an_item_does_not_forget_what_the_other_sent_of_it(
    world, batch, monkeypatch
):
    """Its record would say that nothing was ever sent, and nothing would be deleted."""
    happen = overtake(world)

    def reach(point):
        if point is Faultpoint.EXPORTED:
            happen()

    monkeypatch.setattr(path, "reach", reach)
    world.run(f"UPDATE thing SET name = '{BROKEN}' WHERE sku = 'a'")
    path.process(world.context, batch)
    world.run("DELETE FROM thing")
    end(world)
    assert world.shelf.items == {}


def test_of_two_things_of_one_sku_the_one_that_can_be_built_is_sent(world):
    world.run("ALTER TABLE thing DROP INDEX sku")
    world.add("a", "a")
    world.run(f"UPDATE thing SET name = '{BROKEN}' WHERE entity_id = 2")
    world.drain()
    assert world.shelf.items == {("a", "web"): "the a"}
