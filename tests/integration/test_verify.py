"""What the destinations were told, compared with the shop: exactly what was missed is found."""

import contextlib
import random
import threading
import tracemalloc

import pytest
import sqlalchemy as sa
from drift_checks import findings_of

from daemon.core.brake import Brake
from daemon.core.delivery import Result, Verdict
from daemon.core.drift import Comparison, Excuse, Kind
from daemon.database import pending
from daemon.database.items import select_entities
from daemon.database.pending import Cause, Priority
from daemon.database.rounds import read_rounds
from daemon.sync.audit import audit
from daemon.sync.baseline import request_baselines
from daemon.sync.build import build_all
from daemon.sync.catalogue import sampled
from daemon.sync.examine import examine
from daemon.sync.patrol import Beat, Patrol
from daemon.sync.resync import request_full

CTE_LIMIT = "cte_max_recursion_depth"
SKUS = ("a", "b", "c", "d", "e")


@pytest.fixture
def told(world):
    """Five things that are delivered."""
    world.add(*SKUS)
    world.drain()
    world.shelf.told()
    return world


def verify(world, *, repairs=False, size=2):
    return findings_of(world.context, world.context.feeds[0], size, repairs=repairs)


def found(world, name="shelf"):
    """Equal items, drift by sku and kind, and what is excused."""
    findings = verify(world)
    totals = findings.totals[name]
    culprits = {one.key: one.kind.value for one in findings.culprits if one.destination == name}
    assert len(culprits) == totals.drift
    return totals.equal, culprits, {why.value: count for why, count in totals.excused.items()}


def unseen(world, *statements):
    """Change the shop as something does that no trigger sees."""
    world.drop_triggers()
    world.run(*statements)
    world.install()


def tamper(world, sku, **values):
    items = world.own.items["things"]
    mine = items.c.minimal.like(f'%"sku":"{sku}"%')
    with world.shop.begin() as connection:
        assert connection.execute(sa.update(items).where(mine).values(values)).rowcount == 1


def lose_record(world, sku):
    items = world.own.items["things"]
    with world.shop.begin() as connection:
        connection.execute(sa.delete(items).where(items.c.minimal.like(f'%"sku":"{sku}"%')))


both = pytest.mark.parametrize("world", ["", "m2_"], indirect=True)


@both
def test_a_shop_that_is_followed_has_not_drifted(told):
    assert found(told) == (5, {}, {})


@both
def test_what_was_broken_on_purpose_is_found_and_nothing_else_and_repaired(told):
    unseen(
        told,
        "UPDATE thing SET name = 'unseen' WHERE sku = 'a'",
        "DELETE FROM thing_scope WHERE entity_id = 2",
        "INSERT INTO thing_scope VALUES (3, 'shop')",
    )
    tamper(told, "d", hash="0" * 32)
    lose_record(told, "e")
    findings = verify(told, repairs=True)
    culprits = {(one.key, one.identity["scope"]): one.kind for one in findings.culprits}
    assert culprits == {
        ("a", "web"): Kind.STALE,
        ("b", "web"): Kind.SURPLUS,
        ("c", "shop"): Kind.MISSING,
        ("d", "web"): Kind.STALE,
        ("e", "web"): Kind.MISSING,
    }
    assert findings.totals["shelf"].equal == 1
    assert findings.repaired == 5
    assert told.shelf.told() == [], "nothing is sent by comparing"
    assert {row["reason"] for row in told.rows(told.own.pending)} == {"verify"}
    told.drain()
    assert told.shelf.items == told.expected()
    assert found(told) == (5, {}, {})
    told.install()


@both
def test_a_record_that_says_deleted_of_a_living_item_is_found(told):
    tamper(told, "a", is_deleted=1)
    assert found(told) == (4, {"a": "missing"}, {})


@both
def test_a_record_without_its_entity_is_found_and_deleted_at_the_destination(told):
    unseen(told, "DELETE FROM thing WHERE sku = 'b'", "DELETE FROM thing_scope WHERE entity_id = 2")
    assert found(told) == (4, {"b": "surplus"}, {})
    verify(told, repairs=True)
    told.drain()
    assert told.shelf.told() == [("b", True)]


