"""Too many deletions at once wait to be confirmed, and everything else goes on."""

import threading

import pytest
import sqlalchemy as sa
from world import Shelf, World

from daemon.core.brake import OFF, Brake
from daemon.core.delivery import Result, Verdict
from daemon.core.outcome import Force
from daemon.database.pending import Cause, Priority
from daemon.sync.brake import remind
from daemon.sync.deletions import confirm, list_held, recheck
from daemon.sync.recover import recover
from daemon.sync.resync import request_full

SKUS = [f"t{number:02}" for number in range(40)]
ALL = {(sku, "web") for sku in SKUS}
LOSS = ("DELETE FROM thing_scope",)
RETURN = ("INSERT INTO thing_scope SELECT entity_id, 'web' FROM thing",)


@pytest.fixture
def braked(database_url, request):
    """40 things that are delivered; at most 4 of them are deleted without being asked about."""
    world = World(database_url, getattr(request, "param", ""), brake=Brake(share=0.1, minimum=3))
    world.engine = world.new_engine(batch_entities=5)
    world.add(*SKUS)
    world.drain()
    world.shelf.told()
    yield world
    world.close()


def held(world):
    return [(one.destination, one.held, one.living) for one in list_held(world.context, ["things"])]


def confirm_all(world):
    return sum(confirm(world.context, one) for one in list_held(world.context, ["things"]))


def tombstones(world):
    return sorted(sku for sku, is_tombstone in world.shelf.told() if is_tombstone)


def lose(world, *skus):
    names = ", ".join(f"'{sku}'" for sku in skus)
    world.run(
        f"DELETE FROM thing_scope WHERE entity_id IN (SELECT entity_id FROM thing"
        f" WHERE sku IN ({names}))"
    )
    world.drain()


def test_what_was_held_before_the_clock_was_put_back_can_be_confirmed(braked):
    braked.run(*LOSS)
    braked.drain()
    items = braked.own.items["things"]
    with braked.shop.begin() as connection:
        later = items.c.tried_at + sa.text("INTERVAL 1 DAY")
        connection.execute(sa.update(items).values(tried_at=later))
    assert confirm_all(braked) == 40


@pytest.mark.parametrize("braked", ["", "m2_"], indirect=True)
def test_a_mass_deletion_is_held_and_nothing_is_deleted(braked):
    braked.run(*LOSS)
    braked.drain()
    assert braked.shelf.told() == []
    assert set(braked.shelf.items) == ALL
    assert held(braked) == [("shelf", 40, 40)]
    assert set(braked.outcomes().values()) == {("held", False)}
    assert braked.pending() == []
    assert remind(braked.context) == 40


@pytest.mark.parametrize("braked", ["", "m2_"], indirect=True)
def test_what_is_confirmed_is_deleted_once(braked):
    braked.run(*LOSS)
    braked.drain()
    assert confirm_all(braked) == 40
    assert held(braked) == []
    braked.drain()
    assert tombstones(braked) == SKUS
    assert braked.shelf.items == {}
    assert set(braked.outcomes().values()) == {("exported", True)}
    braked.drain()
    assert braked.shelf.told() == []


def test_deletions_one_after_the_other_are_counted_together(braked):
    for sku in SKUS[:6]:
        lose(braked, sku)
    assert tombstones(braked) == SKUS[:4]
    assert held(braked) == [("shelf", 2, 36)]


def test_a_few_deletions_never_wait(braked):
    lose(braked, *SKUS[:4])
    assert tombstones(braked) == SKUS[:4]
    assert held(braked) == []


def test_living_items_are_sent_while_deletions_are_held(braked):
    braked.run("DELETE FROM thing_scope WHERE entity_id > 5")
    braked.run("UPDATE thing SET name = 'new' WHERE sku = 't00'")
    braked.drain()
    braked.add("later")
    braked.drain()
    told = braked.shelf.told()
    assert [sku for sku, is_tombstone in told if not is_tombstone] == ["t00", "later"]
    assert held(braked) == [("shelf", 31, 37)]


def test_what_comes_back_as_it_was_is_not_sent_and_no_longer_held(braked):
    braked.run(*LOSS)
    braked.drain()
    braked.run(*RETURN)
    braked.drain()
    assert braked.shelf.told() == []
    assert set(braked.outcomes().values()) == {("exported", False)}
    assert held(braked) == []
    assert remind(braked.context) == 0
    lose(braked, "t00")
    assert tombstones(braked) == ["t00"], "the brake is free again"


def test_what_comes_back_changed_is_sent(braked):
    braked.run(*LOSS)
    braked.drain()
    braked.run("UPDATE thing SET name = 'new' WHERE sku = 't01'", *RETURN)
    braked.drain()
    assert braked.shelf.told() == [("t01", False)]
    assert braked.shelf.items == braked.expected()


def test_half_comes_back_and_the_rest_is_confirmed_and_deleted_once(braked):
    braked.run(*LOSS)
    braked.drain()
    braked.run("INSERT INTO thing_scope SELECT entity_id, 'web' FROM thing WHERE entity_id <= 20")
    braked.drain()
    assert held(braked) == [("shelf", 20, 40)]
    assert confirm_all(braked) == 20
    braked.drain()
    assert braked.shelf.told() == [(sku, True) for sku in SKUS[20:]]
    assert braked.shelf.items == braked.expected()


def test_what_is_held_after_a_confirmation_waits_again(braked):
    braked.run("DELETE FROM thing_scope WHERE entity_id > 20")
    braked.drain()
    assert confirm_all(braked) == 20
    braked.run(*LOSS)
    braked.drain()
    assert tombstones(braked) == SKUS[20:]
    assert held(braked) == [("shelf", 20, 20)]


