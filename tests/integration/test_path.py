"""The path from a change in the shop to a recorded outcome, on a real server."""

import contextlib
import socket
import threading
import time
from concurrent.futures import Executor, Future
from dataclasses import replace

import pytest
import sqlalchemy as sa
from world import THINGS, Shelf

from daemon.core.delivery import Result, Verdict
from daemon.core.feed import Edge
from daemon.core.outcome import Force
from daemon.database import claims, pending
from daemon.database.claims import Claim
from daemon.database.pending import Priority
from daemon.errors import ClaimLostError
from daemon.sync import engine
from daemon.sync.baseline import note_baselines, request_baselines
from daemon.sync.batch import Hold, process
from daemon.sync.claiming import Pace
from daemon.sync.engine import Engine
from daemon.sync.processes import place
from daemon.sync.recover import purge, purge_history, recover
from daemon.sync.resync import ORDERED, find_ids, request_full, resync_ids
from daemon.sync.worker import start

DOWN = Result(Verdict.FAILED, "503 Service Unavailable", 503)
TAKEN = Result(Verdict.ACCEPTED, status=200)
BAD = Result(Verdict.REFUSED, "price must be a number", 400)


@pytest.mark.parametrize("world", ["", "m2_"], indirect=True)
def test_a_change_is_delivered_and_recorded(world):
    world.add("a")
    world.drain()
    assert world.shelf.items == {("a", "web"): "the a"}
    assert world.outcomes() == {"a": ("exported", False)}
    assert world.pending() == []


def test_a_change_that_changes_no_item_is_not_sent(world):
    world.add("a")
    world.drain()
    world.shelf.told()
    world.run("UPDATE thing SET name = 'other'", "UPDATE thing SET name = 'the a'")
    assert world.drain() == 1
    assert world.shelf.told() == []


def test_a_change_of_a_column_that_no_feed_reads_wakes_nobody(world):
    world.add("a")
    world.drain()
    world.run("UPDATE thing SET note = 'x'")
    assert world.drain() == 0


@pytest.mark.parametrize("world", ["", "m2_"], indirect=True)
def test_a_deleted_entity_ends_in_a_tombstone_with_the_minimal_payload(world):
    world.add("a")
    world.drain()
    world.shelf.log.clear()
    world.run("DELETE FROM thing", "DELETE FROM thing_scope")
    world.drain()
    assert world.shelf.log == [{"sku": "a", "scope": "web", "tombstone": True}]
    assert world.outcomes() == {"a": ("exported", True)}


def test_an_unassigned_scope_ends_in_a_tombstone(world):
    world.add("a")
    world.run("INSERT INTO thing_scope VALUES (1, 'shop')")
    world.drain()
    world.run("DELETE FROM thing_scope WHERE scope = 'shop'")
    world.drain()
    assert world.shelf.items == world.expected() == {("a", "web"): "the a"}


def test_a_renamed_sku_ends_in_a_new_item_and_a_tombstone(world):
    world.add("a")
    world.drain()
    world.shelf.told()
    world.run("UPDATE thing SET sku = 'b'")
    world.drain()
    assert world.shelf.told() == [("b", False), ("a", True)]


def test_swapped_skus_end_right_and_without_tombstones(world):
    world.add("a", "b")
    world.drain()
    world.shelf.told()
    world.run(
        "UPDATE thing SET sku = 'c' WHERE entity_id = 1",
        "UPDATE thing SET sku = 'a' WHERE entity_id = 2",
        "UPDATE thing SET sku = 'b' WHERE entity_id = 1",
    )
    world.drain()
    assert world.shelf.items == world.expected()
    assert sorted(world.shelf.told()) == [("a", False), ("b", False)]


def test_a_sku_that_passed_on_unchanged_is_deleted_with_the_entity_that_has_it_now(world):
    world.add("a", "b")
    world.run("UPDATE thing SET name = 'same'")
    world.drain()
    world.run(
        "DELETE FROM thing WHERE entity_id = 1",
        "UPDATE thing SET sku = 'a' WHERE entity_id = 2",
    )
    world.drain()
    world.shelf.told()
    world.run("DELETE FROM thing WHERE entity_id = 2")
    world.drain()
    assert world.shelf.told() == [("a", True)]


