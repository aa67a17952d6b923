"""Triggers that are lost are put back and what was missed is delivered; uninstalled, none stay."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess

import pytest
import sqlalchemy as sa
from installation import wait_until

from daemon.sandbox import edits

MVIEW = (
    """CREATE TABLE catalog_product_price_cl (
        version_id INT AUTO_INCREMENT PRIMARY KEY, entity_id INT UNSIGNED NOT NULL)""",
    *(
        f"CREATE TRIGGER trg_catalog_product_entity_after_{event.lower()} AFTER {event}"
        f" ON catalog_product_entity FOR EACH ROW INSERT INTO catalog_product_price_cl (entity_id)"
        f" VALUES ({row}.entity_id)"
        for event, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
    ),
)


def schema(installation):
    """The definition of every table, whatever the order of its indexes, and trigger, by name."""
    tables = installation.column("SHOW TABLES")
    created = {table: installation.rows(f"SHOW CREATE TABLE `{table}`")[0][1] for table in tables}
    return {table: tuple(sorted(lines(text))) for table, text in created.items()} | {
        row[0]: row
        for row in installation.rows(
            "SELECT trigger_name, event_object_table, action_timing, event_manipulation,"
            " action_statement FROM information_schema.triggers WHERE trigger_schema = DATABASE()"
        )
    }


def lines(table):
    """The lines of CREATE TABLE, without what changes as rows come."""
    return re.sub(r" AUTO_INCREMENT=\d+|,$", "", table, flags=re.MULTILINE).splitlines()


def triggers(installation):
    return installation.column(
        "SELECT trigger_name FROM information_schema.triggers"
        " WHERE trigger_schema = DATABASE() ORDER BY trigger_name"
    )


def places(installation):
    """Where triggers stand: a name may have got a letter more after a swap, and lose it again."""
    return installation.rows(
        "SELECT event_object_table, action_timing, event_manipulation FROM"
        " information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY 1, 2, 3"
    )


LOOKS = 20
"""A busy server may take up what the daemon sent last only some looks later."""


def in_hand(installation):
    """The open transactions; the list in innodb_trx grows old while it is read all the time."""
    [(*_, text)] = installation.rows("SHOW ENGINE INNODB STATUS")
    return re.findall(r"^---TRANSACTION .*\bACTIVE\b.*", text, flags=re.MULTILINE)


def stand_still(installation, daemon):
    """Stop the daemon between two transactions, for one in hand would keep tables from changing."""
    while True:
        wait_until(lambda: not in_hand(installation), lambda: str(in_hand(installation)))
        os.kill(daemon.pid, signal.SIGSTOP)
        if not any(in_hand(installation) for _ in range(LOOKS)):
            return
        os.kill(daemon.pid, signal.SIGCONT)


@pytest.fixture
def paused(installation):
    """A daemon that stands still until it is told to go on."""
    installation.configure(schedule={"audit": "300ms"})
    daemon = installation.run()
    installation.edit(edits.change_price)
    installation.wait_until_settled()
    stand_still(installation, daemon)
    return lambda: os.kill(daemon.pid, signal.SIGCONT)


def test_dropped_triggers_are_put_back_and_what_was_missed_is_delivered(installation, paused):
    before = places(installation)
    installation.sql(*(f"DROP TRIGGER `{name}`" for name in triggers(installation)))
    installation.edit(
        edits.rename_sku, edits.delete_product, edits.change_price, edits.move_category
    )
    assert not any(what.startswith("cfs_cl") for what in installation.left()), "nobody saw it"
    assert installation.disagreements()
    paused()
    wait_until(lambda: places(installation) == before, lambda: installation.log[-3000:])
    wait_until(lambda: not installation.disagreements(), lambda: str(installation.left()))
    installation.wait_until_settled()


def test_an_index_table_that_is_swapped_in_is_noticed(installation, paused):
    """Full reindexing fills the replica and swaps it in by RENAME; triggers move along."""
    table = "catalog_category_product_index_store1"
    before = triggers(installation)
    installation.sql(
        f"DELETE FROM {table}_replica",
        f"INSERT INTO {table}_replica SELECT * FROM {table}",
        f"DELETE FROM {table}_replica ORDER BY product_id LIMIT 5",
        f"RENAME TABLE {table} TO {table}_old, {table}_replica TO {table},"
        f" {table}_old TO {table}_replica",
    )
    paused()
    standing = "SELECT trigger_name, event_object_table FROM information_schema.triggers"
    astray = f"{standing} WHERE trigger_schema = DATABASE() AND event_object_table = '{{}}'"
    wait_until(
        lambda: not installation.rows(astray.format(f"{table}_replica")),
        lambda: installation.log[-3000:],
    )
    assert len(triggers(installation)) == len(before)
    wait_until(lambda: not installation.disagreements(), lambda: str(installation.left()))
    installation.wait_until_settled()
    restored = f"INSERT INTO {table} SELECT * FROM {table}_replica r WHERE NOT EXISTS"
    installation.sql(
        f"{restored} (SELECT 1 FROM {table} m WHERE m.product_id = r.product_id"
        " AND m.category_id = r.category_id)"
    )


def test_install_and_uninstall_leave_the_schema_as_it_was(fresh):
    fresh.sql(*MVIEW)
    before = schema(fresh)
    shown = fresh.command("install", "--print")
    assert "CREATE TRIGGER" in shown.stdout
    assert schema(fresh) == before, "--print runs nothing"
    assert fresh.command("install").returncode == 0
    fresh.edit(edits.rename_sku)
    assert fresh.column("SELECT COUNT(*) FROM catalog_product_price_cl")[0]
    fresh.first_sync()
    assert fresh.disagreements() == []
    assert before.items() < schema(fresh).items()
    done = fresh.command("uninstall", "--yes")
    assert done.returncode == 0, done.stderr
    assert schema(fresh) == before
    fresh.edit(edits.rename_sku, edits.delete_product)


@pytest.mark.skipif(shutil.which("mariadb") is None, reason="no command-line client")
def test_what_install_prints_does_what_install_does(fresh):
    script = fresh.command("install", "--print").stdout
    url = sa.make_url(fresh.url)
    client = [
        "mariadb",
        "--no-defaults",
        "--comments",
        f"-h{url.host}",
        f"-P{url.port}",
        f"-u{url.username}",
    ]
    done = subprocess.run(
        [*client, f"-p{url.password}", str(url.database)],
        input=script,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    by_script = schema(fresh)
    assert fresh.command("uninstall", "--yes").returncode == 0
    assert fresh.command("install").returncode == 0
    found = schema(fresh)
    assert {k: (v, found.get(k)) for k, v in by_script.items() if v != found.get(k)} == {}
    assert found.keys() == by_script.keys()
