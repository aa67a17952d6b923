"""Keeps the triggers as they must be, and rebuilds what a lost one may have hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
import structlog

from changelog_triggers import (
    CaptureError,
    Status,
    TriggerState,
    install,
    read_states,
)
from changelog_triggers.model import Subscription
from daemon.core.feed import Feed
from daemon.database.pending import Cause, Priority
from daemon.errors import ShopError
from daemon.sync.context import Context, edges_of, subscriptions_of
from daemon.sync.resync import request_full

log = structlog.get_logger()


@contextmanager
def capturing(context: Context) -> Iterator[tuple[sa.Connection, list[Subscription]]]:
    """A connection for the triggers, and what must be watched.

    Raises:
        ShopError: the server refuses; the message names the cure.
    """
    with context.looking() as (_, shop):
        subscriptions = subscriptions_of(context.feeds, shop)
    try:
        with context.engine.connect() as connection:
            yield connection, subscriptions
    except CaptureError as error:
        raise ShopError(str(error)) from error


def trigger_states(context: Context) -> tuple[TriggerState, ...]:
    """How every trigger stands; changes nothing."""
    with capturing(context) as (connection, wanted):
        return read_states(connection, wanted, context.own.prefix, context.own.schema)


def install_triggers(context: Context) -> tuple[TriggerState, ...]:
    """Bring the triggers to what is wanted; the states as they were found."""
    with capturing(context) as (connection, wanted):
        return install(connection, wanted, context.own.prefix, context.own.schema)


def audit(context: Context) -> list[str]:
    """Put the triggers right; the feeds of which a change may have been missed.

    Those feeds are rebuilt at low priority: while a trigger was missing nobody saw what was
    written. An outdated trigger was working, but perhaps did not watch all that is read.
    """
    found = install_triggers(context)
    blind = {state.table for state in found if state.status in {Status.MISSING, Status.OUTDATED}}
    if not blind:
        return []
    feeds = reading(context, blind)
    log.warning("triggers repaired", tables=sorted(blind), feeds=[feed.name for feed in feeds])
    cause = Cause(f"blind: {', '.join(sorted(blind))}", Priority.COARSE)
    request_full(context, feeds, cause)
    return [feed.name for feed in feeds]


def reading(context: Context, tables: Iterable[str]) -> Sequence[Feed]:
    """The feeds that depend on any of these tables."""
    with context.looking() as (_, shop):
        edges = edges_of(context.feeds, shop)
    names = {feed.name for feed, edge in edges if edge.on.table in set(tables)}
    return [feed for feed in context.feeds if feed.name in names]
