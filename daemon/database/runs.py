"""The history of batches, and the facts about the installation."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import insert

from daemon.database.schema import NOW, OwnTables, later


@dataclass(frozen=True, slots=True)
class Report:
    """What one batch did.

    affected: source entities. sent, tombstones: accepted by the destinations. unchanged: identities
    left alone. unrendered: items with directives that only the shop can render, sent or not.
    deferred: entities left pending. held: deletions that wait to be confirmed. changed_at: the
    oldest change in it (UTC), if known.
    """

    batch: str
    feed: str
    reason: str
    affected: int
    sent: int = 0
    tombstones: int = 0
    unchanged: int = 0
    refused: int = 0
    failed: int = 0
    unbuildable: int = 0
    deferred: int = 0
    held: int = 0
    unrendered: int = 0
    changed_at: datetime | None = None
    elapsed_ms: int = 0
    error: str | None = None


def write_run(connection: sa.Connection, own: OwnTables, report: Report) -> None:
    """Add a batch to the history."""
    connection.execute(insert(own.runs).values(**asdict(report), ended_at=NOW))


def purge_runs(connection: sa.Connection, own: OwnTables, keep_seconds: float, limit: int) -> int:
    """Drop history that is old enough, so many rows at most; how many there were."""
    old = sa.delete(own.runs).where(own.runs.c.ended_at < later(-keep_seconds))
    return connection.execute(old.with_dialect_options(mysql_limit=limit)).rowcount


def last_success(connection: sa.Connection, own: OwnTables, feed: str) -> datetime | None:
    """When the feed's last batch without failures ended."""
    c = own.runs.c
    query = sa.select(sa.func.max(c.ended_at)).where(
        c.feed == feed, c.failed == 0, c.error.is_(None)
    )
    found: datetime | None = connection.scalar(query)
    return found


def read_facts(connection: sa.Connection, own: OwnTables, prefix: str = "") -> dict[str, str]:
    """The facts about the installation whose names begin so."""
    c = own.meta.c
    query = sa.select(c.name, c.value).where(c.name.startswith(prefix, autoescape=True))
    return {row.name: row.value for row in connection.execute(query)}


def write_fact(connection: sa.Connection, own: OwnTables, name: str, value: str | None) -> None:
    """Remember a fact about the installation; None forgets it."""
    if value is None:
        connection.execute(sa.delete(own.meta).where(own.meta.c.name == name))
        return
    statement = insert(own.meta).values(name=name, value=value)
    connection.execute(statement.on_duplicate_key_update(value=statement.inserted.value))


def select_fact(own: OwnTables, name: str) -> sa.Select[Any]:
    """The value of a fact about the installation."""
    return sa.select(own.meta.c.value).where(own.meta.c.name == name)


def hold_fact(connection: sa.Connection, own: OwnTables, name: str, first: str) -> str | None:
    """A fact, locked until the transaction ends; None where there was none, and `first` is it now.

    Of two that ask at once, the second waits, and is told what the first one left.
    """
    known = select_fact(own, name).with_for_update()
    found: str | None = connection.scalar(known)
    if found is not None:
        return found
    added = insert(own.meta).prefix_with("IGNORE").values(name=name, value=first)
    if connection.execute(added).rowcount:
        return None
    return str(connection.scalar(known))


def beat(connection: sa.Connection, own: OwnTables, name: str) -> None:
    """Say that this process is alive."""
    statement = insert(own.daemons).values(name=name, started_at=NOW, seen_at=NOW)
    connection.execute(statement.on_duplicate_key_update(seen_at=statement.inserted.seen_at))


def leave(connection: sa.Connection, own: OwnTables, name: str) -> None:
    """Say that this process has ended, and clear away those that never could."""
    c = own.daemons.c
    connection.execute(
        sa.delete(own.daemons).where(sa.or_(c.name == name, c.seen_at < later(-86400)))
    )


def living(connection: sa.Connection, own: OwnTables, within_seconds: float) -> list[str]:
    """The processes that were seen alive lately."""
    c = own.daemons.c
    return list(connection.scalars(sa.select(c.name).where(c.seen_at > later(-within_seconds))))
