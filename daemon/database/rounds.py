"""How far the comparison of each feed is, and what its last full round came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.mysql import insert

from daemon.core.drift import Excuse, Kind, Totals
from daemon.database.schema import NOW, OwnTables

Results = dict[str, Totals]
"""What a comparison came to, by destination."""


@dataclass(frozen=True, slots=True)
class Round:
    """The comparison of one feed.

    cursor: the last entity that was compared. started_seconds: how long ago the round under way, or
    else the last one, began. found: what came out so far, None where no round is under way.
    ended_at, result: of the last full round (UTC), None where there was none.
    """

    feed: str
    cursor: int
    started_at: datetime
    started_seconds: float
    found: Results | None
    ended_at: datetime | None
    result: Results | None


def read_rounds(connection: sa.Connection, own: OwnTables) -> dict[str, Round]:
    """The comparisons of all feeds that have had one, by feed."""
    c = own.rounds.c
    age = sa.func.timestampdiff(sa.text("MICROSECOND"), c.started_at, NOW)
    columns = (c.feed, c.cursor_id, c.started_at, age, c.found, c.ended_at, c.result)
    return {
        feed: Round(feed, cursor, started, micros / 1e6, parsed(found), ended, parsed(result))
        for feed, cursor, started, micros, found, ended, result in connection.execute(
            sa.select(*columns)
        )
    }


def begin_round(connection: sa.Connection, own: OwnTables, feed: str) -> None:
    """Begin a round, unless one is under way."""
    table = own.rounds
    statement = insert(table).values(feed=feed, cursor_id=-1, started_at=NOW, found="{}")
    idle = table.c.found.is_(None)
    # MySQL assigns from left to right: `found` comes last, for the others ask for it.
    begun = [
        ("cursor_id", sa.func.if_(idle, -1, table.c.cursor_id)),
        ("started_at", sa.func.if_(idle, NOW, table.c.started_at)),
        ("found", sa.func.coalesce(table.c.found, "{}")),
    ]
    connection.execute(statement.on_duplicate_key_update(begun))


def advance_round(
    connection: sa.Connection, own: OwnTables, one: Round, cursor: int, found: Results
) -> bool:
    """Move on by what was compared; False where another process has done that meanwhile."""
    values = {"cursor_id": cursor, "found": as_text(found)}
    return change(connection, own, one, values)


def end_round(connection: sa.Connection, own: OwnTables, one: Round) -> bool:
    """End a round that is through; False where another process has done that meanwhile."""
    values = {"found": None, "ended_at": NOW, "result": as_text(one.found or {})}
    return change(connection, own, one, values)


def change(connection: sa.Connection, own: OwnTables, one: Round, values: dict[str, Any]) -> bool:
    """Write where the round still stands as it was read."""
    c = own.rounds.c
    same = (c.feed == one.feed, c.cursor_id == one.cursor, c.started_at == one.started_at)
    statement = sa.update(own.rounds).where(*same, c.found.is_not(None)).values(values)
    return connection.execute(statement).rowcount == 1


def as_text(results: Mapping[str, Totals]) -> str:
    """Results as they are kept."""
    plain = {name: [one.equal, one.drifted, one.excused] for name, one in results.items()}
    return orjson.dumps(plain, option=orjson.OPT_NON_STR_KEYS).decode()


def parsed(text: str | None) -> Results | None:
    """Results as they were kept."""
    if text is None:
        return None
    return {
        name: Totals(
            equal,
            Counter({Kind(kind): count for kind, count in drifted.items()}),
            Counter({Excuse(why): count for why, count in excused.items()}),
        )
        for name, (equal, drifted, excused) in orjson.loads(text).items()
    }
