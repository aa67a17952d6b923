"""A request that nobody heard the reply of is still on its way when another one has been made."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
import tenacity
from world import Shelf

from daemon.core.brake import Brake
from daemon.core.delivery import Result, Verdict, withheld
from daemon.database.dead_letters import Letters, requeue_letters
from daemon.errors import ServerUnavailableError
from daemon.sync import batch as path
from daemon.sync.deletions import confirm, list_held
from daemon.sync.recover import purge, recover

LAG_SECONDS = 100.0
TAKEN = Result(Verdict.ACCEPTED, status=200)
LOST = Result(Verdict.FAILED, "no reply came", is_unanswered=True)
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


def test_who_lost_the_claim_orders_it_again_as_soon_as_the_database_is_back(careful, monkeypatch):
    """A worker stands still for so long that another has sent what is newer, and once more."""
    careful.run("UPDATE thing SET name = 'older'")
    real, away = path.order_again, [ServerUnavailableError("the database is away")] * 2

    def meanwhile():
        careful.shelf.meanwhile = lambda: None
        careful.expire_claims()
        careful.run("UPDATE thing SET name = 'newer'")
        other = careful.new_engine()
        other.drain()
        careful.make_due()
        recover(careful.context)
        other.drain()
        careful.shelf.items.update(OLDER)

    def order_again(*arguments):
        if away:
            raise away.pop()
        real(*arguments)

    careful.shelf.meanwhile = meanwhile
    monkeypatch.setattr(path, "order_again", order_again)
    monkeypatch.setattr(tenacity.nap.time, "sleep", lambda _: None)
    careful.drain()
    assert careful.shelf.items == careful.expected()
    assert away == []


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


def test_an_attempt_without_a_reply_may_be_late_though_the_next_one_was_accepted(careful):
    careful.run("UPDATE thing SET name = 'older'")
    attempt(careful, replace(TAKEN, is_unanswered=True))
    careful.run("UPDATE thing SET name = 'newer'")
    attempt(careful, TAKEN)
    assert repeats(careful) == 1
    arrive_late(careful)
    assert careful.shelf.items == careful.expected()
    assert repeats(careful) == 0


def test_a_dead_letter_that_is_ordered_again_may_be_late_too(careful):
    policy = replace(careful.context.policy, attempts=1)
    careful.context = replace(careful.context, policy=policy)
    careful.engine = careful.new_engine()
    careful.run("UPDATE thing SET name = 'older'")
    attempt(careful, LOST)
    assert careful.outcomes()["a"][0] == "dead"
    careful.context.transact(requeue_letters, careful.own, Letters("things", "sku"))
    careful.run("UPDATE thing SET name = 'newer'")
    attempt(careful, TAKEN)
    arrive_late(careful)
    assert careful.shelf.items == careful.expected()


def test_a_deletion_that_is_to_be_sent_once_more_is_not_purged(careful):
    careful.run("UPDATE thing SET name = 'older'")
    attempt(careful, LOST)
    careful.run("DELETE FROM thing")
    attempt(careful, TAKEN)
    with careful.shop.begin() as connection:
        items = careful.own.items["things"]
        connection.execute(sa.update(items).values(accepted_at=sa.text("NOW() - INTERVAL 9 DAY")))
    assert purge(careful.context, 0.0) == 0
    arrive_late(careful)
    assert careful.shelf.items == {}
    with careful.shop.begin() as connection:
        connection.execute(sa.update(items).values(accepted_at=sa.text("NOW() - INTERVAL 9 DAY")))
    assert purge(careful.context, 0.0) == 1


def test_a_clock_that_was_put_back_does_not_have_it_sent_again_and_again(careful):
    careful.run("UPDATE thing SET name = 'older'")
    attempt(careful, LOST)
    careful.run("UPDATE thing SET name = 'newer'")
    attempt(careful, TAKEN)
    items, year = careful.own.items["things"], sa.text("INTERVAL 365 DAY")
    ahead = {name: items.c[name] + year for name in ("late_until", "next_attempt_at")}
    with careful.shop.begin() as connection:
        connection.execute(sa.update(items).values(ahead))
    careful.shelf.told()
    for _ in range(4):
        recover(careful.context)
        careful.drain()
    assert careful.shelf.told() == [("a", False)]


@pytest.fixture
def braked(careful):
    """A world in which deletions are held."""
    careful.context = replace(careful.context, brake=Brake(share=0.1, minimum=0))
    careful.engine = careful.new_engine()
    return careful


RETURN = "INSERT INTO thing_scope SELECT entity_id, 'web' FROM thing"
NEWER = "UPDATE thing SET name = 'newer'"


@pytest.mark.parametrize(
    ("before", "after"),
    [([NEWER], [RETURN]), ([], [RETURN, NEWER])],
    ids=["accepted, held and back as it was", "held and back with other content"],
)
def test_it_is_not_forgotten_while_a_deletion_is_held(braked, before, after):
    braked.run("UPDATE thing SET name = 'older'")
    attempt(braked, LOST)
    if before:
        braked.run(*before)
        attempt(braked, TAKEN)
    braked.run("DELETE FROM thing_scope")
    braked.drain()
    assert braked.outcomes()["a"][0] == "held"
    braked.run(*after)
    braked.drain()
    arrive_late(braked)
    assert braked.shelf.items == braked.expected() != {}


def test_it_is_not_forgotten_when_a_held_deletion_is_confirmed(braked):
    braked.run("UPDATE thing SET name = 'older'")
    attempt(braked, LOST)
    braked.run("DELETE FROM thing_scope")
    braked.drain()
    for one in list_held(braked.context, ["things"]):
        confirm(braked.context, one)
    attempt(braked, TAKEN)
    assert braked.shelf.items == {}
    arrive_late(braked)
    assert braked.shelf.items == {}


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
