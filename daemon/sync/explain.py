"""Why the items of an entity were sent or not: all that is known of it at one moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from daemon.core.affected import affected
from daemon.core.delivery import Destination
from daemon.core.doubles import without_doubles
from daemon.core.feed import Feed
from daemon.core.item import Built, Unbuildable
from daemon.core.outcome import Recorded
from daemon.core.translation import translated
from daemon.core.verdict import is_open, verdict
from daemon.database.changelogs import changelog_table, peek_changes
from daemon.database.items import select_destination
from daemon.database.pending import Priority
from daemon.database.resyncs import open_resyncs
from daemon.database.told import read_pending, read_told
from daemon.sync.boundaries import is_crossed
from daemon.sync.build import build_all
from daemon.sync.collect import attribute_codes, sources
from daemon.sync.context import Context
from daemon.sync.examine import CHANGES, Look, affected_among, read_records
from daemon.sync.processes import is_dead, shown
from daemon.sync.resync import read_holders, recorded_ids
from daemon.sync.standing import read_rivals

NOTHING_COMES = "nothing is on its way: `feed-sync verify --repair`, or `feed-sync resync --by-ids`"


@dataclass(frozen=True)
class Told:
    """An item at one destination.

    built: its hash as it would be built now; None where it isn't. recorded: what is remembered, by
    name; None where nothing is.
    """

    destination: str
    environment: str
    identity: dict[str, Any]
    verdict: str
    is_open: bool
    built: str | None
    recorded: dict[str, Any] | None


@dataclass(frozen=True)
class Story:
    """Everything about one entity of a feed.

    pending: its row, with priority and claim in words; None where it isn't pending. changes: what
    waits in changelogs and concerns it. resyncs: what will come to it, by its reason. is_crossing:
    time has changed something in the feed that is not pending yet.
    """

    feed: str
    entity_id: int
    is_in_shop: bool
    pending: dict[str, Any] | None
    changes: list[str]
    resyncs: list[str]
    is_crossing: bool
    items: list[Told]

    @property
    def is_coming(self) -> bool:
        """True where the entity will be built again without anybody's doing."""
        return bool(self.pending or self.changes or self.resyncs or self.is_crossing)


def find_entities(context: Context, feed: Feed, key: str) -> list[int]:
    """All entities that have or had this natural key, or, where keys are ids, this id."""
    with context.looking() as (connection, shop):
        found = set(read_holders(connection, shop, feed, [key]).get(key, ()))
        found |= set(recorded_ids(context, connection, feed, [key]).values())
        if not found and feed.owners is not None:
            holders = read_holders(connection, shop, feed, [key]).values()
            found = {one for each in holders for one in each}
    if not found and key.isdigit():
        found = {int(key)}
    return sorted(found)


def explain(context: Context, feed: Feed, entity_id: int) -> Story:
    """Build an entity and lay it beside all that is known of it. Nothing is sent or written."""
    with context.looking() as (connection, shop):
        look = Look(context, connection, shop, feed, context.clock(connection))
        built = build_all(context.at(look.now), connection, shop, feed, [entity_id])
        ids = feed.ids(shop).subquery().c[0]
        there = connection.scalar(sa.select(ids).where(ids == entity_id).limit(1))
        return Story(
            feed=feed.name,
            entity_id=entity_id,
            is_in_shop=there is not None,
            pending=pending_of(look, entity_id),
            changes=list(waiting_changes(look, entity_id)),
            resyncs=[
                one.reason
                for one in open_resyncs(connection, context.own)
                if one.feed == feed.name and one.cursor_id < entity_id
            ],
            is_crossing=not is_crossed(context, connection, shop, feed, look.now),
            items=[
                one
                for destination in context.taking(feed.name)
                for one in items_at(look, destination, entity_id, built)
            ],
        )


def pending_of(look: Look, entity_id: int) -> dict[str, Any] | None:
    """The pending row of an entity, in words."""
    row = read_pending(look.connection, look.context.own, look.feed.name, entity_id)
    if row is None:
        return None
    holder = row.pop("claimed_by")
    dead = " (dead)" if holder and is_dead(holder) else ""
    words = {"priority": Priority(row["priority"]).name.lower()}
    return {**row, **words, "in_hands_of": f"{shown(holder)}{dead}" if holder else None}


def waiting_changes(look: Look, entity_id: int) -> Iterator[str]:
    """What waits in changelogs and makes the entity stale: table, and why."""
    own = look.context.own
    for source in sources(look.context, look.connection, look.shop):
        mine = tuple((feed, edge) for feed, edge in source.edges if feed is look.feed)
        table = changelog_table(source.changelog, own.prefix, own.schema)
        changes = peek_changes(look.connection, table, CHANGES) if mine else []
        for one in affected(changes, mine, attribute_codes(look.shop)):
            if entity_id in affected_among(look, one, [entity_id]):
                yield f"{one.edge.on.table}: {one.edge.why}"
        if len(changes) == CHANGES:
            yield f"more than {CHANGES:,} changes wait in {table.name}"


def items_at(
    look: Look, destination: Destination, entity_id: int, built: Sequence[Built]
) -> Iterator[Told]:
    """The entity's items, built or remembered, at one destination."""
    translation = destination.translation(look.feed.name)
    there = translated(translation, built)
    recorded = read_records(look, destination, [entity_id], there)
    rivals = read_rivals(look.context, look.connection, look.feed, there, recorded, translation)
    single = {one.feed_id: one for one in without_doubles(there, rivals)}
    own, known = look.context.own, select_destination(look.context.own, *place_of(destination))
    number = look.connection.scalar(known) or 0
    mine = {
        key: row for key, row in recorded.items() if key in single or row.entity_id == entity_id
    }
    told = read_told(look.connection, own.items[look.feed.name], number, mine)
    for key in [*single, *sorted(mine.keys() - single.keys())]:
        yield told_of(destination, single.get(key), mine.get(key), told.get(key, {}))


def place_of(destination: Destination) -> tuple[str, str]:
    """A destination's name and environment."""
    return destination.name, destination.environment


def told_of(
    destination: Destination, built: Built | None, recorded: Recorded | None, facts: dict[str, Any]
) -> Told:
    """One item, with everything that is remembered of it."""
    known = None
    if recorded is not None:
        head = {"outcome": recorded.outcome.value, "is_deleted": recorded.is_deleted}
        known = {**head, "hash": recorded.hash or None, **facts}
    some = built or recorded
    return Told(
        *place_of(destination),
        identity=orjson.loads(some.minimal) if some else {},
        verdict=verdict(built, recorded),
        is_open=is_open(built, recorded),
        built=None if built is None or isinstance(built, Unbuildable) else built.hash,
        recorded=known,
    )
