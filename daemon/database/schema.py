"""The tables of our own: all begin with the shop's prefix and `cfs_`, in one schema."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

import sqlalchemy as sa

from daemon.core.health import LONGEST_SECONDS
from daemon.database.columns import (
    brake_columns,
    daemon_columns,
    destination_columns,
    health_columns,
    item_columns,
    meta_columns,
    pending_columns,
    print_columns,
    resync_columns,
    run_columns,
    touched_columns,
    verify_columns,
    watched_columns,
)

VERSION = 1
"""Version of the tables' layout, kept in cfs_meta."""

NOW: sa.ColumnElement[datetime] = sa.func.utc_timestamp(sa.text("3"))
"""The server's clock, UTC, in milliseconds: the only clock for claims and attempts."""


def as_ascii(text: str, longest: int) -> str:
    """A text from outside as a column of ASCII takes it."""
    return text.encode("ascii", "replace").decode()[:longest]


def server_now(connection: sa.Connection) -> datetime:
    """The server's clock as a value.

    Statements for many rows need values: the driver sends them as one only if nothing but values
    stands in a row.
    """
    return connection.execute(sa.select(NOW)).scalar_one()


def utc_now(connection: sa.Connection) -> datetime:
    """The server's clock as a value that says that it is UTC."""
    return server_now(connection).replace(tzinfo=UTC)


def later(seconds: float) -> sa.ColumnElement[datetime]:
    """The server's clock plus so many seconds."""
    return sa.func.timestampadd(sa.text("MICROSECOND"), sa.literal(seconds) * 1_000_000, NOW)


def is_due(
    moment: sa.ColumnElement[datetime | None], longest_seconds: float = LONGEST_SECONDS
) -> sa.ColumnElement[bool]:
    """The moment has come; or the clock was put back, for nobody set one so far ahead."""
    return sa.or_(moment <= NOW, moment > later(longest_seconds))


class OwnTables:
    """The tables as SQLAlchemy values, for a prefix, a schema and the feeds in use.

    schema: "" for the shop's own schema.
    """

    def __init__(self, feeds: Iterable[str], prefix: str = "", schema: str = "") -> None:
        self.prefix = prefix
        self.schema = schema
        self.metadata = sa.MetaData(schema=schema or None)
        self.meta = self._table("meta", meta_columns())
        self.daemons = self._table("daemon", daemon_columns())
        self.destinations = self._table("destination", destination_columns())
        self.health = self._table("health", health_columns())
        self.pending = self._table("pending", pending_columns())
        self.resyncs = self._table("resync", resync_columns())
        self.runs = self._table("run", run_columns())
        self.brakes = self._table("brake", brake_columns())
        self.rounds = self._table("verify", verify_columns())
        self.watched = self._table("watched", watched_columns())
        self.prints = self._table("print", print_columns())
        self.touched = self._table("touched", touched_columns())
        self.items = {
            feed: self._table(f"item_{snake(feed)}", item_columns()) for feed in sorted(feeds)
        }

    def _table(self, name: str, columns: list[sa.schema.SchemaItem]) -> sa.Table:
        return sa.Table(
            f"{self.prefix}cfs_{name}",
            self.metadata,
            *columns,
            mysql_engine="InnoDB",
            mysql_charset="utf8mb4",
            mysql_collate="utf8mb4_bin",
        )


def snake(name: str) -> str:
    """`scopesWebsite` as `scopes_website`: table names don't depend on the server's case rules."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
