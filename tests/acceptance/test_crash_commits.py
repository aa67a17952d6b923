"""kill -9 after every transaction that the product commits: nothing is lost, nothing is stuck.

The places are found in the code; one that nobody leads a real process to fails here.
"""

from __future__ import annotations

import datetime as dt
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from commits import commits
from installation import Installation, wait_until
from test_crash import SLOW, is_sending, workers

from daemon.sandbox import edits
from daemon.sandbox.receiver import Fault
from daemon.sync import processes
from daemon.sync.audit import audit
from daemon.sync.baseline import request_baselines
from daemon.sync.boundaries import cross
from daemon.sync.recover import recover

OFTEN = "200ms"
INDEX = "catalog_category_product_index_store1"
BRAKED = {"brake": {"share": 0.001, "minimum": 0}}
PLACES = "SELECT product_id, website_id FROM catalog_product_website"


@dataclass(frozen=True)
class Scene:
    """What is started, what is done to it then, and what somebody calls afterwards."""

    command: tuple[str, ...] = ("run",)
    provoke: Callable[[Installation, Any], None] = lambda *_: None
    afterwards: tuple[str, ...] = ()


def live(it):
    it.edit(edits.change_price, edits.rename_sku, edits.place_order)
    return Scene()


def new(it):
    it.forget()
    return Scene()


def otherwise(it):
    """Where another daemon worked by other settings until lately."""
    it.drain()
    it.sql("UPDATE cfs_meta SET value = '{}' WHERE name = 'terms'")
    live(it)
    return Scene()


def resync(it):
    return Scene(("resync", "--all", "--no-wait"))


def resync_of_one(it):
    [sku] = it.column("SELECT sku FROM catalog_product_entity LIMIT 1")
    return Scene(("resync", "--feed", "products", "--by-ids", sku, "--no-wait"))


def failing(it):
    it.receiver.fail(Fault(status=503))
    live(it)
    it.drain()
    it.receiver.fail()
    assert any(what.endswith(" failed") for what in it.left())
    return Scene()


def another_day(it):
    """Some days later there are no rule prices in the sample shop; now there are again."""
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=4)
    it.configure(clock={"now": later.isoformat()})
    cross(it.app.context)
    it.drain()
    it.configure()
    return Scene()


def claimed_by_the_dead(it):
    it.edit(edits.change_price)
    it.app.make_sync_engine()._collector.collect()
    dead = f"{socket.gethostname()}:4194305:{processes.place()}.1:1-1"
    it.sql(f"UPDATE cfs_pending SET claimed_by = '{dead}', claimed_until = '2037-01-01'")
    return Scene()


def claimed_elsewhere(it):
    it.edit(edits.change_price)
    it.app.make_sync_engine()._collector.collect()
    it.sql("UPDATE cfs_pending SET claimed_by = 'elsewhere:1:1-1', claimed_until = '2020-01-01'")
    return Scene()


def without_worker(it):
    it.configure(sync={"executor": "processes"})
    it.receiver.fail(SLOW)
    live(it)

    def kill_one(it, process):
        wait_until(lambda: is_sending(it), lambda: it.log)
        workers(process)[0].kill()

    return Scene(provoke=kill_one)


def long_in_hand(it):
    it.configure(sync={"executor": "processes", "claim": "5s"})
    it.receiver.fail(Fault(latency_ms=5000))
    live(it)
    return Scene()


def overtaken(it):
    """Somebody takes the batch over while its request is under way, and is done with it."""
    it.receiver.fail(SLOW)
    live(it)

    def take_over(it, _):
        wait_until(lambda: is_sending(it), lambda: it.log)
        it.sql("DELETE FROM cfs_pending WHERE claimed_by <> ''")

    return Scene(provoke=take_over)


def stopped(it):
    def stop(it, process):
        wait_until(lambda: '"after": "ready"' in it.log, lambda: it.log)
        process.send_signal(signal.SIGTERM)

    return Scene(provoke=stop)


def purged(it):
    it.edit(edits.unassign_website)
    assert it.command("resync", "--feed", "scopesWebsite").returncode == 0
    it.drain()
    it.configure(
        schedule={"purge": OFTEN, "run_history_purge": OFTEN},
        sync={"keep_tombstones": "1ms", "keep_runs": "1ms"},
    )
    return Scene()


def patrolled(it):
    it.configure(schedule={"verify": OFTEN}, verify={"period": "1s"})
    return Scene()


def repaired(it):
    it.sql("UPDATE cfs_item_products SET hash = 'another' LIMIT 3")
    return Scene(("verify", "--all", "--repair"))


def blind(it):
    audit(it.app.context)
    [name] = it.column(
        "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()"
        " AND event_object_table = 'catalog_product_entity_varchar'"
        " AND event_manipulation = 'UPDATE' AND trigger_name LIKE '%cfs%'"
    )
    it.sql(f"DROP TRIGGER `{name}`")
    it.edit(edits.rename_product)
    return Scene()


def swapped(it):
    audit(it.app.context)
    other = f"{INDEX}_replica"
    it.sql(
        f"DELETE FROM {other}",
        f"INSERT INTO {other} SELECT * FROM {INDEX}",
        f"UPDATE {other} SET position = position + 1 ORDER BY product_id LIMIT 3",
        f"RENAME TABLE {INDEX} TO swapping, {other} TO {INDEX}, swapping TO {other}",
    )
    it.edit(edits.rename_product)
    it.drain()
    return Scene()


