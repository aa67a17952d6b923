"""Sees to it that every destination was once told everything about every feed it takes."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
import structlog

from daemon.core.feed import Feed
from daemon.database.items import destination_id
from daemon.database.pending import Cause, Priority
from daemon.database.runs import read_facts, write_fact
from daemon.sync.context import Context
from daemon.sync.resync import request_full

log = structlog.get_logger()

PREFIX = "baseline:"
FIRST = Cause("first sync", Priority.RESYNC)


def wanted_baselines(connection: sa.Connection, context: Context) -> dict[str, str]:
    """The name of the fact for each destination and feed that belong together now → the feed."""
    return {
        f"{PREFIX}{number}:{feed.name}": feed.name
        for one in context.destinations
        for number in [destination_id(connection, context.own, one.name, one.environment)]
        for feed in context.feeds
        if one.takes(feed.name)
    }


def request_baselines(context: Context) -> list[str]:
    """Ask for a full resync of each feed that is new to one of its destinations; those feeds.

    A destination or feed that was switched off missed changes, so coming back counts as new; what
    it holds already is not sent again.
    """
    wanted = context.transact(wanted_baselines, context)
    with context.engine.connect() as connection:
        known = read_facts(connection, context.own, PREFIX)
    new = {wanted[name] for name in wanted.keys() - known.keys()}
    feeds = [feed for feed in context.feeds if feed.name in new]
    if feeds:
        totals = request_full(context, feeds, FIRST)
        log.info("first sync requested", **totals)
    context.transact(remember, context, wanted.keys() - known.keys(), known.keys() - wanted.keys())
    return [feed.name for feed in feeds]


def note_baselines(context: Context, feeds: Sequence[Feed]) -> None:
    """Keep that a full resync of these feeds has been asked for, so that no first sync follows."""
    names = {feed.name for feed in feeds}
    wanted = context.transact(wanted_baselines, context)
    new = {fact for fact, feed in wanted.items() if feed in names}
    context.transact(remember, context, new, set())


def remember(connection: sa.Connection, context: Context, new: set[str], gone: set[str]) -> None:
    """Keep which baselines have been asked for."""
    for name in sorted(new):
        write_fact(connection, context.own, name, "requested")
    for name in sorted(gone):
        write_fact(connection, context.own, name, None)