@both
def test_a_record_under_a_wrong_entity_is_found_and_given_back_without_sending(told):
    tamper(told, "c", entity_id=4711)
    assert found(told) == (5, {"c": "surplus"}, {})
    verify(told, repairs=True)
    told.drain()
    assert told.shelf.told() == []
    assert found(told) == (5, {}, {})
    told.run("DELETE FROM thing_scope WHERE entity_id = 3")
    told.drain()
    assert told.shelf.told() == [("c", True)]


def test_when_the_destination_was_last_told_is_shown(told):
    unseen(told, "UPDATE thing SET name = 'unseen' WHERE sku = 'a'")
    lose_record(told, "b")
    known = {row["feed_id"]: row["accepted_at"] for row in told.rows(told.own.items["things"])}
    stale, missing = verify(told).culprits
    assert stale.recorded_at in known.values()
    assert missing.recorded_at is None


def test_a_change_in_a_changelog_or_pending_is_no_drift(told):
    told.run("UPDATE thing SET name = 'x' WHERE sku IN ('a', 'b')")
    assert found(told) == (3, {}, {"changed": 2})
    told.engine._collector.collect()
    assert found(told) == (3, {}, {"pending": 2})
    told.drain()
    assert found(told) == (5, {}, {})


def test_what_is_delivered_while_the_records_are_not_read_yet_is_not_even_suspect(
    told, monkeypatch
):
    def build_and_be_overtaken(*arguments):
        built = build_all(*arguments)
        told.run("UPDATE thing SET name = 'newer' WHERE sku = 'a'")
        told.run("DELETE FROM thing_scope WHERE entity_id = 2")
        told.drain()
        return built

    monkeypatch.setattr("daemon.sync.examine.build_all", build_and_be_overtaken)
    found = examine(told.context, told.context.feeds[0], [1, 2, 3, 4, 5])
    assert found == {"shelf": Comparison(equal=5)}
    assert told.shelf.told() == [("a", False), ("b", True)]


def test_a_change_elsewhere_excuses_nobody(told):
    tamper(told, "a", hash="0" * 32)
    told.run("UPDATE thing SET name = 'x' WHERE sku = 'b'")
    assert found(told) == (3, {"a": "stale"}, {"changed": 1})


def test_a_full_resync_that_is_not_through_excuses_what_it_has_not_come_to(told):
    lose_record(told, "a")
    request_full(told.context, told.context.feeds, Cause("by hand", Priority.RESYNC))
    assert found(told) == (4, {}, {"resync": 1})


def test_more_changes_than_are_looked_at_excuse_everybody(told, monkeypatch):
    monkeypatch.setattr("daemon.sync.examine.CHANGES", 1)
    tamper(told, "a", hash="0" * 32)
    told.run("UPDATE thing SET name = 'x' WHERE sku = 'b'")
    assert found(told) == (3, {}, {"changed": 2})


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.REFUSED])
def test_what_the_destination_does_not_take_is_no_drift(told, verdict):
    told.shelf.answer = lambda _: Result(verdict, "no", 500)
    told.run("UPDATE thing SET name = 'x' WHERE sku = 'a'")
    told.drain()
    assert found(told) == (4, {}, {verdict.value: 1})


def test_a_missed_change_of_a_refused_item_is_drift(told):
    told.shelf.answer = lambda _: Result(Verdict.REFUSED, "no", 400)
    told.run("UPDATE thing SET name = 'x' WHERE sku = 'a'")
    told.drain()
    unseen(told, "UPDATE thing SET name = 'better' WHERE sku = 'a'")
    assert found(told) == (4, {"a": "stale"}, {})


def test_what_cannot_be_built_is_no_drift(told):
    told.run("UPDATE thing SET name = 'broken' WHERE sku = 'a'")
    told.run("UPDATE thing SET name = 'explosive' WHERE sku = 'b'")
    told.drain()
    assert found(told) == (3, {}, {"unbuildable": 3})


def test_a_held_deletion_is_no_drift_but_one_whose_item_exists_again_unseen_is(told):
    object.__setattr__(told.context, "brake", Brake(0.1, 0))
    told.run("DELETE FROM thing_scope")
    told.drain()
    assert found(told) == (0, {}, {"held": 5})
    unseen(told, "INSERT INTO thing_scope VALUES (1, 'web')")
    assert found(told) == (0, {"a": "stale"}, {"held": 4})
    verify(told, repairs=True)
    told.drain()
    assert found(told) == (1, {}, {"held": 4})
    assert told.shelf.told() == []


