"""The pending table: what must be rebuilt, why, and what of it goes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import Insert, insert

from daemon.core.outcome import Force
from daemon.database.packed import unpack
from daemon.database.schema import NOW, OwnTables, as_ascii, is_due

REASON_CHARACTERS = 64


class Priority(IntEnum):
    """Which work goes first: the lower number."""

    LIVE = 10
    RECOVERY = 20
    COARSE = 30
    RESYNC = 40


@dataclass(frozen=True, slots=True)
class Cause:
    """Why entities become pending.

    reason: in a few words, shown to people. changed_at: when the oldest change was made (UTC), if
        known.
    force: what is sent whatever the records say.
    """

    reason: str
    priority: Priority = Priority.LIVE
    changed_at: datetime | None = None
    force: Force = Force.NONE

    @property
    def values(self) -> dict[str, Any]:
        """The columns of a pending row that the cause decides."""
        return {
            "priority": int(self.priority),
            "force": int(self.force),
            "reason": as_ascii(self.reason, REASON_CHARACTERS),
            "changed_at": self.changed_at,
        }


def raised(own: OwnTables, statement: Insert) -> Insert:
    """The insert, made to raise the revision of rows that are pending already."""
    new, old = statement.inserted, own.pending.c
    return statement.on_duplicate_key_update(
        revision=old.revision + 1,
        priority=sa.func.least(old.priority, new.priority),
        force=sa.func.greatest(old.force, new.force),
        reason=sa.func.if_(new.priority <= old.priority, new.reason, old.reason),
        changed_at=sa.func.coalesce(
            sa.func.least(old.changed_at, new.changed_at), old.changed_at, new.changed_at
        ),
        due_at=sa.func.least(old.due_at, new.due_at),
    )


def enqueue(
    connection: sa.Connection, own: OwnTables, feed: str, ids: Iterable[int], cause: Cause
) -> int:
    """Make these entities pending; how many there were."""
    rows = [(entity_id,) for entity_id in sorted(set(ids))]
    if rows:
        named = unpack({"entity_id": "BIGINT UNSIGNED"}, rows)
        enqueue_select(connection, own, feed, sa.select(named.c.entity_id), cause)
    return len(rows)


def enqueue_select(
    connection: sa.Connection, own: OwnTables, feed: str, ids: sa.Select[Any], cause: Cause
) -> int:
    """Make the entities that a query of one column names pending; how many rows that touched."""
    found = ids.distinct().subquery()
    values = {"feed": feed, **cause.values}
    source = sa.select(found.c[0], *map(sa.literal, values.values()), NOW, NOW).order_by(found.c[0])
    columns = ["entity_id", *values, "queued_at", "due_at"]
    statement = insert(own.pending).from_select(columns, source)
    return connection.execute(raised(own, statement)).rowcount


def select_head(own: OwnTables, feed: str) -> sa.Select[Any]:
    """The row of a feed that is claimed next: feed, priority, queued_at."""
    pending = own.pending.c
    return (
        sa.select(pending.feed, pending.priority, pending.queued_at)
        .where(pending.feed == feed, pending.claimed_by == "", is_due(pending.due_at))
        .order_by(pending.priority, pending.queued_at)
        .limit(1)
    )


def heads(
    connection: sa.Connection, own: OwnTables, feeds: Sequence[str]
) -> list[tuple[str, Priority]]:
    """The feeds that have something due, most urgent first, with the priority of what is next."""
    if not feeds:
        return []
    order = {feed: position for position, feed in enumerate(feeds)}
    found = sorted(
        connection.execute(select_heads(own, tuple(feeds))),
        key=lambda row: (row.priority, row.queued_at, order[row.feed]),
    )
    return [(row.feed, Priority(row.priority)) for row in found]


@cache
def select_heads(own: OwnTables, feeds: tuple[str, ...]) -> sa.CompoundSelect[Any]:
    """The heads of these feeds. Made once, for the reason of `changelogs.select_any`."""
    return sa.union_all(*[sa.select(select_head(own, feed).subquery()) for feed in feeds])


def count(connection: sa.Connection, own: OwnTables, feed: str | None = None) -> int:
    """How many entities are pending, in one feed or in all."""
    query = sa.select(sa.func.count()).select_from(own.pending)
    if feed is not None:
        query = query.where(own.pending.c.feed == feed)
    return connection.scalar(query) or 0


def which_pending(
    connection: sa.Connection, own: OwnTables, feed: str, ids: Iterable[int]
) -> set[int]:
    """Which of these entities are pending, in whoever's hands."""
    pending = own.pending.c
    query = sa.select(pending.entity_id).where(pending.feed == feed)
    return set(connection.scalars(query.where(pending.entity_id.in_(sorted(set(ids))))))
