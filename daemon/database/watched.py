"""The tables that are watched, as the server tells of them and as the last audit saw them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import insert

from daemon.database.schema import OwnTables

TABLES = sa.table(
    "tables",
    *map(sa.column, ("table_schema", "table_name", "create_time", "auto_increment")),
    schema="information_schema",
)


@dataclass(frozen=True, slots=True)
class Sign:
    """By what a table shows that it is not the one it was, or that all its rows were dropped.

    created_at: MariaDB moves it when the table is renamed, MySQL when it is made anew or altered;
        a TRUNCATE leaves it. next_id: the next auto-increment value, None where the table has none
        or is empty. is_filled: it has rows. triggers_at: when the last of its triggers was created,
        None where they are not all as wanted.
    """

    created_at: datetime | None = None
    next_id: int | None = None
    is_filled: bool = False
    triggers_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """A row of `watched`: a table as the last audit saw it.

    blind_since, blind_why: since when at most its changes may not have been seen, and why.
    """

    sign: Sign
    is_printed: bool = False
    blind_since: datetime | None = None
    blind_why: str | None = None


def read_signs(
    connection: sa.Connection, names: Iterable[str], prefix: str = "", schema: str = ""
) -> dict[str, Sign]:
    """Unprefixed name → the sign of each of these tables that exists; is_filled is left out.

    MySQL else tells what it told up to a day ago; MariaDB takes that statement for a comment.
    """
    connection.exec_driver_sql("/*!80000 SET SESSION information_schema_stats_expiry = 0 */")
    c = TABLES.c
    query = sa.select(c.table_name, c.create_time, c.auto_increment).where(
        c.table_schema == (schema or sa.func.database()),
        c.table_name.in_(sorted(prefix + name for name in names)),
    )
    return {name[len(prefix) :]: Sign(*row) for name, *row in connection.execute(query)}


def read_filled(
    connection: sa.Connection, names: Iterable[str], prefix: str = ""
) -> frozenset[str]:
    """Those of these tables (unprefixed) that have rows.

    A statement for each: one that somebody has locked keeps no other table from being altered.
    """
    row = sa.literal(1)
    return frozenset(
        name
        for name in sorted(names)
        if connection.scalar(sa.select(row).select_from(sa.table(prefix + name)).limit(1))
    )


def read_watched(connection: sa.Connection, own: OwnTables) -> dict[str, Watched]:
    """What the last audit saw, by unprefixed name."""
    c = own.watched.c
    query = sa.select(
        c.name,
        c.created_at,
        c.next_id,
        c.is_filled,
        c.triggers_at,
        c.is_printed,
        c.blind_since,
        c.blind_why,
    )
    return {row.name: as_watched(row) for row in connection.execute(query)}


def as_watched(row: Any) -> Watched:
    """A row of the table as a value."""
    sign = Sign(row.created_at, row.next_id, bool(row.is_filled), row.triggers_at)
    return Watched(sign, bool(row.is_printed), row.blind_since, row.blind_why)


def write_signs(connection: sa.Connection, own: OwnTables, signs: Mapping[str, Sign]) -> None:
    """Remember how the tables stand."""
    rows = [
        {
            "name": name,
            "created_at": sign.created_at,
            "next_id": sign.next_id,
            "is_filled": int(sign.is_filled),
            "triggers_at": sign.triggers_at,
        }
        for name, sign in sorted(signs.items())
    ]
    if rows:
        added = insert(own.watched)
        new = added.inserted
        connection.execute(
            added.on_duplicate_key_update(
                created_at=new.created_at,
                next_id=new.next_id,
                is_filled=new.is_filled,
                triggers_at=new.triggers_at,
            ),
            rows,
        )


def write_blind(
    connection: sa.Connection, own: OwnTables, why: Mapping[str, str], since: datetime
) -> None:
    """Remember that changes of these tables may not have been seen; the longest time counts."""
    rows = [
        {"name": name, "blind_since": since, "blind_why": text}
        for name, text in sorted(why.items())
    ]
    if rows:
        added = insert(own.watched)
        old, new = own.watched.c, added.inserted
        connection.execute(
            added.on_duplicate_key_update(
                blind_why=sa.func.coalesce(old.blind_why, new.blind_why),
                blind_since=sa.func.coalesce(old.blind_since, new.blind_since),
            ),
            rows,
        )


def write_healed(
    connection: sa.Connection, own: OwnTables, name: str, *, is_printed: bool | None = None
) -> None:
    """Remember that what may not have been seen of a table is pending now."""
    values: dict[str, Any] = {"blind_since": None, "blind_why": None}
    if is_printed is not None:
        values["is_printed"] = int(is_printed)
    c = own.watched.c
    connection.execute(sa.update(own.watched).where(c.name == name).values(values))


def hostname(connection: sa.Connection) -> str:
    """The host of the server: what `created_at` says is comparable on the same one only."""
    return str(connection.exec_driver_sql("SELECT @@hostname").scalar_one())
