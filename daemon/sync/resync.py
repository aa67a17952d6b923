"""Full resyncs, and resyncs of chosen entities: both only make ids pending."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.core.feed import Feed
from daemon.core.outcome import Force
from daemon.database.items import known_by
from daemon.database.pending import Cause, Priority, enqueue
from daemon.database.resyncs import fill, hold_open, open_resyncs, request
from daemon.sync.context import Context

WINDOW = 20_000
"""How many ids one transaction makes pending; filling waits while more than that are."""


def every_id(context: Context, shop: Shop, feed: Feed) -> sa.Select[Any]:
    """All ids of the feed: those of its source, and those recorded, which may be gone."""
    recorded = context.own.items[feed.name].c.entity_id
    source = feed.ids(shop).subquery()
    both = sa.union(sa.select(source.c[0].label("id")), sa.select(recorded).distinct())
    return sa.select(both.subquery().c[0])


def count_ids(connection: sa.Connection, shop: Shop, feed: Feed) -> int:
    """How many entities a full resync of the feed goes through."""
    ids = feed.ids(shop).subquery()
    return connection.scalar(sa.select(sa.func.count()).select_from(ids)) or 0


def request_full(context: Context, feeds: Sequence[Feed], cause: Cause) -> dict[str, int]:
    """Ask for a full resync of these feeds; the number of entities of each."""
    with context.looking() as (reading, shop):
        totals = {feed.name: count_ids(reading, shop, feed) for feed in feeds}
    for name, total in totals.items():
        context.transact(request, context.own, name, cause, total)
    return totals


def fill_next(context: Context) -> int:
    """Make the next window of an open resync pending; how many ids that were."""
    with context.engine.connect() as connection:
        if not open_resyncs(connection, context.own):
            return 0
    with context.looking() as (_, shop):
        return context.transact(fill_one, context, shop)


def fill_one(connection: sa.Connection, context: Context, shop: Shop) -> int:
    """Fill one window in the connection's transaction: of the most urgent feed that has room.

    One that has none may wait for a destination that is down; no other waits for that.
    """
    for one in open_resyncs(connection, context.own):
        if one.feed in context.feed and not is_full(connection, context, one):
            resync = hold_open(connection, context.own, one.resync_id)
            if resync is not None:
                ids = every_id(context, shop, context.feed[resync.feed])
                return fill(connection, context.own, resync, ids, WINDOW)
    return 0


def is_full(connection: sa.Connection, context: Context, resync: Any) -> bool:
    """True while a whole window of the resync's feed and priority is pending still."""
    pending = context.own.pending.c
    some = (
        sa.select(pending.entity_id)
        .where(pending.feed == resync.feed, pending.priority == resync.priority)
        .limit(WINDOW)
        .subquery()
    )
    count = connection.scalar(sa.select(sa.func.count()).select_from(some)) or 0
    return count >= WINDOW


def resync_ids(context: Context, feed: Feed, ids: Sequence[int], cause: Cause) -> int:
    """Make these entities of a feed pending, whether they still exist or not; how many."""
    return context.transact(enqueue, context.own, feed.name, ids, cause)


def find_ids(context: Context, feed: Feed, keys: Sequence[str]) -> dict[str, int]:
    """The entities of a feed by their natural keys: living ones, else those that are recorded."""
    with context.looking() as (connection, shop):
        found: dict[str, int] = {}
        if feed.owners is not None:
            found = as_owners(connection.execute(feed.owners(shop, keys)))
        missing = [key for key in keys if key not in found]
        if missing:
            found |= recorded_ids(context, connection, feed, missing)
        return found


def recorded_ids(
    context: Context, connection: sa.Connection, feed: Feed, keys: Sequence[str]
) -> dict[str, int]:
    """The entities whose recorded items carry these natural keys."""
    table = context.own.items[feed.name]
    value = known_by(table, feed.natural_key)
    return as_owners(connection.execute(sa.select(value, table.c.entity_id).where(value.in_(keys))))


def read_holders(
    connection: sa.Connection, shop: Shop, feed: Feed, keys: Collection[str]
) -> dict[str, set[int]]:
    """The living entities that have each of these natural keys; nothing where keys are ids."""
    found: dict[str, set[int]] = {}
    if feed.owners is not None and keys:
        rows: Iterable[Any] = connection.execute(feed.owners(shop, sorted(keys)))
        for key, entity_id in rows:
            found.setdefault(str(key), set()).add(int(entity_id))
    return found


def as_owners(rows: Iterable[Any]) -> dict[str, int]:
    """Rows of natural key and entity id as a mapping."""
    return {str(key): int(entity_id) for key, entity_id in rows}


ORDERED = Cause("resync by ids", Priority.LIVE, force=Force.ITEMS)
"""Somebody asked for these entities: they go first, and are sent even where nothing changed."""