def test_swapped_skus_end_right_one_entity_at_a_time(world):
    world.add("a", "b")
    world.drain()
    world.engine = world.new_engine(batch_entities=1)
    world.run(
        "UPDATE thing SET sku = 'c' WHERE entity_id = 1",
        "UPDATE thing SET sku = 'a' WHERE entity_id = 2",
        "UPDATE thing SET sku = 'b' WHERE entity_id = 1",
    )
    world.drain()
    assert world.shelf.items == world.expected()


@pytest.mark.parametrize("world", ["", "m2_"], indirect=True)
def test_a_reused_sku_that_left_a_scope_is_deleted_there(world):
    """The heir of an identity inherits the duty to delete it where it has no item itself."""
    world.add("a", "b")
    world.run("INSERT INTO thing_scope VALUES (1, 'shop')")
    world.drain()
    world.engine = world.new_engine(batch_entities=1)
    world.run(
        "UPDATE thing SET sku = 'c' WHERE entity_id = 1",
        "UPDATE thing SET sku = 'a' WHERE entity_id = 2",
    )
    world.drain()
    assert world.shelf.items == world.expected()
    assert ("a", "shop") not in world.shelf.items


def test_a_transaction_that_commits_late_is_not_missed(world):
    with world.shop.connect() as late:
        late.exec_driver_sql(f"INSERT INTO {world.prefix}thing (sku, name) VALUES ('late', 'x')")
        late.exec_driver_sql(
            f"INSERT INTO {world.prefix}thing_scope SELECT MAX(entity_id), 'web' "
            f"FROM {world.prefix}thing"
        )
        world.add("early")
        world.drain()
        assert world.shelf.items == {("early", "web"): "the early"}
        late.commit()
    world.drain()
    assert world.shelf.items == world.expected()
    assert ("late", "web") in world.shelf.items


def test_a_transaction_that_is_not_over_holds_nothing_up(world):
    impatient = "SET SESSION innodb_lock_wait_timeout = 1"
    world.context.engine.dispose()
    sa.event.listen(world.context.engine, "connect", lambda raw, _: raw.cursor().execute(impatient))
    with world.shop.connect() as early, world.shop.connect() as late:
        early.exec_driver_sql(f"INSERT INTO {world.prefix}thing_scope VALUES (80, 'web')")
        world.add(*"abcdefghij")
        late.exec_driver_sql(f"INSERT INTO {world.prefix}thing_scope VALUES (90, 'web')")
        world.drain()
    assert world.shelf.items == {(sku, "web"): f"the {sku}" for sku in "abcdefghij"}


def test_a_rolled_back_change_is_never_heard_of(world):
    with world.shop.connect() as connection:
        connection.exec_driver_sql(f"INSERT INTO {world.prefix}thing (sku) VALUES ('never')")
        connection.rollback()
    assert world.drain() == 0


def test_a_change_during_the_export_stays_pending(world):
    world.add("a")
    world.engine.turn()
    world.shelf.meanwhile = lambda: (
        world.run("UPDATE thing SET name = 'newer'"),
        setattr(world.shelf, "meanwhile", lambda: world.engine._collector.collect() and None),
    )
    world.run("UPDATE thing SET name = 'new'")
    world.drain()
    world.shelf.meanwhile = lambda: None
    world.drain()
    assert world.shelf.items == world.expected() == {("a", "web"): "newer"}
    assert world.pending() == []


@pytest.mark.parametrize("world", ["", "m2_"], indirect=True)
def test_a_failed_item_comes_back_by_itself(world):
    world.shelf.answer = lambda _: DOWN
    world.add("a")
    world.drain()
    assert world.outcomes() == {"a": ("failed", False)}
    assert recover(world.context) == 0, "not before it is due"
    world.shelf.answer = lambda _: Result(Verdict.ACCEPTED)
    world.make_due()
    recover(world.context)
    world.drain()
    assert world.outcomes() == {"a": ("exported", False)}
    assert world.shelf.items == world.expected()


