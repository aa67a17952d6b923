"""What the destinations were told: one row per destination and item."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import insert

from daemon.core.doubles import SAME
from daemon.core.outcome import Outcome, Recorded
from daemon.core.settle import UNBUILT
from daemon.database.schema import NOW, OwnTables, is_due, later

KEYS_PER_QUERY = 1000


def select_destination(own: OwnTables, name: str, environment: str) -> sa.Select[Any]:
    """The short id of a destination and its environment, where it was met before."""
    c = own.destinations.c
    return sa.select(c.destination_id).where(c.name == name, c.environment == environment)


def destination_id(connection: sa.Connection, own: OwnTables, name: str, environment: str) -> int:
    """The short id of a destination and its environment; given one at the first meeting."""
    query = select_destination(own, name, environment)
    found = connection.scalar(query)
    if found is None:
        new = insert(own.destinations).values(name=name, environment=environment)
        connection.execute(new.prefix_with("IGNORE"))
        found = connection.scalar(query.with_for_update(read=True))
    return int(found or 0)


def select_recorded(table: sa.Table, destination: int, longest_seconds: float) -> sa.Select[Any]:
    """What is recorded for a destination, in the order of Recorded's fields.

    longest_seconds: no attempt is put off for longer.
    """
    c = table.c
    known = (c.feed_id, c.entity_id, c.outcome, c.hash, c.is_deleted, c.attempts, c.minimal)
    second = sa.text("SECOND")
    failing = sa.func.timestampdiff(second, c.failing_since, NOW).label("failing")
    late = sa.func.timestampdiff(second, NOW, c.late_until).label("late")
    unanswered = is_unanswered(table).label("unanswered")
    again = is_due_again(table, longest_seconds).label("again")
    query = sa.select(*known, failing, unanswered, late, c.is_late_other, again)
    return query.where(c.destination_id == destination)


def is_due_again(table: sa.Table, longest_seconds: float) -> sa.ColumnElement[bool]:
    """The condition that something was accepted, and the moment has come to send it once more."""
    is_accepted = table.c.outcome == Outcome.EXPORTED.value
    return sa.and_(is_accepted, is_due(table.c.next_attempt_at, longest_seconds))


def is_unanswered(table: sa.Table) -> sa.ColumnElement[bool]:
    """The condition that something may have been sent of which no outcome is recorded."""
    c = table.c
    was_sent = sa.or_(c.is_deleted == 1, c.hash.not_in(["", UNBUILT]))
    return sa.and_(c.outcome == Outcome.SENDING.value, was_sent)


def known_by(table: sa.Table, field: str) -> sa.ColumnElement[str]:
    """What people know a recorded item's entity by: its natural key, the field of this name.

    Where the field is none of those that a tombstone carries, it is the entity's id.
    """
    c = table.c
    key = sa.func.json_unquote(sa.func.json_extract(c.minimal, f"$.{field}"))
    return sa.func.coalesce(key, sa.cast(c.entity_id, sa.CHAR))


def read_recorded(
    connection: sa.Connection,
    query: sa.Select[Any],
    entity_ids: Collection[int],
    feed_ids: Collection[str],
) -> dict[str, Recorded]:
    """What is recorded of these entities and identities, by feed_id.

    query: of `select_recorded`; `with_for_update` to lock the rows. Identities are looked up in
        chunks, so that the statements stay small.
    """
    c = query.selected_columns
    rows = list(connection.execute(query.where(c.entity_id.in_(sorted(entity_ids)))))
    missing = sorted(set(feed_ids) - {row.feed_id for row in rows})
    for start in range(0, len(missing), KEYS_PER_QUERY):
        keys = missing[start : start + KEYS_PER_QUERY]
        rows += connection.execute(query.where(c.feed_id.in_(keys)))
    return {row.feed_id: as_recorded(row) for row in rows}


def select_entities(table: sa.Table, destination: int, after: int, limit: int) -> sa.Select[Any]:
    """The next entities that anything is recorded of, in ascending order."""
    c = table.c
    mine = (c.destination_id == destination, c.entity_id > after)
    return sa.select(c.entity_id).where(*mine).distinct().order_by(c.entity_id).limit(limit)


def read_owners(
    connection: sa.Connection, table: sa.Table, destination: int, feed_ids: Sequence[str]
) -> set[int]:
    """The entities that these identities are recorded under."""
    c, found = table.c, set[int]()
    for start in range(0, len(feed_ids), KEYS_PER_QUERY):
        some = feed_ids[start : start + KEYS_PER_QUERY]
        query = sa.select(c.entity_id).where(c.destination_id == destination, c.feed_id.in_(some))
        found.update(connection.scalars(query))
    return found


def read_known_by(
    connection: sa.Connection, table: sa.Table, destination: int, fragments: Sequence[str]
) -> dict[int, bool]:
    """The entities with living items in whose minimal fields all these pieces of JSON stand, and
    whether all of those were accepted.

    It reads every record of the destination, and is made for what happens rarely.
    """
    c = table.c
    mine = (c.destination_id == destination, c.is_deleted == 0)
    named = (c.minimal.contains(one, autoescape=True) for one in fragments)
    accepted = sa.func.min(c.outcome == Outcome.EXPORTED.value)
    rows = connection.execute(
        sa.select(c.entity_id, accepted).where(*mine, *named).group_by(c.entity_id)
    )
    return {entity_id: bool(is_accepted) for entity_id, is_accepted in rows}


def mark_due_again(
    connection: sa.Connection, table: sa.Table, destination: int, entity_ids: Sequence[int]
) -> None:
    """Have the destination be sent once more what it accepted of these entities' living items."""
    c = table.c
    mine = (c.destination_id == destination, c.is_deleted == 0)
    for start in range(0, len(entity_ids), KEYS_PER_QUERY):
        some = c.entity_id.in_(entity_ids[start : start + KEYS_PER_QUERY])
        accepted = (*mine, some, c.outcome == Outcome.EXPORTED.value)
        connection.execute(sa.update(table).where(*accepted).values(next_attempt_at=NOW))


