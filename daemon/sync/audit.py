"""Keeps the triggers as they must be, and rebuilds what a lost one may have hidden.

What may not have been seen is remembered before anything is put right, and forgotten when it is
pending: a crash, or a table that stays in use, leaves it for the next audit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from changelog_triggers import BusyError, CaptureError, TriggerState, install, read_states
from changelog_triggers.model import Subscription
from daemon.database.watched import read_watched
from daemon.errors import ShopBusyError, ShopError
from daemon.sync.context import Context, subscriptions_of
from daemon.sync.heal import Healed, heal, still_blind
from daemon.sync.look import Watching, is_printed, look, read_watching
from daemon.sync.prints import renew_prints, take_prints

LOCK_WAIT_SECONDS = 1
"""How long the audit waits for a table in use, and the shop behind it; it comes back soon."""


@contextmanager
def capturing(context: Context) -> Iterator[tuple[sa.Connection, list[Subscription]]]:
    """A connection for the triggers, and what must be watched.

    Raises:
        ShopError: the server refuses; the message names the cure.
        ShopBusyError: a table stays in use.
    """
    with context.looking() as (_, shop):
        subscriptions = subscriptions_of(context.feeds, shop)
    try:
        with context.engine.connect() as connection:
            yield connection, subscriptions
    except BusyError as error:
        raise ShopBusyError(str(error)) from error
    except CaptureError as error:
        raise ShopError(str(error)) from error


def trigger_states(context: Context) -> tuple[TriggerState, ...]:
    """How every trigger stands; changes nothing."""
    with capturing(context) as (connection, wanted):
        return read_states(connection, wanted, context.own.prefix, context.own.schema)


def install_triggers(context: Context) -> tuple[TriggerState, ...]:
    """Bring the triggers to what is wanted; the states as they were found.

    What may not have been seen until now is left for the next audit to heal.
    """
    with capturing(context) as (connection, wanted):
        found = look(context)
        seen = found.states
        install(connection, wanted, context.own.prefix, context.own.schema, only=seen)
        return seen


def audit(context: Context) -> list[Healed]:
    """Put the triggers right, and make pending what may not have been seen.

    Raises:
        ShopError: the server refuses; the rest is done.
        ShopBusyError: a table stays in use; the rest is done.
    """
    with alone(context) as is_alone:
        if not is_alone:
            return []
        watching, refusal = repair(context)
        healed = heal_seen(context, watching, still_blind(watching.states))
        keep_prints(context, watching, still_blind(watching.states))
    if refusal is not None:
        raise refusal
    return healed


@contextmanager
def alone(context: Context) -> Iterator[bool]:
    """True while no other process audits this shop."""
    with context.engine.connect() as connection:
        database = connection.scalar(sa.select(sa.func.database()))
        name = f"cfs_audit_{context.own.prefix}{database}"[:64]
        is_alone = bool(connection.scalar(sa.select(sa.func.get_lock(name, 0))))
        try:
            yield is_alone
        finally:
            if is_alone:
                connection.execute(sa.select(sa.func.release_lock(name)))


def repair(context: Context) -> tuple[Watching, ShopError | None]:
    """Remember what may not have been seen, then put right what can be; how all stands then.

    And what could not be put right.
    """
    own, refusal = context.own, None
    watching = look(context)
    if not watching.is_sound:
        try:
            with capturing(context) as (connection, wanted):
                seen = watching.states
                install(connection, wanted, own.prefix, own.schema, LOCK_WAIT_SECONDS, only=seen)
        except ShopError as error:
            refusal = error
        watching = read_watching(context)
    return watching, refusal


def heal_seen(context: Context, watching: Watching, blind: frozenset[str]) -> list[Healed]:
    """Make pending what may not have been seen of any table whose triggers stand again.

    One that is gone waits until it is there again.
    """
    with context.engine.connect() as connection:
        known = read_watched(connection, context.own)
    healable = {
        name: one
        for name, one in known.items()
        if one.blind_since is not None and name not in blind and name in watching.names
    }
    return heal(context, healable, watching.printed) if healable else []


def keep_prints(context: Context, watching: Watching, blind: frozenset[str]) -> None:
    """Bring the checksums of swapped tables up to date, but for tables whose changes are unseen."""
    with context.engine.connect() as connection:
        known = read_watched(connection, context.own)
    for name, one in watching.printed.items():
        if name in blind:
            continue
        if is_printed(known, name):
            renew_prints(context, one)
        else:
            take_prints(context, one)
