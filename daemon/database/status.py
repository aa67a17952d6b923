"""How things stand: counts for `status`, the dashboard and the metrics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from changelog_triggers.model import Changelog
from daemon.core.outcome import Outcome
from daemon.database.changelogs import backlog, changelog_table
from daemon.database.runs import last_success
from daemon.database.schema import NOW, OwnTables, server_now


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """One feed's items over the destinations asked for.

    delivered: live items accepted as they are. failed: what recovery will still try.
    failing_seconds: for how long the oldest failed one has been failing; it grows while a
        destination is away, also where others take everything.
    refused and dead wait for new content or an order. in_doubt: being sent now, or when a process
    died. held: deletions that wait to be confirmed. tombstones: accepted deletions that are not
    purged yet. unrendered: live items with directives that only the shop's own code can render.
    pending: source entities that must be rebuilt.
    """

    delivered: int
    failed: int
    failing_seconds: float
    refused: int
    dead: int
    in_doubt: int
    held: int
    tombstones: int
    unrendered: int
    pending: int
    last_success: str | None


def feed_status(
    connection: sa.Connection, own: OwnTables, feed: str, destinations: Sequence[int]
) -> FeedStatus:
    """How a feed stands at these destinations."""
    c = own.items[feed].c
    query = (
        sa.select(
            c.outcome,
            c.is_deleted,
            sa.func.count(),
            sa.func.sum(c.unrendered),
            sa.func.timestampdiff(sa.text("MICROSECOND"), sa.func.min(c.failing_since), NOW),
        )
        .where(c.destination_id.in_(destinations))
        .group_by(c.outcome, c.is_deleted)
    )
    rows = connection.execute(query).all()
    found = [(Outcome(row[0]), bool(row[1]), int(row[2])) for row in rows]
    pending = own.pending.c
    waiting = sa.select(sa.func.count()).where(pending.feed == feed)
    success = last_success(connection, own, feed)
    return FeedStatus(
        delivered=total(found, Outcome.EXPORTED, is_deleted=False),
        failed=total(found, Outcome.FAILED),
        failing_seconds=max(
            (round((row[4] or 0) / 1e6, 3) for row in rows if row[0] == Outcome.FAILED), default=0.0
        ),
        refused=total(found, Outcome.REFUSED),
        dead=total(found, Outcome.DEAD),
        in_doubt=total(found, Outcome.SENDING),
        held=total(found, Outcome.HELD, is_deleted=False),
        tombstones=total(found, Outcome.EXPORTED, is_deleted=True),
        unrendered=sum(int(row[3]) for row in rows),
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


def still_to_do(
    connection: sa.Connection, own: OwnTables, feeds: Sequence[str] | None = None
) -> int:
    """How many entities are pending, or will be by resyncs that aren't filled yet.

    feeds: only these; None: all.
    """
    pending, resync = own.pending.c, own.resyncs.c
    rows = sa.select(sa.func.count()).select_from(own.pending)
    beyond = sa.cast(resync.total, sa.BigInteger) - sa.cast(resync.filled, sa.BigInteger)
    more = sa.select(sa.func.sum(sa.func.greatest(beyond, 0))).where(resync.filled_at.is_(None))
    if feeds is not None:
        rows, more = rows.where(pending.feed.in_(feeds)), more.where(resync.feed.in_(feeds))
    return int(connection.scalar(rows) or 0) + int(connection.scalar(more) or 0)


def queued_before(
    connection: sa.Connection, own: OwnTables, feeds: Sequence[str], moment: datetime | None
) -> tuple[datetime | None, int]:
    """How much is still to do of what these feeds had to do at the moment that their last resync
    was filled; that moment, which is None until then.

    moment: what the last call gave.
    """
    resync, pending = own.resyncs.c, own.pending.c
    if moment is None:
        unfilled = sa.exists().where(resync.filled_at.is_(None), resync.feed.in_(feeds))
        if connection.scalar(sa.select(unfilled)):
            return None, max(1, still_to_do(connection, own, feeds))
        moment = server_now(connection)
    older = sa.select(sa.func.count()).where(pending.feed.in_(feeds), pending.queued_at <= moment)
    return moment, int(connection.scalar(older) or 0)