def read_doubles(connection: sa.Connection, table: sa.Table, destination: int) -> set[int]:
    """The entities that wait, for another one has an identity of theirs.

    It reads every record of the destination, and is made for what happens rarely.
    """
    c = table.c
    mine = (c.destination_id == destination, c.error.contains(SAME))
    return set(connection.scalars(sa.select(c.entity_id).where(*mine)))


def read_times(
    connection: sa.Connection, table: sa.Table, destination: int, feed_ids: Collection[str]
) -> dict[str, datetime]:
    """When the destination was last told of these identities (UTC)."""
    c = table.c
    query = sa.select(c.feed_id, sa.func.coalesce(c.accepted_at, c.tried_at).label("told_at"))
    mine = (c.destination_id == destination, c.feed_id.in_(sorted(feed_ids)))
    return {row.feed_id: row.told_at for row in connection.execute(query.where(*mine))}


def is_anything_recorded(connection: sa.Connection, table: sa.Table) -> bool:
    """True where some destination was ever told something of the feed."""
    return connection.scalar(sa.select(table.c.entity_id).limit(1)) is not None


def as_recorded(row: Any) -> Recorded:
    """A row of `select_recorded` as a value."""
    return Recorded(
        row.feed_id,
        row.entity_id,
        Outcome(row.outcome),
        row.hash,
        bool(row.is_deleted),
        row.attempts,
        row.minimal.encode(),
        float(row.failing or 0),
        bool(row.unanswered),
        row.late,
        bool(row.is_late_other),
        bool(row.again),
    )


def forget(
    connection: sa.Connection, table: sa.Table, destination: int, feed_ids: Sequence[str]
) -> None:
    """Drop what is recorded of identities that were never sent and are gone."""
    if feed_ids:
        c = table.c
        gone = (c.destination_id == destination, c.feed_id.in_(feed_ids))
        connection.execute(sa.delete(table).where(*gone))


def pass_on(
    connection: sa.Connection, table: sa.Table, destination: int, heirs: Iterable[tuple[str, int]]
) -> None:
    """Give identities to the entities that own them now."""
    c, pairs = table.c, sorted(heirs)
    for start in range(0, len(pairs), KEYS_PER_QUERY):
        now = dict(pairs[start : start + KEYS_PER_QUERY])
        mine = (c.destination_id == destination, c.feed_id.in_(now))
        owner = sa.case(now, value=c.feed_id)
        connection.execute(sa.update(table).where(*mine).values(entity_id=owner))


def select_due(
    table: sa.Table,
    longest_seconds: float,
    destinations: Collection[int],
    *,
    is_accepted: bool = False,
) -> sa.Select[Any]:
    """The entities that have an item whose next attempt is due.

    longest_seconds: no attempt is put off for longer. destinations: those that count; of one that
        is gone from the settings nobody can send anything. is_accepted: the items that were
        accepted and are sent once more, not the others.
    """
    c = table.c
    return sa.select(c.entity_id).where(
        c.destination_id.in_(sorted(destinations)),
        is_due(c.next_attempt_at, longest_seconds),
        (c.outcome == Outcome.EXPORTED.value) == is_accepted,
    )


def purge_tombstones(
    connection: sa.Connection, table: sa.Table, keep_seconds: float, limit: int
) -> int:
    """Drop accepted tombstones that are old enough, so many at most; how many there were."""
    c = table.c
    old = (
        c.outcome == Outcome.EXPORTED.value,
        c.is_deleted == 1,
        c.accepted_at < later(-keep_seconds),
        c.next_attempt_at.is_(None),
    )
    return connection.execute(
        sa.delete(table).where(*old).with_dialect_options(mysql_limit=limit)
    ).rowcount
