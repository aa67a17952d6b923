"""A catalogue that vanishes from the shop stays at the receiver until somebody confirms that."""

from __future__ import annotations

import json
import signal

import pytest
from installation import wait_until

from daemon.sandbox import edits
from daemon.sync.faultpoints import Faultpoint

BRAKE = {"brake": {"share": 0.1, "minimum": 20}}
AWAY = (
    "CREATE TABLE kept_websites AS SELECT * FROM catalog_product_website",
    "DELETE FROM catalog_product_website",
)
HALF_BACK = "INSERT INTO catalog_product_website SELECT * FROM kept_websites WHERE product_id % 2"
BACK = "INSERT IGNORE INTO catalog_product_website SELECT * FROM kept_websites"


@pytest.fixture
def braked(installation):
    """A shared shop with a brake, which has its products in their websites again afterwards."""
    installation.forget()
    installation.configure(**BRAKE)
    installation.first_sync()
    yield installation
    installation.kill_all()
    installation.sql(BACK, "DROP TABLE kept_websites")


def living(installation, feed="products"):
    return {(body["sku"], body["storeViewCode"]) for body in installation.receiver.items(feed)}


def held(installation):
    done = installation.command("deletions", "list", "--json")
    assert done.returncode == 0, done.stderr
    return {row["feed"]: row["held"] for row in json.loads(done.stdout)}


def is_quiet(installation):
    return not {what for what in installation.left() if not what.endswith(" held")}


def settle(installation):
    wait_until(lambda: is_quiet(installation), lambda: str(installation.left()))


def test_websites_that_lose_all_products_delete_nothing_until_that_is_confirmed(braked):
    daemons = [braked.run() for _ in range(2)]
    before, everything = braked.mark, living(braked)
    braked.sql(*AWAY)
    settle(braked)
    waiting = held(braked)
    assert waiting["products"] == len(everything)
    assert waiting["prices"] > 0
    assert braked.tombstones_since(before) == {}
    assert living(braked) == everything
    assert "deletions held" in braked.log
    status = braked.command("status")
    assert f"HELD: {len(everything):,} of {len(everything):,} items of products" in status.stdout

    braked.sql(HALF_BACK)
    settle(braked)
    assert braked.tombstones_since(before) == {}
    waiting = held(braked)
    done = braked.command("deletions", "confirm", "--yes", "--no-wait")
    assert done.returncode == 0, done.stderr
    braked.wait_until_settled()
    deleted = braked.tombstones_since(before)
    assert len(deleted) == sum(waiting.values())
    assert set(deleted.values()) == {1}, "each is deleted once"
    assert held(braked) == {}
    assert all(daemon.poll() is None for daemon in daemons)


@pytest.mark.parametrize("point", [Faultpoint.BUILT, Faultpoint.RECORD_WRITTEN])
def test_a_daemon_that_is_killed_while_it_holds_loses_nothing(braked, point):
    before, everything = braked.mark, living(braked)
    braked.sql(*AWAY)
    killed = braked.start(FEED_SYNC_FAULTPOINT=point.value)
    assert killed.wait(60) == -signal.SIGKILL, braked.log[-3000:]
    braked.drain()
    assert living(braked) == everything
    braked.sql(BACK)
    braked.drain()
    assert braked.tombstones_since(before) == {}
    braked.assert_delivered()


def test_a_single_deletion_waits_for_nobody(braked):
    braked.sql(AWAY[0])
    before = braked.mark
    braked.edit(edits.unassign_website)
    braked.drain()
    assert braked.tombstones_since(before)
    braked.assert_delivered()


def test_a_confirmation_needs_a_word(braked):
    braked.sql(*AWAY)
    braked.drain()
    done = braked.command("deletions", "confirm")
    assert (done.returncode, "say --yes" in done.stderr) == (2, True)
    assert held(braked)
    done = braked.command("deletions", "confirm", "--yes", "--feed", "nope")
    assert (done.returncode, "no such feed" in done.stderr) == (2, True)
    done = braked.command("deletions", "recheck")
    assert done.returncode == 0, done.stderr
    assert held(braked)