def test_what_failed_at_a_destination_that_is_gone_makes_no_work(world):
    gone, stays = Shelf("gone"), Shelf("stays")
    gone.answer = lambda _: Result(Verdict.FAILED, "no reply came")
    world.add(*"abc")
    world.new_engine(world.new_context(gone, stays)).drain()
    world.make_due()
    assert recover(world.new_context(stays)) == 0
    assert recover(world.new_context(gone, stays)) == 3


def test_an_item_whose_attempts_are_spent_is_a_dead_letter_until_it_changes(world):
    world.shelf.answer = lambda _: DOWN
    world.add("a")
    for _ in range(3):
        world.make_due()
        recover(world.context)
        world.drain()
    assert world.outcomes() == {"a": ("dead", False)}
    world.make_due()
    assert recover(world.context) == 0
    world.shelf.answer = lambda _: Result(Verdict.ACCEPTED)
    world.run("UPDATE thing SET name = 'new'")
    world.drain()
    assert world.outcomes() == {"a": ("exported", False)}


def test_a_refused_item_is_left_alone_until_its_content_changes(world):
    world.shelf.answer = lambda item: BAD if item["sku"] == "a" else Result(Verdict.ACCEPTED)
    world.add("a", "b")
    world.drain()
    assert world.outcomes() == {"a": ("refused", False), "b": ("exported", False)}
    world.shelf.told()
    world.engine.context.transact(
        pending.enqueue, world.own, "things", [1, 2], pending.Cause("touched")
    )
    world.drain()
    assert world.shelf.told() == []
    world.run("UPDATE thing SET name = 'better' WHERE sku = 'a'")
    world.drain()
    assert world.shelf.told() == [("a", False)]


def test_the_history_of_batches_and_resyncs_is_purged_when_it_is_old(world):
    world.add("one")
    request_full(world.context, world.context.feeds, ORDERED)
    world.drain()
    own = world.own
    assert (len(world.rows(own.runs)) > 0, len(world.rows(own.resyncs))) == (True, 1)
    assert purge_history(world.context, 86400) == 0
    year = "UPDATE {} SET {} = {} - INTERVAL 1 YEAR"
    world.run(
        *(year.format(t, c, c) for t, c in (("cfs_run", "ended_at"), ("cfs_resync", "filled_at")))
    )
    assert purge_history(world.context, 86400) > 1
    assert (world.rows(own.runs), world.rows(own.resyncs)) == ([], [])


def test_a_tombstone_is_kept_until_it_is_accepted_and_purged_a_week_later(world):
    world.add("a")
    world.drain()
    world.shelf.answer = lambda _: DOWN
    world.run("DELETE FROM thing", "DELETE FROM thing_scope")
    world.drain()
    assert world.outcomes() == {"a": ("failed", True)}
    assert purge(world.context, 0.001) == 0
    world.shelf.answer = lambda _: Result(Verdict.ACCEPTED)
    world.make_due()
    recover(world.context)
    world.drain()
    assert world.outcomes() == {"a": ("exported", True)}
    assert purge(world.context, 7 * 86400) == 0
    items = world.own.items["things"]
    week = sa.func.date_sub(items.c.accepted_at, sa.text("INTERVAL 8 DAY"))
    with world.shop.begin() as connection:
        connection.execute(sa.update(items).values(accepted_at=week))
    assert purge(world.context, 7 * 86400) == 1
    assert world.outcomes() == {}


def test_what_cannot_be_built_keeps_its_last_good_version_and_says_why(world):
    world.add("a")
    world.drain()
    world.run("UPDATE thing SET name = 'broken'")
    world.drain()
    assert world.shelf.items == {("a", "web"): "the a"}
    (row,) = world.rows(world.own.items["things"])
    assert (row["outcome"], row["error"]) == ("failed", "it is broken")
    world.run("DELETE FROM thing", "DELETE FROM thing_scope")
    world.drain()
    assert world.shelf.items == {}


