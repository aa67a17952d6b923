"""Two daemons whose settings differ never work on one database at once, and lose nothing."""

import signal

from installation import wait_until

from daemon.sandbox import edits

PRICES = {"destinations": {"receiver": {"feeds": ["prices"]}}}
ALL = {"sync": {"claim": "8s"}}


def test_a_daemon_with_fewer_feeds_is_refused_beside_another_and_begins_when_that_has_ended(
    installation,
):
    installation.configure()
    first = installation.run()
    installation.configure(**PRICES)
    second = installation.start("run")
    assert second.wait(60) == 75
    assert f":{first.pid} works on this database by other settings" in installation.log
    assert "sends categories to receiver (test)" in installation.log
    assert installation.command("sync").returncode == 75
    assert installation.command("resync", "--all").returncode == 75
    installation.edit(edits.change_price, edits.rename_product)
    installation.configure()
    installation.wait_until_settled()
    installation.stop(first)
    installation.configure(**PRICES)
    second = installation.run()
    installation.edit(edits.change_price, edits.rename_product)
    installation.stop(second)
    installation.configure()
    installation.run()
    installation.wait_until_settled()


def test_a_daemon_that_stood_still_while_another_took_over_goes_on_when_that_has_ended(
    installation,
):
    installation.configure(**PRICES)
    narrow = installation.run()
    narrow.send_signal(signal.SIGSTOP)
    installation.sql("UPDATE cfs_daemon SET seen_at = '2020-01-01'")
    installation.configure()
    wide = installation.run()
    narrow.send_signal(signal.SIGCONT)
    installation.edit(edits.change_price, edits.rename_product)
    installation.wait_until_settled()
    installation.stop(wide)
    installation.edit(edits.change_price, edits.rename_product)
    changes = "SELECT COUNT(*) FROM cfs_cl_product"
    wait_until(lambda: installation.column(changes) == [0], lambda: installation.log[-3000:])
    installation.stop(narrow)
    installation.run()
    installation.wait_until_settled()
