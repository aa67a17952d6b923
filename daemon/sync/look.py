"""Looks at triggers and tables, and remembers what may not have been seen."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa

from changelog_triggers import (
    ServerState,
    Watch,
    changelogs_of,
    compare,
    desired,
    merged,
    missing_changelogs,
    read_server,
    tables_of,
)
from changelog_triggers.model import Subscription
from daemon.commerce.shop import Shop
from daemon.database.prints import Printed, is_emptied
from daemon.database.runs import read_facts, write_fact
from daemon.database.schema import OwnTables, server_now
from daemon.database.watched import (
    Sign,
    Watched,
    hostname,
    read_filled,
    read_signs,
    read_watched,
    write_blind,
    write_signs,
)
from daemon.sync.baseline import PREFIX as BASELINES
from daemon.sync.blind import Look, findings
from daemon.sync.context import Context, subscriptions_of
from daemon.sync.prints import printed_tables

FACT = "audit"
"""Tells when the last audit looked, and on which host."""

NEVER = dt.datetime(1970, 1, 2)  # noqa: DTZ001 — the columns hold UTC without saying so


@dataclass(frozen=True)
class Watching:
    """What must be watched, what the server has of it, and the tables whose checksums are kept."""

    subscriptions: tuple[Subscription, ...]
    server: ServerState
    watches: tuple[Watch, ...]
    printed: Mapping[str, Printed]


@dataclass(frozen=True)
class Last:
    """The last audit: when it looked (UTC), and on which host; there was none before the first."""

    at: dt.datetime = NEVER
    host: str = ""


def read_watching(connection: sa.Connection, context: Context, shop: Shop) -> Watching:
    """What must be watched in this shop.

    Raises:
        CaptureError: the shop lacks a table or column that is needed.
    """
    own, wanted = context.own, tuple(subscriptions_of(context.feeds, shop))
    server = read_server(connection, own.prefix, own.schema, tables_of(wanted))
    watches = merged(wanted, server.columns)
    return Watching(wanted, server, watches, printed_tables(watches, shop))


def look(context: Context, connection: sa.Connection, shop: Shop) -> Look:
    """See how all stands, and remember which changes may not have been seen, and since when.

    Before the first installation there was nothing to see them for.
    """
    own = context.own
    now, watching = server_now(connection), read_watching(connection, context, shop)
    facts = read_facts(connection, own)
    last = as_last(facts.get(FACT))
    seen = see(connection, own, watching, last)
    is_first = not (seen.known or watching.server.triggers or any_begins(facts, BASELINES))
    why = {} if is_first else findings(seen)
    signs = {**dict.fromkeys(seen.lost, Sign()), **seen.signs}
    context.transact(remember, own, signs, why, last.at)
    context.transact(write_fact, own, FACT, as_text(Last(now, hostname(connection))))
    return seen


def see(connection: sa.Connection, own: OwnTables, watching: Watching, last: Last) -> Look:
    """How triggers, changelogs and tables stand; changes nothing."""
    server, wanted = watching.server, watching.subscriptions
    known = read_watched(connection, own)
    kept = [one for name, one in watching.printed.items() if is_printed(known, name)]
    return Look(
        states=compare(desired(wanted, server, own.prefix, own.schema), server.triggers),
        lost=frozenset(
            name.removeprefix(own.prefix)
            for name in missing_changelogs(wanted, server, own.prefix, own.schema)
        ),
        signs=read_all_signs(connection, own, watching),
        known=known,
        emptied=frozenset(one.name for one in kept if is_emptied(connection, own, one)),
        is_same_host=hostname(connection) == last.host,
    )


def read_all_signs(
    connection: sa.Connection, own: OwnTables, watching: Watching
) -> dict[str, Sign]:
    """The signs of all watched tables and changelogs."""
    tables = {watch.table for watch in watching.watches}
    changelogs = changelogs_of(watching.subscriptions, watching.server)
    filled = read_filled(connection, tables, own.prefix)
    signs = read_signs(connection, tables, own.prefix)
    names = {f"cfs_cl_{one.entity}" for one in changelogs}
    return read_signs(connection, names, own.prefix, own.schema) | {
        name: replace(sign, is_filled=name in filled) for name, sign in signs.items()
    }


def remember(
    connection: sa.Connection,
    own: OwnTables,
    signs: Mapping[str, Sign],
    why: Mapping[str, str],
    since: dt.datetime,
) -> None:
    """Keep what was seen, so that a crash after this loses none of it."""
    write_signs(connection, own, signs)
    write_blind(connection, own, why, since)


def is_printed(known: Mapping[str, Watched], name: str) -> bool:
    """True where checksums of a table are kept."""
    return name in known and known[name].is_printed


def any_begins(names: Iterable[str], prefix: str) -> bool:
    """True where one of the names begins so."""
    return any(name.startswith(prefix) for name in names)


def as_text(last: Last) -> str:
    """How an audit is remembered."""
    return json.dumps({"at": last.at.isoformat(), "host": last.host})


def as_last(text: str | None) -> Last:
    """What is remembered of the last audit."""
    if text is None:
        return Last()
    found = json.loads(text)
    return Last(dt.datetime.fromisoformat(found["at"]), found["host"])
