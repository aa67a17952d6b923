"""How everything stands, for `status` and whoever else shows it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from daemon.app import App
from daemon.core.delivery import Destination
from daemon.database.health import server_seconds
from daemon.database.items import destination_id
from daemon.database.resyncs import open_resyncs
from daemon.database.rounds import Round, read_rounds
from daemon.database.status import changelog_backlog, feed_status, pending_backlog
from daemon.sync import gate
from daemon.sync.collect import sources
from daemon.sync.context import Context
from daemon.sync.deletions import list_held


def overview(app: App) -> dict[str, Any]:
    """How everything stands, as `status --json` prints it."""
    context = app.context
    with context.looking() as (connection, shop):
        changelogs = [source.changelog for source in sources(context, connection, shop)]
    with context.engine.connect() as connection:
        rounds = read_rounds(connection, context.own)
        changes, change_age = changelog_backlog(connection, context.own, changelogs)
        pending, pending_age = pending_backlog(connection, context.own)
        resyncs = [
            {"feed": row.feed, "reason": row.reason, "filled": row.filled, "total": row.total}
            for row in open_resyncs(connection, context.own)
        ]
        feeds = {
            feed.name: counts(connection, context, feed.name) | verified(rounds.get(feed.name))
            for feed in context.feeds
        }
    return {
        "pending": pending,
        "changelog": changes,
        "oldest_change_seconds": round(max(change_age, pending_age), 3),
        "resyncs": resyncs,
        "daemons": app.living_daemons(),
        "destinations": standing(context),
        "held": [asdict(one) for one in list_held(context, context.feed)],
        "feeds": feeds,
        "off": app.feeds_off(),
        "off_at": off_at(context),
    }


def off_at(context: Context) -> dict[str, list[str]]:
    """The destinations that don't take every feed that is on, with the feeds that are off there."""
    off = {
        one.name: [name for name in context.feed if not one.takes(name)]
        for one in context.destinations
    }
    return {name: feeds for name, feeds in off.items() if feeds}


def standing(context: Context) -> dict[str, dict[str, Any]]:
    """How each destination stands, by its name."""
    with context.engine.connect() as connection:
        return {one.name: stands(connection, context, one) for one in context.destinations}


def stands(connection: sa.Connection, context: Context, one: Destination) -> dict[str, Any]:
    """How a destination stands: its state in words, and how long nothing is sent to it."""
    number = destination_id(connection, context.own, one.name, one.environment)
    now = server_seconds(connection)
    health = gate.standing(connection, context.own, number).put_back(now)
    closed_until = health.closed_until(now)
    return {
        "environment": one.environment,
        "state": health.state(now),
        "pace": round(health.pace, 3),
        "failures": health.failures,
        "closed_seconds": None if closed_until is None else round(closed_until - now, 1),
    }


def counts(connection: sa.Connection, context: Context, feed: str) -> dict[str, Any]:
    """How a feed stands at the destinations that take it now."""
    numbers = context.numbers(connection)
    mine = [numbers[one.name] for one in context.taking(feed)]
    return asdict(feed_status(connection, context.own, feed, mine))


def verified(last: Round | None) -> dict[str, Any]:
    """When a feed was last compared as a whole, and how many items had drifted then."""
    if last is None or last.ended_at is None:
        return {"verified": None, "drift": None}
    drift = sum(one.drift for one in (last.result or {}).values())
    return {"verified": f"{last.ended_at:%Y-%m-%dT%H:%M:%SZ}", "drift": drift}