def test_one_entity_that_breaks_the_code_does_not_stop_the_others(world):
    world.add(*"abcdefg")
    world.run("UPDATE thing SET name = 'explosive' WHERE sku = 'd'")
    world.drain()
    assert sorted(sku for sku, _ in world.shelf.items) == list("abcefg")
    assert world.pending() == []
    world.run("UPDATE thing SET name = 'calm' WHERE sku = 'd'")
    world.drain()
    assert world.shelf.items == world.expected()
    assert set(world.outcomes().values()) == {("exported", False)}


@pytest.mark.parametrize("world", ["", "m2_"], indirect=True)
def test_a_full_resync_finds_what_is_gone_and_sends_only_what_changed(world):
    world.add("a", "b", "c")
    world.drain()
    world.shelf.told()
    uninstalled = "DROP TRIGGER"
    with world.shop.begin() as connection:
        names = connection.exec_driver_sql("SHOW TRIGGERS").scalars().all()
        for name in names:
            connection.exec_driver_sql(f"{uninstalled} `{name}`")
    world.run("DELETE FROM thing WHERE sku = 'a'", "UPDATE thing SET name = 'x' WHERE sku = 'b'")
    assert world.drain() == 0

    request_full(world.context, world.context.feeds, pending.Cause("by hand", Priority.RESYNC))
    world.drain()
    assert sorted(world.shelf.told()) == [("a", True), ("b", False)]
    assert world.pending() == []


def test_a_resync_by_ids_sends_even_what_did_not_change(world):
    world.add("a", "b")
    world.drain()
    world.shelf.told()
    feed = world.context.feeds[0]
    found = find_ids(world.context, feed, ["b", "unknown"])
    assert found == {"b": 2}
    resync_ids(world.context, feed, list(found.values()), ORDERED)
    world.drain()
    assert world.shelf.told() == [("b", False)]


@pytest.mark.parametrize("world", ["", "m2_"], indirect=True)
def test_a_resync_by_the_sku_of_a_deleted_thing_finds_its_record(world):
    world.add("a")
    world.drain()
    world.run("DELETE FROM thing")
    assert find_ids(world.context, world.context.feeds[0], ["a"]) == {"a": 1}


def test_live_changes_go_before_a_resync(world):
    world.add(*(f"t{number}" for number in range(10)))
    world.drain()

    world.engine = world.new_engine(batch_entities=2)
    order = []
    world.shelf.answer = lambda item: order.append(item["sku"]) or Result(Verdict.ACCEPTED)
    cause = pending.Cause("by hand", Priority.RESYNC, force=Force.ITEMS)
    request_full(world.context, world.context.feeds, cause)
    edits = iter(["UPDATE thing SET name = 'live' WHERE sku = 't9'"])
    world.shelf.meanwhile = lambda: [world.run(edit) for edit in edits] and None
    world.drain()
    assert order.index("t9") == 2, "right after the batch that was in hand"
    assert len(order) == 10


def test_a_drain_goes_on_when_a_slow_batch_made_room(world):
    """While a resync's batch fills the only worker a turn finds nothing to start."""

    world.add(*(f"t{number}" for number in range(6)))
    world.drain()
    engine = world.new_engine(batch_entities=2, executor="threads")

    def outlast_a_turn():
        turns, deadline = engine.turns, time.monotonic() + 10
        while engine.turns < turns + 2 and time.monotonic() < deadline:
            time.sleep(0.01)

    world.shelf.meanwhile = outlast_a_turn
    cause = pending.Cause("by hand", Priority.RESYNC, force=Force.ITEMS)
    request_full(world.context, world.context.feeds, cause)
    engine.drain()
    engine.close()
    assert world.pending() == []


