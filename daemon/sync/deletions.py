"""What the brake holds: shown, confirmed, or built again to see whether it is really gone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from daemon.database.brakes import (
    confirm_some,
    count_held,
    count_living,
    held_examples,
    open_brakes,
    release_brake,
    select_held_entities,
)
from daemon.database.pending import Cause, Priority, enqueue, enqueue_select
from daemon.database.schema import server_now
from daemon.sync.context import Context

CONFIRMED = Cause("deletion confirmed", Priority.RECOVERY)
RECHECK = Cause("recheck of held deletions", Priority.RECOVERY)
ROWS_PER_TRANSACTION = 1000
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Held:
    """The deletions of a feed that wait at a destination.

    living: items that the destination has, the held ones too. since: the first of them, UTC.
    examples: natural keys of some.
    """

    feed: str
    destination: str
    environment: str
    destination_id: int
    held: int
    living: int
    since: str
    examples: tuple[str, ...]


def list_held(context: Context, feeds: Collection[str]) -> list[Held]:
    """What waits to be confirmed of these feeds, at all destinations that were ever told."""
    with context.engine.connect() as connection:
        brakes = [one for one in open_brakes(connection, context.own) if one.feed in feeds]
        return list(described(connection, context, brakes))


def described(connection: sa.Connection, context: Context, brakes: list[Any]) -> Iterator[Held]:
    """The brakes that hold something, with numbers and examples."""
    for one in brakes:
        table, number = context.own.items[one.feed], one.destination_id
        held = count_held(connection, table, number)
        if not held:
            continue
        key = context.feed[one.feed].natural_key
        examples = held_examples(connection, table, number, key, EXAMPLES)
        yield Held(
            feed=one.feed,
            destination=one.name,
            environment=one.environment,
            destination_id=number,
            held=held,
            living=count_living(connection, table, number),
            since=f"{one.held_since:%Y-%m-%dT%H:%M:%SZ}",
            examples=tuple(dict.fromkeys(examples)),
        )


def confirm(context: Context, held: Held) -> int:
    """Let exactly the deletions go that are held at this moment; how many items that were.

    What is held afterwards waits again. An item that exists again by the time its deletion would be
    sent is sent instead.
    """
    until = context.transact(server_now)
    total = 0
    while confirmed := context.transact(confirm_window, context, held, until):
        total += confirmed
    context.transact(release_brake, context.own, held.feed, held.destination_id)
    return total


def confirm_window(connection: sa.Connection, context: Context, held: Held, until: datetime) -> int:
    """Confirm the next deletions and make their entities pending, in one transaction."""
    table = context.own.items[held.feed]
    ids = confirm_some(connection, table, held.destination_id, until, ROWS_PER_TRANSACTION)
    enqueue(connection, context.own, held.feed, ids, CONFIRMED)
    return len(ids)


def recheck(context: Context, held: Held) -> int:
    """Build the entities of held deletions again: what exists is alive, the rest stays held."""
    ids = select_held_entities(context.own.items[held.feed], held.destination_id)
    return context.transact(enqueue_select, context.own, held.feed, ids, RECHECK)
