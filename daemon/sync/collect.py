"""Moves changes from the changelogs to pending, widened by the feeds' dependencies."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from changelog_triggers.model import Changelog
from daemon.commerce.shop import Shop
from daemon.core.affected import Affected, affected
from daemon.core.feed import Edge, Feed
from daemon.database.changelogs import (
    changelog_table,
    delete_changes,
    existing_changelogs,
    has_changes,
    read_changes,
)
from daemon.database.pending import Cause, Priority, enqueue, enqueue_select
from daemon.database.resyncs import request
from daemon.errors import FeedSyncError, ServerUnavailableError
from daemon.sync.context import Context, edges_of
from daemon.sync.faultpoints import Faultpoint, reach
from daemon.sync.floors import Floor
from daemon.sync.prints import note_touched
from daemon.sync.resync import count_ids
from daemon.sync.terms import hold

KNOWN_SECONDS = 20.0
"""How long the set of installed changelogs is taken for known while nothing changes."""


@dataclass(frozen=True, slots=True)
class Source:
    """A changelog in use, with the edges that start from it."""

    changelog: Changelog
    edges: tuple[tuple[Feed, Edge], ...]


def sources(context: Context, connection: sa.Connection, shop: Shop) -> list[Source]:
    """The changelogs that the feeds depend on, as far as they are installed."""
    own = context.own
    there = existing_changelogs(connection, own.prefix, own.schema)
    found: dict[Changelog, list[tuple[Feed, Edge]]] = {}
    for feed, edge in edges_of(context.feeds, shop):
        if changelog_table(edge.on.changelog, own.prefix).name in there:
            found.setdefault(edge.on.changelog, []).append((feed, edge))
    return [Source(changelog, tuple(edges)) for changelog, edges in found.items()]


class Collector:
    """Moves changes to pending, look by look; remembers only where looking pays.

    clock: monotonic, in seconds.
    """

    def __init__(self, context: Context, clock: Callable[[], float] = time.monotonic) -> None:
        self._context = context
        self._clock = clock
        self._floors: defaultdict[Changelog, Floor] = defaultdict(Floor)
        self._known: tuple[Changelog, ...] = ()
        self._known_at = float("-inf")

    def collect(self) -> int:
        """Move every change that is committed by now; how many there were.

        What can't be moved off one changelog is raised when all others have been seen to.
        """
        now = self._clock()
        begins = {one: self._floors[one].next(now) for one in self._known}
        if now - self._known_at < KNOWN_SECONDS and self._is_idle(begins):
            return 0
        with self._context.looking() as (connection, shop):
            known = sources(self._context, connection, shop)
        self._known = tuple(source.changelog for source in known)
        self._known_at = now
        collected, faults = 0, []
        for one in known:
            try:
                collected += self._collect_from(one.changelog, begins.get(one.changelog, 0))
            except ServerUnavailableError:
                raise
            except (sa.exc.SQLAlchemyError, FeedSyncError) as error:
                faults.append(error)
        if faults:
            raise faults[0]
        return collected

    def _is_idle(self, begins: Mapping[Changelog, int]) -> bool:
        """Ask all known changelogs at once: the common answer, no change at all, must be cheap."""
        own = self._context.own
        looks = [
            (changelog_table(one, own.prefix, own.schema), begin) for one, begin in begins.items()
        ]
        with self._context.engine.connect() as connection:
            return not has_changes(connection, looks)

    def _collect_from(self, changelog: Changelog, begin: int) -> int:
        """Move what is there from this version on: from where a change was seen, if one was."""
        floor, collected = self._floors[changelog], 0
        while True:
            versions = self._context.transact(collect_some, self._context, changelog, begin)
            collected += len(versions)
            if versions:
                floor.saw(self._clock(), versions[-1])
            if len(versions) < self._context.collect_rows:
                return collected


def collect_some(
    connection: sa.Connection, context: Context, changelog: Changelog, floor: int
) -> list[int]:
    """Move the oldest changes of one changelog in one transaction; their versions, ascending.

    The shop is read after the changes: by an older one, a value that is read since might be taken
    for one that nobody reads.
    """
    hold(connection, context)
    table = changelog_table(changelog, context.own.prefix, context.own.schema)
    changes = read_changes(connection, table, context.collect_rows, floor)
    versions = [change.version for change in changes]
    if changes:
        shop = context.reader.read(connection)
        edges = [one for one in edges_of(context.feeds, shop) if one[1].on.changelog == changelog]
        for one in affected(changes, edges, attribute_codes(shop)):
            enqueue_affected(connection, context, shop, one)
        note_touched(connection, context, changes)
        reach(Faultpoint.COLLECT_ENQUEUED)
        delete_changes(connection, table, versions)
    return versions


def attribute_codes(shop: Shop) -> dict[int, str]:
    """The codes of all attributes of products and categories, by id."""
    both = (shop.product_attributes, shop.category_attributes)
    return {attribute.id: attribute.code for attributes in both for attribute in attributes.all}


def enqueue_affected(
    connection: sa.Connection, context: Context, shop: Shop, one: Affected
) -> None:
    """Make what an edge makes stale pending; a whole feed goes through a resync of low priority."""
    feed, edge = one.feed, one.edge
    if one.is_whole:
        cause = Cause(f"{edge.on.table}: {edge.why}", Priority.COARSE, one.changed_at)
        total = count_ids(connection, shop, feed)
        request(connection, context.own, feed.name, cause, total)
        return
    cause = Cause(edge.on.table, Priority.LIVE, one.changed_at)
    if edge.widen is None:
        ids = [int(entity_id) for entity_id in one.ids]
        enqueue(connection, context.own, feed.name, ids, cause)
    else:
        enqueue_select(connection, context.own, feed.name, edge.widen(shop, one.ids), cause)