def test_two_engines_at_once_deliver_everything_and_nothing_is_left(world):
    world.add(*(f"t{number}" for number in range(40)))
    engines = [world.new_engine(world.new_context(world.shelf), 3) for _ in range(2)]
    threads = [threading.Thread(target=engine.drain) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.drain()
    assert world.shelf.items == world.expected()
    assert world.pending() == []


def claim_all(world, token):
    wanted = Claim("things", Priority.LIVE, 50, token, 60.0)
    return world.context.transact(claims.claim, world.own, wanted)


def test_a_claimed_entity_is_in_nobody_elses_hands(world):
    world.add("a")
    world.engine._collector.collect()
    assert claim_all(world, "other:1") is not None
    assert claim_all(world, "mine:1") is None
    assert world.drain() == 0


def test_a_dead_workers_claim_is_taken_over(world):
    world.add("a")
    world.engine._collector.collect()
    claim_all(world, "elsewhere:1:1:1")
    world.expire_claims()
    world.new_engine().drain()
    assert world.shelf.items == world.expected()
    assert world.pending() == []


def test_a_claim_of_a_dead_process_of_this_place_is_freed_at_once(world):
    world.add("a")
    world.engine._collector.collect()
    claim_all(world, f"any-host:4194305:{place()}.1:1-1")
    world.drain()
    assert world.shelf.items == world.expected()


def test_a_claim_of_a_process_that_dies_later_is_freed_by_whoever_runs_here(world, monkeypatch):
    world.drain()
    world.add("a")
    world.engine._collector.collect()
    claim_all(world, f"any-host:4194305:{place()}.1:1-1")
    world.drain()
    assert world.shelf.items == {}, "it looks now and then"
    monkeypatch.setattr(engine, "EXPIRY_SECONDS", 0.0)
    world.drain()
    assert world.shelf.items == world.expected()


@pytest.mark.parametrize("mark", ["0123456789abcdef.1", "0123456789abcdef", ""])
def test_a_claim_of_a_process_of_another_place_is_left_to_its_own(world, mark):
    """Its host may have this one's name, and no process of its id be here."""
    world.add("a")
    world.engine._collector.collect()
    claim_all(world, f"{socket.gethostname()}:4194305:{mark}:1-1")
    assert world.drain() == 0


class Queue(Executor):
    """Where work waits for a worker, as on a cluster that others keep busy."""

    def __init__(self):
        self.waiting = []

    def submit(self, fn, /, *args):
        future = Future()
        self.waiting.append(lambda: future.set_result(fn(*args)))
        return future


@pytest.fixture
def queued(world, monkeypatch):
    """A batch that waits for a worker; and what makes it later by so many claims, all over then."""
    start(lambda: world.context)
    queue, now = Queue(), time.monotonic
    leading = Engine(world.context, lambda: queue, Pace(1, {"default": 50}))
    world.add("a")
    leading.turn()

    def wait(times):
        later = times * world.context.claim_seconds
        monkeypatch.setattr(engine.time, "monotonic", lambda: now() + later)
        world.expire_claims()
        leading.turn()

    return queue, leading, wait


def test_a_batch_that_waits_long_for_a_worker_is_not_taken_over(world, queued):
    queue, leading, wait = queued
    for times in (1, 2, 3):
        wait(times)
        assert world.drain() == 0
    (work,) = queue.waiting
    work()
    assert leading.drain() == 1
    assert world.shelf.told() == [("a", False)]
    assert world.pending() == []


def test_a_batch_of_a_worker_that_is_stuck_is_taken_over_in_the_end(world, queued):
    queue, _, wait = queued
    wait(engine.KEPT)
    _, again = queue.waiting
    again()
    assert world.shelf.told() == [("a", False)]
    assert world.pending() == []


def test_a_worker_whose_machine_was_suspended_looks_at_its_claim_before_it_sends(
    world, monkeypatch
):
    world.add("a")
    world.engine._collector.collect()
    hold = Hold(world.context, claim_all(world, "mine:1"))
    hold()
    with world.shop.begin() as connection:
        connection.execute(sa.update(world.own.pending).values(claimed_by="thief:1:1:1"))
    hold()
    running, asleep = time.clock_gettime, {time.CLOCK_BOOTTIME: 3600.0}
    monkeypatch.setattr("time.clock_gettime", lambda clock: running(clock) + asleep.get(clock, 0.0))
    with pytest.raises(ClaimLostError):
        hold()


def test_a_worker_that_lost_its_claim_records_nothing(world):
    world.add("a")
    world.engine._collector.collect()

    def lose():
        with world.shop.begin() as connection:
            connection.execute(sa.update(world.own.pending).values(claimed_by="thief:1:1:1"))

    world.shelf.meanwhile = lose
    world.engine.turn()
    world.engine._reap(0)
    assert [row["outcome"] for row in world.rows(world.own.items["things"])] == ["sending"]
    assert world.pending() == [1]


@pytest.mark.parametrize(
    "edits",
    [
        ["UPDATE thing SET name = 'newer' WHERE entity_id = 1"],
        ["DELETE FROM thing WHERE entity_id = 1"],
        ["UPDATE thing SET sku = 'c' WHERE entity_id = 1"],
        [
            "UPDATE thing SET sku = 'c' WHERE entity_id = 1",
            "UPDATE thing SET sku = 'a' WHERE entity_id = 2",
        ],
    ],
    ids=["changed", "deleted", "renamed", "passed on"],
)
def test_an_older_version_that_arrives_after_its_claim_was_lost_is_put_right(world, edits):
    """A worker stands still before its request goes out; another one overtakes it meanwhile."""
    world.add("a", "b")
    world.drain()

    def stand_still(_):
        world.shelf.answer = lambda _: TAKEN
        world.expire_claims()
        world.run(*edits)
        world.new_engine().drain()
        assert world.shelf.items == world.expected()
        return TAKEN

    world.run("UPDATE thing SET name = 'older' WHERE entity_id = 1")
    world.shelf.answer = stand_still
    world.engine._collector.collect()
    with pytest.raises(ClaimLostError):
        process(world.context, claim_all(world, "slow:1:1-1"))
    assert world.shelf.items != world.expected()
    world.drain()
    assert world.shelf.items == world.expected()
    assert world.pending() == []


def test_a_worker_that_lost_its_claim_before_it_sent_anything_sends_nothing_again(world):
    world.add("a", "b")
    world.engine._collector.collect()
    batch = claim_all(world, "slow:1:1-1")
    world.expire_claims()
    world.new_engine().drain()
    with pytest.raises(ClaimLostError):
        process(world.context, batch)
    assert world.pending() == []


def test_what_was_in_doubt_is_sent_again_even_where_the_content_is_back(world):
    """Sent, not recorded, and changed back meanwhile: the destination holds the version between."""
    world.add("a")
    world.drain()

    def crash():
        raise SystemExit

    world.run("UPDATE thing SET name = 'between'")
    world.shelf.meanwhile = crash
    with contextlib.suppress(SystemExit):
        world.drain()
    assert world.shelf.items == {("a", "web"): "between"}
    world.run("UPDATE thing SET name = 'the a'")
    world.shelf.meanwhile = lambda: None
    world.expire_claims()
    world.new_engine().drain()
    assert world.shelf.items == world.expected() == {("a", "web"): "the a"}


def test_new_content_that_was_in_doubt_has_no_failures_behind_it(world):
    world.shelf.answer = lambda _: DOWN
    world.add("a")
    for _ in range(2):
        world.make_due()
        recover(world.context)
        world.drain()

    def crash():
        raise SystemExit

    world.run("UPDATE thing SET name = 'new'")
    world.shelf.meanwhile = crash
    with contextlib.suppress(SystemExit):
        world.drain()
    world.shelf.meanwhile = lambda: None
    world.expire_claims()
    world.new_engine().drain()
    (row,) = world.rows(world.own.items["things"])
    assert (row["outcome"], row["attempts"]) == ("failed", 1)


def test_an_identity_waits_while_its_old_owner_is_in_another_workers_hands(world):
    world.add("a", "b")
    world.drain()
    world.run("UPDATE thing SET name = 'slow' WHERE sku = 'a'")
    world.engine._collector.collect()
    claim_all(world, "slow:1:1:1")
    world.run(
        "UPDATE thing SET sku = 'old' WHERE entity_id = 1",
        "UPDATE thing SET sku = 'a' WHERE entity_id = 2",
    )
    world.shelf.told()
    world.drain()
    assert world.shelf.told() == []
    assert world.pending() == [1, 2]
    world.expire_claims()
    world.make_due()
    world.new_engine().drain()
    assert world.shelf.items == world.expected()


def test_a_late_record_is_not_taken_for_what_another_sent_of_the_same_identity(world):
    """The claim has run out, and nobody has freed it yet: its worker may still record."""
    world.add("x")
    world.drain()

    def pass_on():
        world.shelf.meanwhile = lambda: None
        world.expire_claims()
        world.run(
            "UPDATE thing SET sku = 'y' WHERE sku = 'x'",
            "INSERT INTO thing (sku, name) VALUES ('x', 'the heir')",
            "INSERT INTO thing_scope SELECT MAX(entity_id), 'web' FROM thing",
        )
        other = world.new_engine()
        other._expiry_at = float("inf")
        world.shelf.answer = lambda _: DOWN
        world.shelf.meanwhile = crash
        with contextlib.suppress(SystemExit):
            other.drain()
        world.shelf.answer, world.shelf.meanwhile = accept, lambda: None

    def crash():
        raise SystemExit

    accept = world.shelf.answer
    world.run("UPDATE thing SET name = 'changed'")
    world.shelf.meanwhile = pass_on
    world.drain()
    world.expire_claims()
    world.make_due()
    world.new_engine().drain()
    assert world.shelf.items == world.expected()


def test_a_table_that_is_swapped_under_a_batch_has_it_built_again(world):
    swapped = []

    def read(connection, shop, ids):
        if not swapped:
            swapped.append(ids)
            world.run(
                "CREATE TABLE thing_new LIKE thing_scope",
                "INSERT INTO thing_new SELECT * FROM thing_scope",
                "RENAME TABLE thing_scope TO thing_old, thing_new TO thing_scope",
            )
        return THINGS.read(connection, shop, ids)

    world.add("a")
    engine = world.new_engine(replace(world.context, feeds=(replace(THINGS, read=read),)))
    assert (engine.drain(), engine.totals["sent"]) == (1, 1)


def test_changes_that_can_not_be_collected_hold_up_nothing_else(world):
    """An edge of a package asks for a table that there is not."""

    def nowhere(_shop, _ids):
        return sa.select(sa.column("id")).select_from(sa.table("nowhere"))

    edges = (*THINGS.edges(None), Edge(THINGS.edges(None)[0].on, "wrong", widen=nowhere))
    world.add("a", "b")
    world.drain()
    world.shelf.told()
    context = replace(world.context, feeds=(replace(THINGS, edges=lambda _: edges),))
    world.run("UPDATE thing SET name = 'new' WHERE sku = 'a'")
    resync_ids(context, THINGS, [2], ORDERED)
    with pytest.raises(sa.exc.ProgrammingError, match="nowhere"):
        world.new_engine(context).drain()
    assert world.shelf.told() == [("b", False)]
    world.drain()
    assert world.shelf.told() == [("a", False)]


def test_another_environment_starts_a_new_baseline_and_returning_finds_the_old_one(world):
    from world import Shelf

    world.add("a")
    world.drain()
    other = Shelf(environment="staging")
    context = world.new_context(other)
    engine = world.new_engine(context)
    request_full(context, context.feeds, pending.Cause("by hand", Priority.RESYNC))
    engine.drain()
    assert other.items == world.expected()
    world.shelf.told()
    request_full(world.context, world.context.feeds, pending.Cause("by hand", Priority.RESYNC))
    world.drain()
    assert world.shelf.told() == []


def test_a_destination_gets_a_first_sync_once(world):
    world.add("a")
    world.drain()
    assert request_baselines(world.context) == ["things"]
    assert request_baselines(world.context) == []


def test_a_resync_by_hand_is_a_first_sync_too(world):
    note_baselines(world.context, world.context.feeds)
    assert request_baselines(world.context) == []


def test_what_was_deleted_is_deleted_again_after_an_item_that_may_have_arrived(world):
    world.add("a")
    world.drain()
    world.run("DELETE FROM thing_scope")
    world.drain()
    world.shelf.answer = lambda _: DOWN
    world.run("INSERT INTO thing_scope SELECT entity_id, 'web' FROM thing")
    world.drain()
    world.shelf.answer = lambda _: TAKEN
    world.run("DELETE FROM thing_scope")
    world.drain()
    assert world.shelf.told() == [("a", False), ("a", True)] * 2
    assert world.outcomes() == {"a": ("exported", True)}
