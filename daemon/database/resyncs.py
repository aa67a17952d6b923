"""Full resyncs: asked for by one row, then filled into pending window by window."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import insert

from daemon.core.outcome import Force
from daemon.database.pending import Cause, enqueue_select
from daemon.database.schema import NOW, OwnTables, later


def request(connection: sa.Connection, own: OwnTables, feed: str, cause: Cause, total: int) -> None:
    """Ask for a full resync of a feed.

    One that was asked for and has not begun serves both; one that has begun does not, for it has
    passed ids that may have changed since.
    """
    table = own.resyncs
    c = table.c
    waiting = sa.select(c.resync_id).where(
        c.feed == feed, c.filled_at.is_(None), c.cursor_id < 0, c.force >= int(cause.force)
    )
    found = connection.scalar(waiting.limit(1).with_for_update())
    if found is not None:
        sooner = {"priority": sa.func.least(c.priority, int(cause.priority))}
        connection.execute(sa.update(table).where(c.resync_id == found).values(sooner))
        return
    values = {"feed": feed, **cause.values, "total": total, "requested_at": NOW}
    connection.execute(insert(table).values(values))


def hold_open(connection: sa.Connection, own: OwnTables, resync_id: int) -> Any:
    """A resync that is not filled yet, locked; None where it is by now, or others are at it."""
    c = own.resyncs.c
    query = sa.select(own.resyncs).where(c.resync_id == resync_id, c.filled_at.is_(None))
    return connection.execute(query.with_for_update(skip_locked=True)).one_or_none()


def fill(
    connection: sa.Connection, own: OwnTables, resync: Any, ids: sa.Select[Any], window: int
) -> int:
    """Make the next window of ids pending and move the cursor; how many ids that were.

    ids: query of one column with all ids of the feed, in any order.
    """
    every = ids.subquery().c[0]
    beyond = sa.select(every.label("id")).where(every > resync.cursor_id).distinct()
    found = beyond.order_by(every).limit(window).subquery()
    count, last = connection.execute(sa.select(sa.func.count(), sa.func.max(found.c.id))).one()
    cause = Cause(resync.reason, resync.priority, resync.changed_at, Force(resync.force))
    if count:
        upper = sa.select(every.label("id")).where(every > resync.cursor_id, every <= last)
        enqueue_select(connection, own, resync.feed, upper, cause)
    c = own.resyncs.c
    moved: dict[str, Any] = {"filled": c.filled + count}
    moved |= {"cursor_id": last} if count else {}
    moved |= {"filled_at": NOW} if count < window else {}
    connection.execute(sa.update(own.resyncs).where(c.resync_id == resync.resync_id).values(moved))
    return int(count)


def purge_resyncs(
    connection: sa.Connection, own: OwnTables, keep_seconds: float, limit: int
) -> int:
    """Drop resyncs that were filled long enough ago, so many at most; how many there were."""
    old = sa.delete(own.resyncs).where(own.resyncs.c.filled_at < later(-keep_seconds))
    return connection.execute(old.with_dialect_options(mysql_limit=limit)).rowcount


def open_resyncs(connection: sa.Connection, own: OwnTables) -> list[Any]:
    """The resyncs that are not filled yet, the most urgent first."""
    c = own.resyncs.c
    query = sa.select(own.resyncs).where(c.filled_at.is_(None))
    return list(connection.execute(query.order_by(c.priority, c.resync_id)))