def test_each_destination_is_compared_with_its_own_records(told):
    from world import Shelf

    other = Shelf("other")
    told.context = told.new_context(told.shelf, other)
    assert found(told, "shelf") == (5, {}, {})
    assert found(told, "other") == (0, dict.fromkeys(SKUS, "missing"), {})
    told.engine = told.new_engine()
    verify(told, repairs=True)
    told.drain()
    assert other.items == told.expected()
    assert told.shelf.told() == []


def test_culprits_are_named_up_to_a_number_and_all_are_counted(world, monkeypatch):
    monkeypatch.setattr("daemon.sync.verify.CULPRITS", 3)
    monkeypatch.setattr("daemon.sync.verify.SUSPECTS", 4)
    world.add(*(f"t{number}" for number in range(20)))
    findings = verify(world)
    assert findings.totals["shelf"].excused == {Excuse.CHANGED: 20}
    world.drain()
    with world.shop.begin() as connection:
        connection.execute(sa.delete(world.own.items["things"]))
    findings = verify(world)
    assert findings.totals["shelf"].drifted == {Kind.MISSING: 20}
    assert len(findings.culprits) == 3


def test_a_sample_holds_so_many_of_all(world):
    windows = [[1, 2, 3], [4, 5], [6]]
    rng = random.Random(1)  # noqa: S311 — chance that repeats
    assert sampled(windows, 10, rng) == [1, 2, 3, 4, 5, 6]
    picked = [tuple(sampled(windows, 2, rng)) for _ in range(200)]
    assert {len(set(one)) for one in picked} == {2}
    assert {entity_id for one in picked for entity_id in one} == {1, 2, 3, 4, 5, 6}


def write(world, stop, seed):
    """Change, rename, delete and make things until told to stop."""
    rng = random.Random(seed)  # noqa: S311 — chance that repeats
    while not stop.is_set():
        one = rng.randint(1, 30)
        with contextlib.suppress(sa.exc.DBAPIError):
            world.run(
                rng.choice([
                    f"UPDATE thing SET name = '{rng.random()}' WHERE entity_id = {one}",
                    f"UPDATE thing SET sku = 's{rng.randint(1, 40)}' WHERE entity_id = {one}",
                    f"DELETE FROM thing_scope WHERE entity_id = {one}",
                    f"INSERT IGNORE INTO thing_scope VALUES ({one}, 'web'), ({one}, 'shop')",
                    f"DELETE FROM thing WHERE entity_id = {one}",
                    f"REPLACE INTO thing (entity_id, sku, name) VALUES ({one}, 's{one}', 'back')",
                ])
            )  # fmt: skip


