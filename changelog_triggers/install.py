"""Applies the difference between wanted and installed triggers, and takes all away again."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Sequence

import sqlalchemy as sa

from changelog_triggers.cascade import cascade_statements
from changelog_triggers.ddl import compile_triggers, row_statements
from changelog_triggers.errors import BusyError, CaptureError
from changelog_triggers.installed import ServerState, read_server
from changelog_triggers.model import Changelog, CompiledTrigger, Subscription
from changelog_triggers.naming import Place, changelog_name
from changelog_triggers.refusal import LOCK_WAIT_TIMEOUT, Account, error_number, refused
from changelog_triggers.script import (
    SQL_MODE,
    Step,
    install_steps,
    missing,
    script,
    uninstall_steps,
)
from changelog_triggers.status import TriggerState, compare
from changelog_triggers.watch import merged, tables_of

LOCK_WAIT_SECONDS = 5
"""While a statement waits for a table, everything that the shop does with it queues up behind."""


def desired(
    subscriptions: Iterable[Subscription], server: ServerState, prefix: str = "", schema: str = ""
) -> tuple[CompiledTrigger, ...]:
    """The triggers that these subscriptions need on this server: at most one per table and event.

    Raises:
        CaptureError: the shop lacks a table or column that is needed.
    """
    place = Place(prefix, schema, server.guards_snapshots)
    watches = merged(subscriptions, server.columns)
    own = [part for watch in watches for part in row_statements(watch, server.columns, place)]
    below = cascade_statements(watches, server.foreign_keys, place)
    return compile_triggers([*own, *below], prefix)


def changelogs_of(
    subscriptions: Iterable[Subscription], server: ServerState
) -> tuple[Changelog, ...]:
    """The changelogs that these subscriptions write to on this server."""
    return tuple({watch.changelog: None for watch in merged(subscriptions, server.columns)})


def missing_changelogs(
    subscriptions: Iterable[Subscription], server: ServerState, prefix: str = "", schema: str = ""
) -> tuple[str, ...]:
    """Full names of the changelogs' tables that are needed and not there."""
    wanted = changelogs_of(subscriptions, server)
    lacking = missing(wanted, server, Place(prefix, schema))
    return tuple(changelog_name(one, prefix) for one in lacking)


def read_states(
    connection: sa.Connection,
    subscriptions: Iterable[Subscription],
    prefix: str = "",
    schema: str = "",
) -> tuple[TriggerState, ...]:
    """How every trigger of ours stands now. Changes nothing."""
    wanted = tuple(subscriptions)
    server = read_server(connection, prefix, schema, tables_of(wanted))
    return compare(desired(wanted, server, prefix, schema), server.triggers)


def install(  # noqa: PLR0913 — what, where, and how far
    connection: sa.Connection,
    subscriptions: Iterable[Subscription],
    prefix: str = "",
    schema: str = "",
    lock_wait_seconds: int = LOCK_WAIT_SECONDS,
    *,
    only: Collection[TriggerState] | None = None,
) -> tuple[TriggerState, ...]:
    """Create what is missing, replace what is outdated, drop what is orphaned; nothing more.

    only: the states that somebody has seen and remembers; what has come about since is left as it
        is, to be seen next time. None: no matter.

    Returns the states as they were found: they tell what nobody saw until now. Commits, as every
    DDL statement does.

    Raises:
        CaptureError: the server refuses; the message names the cure.
        BusyError: a table stays in use. What was done until then stays, and another call does the
            rest.
    """
    wanted = tuple(subscriptions)
    with installing(connection, lock_wait_seconds, schema) as account:
        states, steps = plan(connection, wanted, Place(prefix, schema), only)
        apply(connection, steps, account)
    return states


def plan(
    connection: sa.Connection,
    subscriptions: tuple[Subscription, ...],
    place: Place,
    only: Collection[TriggerState] | None = None,
) -> tuple[tuple[TriggerState, ...], tuple[Step, ...]]:
    """The states as they are, and the steps to what is wanted."""
    server = read_server(connection, place.prefix, place.schema, tables_of(subscriptions))
    wanted = desired(subscriptions, server, place.prefix, place.schema)
    states = compare(wanted, server.triggers)
    seen = states if only is None else tuple(one for one in states if one in only)
    return states, install_steps(seen, changelogs_of(subscriptions, server), server, place)


