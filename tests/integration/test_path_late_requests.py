"""A request that nobody heard the reply of is still on its way when another one has been made."""

from dataclasses import replace

import pytest
from world import Shelf

from daemon.core.delivery import Result, Verdict, withheld
from daemon.sync.recover import recover

LAG_SECONDS = 100.0
TAKEN = Result(Verdict.ACCEPTED, status=200)
LOST = Result(Verdict.FAILED, "no reply came")
OLDER = {("a", "web"): "older"}


def die(_):
    """What a worker does that is killed while it sends."""
    raise SystemExit


@pytest.fixture
def careful(world):
    """A world in which requests may be late."""
    policy = replace(world.context.policy, lag_seconds=LAG_SECONDS)
    world.context = replace(world.context, policy=policy)
    world.engine = world.new_engine()
    world.add("a")
    world.drain()
    return world


@pytest.fixture
def died(careful):
    """A worker that died while it was telling of a thing: this is what its request says."""
    careful.run("UPDATE thing SET name = 'older'")
    careful.shelf.answer = die
    with pytest.raises(SystemExit):
        careful.drain()
    careful.shelf.answer = lambda _: TAKEN
    careful.expire_claims()
    careful.engine = careful.new_engine()
    return OLDER


def attempt(world, answer):
    """One attempt that gets this answer; the next ones are accepted."""
    world.shelf.answer = lambda _: answer
    world.make_due()
    recover(world.context)
    world.drain()
    world.shelf.answer = lambda _: TAKEN


def arrive_late(world):
    """The older request arrives, and then the time is over in which it may."""
    world.shelf.items.update(OLDER)
    world.make_due()
    recover(world.context)
    world.drain()


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


def test_the_same_content_is_not_sent_once_more(world, died):
    world.drain()
    assert repeats(world) == 0


def test_once_is_enough(world, died):
    world.run("UPDATE thing SET name = 'newer'")
    world.drain()
    assert repeats(world) == 1
    world.make_due()
    recover(world.context)
    world.shelf.told()
    world.drain()
    assert world.shelf.told() == [("a", False)]
    world.make_due()
    assert recover(world.context) == 0


def test_it_is_not_forgotten_when_what_comes_in_its_place_fails(world, died):
    world.run("UPDATE thing SET name = 'newer'")
    attempt(world, Result(Verdict.FAILED, "busy", status=503))
    attempt(world, TAKEN)
    assert repeats(world) == 1
    arrive_late(world)
    assert world.shelf.items == world.expected()
    assert repeats(world) == 0


@pytest.mark.parametrize("edit", ["UPDATE thing SET name = 'newer'", "DELETE FROM thing"])
def test_a_request_without_a_reply_may_be_late_too(careful, edit):
    careful.run("UPDATE thing SET name = 'older'")
    attempt(careful, LOST)
    careful.run(edit)
    attempt(careful, TAKEN)
    assert repeats(careful) == 1
    arrive_late(careful)
    assert careful.shelf.items == careful.expected()
    assert repeats(careful) == 0


def test_it_is_not_forgotten_when_the_worker_dies_that_sends_what_is_newer(careful):
    careful.run("UPDATE thing SET name = 'older'")
    attempt(careful, LOST)
    careful.run("DELETE FROM thing")
    careful.shelf.answer = die
    with pytest.raises(SystemExit):
        careful.drain()
    careful.expire_claims()
    careful.engine = careful.new_engine()
    attempt(careful, TAKEN)
    arrive_late(careful)
    assert careful.shelf.items == careful.expected() == {}


@pytest.mark.parametrize("edit", ["UPDATE thing SET name = 'newer'", "DELETE FROM thing"])
def test_only_the_destination_that_was_silent_is_told_once_more(careful, edit):
    careful.context = replace(careful.context, destinations=[careful.shelf, Shelf("other")])
    careful.engine = careful.new_engine()
    careful.run("UPDATE thing SET name = 'older'")
    attempt(careful, LOST)
    careful.run(edit)
    attempt(careful, TAKEN)
    other = careful.context.destinations[1]
    assert (len(careful.shelf.told()), len(other.told())) == (3, 2)
    arrive_late(careful)
    assert careful.shelf.items == other.items == careful.expected()
    assert (len(careful.shelf.told()), len(other.told())) == (1, 0)


@pytest.mark.parametrize(
    ("answer", "edits"),
    [
        (LOST, []),
        (Result(Verdict.FAILED, "busy", status=503), ["UPDATE thing SET name = 'newer'"]),
        (withheld(1), ["UPDATE thing SET name = 'newer'"]),
    ],
    ids=["the same content", "a reply was had", "never sent"],
)
def test_nothing_is_sent_twice_where_nothing_older_can_come(careful, answer, edits):
    careful.run("UPDATE thing SET name = 'older'")
    attempt(careful, answer)
    careful.run(*edits)
    attempt(careful, TAKEN)
    assert careful.shelf.items == careful.expected()
    assert repeats(careful) == 0
