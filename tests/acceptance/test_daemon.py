"""The daemon as a process: signals, settings, exit codes."""

from __future__ import annotations

import os
import signal

import pytest
from installation import create_schema, drop_schema, wait_until

from daemon.sandbox import edits
from daemon.sandbox.agreement import disagreements
from daemon.sandbox.receiver import Fault, Receiver

SLOW = Fault(latency_ms=700)


def claimed(installation):
    return installation.column("SELECT COUNT(*) FROM cfs_pending WHERE claimed_by <> ''")[0]


def sending(installation):
    return any(what.endswith(" sending") for what in installation.left())


@pytest.fixture(params=["inline", "processes"])
def busy(installation, request):
    """A daemon in the midst of many small batches that a slow destination takes."""
    installation.configure(sync={"executor": request.param, "batch_entities": {"default": 1}})
    installation.receiver.fail(SLOW)
    daemon = installation.run()
    installation.edit(*[edits.change_price] * 4, *[edits.rename_sku] * 4)
    wait_until(lambda: sending(installation), lambda: installation.log)
    return daemon


def test_an_interrupt_of_the_whole_group_finishes_the_batch_in_hand(installation, busy):
    """Ctrl-C on a terminal tells the workers, too."""
    os.killpg(busy.pid, signal.SIGINT)
    assert busy.wait(30) == 0, installation.log[-3000:]
    assert "Traceback" not in installation.log
    assert claimed(installation) == 0
    assert not sending(installation)
    assert installation.left(), "what was not in hand is left for the next start"
    installation.receiver.fail()
    installation.configure()
    installation.recover()


def test_workers_that_are_told_to_stop_lose_nothing(installation, busy):
    """Some supervisors tell every process of a group."""
    os.killpg(busy.pid, signal.SIGTERM)
    assert busy.wait(30) == 0, installation.log[-3000:]
    installation.receiver.fail()
    installation.configure()
    installation.start()
    installation.wait_until_settled()


def test_a_daemon_that_is_told_to_stop_finishes_the_batch_in_hand(installation, busy):
    assert installation.stop(busy) == 0
    assert claimed(installation) == 0
    assert not sending(installation), f"{installation.left()} {installation.log[-6000:]}"
    gone = f"SELECT COUNT(*) FROM cfs_daemon WHERE name LIKE '%:{busy.pid}'"
    assert installation.column(gone) == [0]


def test_a_new_destination_gets_its_first_sync_by_a_reload(installation):
    daemon = installation.run()
    with Receiver() as other:
        installation.configure(destinations={"other": {"preset": "classic", "url": other.url}})
        daemon.send_signal(signal.SIGHUP)
        context = installation.app.context
        taken = [feed for feed in context.feeds if context.destinations[1].takes(feed.name)]
        wait_until(lambda: taken and all(other.items(one.name) for one in taken))
        installation.edit(edits.change_price, edits.rename_sku, edits.move_category)
        installation.wait_until_settled()
        assert disagreements(context, other.items, taken) == []
        assert installation.stop(daemon) == 0


def test_a_reload_of_wrong_settings_is_refused_and_the_daemon_goes_on(installation):
    daemon = installation.run()
    right = installation.config.read_text(encoding="utf-8")
    installation.config.write_text(right.replace('"200ms"', '"often"'), encoding="utf-8")
    daemon.send_signal(signal.SIGHUP)
    wait_until(lambda: "reload refused" in installation.log, lambda: installation.log)
    assert "schedule.sync" in installation.log
    installation.config.write_text(right, encoding="utf-8")
    installation.edit(edits.change_price)
    installation.wait_until_settled()
    assert daemon.poll() is None


def test_a_reload_that_can_not_start_leaves_the_daemon_as_it_was(installation):
    """An account that may not create triggers is only found out when the triggers are looked at."""
    account = f"meek_{installation.engine.url.database}"[:32]
    url = installation.engine.url.set(username=account, password="meek")
    installation.sql(
        f"CREATE USER {account}@'%' IDENTIFIED BY 'meek'",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON *.* TO {account}@'%'",
    )
    daemon = installation.run()
    try:
        installation.configure(database={"url": url.render_as_string(hide_password=False)})
        daemon.send_signal(signal.SIGHUP)
        wait_until(lambda: "reload refused" in installation.log, lambda: installation.log)
        assert "may not create triggers" in installation.log
        installation.configure()
        installation.edit(edits.change_price)
        installation.wait_until_settled()
        assert daemon.poll() is None
    finally:
        installation.sql(f"DROP USER {account}@'%'")


def test_a_daemon_starts_and_reloads_while_a_table_is_in_use(installation):
    table = "catalog_category_entity"
    trigger = installation.column(f"SHOW TRIGGERS LIKE '{table}'")[0]
    installation.sql(f"DROP TRIGGER {trigger}")
    installation.configure(schedule={"audit": "300ms"})
    with installation.engine.connect() as dump:
        dump.exec_driver_sql(f"SELECT * FROM {table}").all()
        daemon = installation.run()
        daemon.send_signal(signal.SIGHUP)
        wait_until(lambda: '"reloaded"' in installation.log, lambda: installation.log)
        assert f"Table {table} is in use" in installation.log
        installation.edit(edits.change_price)
        installation.wait_until_settled()
    wait_until(lambda: installation.column(f"SHOW TRIGGERS LIKE '{table}'"))
    assert installation.stop(daemon) == 0


@pytest.mark.parametrize(
    ("sections", "key"),
    [
        ({"schedule": {"sync": "often"}}, "schedule.sync"),
        ({"sync": {"workers": 0}}, "sync.workers"),
        ({"sync": {"wrokers": 2}}, "sync.wrokers"),
        ({"destinations": {"receiver": {"feeds": ["nonsense"]}}}, "nonsense"),
    ],
)
def test_wrong_settings_end_the_daemon_with_78_and_name_the_key(installation, sections, key):
    installation.configure(**sections)
    done = installation.command("run")
    assert (done.returncode, done.stdout) == (78, "")
    assert key in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [["run"], ["resync", "--all"]])
def test_without_an_installation_every_command_says_how_to_get_one(
    installation, server_url, command
):
    name = f"{installation.engine.url.database}_empty"
    create_schema(server_url, name)
    try:
        installation.configure(database={"own_schema": name})
        done = installation.command(*command)
    finally:
        drop_schema(server_url, name)
    assert done.returncode == 78
    assert "Run `feed-sync install`." in done.stderr
