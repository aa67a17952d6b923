"""Which edges led where: what the collector enqueued, and which of that changed an item."""

from __future__ import annotations

import contextlib
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import sqlalchemy as sa
from follower import Follower

from daemon.commerce.shop import Shop
from daemon.core.affected import Affected
from daemon.core.feed import Edge, Feed
from daemon.sync import collect
from daemon.sync.context import Context, edges_of


def numberless(table: str) -> str:
    """A table's name; those of each store or stock have the same."""
    return re.sub(r"(store|stock_)\d+$", r"\1N", table)


def name_of(feed: Feed, edge: Edge) -> str:
    """An edge in words that tell it from all others; stores and stocks of a kind count as one."""
    table = numberless(edge.on.table)
    columns = ",".join(edge.on.columns)
    widened = "*" if edge.whole else edge.widen.__name__ if edge.widen else "own"
    return f"{feed.name} ← {table}({columns}) [{widened}] {edge.why}"


@dataclass
class Trail:
    """reached: feed and entity → the edges that made it pending; whole: feed → those that did so
    for all of it. fired: how often each edge did anything.
    """

    reached: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    whole: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    fired: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, connection: sa.Connection, shop: Shop, one: Affected) -> None:
        """Note what an edge makes stale."""
        name = name_of(one.feed, one.edge)
        ids = [] if one.is_whole else ids_of(connection, shop, one)
        with self._lock:
            self.fired[name] += 1
            if one.is_whole:
                self.whole[one.feed.name].add(name)
            for entity_id in ids:
                self.reached[one.feed.name, entity_id].add(name)

    def edges_to(self, feed: str, entity_id: int) -> set[str]:
        """The edges that made an entity pending."""
        return self.reached.get((feed, entity_id), set()) | self.whole.get(feed, set())

    def alone(self, follower: Follower) -> set[str]:
        """The edges without which something that was told since the last look would not have been:
        the only ones that led to its entity.
        """
        found = (
            self.edges_to(feed, entity_id)
            for feed, keys in follower.warehouse.take_told().items()
            for entity_id in entities_of(follower, feed, keys)
        )
        return {name for names in found if len(names) == 1 for name in names}

    def forget(self) -> None:
        """Begin anew, but for the counts."""
        with self._lock:
            self.reached.clear()
            self.whole.clear()


def entities_of(follower: Follower, feed: str, keys: Iterable[str]) -> set[int]:
    """The entities that these identities are recorded for."""
    table = follower.context.own.items[feed]
    query = sa.select(table.c.entity_id).where(table.c.feed_id.in_(keys))
    with follower.context.engine.connect() as connection:
        return set(connection.scalars(query))


def names_of(follower: Follower) -> set[str]:
    """All edges of the feeds that are on."""
    context = follower.context
    with context.looking() as (_, shop):
        return {name_of(feed, edge) for feed, edge in edges_of(context.feeds, shop)}


def ids_of(connection: sa.Connection, shop: Shop, one: Affected) -> list[int]:
    """The feed's own ids that an edge makes stale."""
    if one.edge.widen is None:
        return [int(entity_id) for entity_id in one.ids]
    return list(connection.scalars(one.edge.widen(shop, one.ids)))


@contextlib.contextmanager
def trailing() -> Iterator[Trail]:
    """Follow what the collector enqueues, in this process."""
    trail, enqueue = Trail(), collect.enqueue_affected

    def noting(connection: sa.Connection, context: Context, shop: Shop, one: Affected) -> Any:
        trail.add(connection, shop, one)
        return enqueue(connection, context, shop, one)

    with mock.patch.object(collect, "enqueue_affected", noting):
        yield trail
