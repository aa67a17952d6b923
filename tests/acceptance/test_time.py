"""What changes with time alone arrives: by real daemons, by one run, and across kill -9."""

from __future__ import annotations

import datetime as dt
import signal

import pytest
from installation import Installation, wait_until

from daemon.sandbox.shop import create_shop
from daemon.sandbox.shop.versions import FUTURE, LATER, NOW
from daemon.sync.faultpoints import Faultpoint

TODAY = dt.datetime.now(dt.UTC).replace(hour=12, minute=0, second=0, microsecond=0)
LATER_DAY = TODAY + dt.timedelta(days=3)
"""When the sample shop's rule prices are over."""


def rule_prices(installation):
    """How many price items carry a rule price."""
    held = installation.receiver.items("prices")
    discounts = [one for item in held for one in item["discounts"] or ()]
    return sum(one["code"] == "catalog_rule" for one in discounts)


@pytest.fixture
def today(fresh):
    """A shop that is delivered as of today, and how to let it be another day."""

    def be(moment):
        fresh.configure(clock={"now": moment.isoformat()})

    be(TODAY)
    fresh.install()
    fresh.first_sync()
    fresh.assert_delivered()
    assert rule_prices(fresh) > 0
    return fresh, be


def test_a_running_daemon_and_a_single_run_follow_the_date(today):
    installation, be = today
    before = rule_prices(installation)
    daemon = installation.run()
    be(LATER_DAY)
    daemon.send_signal(signal.SIGHUP)
    wait_until(lambda: rule_prices(installation) == 0, lambda: installation.log[-3000:])
    installation.wait_until_settled()
    assert installation.stop(daemon) == 0
    be(TODAY)
    done = installation.command("sync")
    assert done.returncode == 0, done.stderr
    assert rule_prices(installation) == before
    installation.assert_delivered()


def test_a_process_that_is_killed_while_it_looks_at_the_time_loses_nothing(today):
    installation, be = today
    be(LATER_DAY)
    for command in ("sync", "run"):
        killed = installation.start(command, FEED_SYNC_FAULTPOINT=Faultpoint.CROSSED_ENQUEUED.value)
        assert killed.wait(60) == -signal.SIGKILL, installation.log[-3000:]
        assert installation.left() == {}, "neither pending nor remembered"
    assert installation.command("sync").returncode == 0
    assert rule_prices(installation) == 0
    installation.assert_delivered()


@pytest.fixture
def staged(database_url, tmp_path):
    """A staged shop that is delivered."""
    made = Installation(database_url, tmp_path, 0)
    create_shop(made.engine, 25, staged=True)
    made.configure(schedule={"boundaries": "200ms"})
    made.install()
    made.first_sync()
    yield made
    made.close()


def test_daemons_follow_a_scheduled_update_that_comes_into_force_and_ends(staged):
    daemons = [staged.run() for _ in range(2)]
    for version, season in ((FUTURE + LATER, True), (NOW, False)):
        staged.sql(
            f"""UPDATE flag SET flag_data = '{{"current_version":"{version}"}}'"""
            " WHERE flag_code = 'staging'"
        )
        wait_until(
            lambda season=season: (
                season
                == any(
                    "(next season)" in item["name"] for item in staged.receiver.items("products")
                )
            ),
            lambda: staged.log[-3000:],
        )
        staged.wait_until_settled()
    assert [staged.stop(daemon) for daemon in daemons] == [0, 0]