@both
def test_no_drift_is_ever_found_while_the_shop_is_written_to_and_two_engines_are_at_work(world):
    world.add(*(f"s{number}" for number in range(30)))
    world.drain()
    stop = threading.Event()
    engines = [world.new_engine(world.new_context(world.shelf), 5) for _ in range(2)]

    def work(engine):
        while not stop.is_set():
            engine.drain()

    threads = [threading.Thread(target=write, args=(world, stop, seed)) for seed in range(2)]
    threads += [threading.Thread(target=work, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    excused, equal = 0, 0
    try:
        for _ in range(40):
            one = examine(world.context, world.context.feeds[0], range(1, 41))["shelf"]
            assert one.suspects == (), "none, even before suspects are looked at again"
            excused += one.excused.total()
            equal += one.equal
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert excused, "otherwise nothing was ever under way"
    assert equal
    world.make_due()  # what was deferred a moment ago
    world.drain()
    assert world.shelf.items == world.expected()
    assert found(world) == (len(world.expected()), {}, {})


def rounds(world):
    with world.shop.connect() as connection:
        return read_rounds(connection, world.own)


@both
def test_a_patrol_goes_round_repairs_and_remembers_what_it_found(told, capsys):
    unseen(told, "UPDATE thing SET name = 'unseen' WHERE sku = 'a'")
    patrol = Patrol(told.context, Beat(86400.0, repairs=True))
    assert patrol.run() == 5
    assert patrol.run() == 0, "what is to be repaired goes first"
    told.drain()
    assert told.shelf.told() == [("a", False)]
    assert patrol.run() == 0
    last = rounds(told)["things"]
    assert last.found is None
    assert last.result["shelf"].drifted == {Kind.STALE: 1}
    assert last.result["shelf"].compared == 5
    assert patrol.run() == 0, "the next round is not due"


def test_a_patrol_goes_on_where_a_process_before_it_was_stopped(told, monkeypatch):
    monkeypatch.setattr("daemon.sync.patrol.LEAST", 2)
    monkeypatch.setattr("daemon.core.rounds.LEAST", 2)
    assert Patrol(told.context, Beat(86400.0, repairs=True)).run() == 2
    assert rounds(told)["things"].cursor == 2
    assert Patrol(told.context, Beat(86400.0, repairs=True)).run() == 2
    assert Patrol(told.context, Beat(86400.0, repairs=True)).run() == 1
    assert Patrol(told.context, Beat(86400.0, repairs=True)).run() == 0
    assert rounds(told)["things"].result["shelf"].equal == 5


def test_a_patrol_waits_while_anything_else_does(told):
    told.context.transact(pending.enqueue, told.own, "things", [1], Cause("by hand"))
    patrol = Patrol(told.context, Beat(86400.0, repairs=True))
    assert patrol.run() == 0
    assert rounds(told) == {}
    told.drain()
    assert patrol.run() == 5


def test_a_patrol_that_repairs_nothing_only_tells(told):
    tamper(told, "a", hash="0" * 32)
    patrol = Patrol(told.context, Beat(86400.0, repairs=False))
    patrol.run()
    patrol.run()
    assert told.pending() == []
    assert rounds(told)["things"].result["shelf"].drift == 1


def test_what_lost_triggers_hid_is_the_audits_business_not_drift(told):
    request_baselines(told.context)
    audit(told.context)
    told.drain()
    told.drop_triggers()
    told.run("UPDATE thing SET name = 'unseen' WHERE sku = 'a'")
    assert Patrol(told.context, Beat(86400.0, repairs=True)).run() == 5
    one = rounds(told)["things"]
    assert (one.found or one.result)["shelf"].drift == 0
    told.drain()
    assert told.shelf.items == told.expected()


def add_many(world, first, last):
    """Things that were never delivered, in one statement each."""
    numbers = f"SELECT seq FROM (WITH RECURSIVE n (seq) AS (SELECT {first} UNION ALL SELECT seq + 1"
    numbers += f" FROM n WHERE seq < {last}) SELECT seq FROM n) AS numbers"
    prefix = world.prefix
    with world.shop.begin() as connection:
        limit = "max_recursive_iterations" if connection.dialect.is_mariadb else CTE_LIMIT
        connection.exec_driver_sql(f"SET SESSION {limit} = 100000")
        connection.exec_driver_sql(
            f"INSERT INTO {prefix}thing (entity_id, sku, name)"
            f" SELECT seq, CONCAT('n', seq), 'many' FROM ({numbers}) AS s"
        )
        connection.exec_driver_sql(
            f"INSERT INTO {prefix}thing_scope SELECT entity_id, 'web' FROM {prefix}thing"
            f" WHERE entity_id >= {first}"
        )
        connection.exec_driver_sql(f"DELETE FROM {prefix}cfs_cl_thing")


def peak_bytes(world):
    tracemalloc.start()
    findings = verify(world, size=100)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return findings.totals["shelf"].drift, peak


def test_ten_times_as_much_drift_takes_no_more_memory(world):
    add_many(world, 1, 600)
    verify(world, size=100)
    assert peak_bytes(world)[0] == 600
    few, small = peak_bytes(world)
    add_many(world, 601, 6000)
    many, large = peak_bytes(world)
    assert (few, many) == (600, 6000)
    assert large < 1.5 * small


def test_entities_that_are_recorded_are_found_by_an_index(told):
    query = select_entities(told.own.items["things"], 1, 2, 100)
    compiled = query.compile(told.shop, compile_kwargs={"literal_binds": True})
    with told.shop.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN FORMAT=JSON {compiled}").scalar_one()
    assert '"entity"' in plan
    assert "filesort" not in plan
