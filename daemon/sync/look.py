"""Looks at triggers and tables, and remembers what may not have been seen."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import sqlalchemy as sa

from changelog_triggers import (
    CaptureError,
    ServerState,
    Status,
    TriggerState,
    Watch,
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
from daemon.errors import ShopError
from daemon.sync.baseline import PREFIX as BASELINES
from daemon.sync.blind import Look, findings
from daemon.sync.context import Context, subscriptions_of
from daemon.sync.prints import printed_tables

FACT = "audit"
"""Tells when the last audit looked, and on which host."""

NEVER = dt.datetime(1970, 1, 2)  # noqa: DTZ001 — the columns hold UTC without saying so


@dataclass(frozen=True)
class Watching:
    """What must be watched, what the server has of it, and the tables whose checksums are kept.

    states: how every trigger stands. lost: the changelogs that have no table.
    """

    server: ServerState
    watches: tuple[Watch, ...]
    states: tuple[TriggerState, ...]
    lost: frozenset[str]
    printed: Mapping[str, Printed]

    @property
    def names(self) -> frozenset[str]:
        """The tables and changelogs that changes can be seen of, or made pending for."""
        tables = {name for state in self.states if state.desired for name in state.sources}
        changelogs = {f"cfs_cl_{watch.changelog.entity}" for watch in self.watches}
        return frozenset(tables | changelogs)

    @property
    def is_sound(self) -> bool:
        """True where every trigger and changelog is as it must be."""
        return not self.lost and all(one.status is Status.INSTALLED for one in self.states)


@dataclass(frozen=True)
class Last:
    """The last audit: when it looked (UTC), and on which host; there was none before the first."""

    at: dt.datetime = NEVER
    host: str = ""


@contextmanager
def glancing(context: Context) -> Iterator[sa.Connection]:
    """A connection whose statements are transactions of their own.

    A table that was read in a longer one could be neither renamed nor altered until that ends, and
    the shop would wait for it.
    """
    with context.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


def read_watching(context: Context) -> Watching:
    """What must be watched in this shop, and how that stands.

    Raises:
        ShopError: the shop lacks a table or column that is needed.
    """
    with context.looking() as (_, shop):
        wanted = subscriptions_of(context.feeds, shop)
    with glancing(context) as connection:
        own = context.own
        server = read_server(connection, own.prefix, own.schema, tables_of(wanted))
    try:
        return compared(own, shop, wanted, server)
    except CaptureError as error:
        raise ShopError(str(error)) from error


def compared(
    own: OwnTables, shop: Shop, wanted: Sequence[Subscription], server: ServerState
) -> Watching:
    """What is wanted, beside what the server has.

    Raises:
        CaptureError: the shop lacks a table or column that is needed.
    """
    watches = merged(wanted, server.columns)
    lost = missing_changelogs(wanted, server, own.prefix, own.schema)
    return Watching(
        server=server,
        watches=watches,
        states=compare(desired(wanted, server, own.prefix, own.schema), server.triggers),
        lost=frozenset(name.removeprefix(own.prefix) for name in lost),
        printed=printed_tables(watches, shop),
    )


def look(context: Context) -> Watching:
    """See how all stands, and remember which changes may not have been seen, and since when.

    Before the first installation there was nothing to see them for.

    Raises:
        ShopError: the shop lacks a table or column that is needed.
    """
    own = context.own
    with glancing(context) as connection:
        this = Last(server_now(connection), hostname(connection))
        facts = read_facts(connection, own)
        last = as_last(facts.get(FACT))
        watching = read_watching(context)
        seen = see(connection, own, watching, is_same_host=this.host == last.host)
    is_first = not (seen.known or watching.server.triggers or any_begins(facts, BASELINES))
    why = {} if is_first else findings(seen)
    signs = {**dict.fromkeys(seen.lost, Sign()), **seen.signs}
    context.transact(remember, own, signs, why, last.at)
    context.transact(write_fact, own, FACT, as_text(this))
    return watching


def see(
    connection: sa.Connection, own: OwnTables, watching: Watching, *, is_same_host: bool
) -> Look:
    """How triggers, changelogs and tables stand; changes nothing."""
    known = read_watched(connection, own)
    kept = [
        one
        for name, one in watching.printed.items()
        if is_printed(known, name) and not is_lost(watching.lost, one)
    ]
    return Look(
        states=watching.states,
        lost=watching.lost,
        signs=read_all_signs(connection, own, watching),
        known=known,
        emptied=frozenset(one.name for one in kept if is_emptied(connection, own, one)),
        is_same_host=is_same_host,
    )


def read_all_signs(
    connection: sa.Connection, own: OwnTables, watching: Watching
) -> dict[str, Sign]:
    """The signs of all watched tables and changelogs."""
    tables = {watch.table for watch in watching.watches}
    filled = read_filled(connection, tables, own.prefix)
    signs = read_signs(connection, tables, own.prefix)
    names = {f"cfs_cl_{watch.changelog.entity}" for watch in watching.watches}
    times = trigger_times(watching.states)
    return read_signs(connection, names, own.prefix, own.schema) | {
        name: replace(sign, is_filled=name in filled, triggers_at=times.get(name))
        for name, sign in signs.items()
    }


def trigger_times(states: Iterable[TriggerState]) -> dict[str, dt.datetime]:
    """When the last trigger of each table was created, where all of them are as wanted."""
    found: dict[str, dt.datetime] = {}
    unsound = set[str]()
    for state in states:
        made = state.installed.created_at if state.installed is not None else None
        if state.status is not Status.INSTALLED or made is None:
            unsound.add(state.table)
        else:
            found[state.table] = max(made, found.get(state.table, made))
    return {table: made for table, made in found.items() if table not in unsound}


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


def is_lost(lost: Collection[str], one: Printed) -> bool:
    """True where a changelog of the table is missing: it is healed for that."""
    return any(f"cfs_cl_{changelog.entity}" in lost for changelog in one.changelogs)


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
