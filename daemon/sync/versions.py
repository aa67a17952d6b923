"""What another staging version changes: the entities of which other rows are in force then.

When a scheduled update comes into force, or ends, Commerce writes no row of its entities: it only
notes the version. So these entities go along the same edges as a write of their rows would.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from changelog_triggers.model import Hop, Subscription
from daemon.commerce.shop import FIRST_VERSION, FOREVER, Shop
from daemon.commerce.tables import VERSION_COLUMNS
from daemon.core.feed import Crossing, Edge, Feed, Position
from daemon.sync.context import edges_of

PART = "shop"
PAGE = 1000
"""How many ids are widened at once."""


@dataclass(frozen=True, slots=True)
class Versioned:
    """Where an edge meets a table of versions, and the way from its rows to the changelog's ids.

    column, hops: as in a subscription's key.
    compared: the columns that must differ for a version to count; empty where any version counts.
    """

    table: str
    column: str
    hops: tuple[Hop, ...]
    compared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """From one version in force to another, be that later or earlier.

    is_known: False where nobody knows what was in force before.
    """

    before: int
    after: int
    is_known: bool = True


def position_of_version(_connection: sa.Connection, shop: Shop, _now: dt.datetime) -> Position:
    """The version in force."""
    return {PART: str(shop.version)}


def crossed_versions(
    feed: Feed, connection: sa.Connection, shop: Shop, before: Position | None, after: Position
) -> Iterator[Crossing]:
    """The feed's entities that a move from one version to the other makes stale, edge by edge."""
    reason = f"staging version {after[PART]} is in force"
    known = Move(int(before[PART]), int(after[PART])) if before else None
    move = known or Move(FIRST_VERSION, FOREVER - 1, is_known=False)
    for start, edges in versioned_edges(feed, shop).items():
        changed = select_changed(shop, start, move)
        for edge in edges:
            for ids in affected_ids(connection, shop, edge, changed):
                yield Crossing(reason, ids)


def versioned_edges(feed: Feed, shop: Shop) -> dict[Versioned, list[Edge]]:
    """The edges that start from versioned rows; of those that lead to the same ids, one."""
    found: defaultdict[Versioned, dict[Any, Edge]] = defaultdict(dict)
    for _, edge in edges_of((feed,), shop):
        start = versioned(shop, edge.on)
        if start is not None:
            found[start][edge.widen, edge.whole] = edge
    return {start: list(edges.values()) for start, edges in found.items()}


def affected_ids(
    connection: sa.Connection, shop: Shop, edge: Edge, changed: sa.Select[Any]
) -> Iterator[sa.Select[Any] | None]:
    """Queries of the feed's ids that the edge makes stale; None where that is the whole feed."""
    if edge.widen is None and not edge.whole:
        yield changed
        return
    for ids in pages(connection, changed):
        if edge.whole:
            yield None
            return
        if edge.widen is not None:
            yield edge.widen(shop, ids)


def versioned(shop: Shop, on: Subscription) -> Versioned | None:
    """Where the subscription meets a table of versions: its own, or one on the way to the id."""
    if on.key.column is None:
        return None
    if shop.tables.is_versioned(on.table):
        compared = () if {*VERSION_COLUMNS} & {*on.columns} else on.columns
        return Versioned(on.table, on.key.column, on.key.hops, compared)
    for place, hop in enumerate(on.key.hops, 1):
        if shop.tables.is_versioned(hop.table):
            return Versioned(hop.table, hop.give, on.key.hops[place:])
    return None


def select_changed(shop: Shop, start: Versioned, move: Move) -> sa.Select[Any]:
    """The changelog's ids of all rows that are in force before or after the move, not both.

    Those that came and went in between are among them: nothing is stale by them, and they are few.
    """
    row = shop.tables(start.table).alias("row_then")
    low, high = sorted((move.before, move.after))
    begins, ends = (row.c[name] for name in VERSION_COLUMNS)
    crosses = sa.or_(*(sa.and_(one > low, one <= high) for one in (begins, ends)))
    found: sa.FromClause = row
    given = row.c[start.column]
    for number, hop in enumerate(start.hops):
        step = shop.tables(hop.table).alias(f"step_{number}")
        found = found.join(step, step.c[hop.match] == given)
        given = step.c[hop.give]
    query = sa.select(given).select_from(found).where(crosses, given.is_not(None)).distinct()
    if start.compared and move.is_known:
        query = query.where(~has_like(shop, start, row, move))
    return query


def has_like(
    shop: Shop, start: Versioned, row: sa.FromClause, move: Move
) -> sa.ColumnElement[bool]:
    """The condition that the same entity has a row on the other side of the move that is alike."""
    other = shop.tables(start.table).alias("row_now")
    same = [other.c[name].is_not_distinct_from(row.c[name]) for name in start.compared]
    in_force = [
        sa.and_(other.c.created_in <= version, other.c.updated_in > version)
        for version in (move.before, move.after)
    ]
    return sa.exists().where(
        other.c.entity_id == row.c.entity_id,
        other.c.row_id != row.c.row_id,
        sa.or_(*in_force),
        *same,
    )


def pages(connection: sa.Connection, ids: sa.Select[Any]) -> Iterator[list[Any]]:
    """The ids of a query in ascending order, so many at a time."""
    column = ids.subquery().c[0]
    query = sa.select(column).order_by(column).limit(PAGE)
    found = list(connection.scalars(query))
    while found:
        yield found
        found = list(connection.scalars(query.where(column > found[-1])))
