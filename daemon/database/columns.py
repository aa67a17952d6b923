"""The columns of each table of our own."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

ASCII = {"charset": "ascii", "collation": "ascii_bin"}
ID = mysql.BIGINT(unsigned=True)
SMALL = mysql.SMALLINT(unsigned=True)
COUNT = mysql.INTEGER(unsigned=True)
MOMENT = mysql.DATETIME(fsp=3)
NAME = mysql.VARCHAR(64, **ASCII)
PROCESS = mysql.VARCHAR(128, **ASCII)
"""A process, or a claim of one: `sync/processes.py` names them."""

ENTITY = mysql.VARBINARY(1020)
"""An id of a changelog, number or text, so that any two that differ by a byte are two."""


def meta_columns() -> list[sa.schema.SchemaItem]:
    """Facts about the installation: layout version, when it was installed, what was last seen."""
    return [sa.Column("name", NAME, primary_key=True), sa.Column("value", sa.Text, nullable=False)]


def daemon_columns() -> list[sa.schema.SchemaItem]:
    """The processes that work on this installation, and when each was last seen alive."""
    return [
        sa.Column("name", PROCESS, primary_key=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
    ]


def destination_columns() -> list[sa.schema.SchemaItem]:
    """Destination and environment, by a short id: another environment starts a new baseline."""
    return [
        sa.Column("destination_id", SMALL, primary_key=True, autoincrement=True),
        sa.Column("name", NAME, nullable=False),
        sa.Column("environment", mysql.VARCHAR(128, **ASCII), nullable=False),
        sa.UniqueConstraint("name", "environment"),
    ]


def health_columns() -> list[sa.schema.SchemaItem]:
    """How a destination stands: the fields of `core.health.Health`."""
    used = ("slowed_at", "requests_at", "items_at", "bytes_at")
    shut = ("quiet_until", "open_until", "probe_until")
    return [
        sa.Column("destination_id", SMALL, primary_key=True, autoincrement=False),
        *[
            sa.Column(name, mysql.DOUBLE(asdecimal=False), nullable=False)
            for name in ("pace", *used, *shut)
        ],
        *[sa.Column(name, COUNT, nullable=False) for name in ("failures", "trips")],
        sa.Column("probe_by", PROCESS, nullable=False, server_default=""),
        sa.Column("seen_at", mysql.DOUBLE(asdecimal=False), nullable=False, server_default="0"),
    ]


def pending_columns() -> list[sa.schema.SchemaItem]:
    """What must be rebuilt: one row per feed and entity, whatever number of changes it had.

    A newer change raises `revision`. A claimed row carries its worker's token in `claimed_by`.
    """
    return [
        sa.Column("feed", NAME, primary_key=True),
        sa.Column("entity_id", ID, primary_key=True, autoincrement=False),
        sa.Column("priority", SMALL, nullable=False),
        sa.Column("revision", COUNT, nullable=False, server_default="1"),
        sa.Column("force", mysql.TINYINT(1), nullable=False, server_default="0"),
        sa.Column("reason", NAME, nullable=False),
        sa.Column("changed_at", MOMENT),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("claimed_by", PROCESS, nullable=False, server_default=""),
        sa.Column("claimed_until", MOMENT),
        sa.Index("claim", "feed", "claimed_by", "priority", "queued_at", "entity_id"),
        sa.Index("claimed", "claimed_by", "claimed_until"),
    ]


def resync_columns() -> list[sa.schema.SchemaItem]:
    """A full resync that was asked for: how far `pending` has been filled, by entity id."""
    return [
        sa.Column("resync_id", ID, primary_key=True, autoincrement=True),
        sa.Column("feed", NAME, nullable=False),
        sa.Column("priority", SMALL, nullable=False),
        sa.Column("force", mysql.TINYINT(1), nullable=False, server_default="0"),
        sa.Column("reason", NAME, nullable=False),
        sa.Column("cursor_id", mysql.BIGINT, nullable=False, server_default="-1"),
        sa.Column("total", ID, nullable=False),
        sa.Column("filled", ID, nullable=False, server_default="0"),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("filled_at", MOMENT),
        sa.Column("changed_at", MOMENT),
        sa.Index("open", "filled_at", "feed"),
    ]


def run_columns() -> list[sa.schema.SchemaItem]:
    """The history of batches: counts and times."""
    counts = ("affected", "sent", "tombstones", "unchanged", "refused", "failed")
    rare = ("unbuildable", "deferred", "held", "unrendered")
    return [
        sa.Column("run_id", ID, primary_key=True, autoincrement=True),
        sa.Column("batch", mysql.VARCHAR(128, **ASCII), nullable=False),
        sa.Column("feed", NAME, nullable=False),
        sa.Column("reason", NAME, nullable=False),
        *[sa.Column(name, COUNT, nullable=False, server_default="0") for name in counts + rare],
        sa.Column("changed_at", MOMENT),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.Column("elapsed_ms", COUNT, nullable=False),
        sa.Column("error", sa.Text),
        sa.Index("ended", "ended_at"),
        sa.Index("feed_ended", "feed", "ended_at"),
    ]


def brake_columns() -> list[sa.schema.SchemaItem]:
    """What deletions of a feed used up of their allowance, and since when some are held."""
    return [
        sa.Column("destination_id", SMALL, primary_key=True, autoincrement=False),
        sa.Column("feed", NAME, primary_key=True),
        sa.Column("spent", mysql.DOUBLE(), nullable=False),
        sa.Column("spent_at", MOMENT, nullable=False),
        sa.Column("held_since", MOMENT),
    ]


def verify_columns() -> list[sa.schema.SchemaItem]:
    """The comparison of a feed with the shop: how far the round under way is, and the last result.

    found: what came out so far, None where no round is under way. result: of the last full round.
    """
    return [
        sa.Column("feed", NAME, primary_key=True),
        sa.Column("cursor_id", mysql.BIGINT, nullable=False, server_default="-1"),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("found", sa.Text),
        sa.Column("ended_at", MOMENT),
        sa.Column("result", sa.Text),
    ]


def watched_columns() -> list[sa.schema.SchemaItem]:
    """The watched tables and changelogs as the last audit saw them.

    created_at, next_id: as the server tells them. is_filled: it had rows. triggers_at: when the
    last of its triggers was created. is_printed: what its rows were is kept in `print`. Changes
    since `blind_since` may not have been seen, for the reason that `blind_why` tells; null where
    all were.
    """
    return [
        sa.Column("name", NAME, primary_key=True),
        sa.Column("created_at", mysql.DATETIME),
        sa.Column("next_id", ID),
        sa.Column("is_filled", mysql.TINYINT(1), nullable=False, server_default="0"),
        sa.Column("triggers_at", MOMENT),
        sa.Column("is_printed", mysql.TINYINT(1), nullable=False, server_default="0"),
        sa.Column("blind_since", MOMENT),
        sa.Column("blind_why", sa.Text),
    ]


def print_columns() -> list[sa.schema.SchemaItem]:
    """Checksums of the rows that swapped tables had, by table, entity and day.

    entity_id: as text in UTF-8, compared byte by byte. day: ISO date, or empty where rows have
    none.
    """
    return [
        sa.Column("source", NAME, primary_key=True),
        sa.Column("entity_id", ENTITY, primary_key=True),
        sa.Column("day", mysql.VARCHAR(10, **ASCII), primary_key=True),
        sa.Column("checksum", mysql.DECIMAL(30, 0), nullable=False),
    ]


def touched_columns() -> list[sa.schema.SchemaItem]:
    """Entities of swapped tables that changed since their checksums were taken."""
    return [
        sa.Column("source", NAME, primary_key=True),
        sa.Column("entity_id", ENTITY, primary_key=True),
    ]


def item_columns() -> list[sa.schema.SchemaItem]:
    """What a destination was last told about each item, and what became of it."""
    return [
        sa.Column("destination_id", SMALL, primary_key=True, autoincrement=False),
        sa.Column("feed_id", mysql.CHAR(40, **ASCII), primary_key=True),
        sa.Column("entity_id", ID, nullable=False),
        sa.Column("outcome", mysql.VARCHAR(16, **ASCII), nullable=False),
        sa.Column("hash", mysql.VARCHAR(32, **ASCII), nullable=False),
        sa.Column("is_deleted", mysql.TINYINT(1), nullable=False, server_default="0"),
        sa.Column("minimal", mysql.MEDIUMTEXT, nullable=False),
        sa.Column("unrendered", mysql.TINYINT(1), nullable=False, server_default="0"),
        sa.Column("attempts", SMALL, nullable=False, server_default="0"),
        sa.Column("next_attempt_at", MOMENT),
        sa.Column("failing_since", MOMENT),
        sa.Column("late_until", MOMENT),
        sa.Column("is_late_other", mysql.TINYINT(1), nullable=False, server_default="0"),
        sa.Column("error", sa.Text),
        sa.Column("status", SMALL),
        sa.Column("request_id", mysql.VARCHAR(128, **ASCII)),
        sa.Column("tried_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT),
        sa.Index("entity", "destination_id", "entity_id"),
        sa.Index("due", "next_attempt_at"),
    ]
