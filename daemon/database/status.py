"""How things stand: counts for `status`, the dashboard and the metrics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from changelog_triggers.model import Changelog
from daemon.core.outcome import Outcome
from daemon.database.changelogs import backlog, changelog_table
from daemon.database.runs import last_success
from daemon.database.schema import NOW, OwnTables


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """One feed's items over the destinations asked for.

    delivered: live items accepted as they are. failed: what recovery will still try. refused and
    dead wait for new content or an order. in_doubt: being sent now, or when a process died.
    tombstones: accepted deletions that are not purged yet. pending: source entities that must be
        rebuilt.
    """

    delivered: int
    failed: int
    refused: int
    dead: int
    in_doubt: int
    tombstones: int
    pending: int
    last_success: str | None


def feed_status(
    connection: sa.Connection, own: OwnTables, feed: str, destinations: Sequence[int]
) -> FeedStatus:
    """How a feed stands at these destinations."""
    c = own.items[feed].c
    query = (
        sa.select(c.outcome, c.is_deleted, sa.func.count())
        .where(c.destination_id.in_(destinations))
        .group_by(c.outcome, c.is_deleted)
    )
    found = [(Outcome(row[0]), bool(row[1]), int(row[2])) for row in connection.execute(query)]
    pending = own.pending.c
    waiting = sa.select(sa.func.count()).where(pending.feed == feed)
    success = last_success(connection, own, feed)
    return FeedStatus(
        delivered=total(found, Outcome.EXPORTED, is_deleted=False),
        failed=total(found, Outcome.FAILED),
        refused=total(found, Outcome.REFUSED),
        dead=total(found, Outcome.DEAD),
        in_doubt=total(found, Outcome.SENDING),
        tombstones=total(found, Outcome.EXPORTED, is_deleted=True),
        pending=connection.scalar(waiting) or 0,
        last_success=None if success is None else f"{success:%Y-%m-%dT%H:%M:%SZ}",
    )


def total(
    found: Iterable[tuple[Outcome, bool, int]], outcome: Outcome, *, is_deleted: bool | None = None
) -> int:
    """How many items have the outcome, live ones or deleted ones or both."""
    return sum(
        count for which, gone, count in found if which is outcome and is_deleted in {None, gone}
    )


def changelog_backlog(
    connection: sa.Connection, own: OwnTables, changelogs: Iterable[Changelog]
) -> tuple[int, float]:
    """How many changes wait in the changelogs, and the age of the oldest in seconds."""
    found = [
        backlog(connection, changelog_table(changelog, own.prefix, own.schema))
        for changelog in changelogs
    ]
    return sum(rows for rows, _ in found), max((age for _, age in found), default=0.0)


def pending_backlog(connection: sa.Connection, own: OwnTables) -> tuple[int, float]:
    """How many entities are pending, and the age of the oldest change among them in seconds."""
    pending = own.pending.c
    age = sa.func.timestampdiff(sa.text("MICROSECOND"), sa.func.min(pending.changed_at), NOW)
    query = sa.select(sa.func.count(), age).select_from(own.pending)
    rows, micros = connection.execute(query).one()
    return rows, float(micros or 0) / 1_000_000