def install_sql(
    connection: sa.Connection,
    subscriptions: Iterable[Subscription],
    prefix: str = "",
    schema: str = "",
    lock_wait_seconds: int = LOCK_WAIT_SECONDS,
) -> str:
    """What `install` would do, as a script for the command-line client; empty for nothing."""
    _, steps = plan(connection, tuple(subscriptions), Place(prefix, schema))
    return script(steps, lock_wait_seconds)


def uninstall(
    connection: sa.Connection,
    prefix: str = "",
    schema: str = "",
    lock_wait_seconds: int = LOCK_WAIT_SECONDS,
) -> None:
    """Drop all triggers of ours, then all changelogs.

    Raises:
        CaptureError: as `install` does.
    """
    with installing(connection, lock_wait_seconds, schema) as account:
        server = read_server(connection, prefix, schema)
        apply(connection, uninstall_steps(server, Place(prefix, schema)), account)


def uninstall_sql(
    connection: sa.Connection,
    prefix: str = "",
    schema: str = "",
    lock_wait_seconds: int = LOCK_WAIT_SECONDS,
) -> str:
    """What `uninstall` would do, as a script for the command-line client; empty for nothing."""
    steps = uninstall_steps(read_server(connection, prefix, schema), Place(prefix, schema))
    return script(steps, lock_wait_seconds)


def run_steps(
    connection: sa.Connection,
    steps: Sequence[Step],
    schema: str = "",
    lock_wait_seconds: int = LOCK_WAIT_SECONDS,
) -> None:
    """Run DDL of the caller's own, such as for its other tables, with the same care.

    Raises:
        CaptureError: as `install` does.
    """
    with installing(connection, lock_wait_seconds, schema) as account:
        apply(connection, steps, account)


def apply(connection: sa.Connection, steps: Sequence[Step], account: Account) -> None:
    """Run the steps one after the other.

    A table that stays in use is left for another time, and does not keep the others from theirs.
    """
    in_use: dict[str, CaptureError] = {}
    for step in steps:
        if step.table in in_use:
            continue
        try:
            run(connection, step.sql)
        except sa.exc.DBAPIError as error:
            cause = refused(error, step, account)
            if cause is None:
                raise
            if error_number(error) != LOCK_WAIT_TIMEOUT:
                raise cause from error
            in_use[step.table] = cause
    for cause in in_use.values():
        raise cause


def run(connection: sa.Connection, sql: str) -> None:
    """One statement, its text untouched by driver and placeholders."""
    connection.exec_driver_sql(sql, execution_options={"no_parameters": True})


@contextlib.contextmanager
def installing(connection: sa.Connection, lock_wait_seconds: int, schema: str) -> Iterator[Account]:
    """A session that waits for no table for long, and the only one that installs at the time.

    Raises:
        BusyError: another one is installing.
    """
    connection.commit()
    before = connection.exec_driver_sql("SELECT @@SESSION.lock_wait_timeout, @@SESSION.sql_mode")
    lock_wait, sql_mode = before.one()
    account, database = connection.exec_driver_sql("SELECT CURRENT_USER(), DATABASE()").one()
    lock = f"cfs_install_{database}"[:64]
    if not connection.execute(sa.select(sa.func.get_lock(lock, lock_wait_seconds))).scalar():
        raise BusyError(f"Another process is installing triggers in {database}; try again.")
    try:
        set_session(connection, lock_wait_seconds, SQL_MODE)
        yield Account(account, database, schema or database, lock_wait_seconds)
        connection.commit()
    finally:
        connection.rollback()
        set_session(connection, lock_wait, sql_mode)
        connection.execute(sa.select(sa.func.release_lock(lock)))
        connection.commit()


def set_session(connection: sa.Connection, lock_wait_seconds: int, sql_mode: str) -> None:
    """Set how long this session waits for tables, and its SQL mode."""
    connection.execute(
        sa.text("SET SESSION lock_wait_timeout = :seconds, sql_mode = :mode"),
        {"seconds": lock_wait_seconds, "mode": sql_mode},
    )
