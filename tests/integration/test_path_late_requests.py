"""The request of a worker that died is still on its way when another one has taken over."""

from dataclasses import replace

import pytest

from daemon.core.delivery import Result, Verdict
from daemon.sync.recover import recover

LAG_SECONDS = 100.0
TAKEN = Result(Verdict.ACCEPTED, status=200)


@pytest.fixture
def died(world):
    """A worker that died while it was telling of a thing: this is what its request says."""
    policy = replace(world.context.policy, lag_seconds=LAG_SECONDS)
    world.context = replace(world.context, policy=policy)
    world.engine = world.new_engine()
    world.add("a")
    world.drain()

    def die(_):
        raise SystemExit

    world.run("UPDATE thing SET name = 'older'")
    world.shelf.answer = die
    with pytest.raises(SystemExit):
        world.drain()
    world.shelf.answer = lambda _: TAKEN
    world.expire_claims()
    world.engine = world.new_engine()
    return {("a", "web"): "older"}


def repeats(world):
    """Recorded items that were accepted and are to be sent once more."""
    rows = world.rows(world.own.items["things"])
    return sum(row["outcome"] == "exported" and bool(row["next_attempt_at"]) for row in rows)


@pytest.mark.parametrize(
    "edits",
    [
        [],
        ["UPDATE thing SET name = 'newer'"],
        ["DELETE FROM thing"],
        ["UPDATE thing SET sku = 'b'"],
    ],
    ids=["unchanged", "changed", "deleted", "renamed"],
)
def test_what_is_sent_in_its_place_is_sent_once_more_when_it_must_have_arrived(world, died, edits):
    if edits:
        world.run(*edits)
    world.drain()
    world.shelf.items.update(died)
    assert recover(world.context) == 0
    world.make_due()
    recover(world.context)
    world.drain()
    assert world.shelf.items == world.expected()
    assert repeats(world) == 0


def test_what_is_newer_still_is_sent_once_more_too(world, died):
    world.drain()
    world.run("UPDATE thing SET name = 'newest'")
    world.drain()
    world.shelf.items.update(died)
    world.make_due()
    recover(world.context)
    world.drain()
    assert world.shelf.items == world.expected()


def test_once_is_enough(world, died):
    world.drain()
    assert repeats(world) == 1
    world.make_due()
    recover(world.context)
    world.shelf.told()
    world.drain()
    assert world.shelf.told() == [("a", False)]
    world.make_due()
    assert recover(world.context) == 0


def test_nothing_is_sent_twice_where_nobody_died(world):
    world.context = replace(
        world.context, policy=replace(world.context.policy, lag_seconds=LAG_SECONDS)
    )
    world.engine = world.new_engine()
    world.add("a")
    world.drain()
    assert repeats(world) == 0
