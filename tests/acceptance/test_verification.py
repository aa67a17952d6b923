"""`feed-sync verify`, and the daemon's own comparison, beside daemons at work."""

from __future__ import annotations

import json

import pytest
from installation import wait_until

from daemon.sandbox import edits
from daemon.sandbox.receiver import Fault

KINDS = (edits.change_price, edits.rename_product, edits.change_stock, edits.rename_sku)


def verify(installation, *arguments):
    done = installation.command("verify", "--json", *arguments)
    assert done.returncode in {0, 1}, done.stderr
    return done.returncode, json.loads(done.stdout)


def hide_an_edit(installation):
    """Change a product, and lose what the triggers wrote of it."""
    installation.edit(edits.rename_product)
    changelogs = installation.column("SHOW TABLES LIKE 'cfs\\_cl\\_%'")
    installation.sql(*(f"DELETE FROM {one}" for one in changelogs))


def status(installation):
    done = installation.command("status", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["feeds"]


def test_a_shop_that_is_followed_ends_with_0(installation):
    code, found = verify(installation, "--all")
    assert (code, found["drift"], found["repaired"], found["culprits"]) == (0, 0, 0, [])
    assert {one["feed"] for one in found["feeds"]} == set(installation.app.context.feed)
    assert all(one["equal"] == one["compared"] > 0 for one in found["feeds"])
    shown = installation.command("verify", "--feed", "products", "--sample", "5")
    assert shown.returncode == 0
    assert shown.stdout.splitlines()[-1] == "No drift."


@pytest.mark.parametrize("executor", ["inline", "processes"])
def test_what_was_missed_is_shown_and_ends_with_1_and_is_repaired_by_order(installation, executor):
    installation.configure(sync={"executor": executor})
    hide_an_edit(installation)
    code, found = verify(installation, "--all")
    assert (code, found["repaired"]) == (1, 0)
    assert {one["feed"] for one in found["culprits"]} == {"products"}
    assert {one["kind"] for one in found["culprits"]} == {"stale"}
    assert installation.left() == {}, "nothing is written unless that is asked for"
    shown = installation.command("verify", "--all", "--repair")
    assert shown.returncode == 1
    assert "entities are pending now" in shown.stdout
    assert found["culprits"][0]["key"] in shown.stdout
    installation.drain()
    installation.assert_delivered()
    assert verify(installation, "--all")[0] == 0


def test_wrong_usage_is_told(installation):
    assert installation.command("verify", "--all", "--sample", "5").returncode == 2
    assert installation.command("verify", "--feed", "nope").returncode == 2


def test_the_daemon_finds_and_repairs_what_was_missed_by_itself(installation):
    installation.configure(schedule={"verify": "200ms"}, verify={"period": "2s", "repair": True})
    hide_an_edit(installation)
    installation.run()
    wait_until(lambda: '"event": "drift"' in installation.log, lambda: installation.log[-3000:])
    installation.wait_until_settled()
    before = installation.log.count('"event": "verified"')
    feeds = len(installation.app.context.feeds)
    wait_until(lambda: installation.log.count('"event": "verified"') > before + 2 * feeds)
    assert all(one["drift"] == 0 and one["verified"] for one in status(installation).values())


def test_no_drift_is_found_beside_two_daemons_that_are_at_work(installation):
    installation.configure(
        schedule={"verify": "1s"},
        verify={"period": "20s"},
        sync={"batch_entities": {"default": 10}},
    )
    installation.receiver.fail(Fault(latency_ms=20))
    daemons = [installation.run() for _ in range(2)]
    for _ in range(3):
        installation.edit(*KINDS)
        code, found = verify(installation, "--all")
        assert (code, found["culprits"]) == (0, [])
    installation.receiver.fail()
    installation.wait_until_settled()
    wait_until(lambda: '"event": "verified"' in installation.log)
    assert '"event": "drift"' not in installation.log
    assert all(daemon.poll() is None for daemon in daemons)


def test_a_comparison_that_is_switched_off_is_not_made(installation):
    installation.configure(schedule={"verify": "200ms"}, verify={"enabled": False})
    installation.forget()
    installation.first_sync()
    daemon = installation.run()
    installation.edit(edits.change_price)
    installation.wait_until_settled()
    installation.stop(daemon)
    assert installation.column("SELECT COUNT(*) FROM cfs_verify") == [0]