def touched(it):
    audit(it.app.context)
    it.sql("UPDATE catalogrule_product_price SET rule_price = rule_price + 1 LIMIT 3")
    it.drain()
    return Scene()


def held(it, command):
    it.configure(**BRAKED)
    it.edit(edits.unassign_website)
    it.drain()
    assert any(what.endswith(" held") for what in it.left())
    return Scene(command, afterwards=("deletions", "confirm", "--yes"))


def confirmed(it):
    return held(it, ("deletions", "confirm", "--yes", "--no-wait"))


def rechecked(it):
    return held(it, ("deletions", "recheck", "--no-wait"))


def not_held_any_more(it):
    before = it.rows(PLACES)
    held(it, ())
    it.sql(f"INSERT IGNORE INTO catalog_product_website VALUES {', '.join(map(str, before))}")
    it.drain()
    it.configure(schedule={"held_reminder": OFTEN}, **BRAKED)
    return Scene()


def refused(it):
    it.receiver.fail(Fault(status=400))
    it.edit(edits.rename_product)
    it.drain()
    it.receiver.fail()
    assert any(what.endswith(" refused") for what in it.left())


def requeued(it):
    refused(it)
    return Scene(("dead-letters", "requeue", "--yes", "--no-wait"))


def dropped(it):
    refused(it)
    return Scene(("dead-letters", "drop", "--yes"), afterwards=("resync", "--all", "--force"))


SCENES: dict[Callable[[Installation], Scene], tuple[str, ...]] = {
    live: (
        "look.look:remember",
        "look.look:write_fact",
        "restores.Restores.look:_count",
        "service.SyncService._beat:beat",
        "baseline.read_wanted:wanted_baselines",
        "collect.Collector._collect_from:collect_some",
        "claiming.Claimer._claim:take",
        "batch.reserve:work",
        "batch.Hold.__call__:extend",
        "batch.process:record",
    ),
    new: (
        "resync.request_full:request",
        "baseline.request_baselines:remember",
        "resync.fill_next:fill_one",
        "prints.take_prints:note_printed",
    ),
    otherwise: ("app.App.adopt_terms:adopt",),
    resync: ("baseline.note_baselines:remember",),
    resync_of_one: ("resync.resync_ids:enqueue",),
    failing: (
        "recover.recover:enqueue_select",
        "gate.Gate._admission:_admit",
        "gate.Gate.leave:_learn",
    ),
    another_day: ("boundaries.cross_feed:move",),
    claimed_by_the_dead: ("engine.Engine.free_dead_claims:release",),
    claimed_elsewhere: ("engine.Engine._release:release_expired",),
    without_worker: ("engine.Engine._release:release",),
    long_in_hand: ("engine.Engine._keep_claims:extend",),
    overtaken: ("batch.process:order_again",),
    stopped: ("service.SyncService.stop:leave",),
    purged: (
        "recover.purge:purge_tombstones",
        "recover.purge_history:purge_runs",
        "recover.purge_history:purge_resyncs",
    ),
    patrolled: (
        "patrol.Patrol._next:begin_round",
        "patrol.compare_some:advance_round",
        "patrol.compare_some:end_round",
    ),
    repaired: ("verify.Verification._settle:enqueue",),
    blind: ("heal.heal_whole:write_healed",),
    swapped: (
        "prints.reprinted:write_chunk",
        "heal.heal_by_name:requeue_sent",
        "heal.heal_by_name:write_healed",
    ),
    touched: ("prints.touched_chunks:renew",),
    confirmed: (
        "deletions.confirm:server_now",
        "deletions.confirm:confirm_window",
        "deletions.confirm:release_brake",
    ),
    rechecked: ("deletions.recheck:enqueue_select",),
    not_held_any_more: ("brake.remind:release_brake",),
    requeued: ("dead_letters.requeue:requeue_letters",),
    dropped: ("dead_letters.drop:drop_letters",),
}


def test_every_place_that_commits_has_its_scene():
    named = [point for points in SCENES.values() for point in points]
    assert sorted(named) == sorted(commits())


@pytest.fixture
def place(request, make):
    """A shop for the scene; a new one where it needs tables that nothing else has happened to."""
    if make is not swapped:
        return request.getfixturevalue("installation")
    made = request.getfixturevalue("fresh")
    made.refresh()
    return made


@pytest.mark.parametrize(
    ("make", "point"),
    [
        pytest.param(make, point, id=f"{make.__name__}-{point}")
        for make, points in SCENES.items()
        for point in points
    ],
)
def test_a_process_that_is_killed_after_any_commit_loses_nothing(place, make, point):
    before = place.mark
    scene = make(place)
    killed = place.start(*scene.command, FEED_SYNC_FAULTPOINT=point)
    scene.provoke(place, killed)
    assert killed.wait(60) == -signal.SIGKILL, place.log[-3000:]
    place.kill(killed)
    go_on(place, scene)
    assert max(place.tombstones_since(before).values(), default=0) <= 2


def go_on(installation, scene):
    """What happens after a crash: somebody calls again, or the daemon looks and works."""
    installation.receiver.fail()
    calls = [scene.command, scene.afterwards] if scene.command != ("run",) else [scene.afterwards]
    for call in filter(None, calls):
        assert installation.command(*call).returncode in {0, 1}
    installation.configure()
    request_baselines(installation.app.context)
    audit(installation.app.context)
    wait_until(lambda: has_caught_up(installation), lambda: str(installation.left()))
    installation.recover()


def has_caught_up(installation):
    recover(installation.app.context)
    installation.drain()
    return installation.is_settled()
