"""Held deletions, and how much of a feed's allowance at a destination is used up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import insert

from daemon.core.brake import Tally
from daemon.core.health import LONGEST_SECONDS
from daemon.core.item import FeedItem
from daemon.core.outcome import Outcome, Recorded
from daemon.core.settle import UNBUILT
from daemon.database.items import is_unanswered, known_by
from daemon.database.schema import NOW, OwnTables, later

MICROSECONDS = 1_000_000


def is_held(table: sa.Table, destination: int) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions for deletions of a destination that wait to be confirmed."""
    c = table.c
    return (
        c.destination_id == destination,
        c.outcome == Outcome.HELD.value,
        c.is_deleted == 0,
    )


def lock_tally(connection: sa.Connection, own: OwnTables, feed: str, destination: int) -> Tally:
    """How deletions stand, without the number of living items; the row is locked."""
    table = own.brakes
    c = table.c
    mine = (c.destination_id == destination, c.feed == feed)
    age = sa.func.timestampdiff(sa.text("MICROSECOND"), c.spent_at, NOW)
    query = sa.select(c.spent, c.held_since, age.label("age")).where(*mine).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        new = insert(table).values(destination_id=destination, feed=feed, spent=0, spent_at=NOW)
        connection.execute(new.prefix_with("IGNORE"))
        row = connection.execute(query).one()
    holds = row.held_since is not None and has_held(connection, own.items[feed], destination)
    return Tally(float(row.spent), max(0, row.age) / MICROSECONDS, holds)


def has_held(connection: sa.Connection, table: sa.Table, destination: int) -> bool:
    """True where a deletion waits to be confirmed."""
    query = sa.select(table.c.feed_id).where(*is_held(table, destination)).limit(1)
    return connection.execute(query).first() is not None


def count_living(connection: sa.Connection, table: sa.Table, destination: int) -> int:
    """How many items a destination has by the records, those with a held deletion too."""
    c = table.c
    query = sa.select(sa.func.count()).select_from(table)
    living = (c.destination_id == destination, c.is_deleted == 0, c.hash != "")
    return connection.scalar(query.where(*living)) or 0


def write_tally(
    connection: sa.Connection, own: OwnTables, feed: str, destination: int, tally: Tally
) -> None:
    """Keep what is used up as of now, and since when deletions are held."""
    c = own.brakes.c
    mine = (c.destination_id == destination, c.feed == feed)
    since = sa.func.coalesce(c.held_since, NOW) if tally.holds else None
    values = {"spent": tally.spent, "spent_at": NOW, "held_since": since}
    connection.execute(sa.update(own.brakes).where(*mine).values(values))


def mark_held(
    connection: sa.Connection,
    table: sa.Table,
    destination: int,
    rows: Sequence[Recorded],
    lag_seconds: float,
) -> None:
    """Hold these deletions.

    Where the destination's version is in doubt the hash becomes that of no content, so that the
    item is sent should it exist again; and what may come late is remembered.
    """
    certain = {row.feed_id for row in rows if is_certain(row)}
    doubtful = {row.feed_id for row in rows} - certain
    c = table.c
    late_until = sa.func.if_(is_unanswered(table), later(lag_seconds), c.late_until)
    in_doubt = [(c.is_late_other, 1), (c.late_until, late_until), (c.hash, UNBUILT)]
    held = [  # after those, for MySQL assigns from left to right
        (c.outcome, Outcome.HELD.value),
        (c.tried_at, NOW),
        (c.next_attempt_at, None),
        (c.attempts, 0),
    ]
    for feed_ids, more in ((certain, []), (doubtful, in_doubt)):
        mine = (c.destination_id == destination, c.feed_id.in_(sorted(feed_ids)))
        if feed_ids:
            connection.execute(sa.update(table).where(*mine).ordered_values(*more, *held))


def is_certain(row: Recorded) -> bool:
    """True where the destination has just what is recorded, and nothing else can come."""
    return row.outcome is Outcome.EXPORTED and not row.is_late_other


def restore(
    connection: sa.Connection, table: sa.Table, destination: int, items: Sequence[FeedItem]
) -> None:
    """Record that items with a held deletion exist again as the destination has them."""
    c = table.c
    for item in items:
        mine = (c.destination_id == destination, c.feed_id == item.feed_id)
        alive = {"outcome": Outcome.EXPORTED.value, "entity_id": item.entity_id}
        connection.execute(sa.update(table).where(*mine).values(alive))


def open_brakes(connection: sa.Connection, own: OwnTables) -> list[Any]:
    """The brakes that hold something or did until lately: destination, environment, feed, since."""
    c, d = own.brakes.c, own.destinations.c
    query = (
        sa.select(c.destination_id, d.name, d.environment, c.feed, c.held_since)
        .join_from(own.brakes, own.destinations, d.destination_id == c.destination_id)
        .where(c.held_since.is_not(None))
        .order_by(d.name, d.environment, c.feed)
    )
    return list(connection.execute(query))


def count_held(connection: sa.Connection, table: sa.Table, destination: int) -> int:
    """How many deletions wait to be confirmed."""
    query = sa.select(sa.func.count()).select_from(table).where(*is_held(table, destination))
    return connection.scalar(query) or 0


def held_examples(
    connection: sa.Connection, table: sa.Table, destination: int, field: str, limit: int
) -> list[str]:
    """What people know the entities of some held deletions by, oldest entities first."""
    query = sa.select(known_by(table, field)).where(*is_held(table, destination))
    return list(connection.scalars(query.order_by(table.c.entity_id).limit(limit)))


def confirm_some(
    connection: sa.Connection, table: sa.Table, destination: int, until: datetime, limit: int
) -> list[int]:
    """Confirm deletions that were held by then, so many at most; their entities, one per item."""
    c = table.c
    is_put_back = c.tried_at > later(LONGEST_SECONDS)  # the clock, since they were held
    query = sa.select(c.feed_id, c.entity_id).where(
        *is_held(table, destination), sa.or_(c.tried_at <= until, is_put_back)
    )
    rows = connection.execute(query.limit(limit).with_for_update()).all()
    mine = (c.destination_id == destination, c.feed_id.in_([row.feed_id for row in rows]))
    if rows:
        connection.execute(sa.update(table).where(*mine).values(is_deleted=1))
    return [row.entity_id for row in rows]


def select_held_entities(table: sa.Table, destination: int) -> sa.Select[Any]:
    """The entities that have a held deletion."""
    return sa.select(table.c.entity_id).where(*is_held(table, destination))


def release_brake(connection: sa.Connection, own: OwnTables, feed: str, destination: int) -> bool:
    """Let the brake go where it holds nothing any more; False where it still does."""
    if lock_tally(connection, own, feed, destination).holds:
        return False
    c = own.brakes.c
    mine = (c.destination_id == destination, c.feed == feed)
    connection.execute(sa.update(own.brakes).where(*mine).values(held_since=None))
    return True
