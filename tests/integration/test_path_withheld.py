"""Items that are not sent, for the destination is to be left alone."""

import pytest
from world import Shelf

from daemon.core.delivery import Result, Verdict, withheld
from daemon.sync.recover import recover

TAKEN = Result(Verdict.ACCEPTED, status=200)


def answered(world, answer):
    """One look at what has changed, while the destination's answer to everything is this."""
    world.shelf.answer = lambda _: answer
    world.make_due()
    recover(world.context)
    world.drain()


def record(world):
    """The one item that is recorded."""
    [row] = world.rows(world.own.items["things"])
    return row


@pytest.mark.parametrize("was_deleted_before", [False, True], ids=["new", "restored"])
def test_what_never_reached_the_destination_is_not_deleted_there(world, was_deleted_before):
    if was_deleted_before:
        world.add("a")
        world.drain()
        world.run("DELETE FROM thing")
        world.drain()
        world.shelf.told()
    world.add("a")
    answered(world, withheld(1))
    world.shelf.told()
    world.run("DELETE FROM thing")
    answered(world, TAKEN)
    assert world.shelf.told() == []
    assert world.rows(world.own.items["things"]) == []


def test_several_that_are_withheld_at_once_hold_back_no_other_destination(world):
    other = Shelf("other")
    world.context = world.new_context(world.shelf, other)
    world.engine = world.new_engine()
    world.add("a", "b", "c")
    for _ in range(3):
        answered(world, withheld(1))
    assert other.told() == [("a", False), ("b", False), ("c", False)]
    assert world.pending() == []
    answered(world, TAKEN)
    assert world.shelf.items == world.expected()
    assert other.told() == []


def test_what_may_be_at_the_destination_is_deleted_there(world):
    world.add("a")
    answered(world, Result(Verdict.FAILED, "no reply came"))
    answered(world, withheld(1))
    world.shelf.told()
    world.run("DELETE FROM thing")
    answered(world, TAKEN)
    assert world.shelf.told() == [("a", True)]


def test_an_older_version_is_deleted_though_the_newer_one_never_came(world):
    world.add("a")
    world.drain()
    world.run("UPDATE thing SET name = 'newer'")
    answered(world, withheld(1))
    world.shelf.told()
    world.run("DELETE FROM thing")
    answered(world, TAKEN)
    assert world.shelf.told() == [("a", True)]


def test_the_reason_of_the_last_attempt_stays(world):
    world.add("a")
    answered(world, Result(Verdict.FAILED, "out of order", status=503, request_id="r-1"))
    answered(world, withheld(1))
    found = record(world)
    assert (found["error"], found["status"], found["request_id"]) == ("out of order", 503, "r-1")
    assert found["attempts"] == 1


def test_where_there_was_no_attempt_it_says_so(world):
    world.add("a")
    answered(world, withheld(1))
    assert record(world)["error"].startswith("not sent: ")
    world.run("UPDATE thing SET name = 'newer'")
    answered(world, Result(Verdict.FAILED, "out of order", status=503))
    world.run("UPDATE thing SET name = 'newest'")
    answered(world, withheld(1))
    assert record(world)["error"].startswith("not sent: ")
