"""Dead letters: items that nothing but new content, or an order, will move on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from daemon.core.outcome import Outcome
from daemon.database.items import known_by
from daemon.database.pending import Cause, Priority, enqueue_select
from daemon.database.schema import NOW, OwnTables

DEAD_LETTERS = (Outcome.REFUSED, Outcome.DEAD)
REQUEUED = Cause("dead letter by hand", Priority.RECOVERY)


@dataclass(frozen=True, slots=True)
class Letters:
    """Which dead letters are meant.

    field: of the items, by which people know an entity. keys: only with these values there, or
        of these entities; empty for all. destinations: only at these; empty for all.
    """

    feed: str
    field: str
    keys: Collection[str] = ()
    entities: Collection[int] = ()
    destinations: Collection[str] = ()

    def key(self, table: sa.Table) -> sa.ColumnElement[str]:
        """What people know the entity of a recorded item by."""
        return known_by(table, self.field)


def conditions(own: OwnTables, letters: Letters) -> list[sa.ColumnElement[bool]]:
    """What the rows of the item table must meet."""
    table, place = own.items[letters.feed], own.destinations.c
    found: list[sa.ColumnElement[bool]] = [table.c.outcome.in_([one.value for one in DEAD_LETTERS])]
    if letters.keys:
        is_of = table.c.entity_id.in_(list(letters.entities))
        found.append(sa.or_(letters.key(table).in_(list(letters.keys)), is_of))
    if letters.destinations:
        named = sa.select(place.destination_id).where(place.name.in_(letters.destinations))
        found.append(table.c.destination_id.in_(named))
    return found


def select_letters(own: OwnTables, letters: Letters) -> sa.Select[Any]:
    """Everything that is known of these dead letters, the newest first."""
    table, place = own.items[letters.feed], own.destinations.c
    c = table.c
    return (
        sa.select(
            place.name.label("destination"),
            place.environment,
            letters.key(table).label("key"),
            c.feed_id,
            c.entity_id,
            c.outcome,
            c.is_deleted,
            c.attempts,
            c.failing_since,
            c.tried_at,
            c.accepted_at,
            c.status,
            c.request_id,
            c.error,
            c.minimal,
        )
        .join_from(table, own.destinations, place.destination_id == c.destination_id)
        .where(*conditions(own, letters))
        .order_by(c.tried_at.desc(), c.feed_id)
    )


def count_letters(connection: sa.Connection, own: OwnTables, letters: Letters) -> int:
    """How many there are."""
    query = sa.select(sa.func.count()).select_from(own.items[letters.feed])
    return connection.scalar(query.where(*conditions(own, letters))) or 0


def requeue_letters(connection: sa.Connection, own: OwnTables, letters: Letters) -> int:
    """Make them failed items that are due now, and their entities pending; how many there were.

    An entity is pending for all destinations, but only what failed is sent again.
    """
    table, those = own.items[letters.feed], conditions(own, letters)
    entities = sa.select(table.c.entity_id).where(*those)
    enqueue_select(connection, own, letters.feed, entities, REQUEUED)
    due = {"outcome": Outcome.FAILED.value, "next_attempt_at": NOW}
    anew = {"attempts": 0, "failing_since": NOW}
    return connection.execute(sa.update(table).where(*those).values(**due, **anew)).rowcount


def drop_letters(connection: sa.Connection, own: OwnTables, letters: Letters) -> int:
    """Give them up: not shown any more, and sent only when their content changes; how many."""
    gone = sa.update(own.items[letters.feed]).where(*conditions(own, letters))
    return connection.execute(gone.values(outcome=Outcome.DROPPED.value)).rowcount
