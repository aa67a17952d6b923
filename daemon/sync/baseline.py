"""Sees to it that every destination was once told everything about every feed it takes.

What a feed is built by is remembered as a fingerprint. Where that changes, by a setting or by a new
version of the product, its items may differ though nothing in the shop has changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
import structlog

from daemon.commerce.shop import Shop
from daemon.core.delivery import Destination
from daemon.core.feed import Feed
from daemon.core.item import canonical, content_hash
from daemon.database.items import destination_id
from daemon.database.pending import Cause, Priority
from daemon.database.runs import read_facts, write_fact
from daemon.sync.context import Context
from daemon.sync.resync import request_full

log = structlog.get_logger()

PREFIX = "baseline:"
FIRST = Cause("first sync", Priority.RESYNC)
CHANGED = Cause("built by other rules", Priority.RESYNC)


def fingerprint(feed: Feed, shop: Shop, destination: Destination) -> str:
    """What tells whether the same rows of the shop would make the same items at the destination.

    The feed's version, what other packages add to it and what is left out of it, the options that
    it names, those values of [shop.config] that it reads, and what it is translated by there.
    """
    read = {path for edge in feed.edges(shop) for path in edge.values or ()}
    config = {
        key: value
        for key, value in shop.config.overrides.items()
        if any(key == path or key.endswith(f"/{path}") for path in read)
    }
    options = {name: getattr(shop.options, name) for name in feed.options}
    translation = destination.translation(feed.name)
    by = [translation.made_by] if translation else []
    rules = [feed.version, feed.additions, feed.redacted, options, config, *by]
    return content_hash(canonical(rules))


def wanted_baselines(
    connection: sa.Connection, context: Context
) -> dict[str, tuple[Feed, Destination]]:
    """The name of the fact for each feed and destination that belong together now → the two."""
    return {
        f"{PREFIX}{number}:{feed.name}": (feed, one)
        for one in context.destinations
        for number in [destination_id(connection, context.own, one.name, one.environment)]
        for feed in context.feeds
        if one.takes(feed.name)
    }


def read_wanted(context: Context) -> dict[str, tuple[str, str]]:
    """The facts of `wanted_baselines` → the feed, and its fingerprint."""
    wanted = context.transact(wanted_baselines, context)
    with context.looking() as (_, shop):
        return {
            fact: (feed.name, fingerprint(feed, shop, one)) for fact, (feed, one) in wanted.items()
        }


def request_baselines(context: Context) -> list[str]:
    """Ask for a full resync of each feed that is new to one of its destinations, or that is built
    otherwise than when it was told last; those feeds.

    A destination or feed that was switched off missed changes, so coming back counts as new; what
    it holds already is not sent again.
    """
    wanted = read_wanted(context)
    with context.engine.connect() as connection:
        known = read_facts(connection, context.own, PREFIX)
    new = {feed for name, (feed, _) in wanted.items() if name not in known}
    changed = {feed for name, (feed, made) in wanted.items() if known.get(name) != made} - new
    asked = [
        *request_named(context, new, FIRST, "first sync requested"),
        *request_named(context, changed, CHANGED, "resync requested: feeds are built otherwise"),
    ]
    facts = {name: made_by for name, (_, made_by) in wanted.items()}
    context.transact(remember, context, facts)
    return asked


def forget_baselines(connection: sa.Connection, context: Context) -> None:
    """Forget those of feeds and destinations that don't belong together now: they miss changes."""
    known = read_facts(connection, context.own, PREFIX)
    for name in sorted(known.keys() - wanted_baselines(connection, context).keys()):
        write_fact(connection, context.own, name, None)


def request_named(context: Context, names: set[str], cause: Cause, event: str) -> list[str]:
    """Ask for a full resync of the feeds of these names, and say so; those feeds."""
    feeds = [feed for feed in context.feeds if feed.name in names]
    if feeds:
        log.info(event, **request_full(context, feeds, cause))
    return [feed.name for feed in feeds]


def note_baselines(context: Context, feeds: Sequence[Feed]) -> None:
    """Keep that a full resync of these feeds has been asked for, so that no first sync follows."""
    names = {feed.name for feed in feeds}
    wanted = read_wanted(context)
    context.transact(
        remember,
        context,
        {fact: made for fact, (feed, made) in wanted.items() if feed in names},
    )


def remember(connection: sa.Connection, context: Context, facts: Mapping[str, str]) -> None:
    """Keep which baselines have been asked for, and what they are built by."""
    for name in sorted(facts):
        write_fact(connection, context.own, name, facts[name])