def test_what_exists_again_when_its_confirmed_deletion_is_due_is_sent(braked):
    braked.run(*LOSS)
    braked.drain()
    confirm_all(braked)
    braked.run("INSERT INTO thing_scope SELECT entity_id, 'web' FROM thing WHERE sku = 't07'")
    braked.drain()
    assert [one for one in braked.shelf.told() if one[0] == "t07"] == [("t07", False)]
    assert set(braked.shelf.items) == {("t07", "web")}


def test_a_recheck_finds_what_came_back_unseen_and_holds_the_rest(braked):
    braked.run(*LOSS)
    braked.drain()
    braked.drop_triggers()
    braked.run("INSERT INTO thing_scope SELECT entity_id, 'web' FROM thing WHERE entity_id <= 10")
    (one,) = list_held(braked.context, ["things"])
    recheck(braked.context, one)
    braked.drain()
    assert held(braked) == [("shelf", 30, 40)]
    assert braked.shelf.told() == []


@pytest.mark.parametrize("braked", ["", "m2_"], indirect=True)
def test_a_full_resync_deletes_no_more_unasked_than_live_changes_do(braked):
    braked.drop_triggers()
    braked.run(*LOSS)
    request_full(braked.context, braked.context.feeds, Cause("by hand", Priority.RESYNC))
    braked.drain()
    assert set(braked.shelf.items) == ALL
    request_full(
        braked.context, braked.context.feeds, Cause("again", Priority.RESYNC, force=Force.ITEMS)
    )
    braked.drain()
    assert set(braked.shelf.items) == ALL
    assert held(braked) == [("shelf", 40, 40)]


def test_a_deletion_that_failed_at_the_destination_is_not_held_when_it_is_tried_again(braked):
    braked.shelf.answer = lambda _: Result(Verdict.FAILED, "down", 503)
    lose(braked, *SKUS[:4])
    braked.shelf.told()
    braked.shelf.answer = lambda _: Result(Verdict.ACCEPTED)
    braked.run(*LOSS)
    braked.drain()
    assert braked.shelf.told() == []
    braked.make_due()
    recover(braked.context)
    braked.drain()
    assert tombstones(braked) == SKUS[:4]
    assert held(braked) == [("shelf", 36, 36)]


def test_an_item_in_doubt_is_sent_when_it_comes_back_from_being_held(braked):
    braked.shelf.answer = lambda _: Result(Verdict.FAILED, "down", 503)
    braked.run("UPDATE thing SET name = 'x'")
    braked.drain()
    braked.run(*LOSS)
    braked.drain()
    assert set(braked.outcomes().values()) == {("held", False)}
    braked.shelf.answer = lambda _: Result(Verdict.ACCEPTED)
    braked.run(*RETURN)
    braked.drain()
    assert braked.shelf.items == braked.expected()


def test_each_destination_has_a_brake_of_its_own(braked):
    other = Shelf("other")
    context = braked.new_context(braked.shelf, other)
    engine = braked.new_engine(context, 5)
    lose(braked, *SKUS[:4])
    request_full(context, context.feeds, Cause("first sync", Priority.RESYNC))
    engine.drain()
    braked.run(*LOSS)
    engine.drain()
    found = {one.destination: one.held for one in list_held(context, ["things"])}
    assert found == {"shelf": 36, "other": 36}
    (mine,) = [one for one in list_held(context, ["things"]) if one.destination == "other"]
    confirm(context, mine)
    engine.drain()
    assert other.items == {}
    assert len(braked.shelf.items) == 36


def test_a_crash_between_holding_and_recording_changes_nothing(braked):
    batch_over = braked.context.transact
    calls = []

    def crash(work, *args, **kwargs):
        calls.append(work.__name__)
        if work.__name__ == "record":
            raise SystemExit
        return batch_over(work, *args, **kwargs)

    object.__setattr__(braked.context, "transact", crash)
    braked.run(*LOSS)
    with pytest.raises(SystemExit):
        braked.drain()
    assert "record" in calls
    object.__setattr__(braked.context, "transact", batch_over)
    braked.expire_claims()
    braked.engine = braked.new_engine(batch_entities=5)
    braked.drain()
    assert held(braked) == [("shelf", 40, 40)]
    assert confirm_all(braked) == 40
    braked.drain()
    assert tombstones(braked) == SKUS


def test_two_engines_at_once_do_not_use_an_allowance_twice(braked):
    braked.run(*LOSS)
    engines = [
        braked.new_engine(braked.new_context(braked.shelf), batch_entities=1) for _ in range(2)
    ]
    threads = [threading.Thread(target=engine.drain) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    braked.drain()
    assert len(tombstones(braked)) == 4
    assert held(braked) == [("shelf", 36, 36)]


def test_an_identity_that_passes_on_while_held_belongs_to_its_heir(braked):
    braked.run("DELETE FROM thing", "DELETE FROM thing_scope")
    braked.drain()
    assert held(braked) == [("shelf", 40, 40)]
    braked.add("t05")
    braked.drain()
    assert braked.shelf.told() == []
    assert held(braked) == [("shelf", 39, 40)]
    confirm_all(braked)
    braked.drain()
    assert braked.shelf.items == braked.expected() == {("t05", "web"): "the t05"}
    lose(braked, "t05")
    assert braked.shelf.items == {}


def test_what_is_held_stays_so_when_the_brake_is_switched_off(braked):
    braked.run("DELETE FROM thing_scope WHERE entity_id > 20")
    braked.drain()
    object.__setattr__(braked.context, "brake", OFF)
    braked.shelf.told()
    braked.run(*LOSS)
    braked.drain()
    assert tombstones(braked) == SKUS[:20]
    waiting = len(braked.shelf.items)
    assert held(braked) == [("shelf", waiting, waiting)]
    assert waiting > 10
