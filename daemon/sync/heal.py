"""Makes pending what a table may hold that nobody saw: by name where that is known, else all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
import structlog

from changelog_triggers import TriggerState
from daemon.core.prints import Days
from daemon.database.pending import Cause, Priority, enqueue_select
from daemon.database.prints import Printed
from daemon.database.schema import server_now
from daemon.database.watched import Watched, write_healed
from daemon.sync.context import Context, edges_of
from daemon.sync.prints import tell_differences
from daemon.sync.resync import request_full

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Healed:
    """Tables or changelogs of which changes may not have been seen, and what was done about it.

    since: when at the earliest, UTC. requeued: entities that were named. feeds: those that are
    rebuilt as a whole.
    """

    tables: tuple[str, ...]
    why: str
    since: datetime
    requeued: int = 0
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wound:
    """A table or changelog of which changes may not have been seen, and the feeds that read it.

    printed: the table, where checksums of it are kept that tell which entities have changed.
    """

    name: str
    why: str
    since: datetime
    feeds: frozenset[str]
    printed: Printed | None = None


def still_blind(states: Iterable[TriggerState]) -> frozenset[str]:
    """The tables whose changes are not seen even now: healing them would have to be done again."""
    return frozenset(name for state in states for name in state.blind_to)


def heal(
    context: Context, blind: Mapping[str, Watched], printed: Mapping[str, Printed]
) -> list[Healed]:
    """Make pending what may not have been seen of these tables and changelogs.

    Where all feeds that read a table are rebuilt as a whole, its entities need not be named.
    """
    wounds = list(wounds_of(context, blind, printed))
    whole = {feed for one in wounds if one.printed is None for feed in one.feeds}
    deep = [one for one in wounds if one.feeds <= whole]
    healed = [*heal_whole(context, deep)]
    healed += [heal_by_name(context, one) for one in wounds if one not in deep]
    for one in healed:
        since = one.since.isoformat(sep=" ", timespec="seconds")
        log.warning(
            "changes may have been missed",
            tables=list(one.tables),
            why=one.why,
            since=since,
            requeued=one.requeued,
            feeds=list(one.feeds),
        )
    return healed


def wounds_of(
    context: Context, blind: Mapping[str, Watched], printed: Mapping[str, Printed]
) -> Iterator[Wound]:
    """What must be healed, by reason and name."""
    feeds = readers(context)
    for name, one in sorted(blind.items(), key=lambda item: (item[1].blind_why or "", item[0])):
        if one.blind_since is not None:
            kept = printed.get(name) if one.is_printed else None
            read_by = feeds.get(name, frozenset())
            yield Wound(name, one.blind_why or "", one.blind_since, read_by, kept)


def readers(context: Context) -> dict[str, frozenset[str]]:
    """Table or changelog → the feeds that depend on it."""
    with context.looking() as (_, shop):
        edges = edges_of(context.feeds, shop)
    found: dict[str, set[str]] = {}
    for feed, edge in edges:
        for name in (edge.on.table, f"cfs_cl_{edge.on.changelog.entity}"):
            found.setdefault(name, set()).add(feed.name)
    return {name: frozenset(feeds) for name, feeds in found.items()}


def heal_whole(context: Context, wounds: list[Wound]) -> Iterator[Healed]:
    """Rebuild the feeds that read these tables at low priority; what was done, by reason."""
    names = {feed for one in wounds for feed in one.feeds}
    if names:
        why = f"blind: {', '.join(one.name for one in wounds)}"
        feeds = [feed for feed in context.feeds if feed.name in names]
        request_full(context, feeds, Cause(why, Priority.COARSE))
    for one in wounds:
        context.transact(write_healed, context.own, one.name, is_printed=False)
    for why, group in groupby(wounds, key=lambda one: one.why):
        same = list(group)
        yield Healed(
            tables=tuple(one.name for one in same),
            why=why,
            since=min(one.since for one in same),
            feeds=tuple(sorted({feed for one in same for feed in one.feeds})),
        )


def heal_by_name(context: Context, wound: Wound) -> Healed:
    """Make pending the entities whose rows are not as they were.

    And those that were sent since, for they may have been built from rows that are gone again.
    """
    assert wound.printed is not None  # noqa: S101 — the others are healed as a whole
    with context.engine.connect() as connection:
        age = server_now(connection) - wound.since
        now = context.clock(connection)
    told = tell_differences(context, wound.printed, Days.between(now - age, now))
    for feed in wound.feeds:
        told += context.transact(requeue_sent, context, feed, wound)
    context.transact(write_healed, context.own, wound.name)
    return Healed((wound.name,), wound.why, wound.since, told)


def requeue_sent(connection: sa.Connection, context: Context, feed: str, wound: Wound) -> int:
    """Make the entities of a feed pending that were sent since; how many."""
    c = context.own.items[feed].c
    sent = sa.select(c.entity_id).where(c.tried_at >= wound.since).distinct()
    count = connection.scalar(sa.select(sa.func.count()).select_from(sent.subquery())) or 0
    if count:
        cause = Cause(f"built while blind: {wound.name}", Priority.COARSE)
        enqueue_select(connection, context.own, feed, sent, cause)
    return int(count)
