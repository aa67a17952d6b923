"""Writing down what is about to be sent, and what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import Insert, insert

from daemon.core.item import FeedItem, Unbuildable
from daemon.core.outcome import SETTLED, Outcome, Recorded
from daemon.core.plan import Plan
from daemon.core.settle import Settled
from daemon.database.items import is_unanswered
from daemon.database.packed import unpack
from daemon.database.schema import NOW, as_ascii, server_now

ERROR_CHARACTERS = 2000
REQUEST_ID_CHARACTERS = 128
ROWS_PER_QUERY = 1000

SENDING = {
    "feed_id": "CHAR(40)",
    "entity_id": "BIGINT UNSIGNED",
    "hash": "VARCHAR(32)",
    "is_deleted": "TINYINT",
    "minimal": "MEDIUMTEXT",
    "unrendered": "TINYINT",
}
"""The columns that differ between the items of a batch when they are about to be sent."""


def mark_sending(
    connection: sa.Connection,
    table: sa.Table,
    plan: Plan,
    recorded: Collection[str],
    same: Mapping[str, Any],
) -> None:
    """Write down what is about to be sent, before it is sent.

    Until the outcome is recorded the destination's state is in doubt. What can't be built is
    written down too where nothing is recorded of it: nobody else takes its identity for free.

    recorded: the identities that the plan knew the records of, which are locked.
    same: the values of `in_doubt`.

    Raises:
        IntegrityError: an identity that had no record has one now, of another worker's; the plan
            must be made anew.
    """
    known: list[FeedItem | Recorded] = [*plan.send, *plan.tombstones]
    rows = [sending_row(one) for one in known if one.feed_id in recorded]
    for statement in inserts(table, rows, same):
        kept = kept_of_before(table, statement)
        names = [name for name in (*SENDING, *same) if name not in dict(kept)]
        changed = [(name, statement.inserted[name]) for name in names]
        connection.execute(statement.on_duplicate_key_update([*kept, *changed]))
    # of two that claim the same identity, the one that is sent counts, and so comes last
    some: list[FeedItem | Unbuildable] = [*plan.unbuildable, *plan.send]
    new = {one.feed_id: sending_row(one) for one in some if one.feed_id not in recorded}
    for statement in inserts(table, new.values(), {**same, "late_until": None}):
        connection.execute(statement)


def in_doubt(
    connection: sa.Connection, destination: int, seconds: float, lag_seconds: float
) -> dict[str, Any]:
    """What is the same of all items that are about to be sent.

    Should their outcome never be recorded, they are looked at again after so many seconds. Requests
    that were made before and never answered may arrive in `lag_seconds` at most.
    """
    now = server_now(connection)
    return {
        "destination_id": destination,
        "outcome": Outcome.SENDING.value,
        "tried_at": now,
        "next_attempt_at": now + timedelta(seconds=seconds),
        "late_until": now + timedelta(seconds=lag_seconds),
    }


def sending_row(one: FeedItem | Recorded | Unbuildable) -> tuple[Any, ...]:
    """What differs between the items of a batch: the values of SENDING."""
    return (
        one.feed_id,
        one.entity_id,
        "" if isinstance(one, Unbuildable) else one.hash,
        int(isinstance(one, Recorded)),
        one.minimal.decode(),
        int(isinstance(one, FeedItem) and one.unrendered),
    )


def inserts(
    table: sa.Table, rows: Iterable[tuple[Any, ...]], same: Mapping[str, Any]
) -> Iterator[Insert]:
    """Statements that insert rows of SENDING and what is the same in all of them.

    In the order of the keys, so that two that meet wait for each other instead of locking up.
    """
    ordered = sorted(rows)
    for start in range(0, len(ordered), ROWS_PER_QUERY):
        unpacked = unpack(SENDING, ordered[start : start + ROWS_PER_QUERY])
        source = sa.select(*unpacked.c, *map(sa.literal, same.values()))
        yield insert(table).from_select([*unpacked.c.keys(), *same], source)


def kept_of_before(table: sa.Table, sending: Insert) -> list[tuple[str, Any]]:
    """What is kept of a row that is written over.

    What counts the failed attempts (see `settle.failures_of`), and until when an earlier request
    may come and say what (see `settle.late_seconds`). MySQL assigns from left to right, so this
    comes before what it asks for.
    """
    c = table.c
    goes_on = sa.and_(
        c.hash == sending.inserted.hash,
        c.outcome.in_([one.value for one in set(Outcome) - SETTLED]),
    )
    late_until = sa.func.if_(is_unanswered(table), sending.inserted.late_until, c.late_until)
    is_same = sa.and_(c.hash == sending.inserted.hash, c.is_deleted == sending.inserted.is_deleted)
    was_other = sa.and_(c.is_late_other == 1, sa.func.coalesce(c.late_until > NOW, False))
    return [
        ("is_late_other", sa.func.if_(sa.and_(is_same, sa.not_(was_other)), 0, 1)),
        ("late_until", late_until),
        ("attempts", sa.func.if_(goes_on, c.attempts, 0)),
        ("failing_since", sa.func.if_(goes_on, c.failing_since, None)),
    ]


def write_settled(
    connection: sa.Connection, table: sa.Table, destination: int, settled: Iterable[Settled]
) -> None:
    """Record outcomes.

    What was accepted is as `mark_sending` left it: to say so takes one statement for each request,
    not a row for each item.
    """
    now = server_now(connection)
    accepted: defaultdict[tuple[Any, ...], list[str]] = defaultdict(list)
    tried: list[dict[str, Any]] = []
    put_off: list[dict[str, Any]] = []
    for one in sorted(settled, key=lambda one: one.feed_id):
        if one.outcome is Outcome.EXPORTED:
            late = (one.next_attempt_seconds, one.late_seconds, one.is_late_other)
            accepted[one.status, one.request_id, one.error, *late].append(one.feed_id)
        else:
            rows = tried if one.is_attempt else put_off
            rows.append({"destination_id": destination, **settled_row(one, now)})
    for (status, request_id, error, repeat, late, is_other), feed_ids in accepted.items():
        values = {
            **accepted_values(now),
            "status": status,
            "request_id": fitting(request_id),
            "error": error,
            "next_attempt_at": later_than(now, repeat),
            "late_until": later_than(now, late),
            "is_late_other": int(is_other),
        }
        sent = (table.c.destination_id == destination, table.c.feed_id.in_(feed_ids))
        connection.execute(sa.update(table).where(*sent).values(values))
    statement = insert(table)
    for rows in filter(None, (tried, put_off)):
        changed: dict[str, Any] = {name: statement.inserted[name] for name in rows[0]}
        if rows is put_off:  # what the last attempt met tells more
            # many rows at once: PyMySQL then takes parameters in the values alone
            has_failed = table.c.attempts > sa.literal_column("0")
            for name in ("error", "status", "request_id"):
                changed[name] = sa.func.if_(has_failed, table.c[name], statement.inserted[name])
        connection.execute(statement.on_duplicate_key_update(**changed), rows)


def accepted_values(now: datetime) -> dict[str, Any]:
    """What is recorded of every accepted item; `now` is the server's clock."""
    return {
        "outcome": Outcome.EXPORTED.value,
        "attempts": 0,
        "tried_at": now,
        "accepted_at": now,
        "failing_since": None,
    }


def settled_row(one: Settled, now: datetime) -> dict[str, Any]:
    """The values of the row of an outcome other than accepted; `now` is the server's clock."""
    return {
        "feed_id": one.feed_id,
        "entity_id": one.entity_id,
        "outcome": one.outcome.value,
        "hash": one.hash,
        "is_deleted": int(one.is_deleted),
        "minimal": one.minimal.decode(),
        "attempts": one.attempts,
        "tried_at": now,
        "next_attempt_at": later_than(now, one.next_attempt_seconds),
        "late_until": later_than(now, one.late_seconds),
        "is_late_other": int(one.is_late_other),
        "error": one.error[:ERROR_CHARACTERS] if one.error else None,
        "status": one.status,
        "request_id": fitting(one.request_id),
        "failing_since": now - timedelta(seconds=one.failing_seconds),
    }


def later_than(now: datetime, seconds: float | None) -> datetime | None:
    """So many seconds from now, or never."""
    return None if seconds is None else now + timedelta(seconds=seconds)


def fitting(request_id: str | None) -> str | None:
    """A request id as its column takes it: a header may hold anything, of any length."""
    return None if request_id is None else as_ascii(request_id, REQUEST_ID_CHARACTERS)
