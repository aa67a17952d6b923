"""All that is remembered of one entity: its items at every destination, and its pending row."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from daemon.database.schema import OwnTables


def read_told(
    connection: sa.Connection, table: sa.Table, destination: int, feed_ids: Collection[str]
) -> dict[str, dict[str, Any]]:
    """What a destination was told of these identities and replied, and when (UTC), by feed_id."""
    c = table.c
    columns = (c.attempts, c.status, c.request_id, c.error, c.failing_since, c.next_attempt_at)
    query = sa.select(c.feed_id, c.tried_at, c.accepted_at, *columns).where(
        c.destination_id == destination, c.feed_id.in_(sorted(feed_ids))
    )
    rows = connection.execute(query).mappings()
    return {row["feed_id"]: {name: row[name] for name in row if name != "feed_id"} for row in rows}


def read_pending(
    connection: sa.Connection, own: OwnTables, feed: str, entity_id: int
) -> dict[str, Any] | None:
    """The pending row of an entity; None where it isn't pending."""
    c = own.pending.c
    query = sa.select(
        c.reason, c.priority, c.queued_at, c.changed_at, c.due_at, c.claimed_by, c.claimed_until
    )
    mine = (c.feed == feed, c.entity_id == entity_id)
    row = connection.execute(query.where(*mine)).mappings().one_or_none()
    return None if row is None else dict(row)
