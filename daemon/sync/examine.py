"""Builds entities and compares them with what is recorded, all seen at one moment.

The shop, the changelogs, pending and the records are in one server, so one snapshot shows them all
as they were together. A change is in a changelog from its own commit on, in pending from the
transaction that takes it off the changelog, and leaves pending in the transaction that records its
outcome. So what differs in a snapshot while no change of it is in either was missed. It doesn't
matter how busy the shop is, nor how many daemons are at work.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.core.affected import Affected, affected
from daemon.core.delivery import Destination
from daemon.core.doubles import without_doubles
from daemon.core.drift import Comparison, Excuse, compare, excuse
from daemon.core.feed import Feed
from daemon.core.item import Built
from daemon.core.outcome import Recorded
from daemon.core.translation import translated
from daemon.database.changelogs import changelog_table, peek_changes
from daemon.database.items import read_recorded, select_destination, select_recorded
from daemon.database.pending import which_pending
from daemon.database.resyncs import open_resyncs
from daemon.sync.boundaries import is_crossed
from daemon.sync.build import build_all
from daemon.sync.collect import Source, attribute_codes, sources
from daemon.sync.context import Context, repeated
from daemon.sync.standing import read_rivals

CHANGES = 1000
"""So many waiting changes of a changelog are looked at; where more wait, all may concern us."""


@dataclass(frozen=True)
class Look:
    """One moment of the shop and of our own tables, on behalf of a feed."""

    context: Context
    connection: sa.Connection
    shop: Shop
    feed: Feed
    now: dt.datetime


def examine(context: Context, feed: Feed, ids: Sequence[int]) -> dict[str, Comparison]:
    """Compare these entities with the records of each destination, by its name.

    What is asked about suspects costs nothing where there are none.
    """
    return repeated(partial(examine_once, context, feed, ids))


def examine_once(context: Context, feed: Feed, ids: Sequence[int]) -> dict[str, Comparison]:
    """The same, unless a table is swapped meanwhile."""
    with context.looking() as (connection, shop):
        look = Look(context, connection, shop, feed, context.clock(connection))
        built = build_all(context.at(look.now), connection, shop, feed, ids)
        found = {
            one.name: compare_there(look, one, ids, built) for one in context.taking(feed.name)
        }
        suspects = {one.entity_id for each in found.values() for one in each.suspects}
        excuses = read_excuses(look, suspects) if suspects else {}
    return {name: excuse(one, excuses) for name, one in found.items()}


def compare_there(
    look: Look, destination: Destination, ids: Sequence[int], built: Sequence[Built]
) -> Comparison:
    """Compare what was built with the records of one destination, as the path would plan it."""
    translation = destination.translation(look.feed.name)
    known = translated(translation, built)
    recorded = read_records(look, destination, ids, known)
    rivals = read_rivals(look.context, look.connection, look.feed, known, recorded, translation)
    return compare(ids, without_doubles(known, rivals), recorded)


def read_records(
    look: Look, destination: Destination, ids: Sequence[int], built: Sequence[Built]
) -> dict[str, Recorded]:
    """What is recorded of these entities and items; nothing at a destination that is new."""
    own = look.context.own
    known = select_destination(own, destination.name, destination.environment)
    number = look.connection.scalar(known)
    if number is None:
        return {}
    keys = {one.feed_id for one in built}
    query = select_recorded(own.items[look.feed.name], number, look.context.longest_seconds)
    return read_recorded(look.connection, query, ids, keys)


def read_excuses(look: Look, ids: Collection[int]) -> dict[int, Excuse]:
    """Which of these entities have a change that is on its way, and where it is."""
    if not is_crossed(look.context, look.connection, look.shop, look.feed, look.now):
        return dict.fromkeys(ids, Excuse.TIME)
    own, name = look.context.own, look.feed.name
    found = dict.fromkeys(changed(look, ids), Excuse.CHANGED)
    filled = [one.cursor_id for one in open_resyncs(look.connection, own) if one.feed == name]
    beyond = (one for one in ids if filled and one > min(filled))
    found |= dict.fromkeys(beyond, Excuse.RESYNC)
    pending = which_pending(look.connection, own, name, ids)
    return found | dict.fromkeys(pending, Excuse.PENDING)


def changed(look: Look, ids: Collection[int]) -> set[int]:
    """Which of these entities a change affects that waits in a changelog."""
    found: set[int] = set()
    for source in sources(look.context, look.connection, look.shop):
        mine = tuple((feed, edge) for feed, edge in source.edges if feed is look.feed)
        if mine and not found.issuperset(ids):
            found |= changed_there(look, Source(source.changelog, mine), ids)
    return found


def changed_there(look: Look, source: Source, ids: Collection[int]) -> set[int]:
    """Which of these entities the changes of one changelog affect."""
    own = look.context.own
    table = changelog_table(source.changelog, own.prefix, own.schema)
    changes = peek_changes(look.connection, table, CHANGES)
    if len(changes) == CHANGES:
        return set(ids)
    found: set[int] = set()
    for one in affected(changes, source.edges, attribute_codes(look.shop)):
        found |= affected_among(look, one, ids)
    return found


def affected_among(look: Look, one: Affected, ids: Collection[int]) -> set[int]:
    """Which of these entities an edge makes stale."""
    if one.is_whole:
        return set(ids)
    if one.edge.widen is None:
        return {int(entity_id) for entity_id in one.ids}.intersection(ids)
    stale = one.edge.widen(look.shop, one.ids).subquery().c[0]
    query = sa.select(stale).where(stale.in_(sorted(set(ids)))).distinct()
    return set(look.connection.scalars(query))
