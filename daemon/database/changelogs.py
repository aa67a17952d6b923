"""Reading changelogs, and deleting exactly what was read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from changelog_triggers.model import Changelog
from daemon.core.affected import Change

VERSIONS_PER_DELETE = 5000
DELETE = """DELETE c
FROM JSON_TABLE(:versions, '$[*]' COLUMNS (version BIGINT UNSIGNED PATH '$')) AS done
STRAIGHT_JOIN {changelog} AS c FORCE INDEX (PRIMARY) ON c.version = done.version"""
"""Goes to each row by its version. Left to itself the server may walk over the whole table, as
MariaDB does for IN, and 11.8 for a short table that is joined, and wait there for every transaction
of the shop that is not over yet.
"""


@cache
def changelog_table(changelog: Changelog, prefix: str, schema: str = "") -> sa.TableClause:
    """The changelog's table."""
    names = ("version", "entity_id", "source", "attribute_id", "changed_at")
    table = f"{prefix}cfs_cl_{changelog.entity}"
    return sa.table(table, *map(sa.column, names), schema=schema or None)


def existing_changelogs(connection: sa.Connection, prefix: str, schema: str = "") -> set[str]:
    """The names of the changelogs' tables that are there."""
    tables = sa.table(
        "tables", sa.column("table_schema"), sa.column("table_name"), schema="information_schema"
    )
    name = tables.c.table_name
    query = sa.select(name).where(
        tables.c.table_schema == (schema or sa.func.database()),
        name.startswith(f"{prefix}cfs_cl_", autoescape=True),
    )
    return set(connection.scalars(query))


def has_changes(connection: sa.Connection, looks: Sequence[tuple[sa.TableClause, int]]) -> bool:
    """True where any of these changelogs has a committed change at or above its version."""
    floors = {floor_of(place): floor for place, (_, floor) in enumerate(looks)}
    query = select_any(tuple(table for table, _ in looks))
    return bool(looks) and connection.execute(query, floors).first() is not None


@cache
def select_any(tables: tuple[sa.TableClause, ...]) -> sa.CompoundSelect[Any]:
    """A row where any of these changelogs has a change at or above its floor, a parameter each.

    Made once: an idle daemon asks this every second, and making it costs more than the answer.
    """
    heads = [
        sa.select(table.c.version).where(table.c.version >= sa.bindparam(floor_of(place))).limit(1)
        for place, table in enumerate(tables)
    ]
    return sa.union_all(*[sa.select(head.subquery()) for head in heads]).limit(1)


def floor_of(place: int) -> str:
    """The name of the parameter that is the floor of a changelog."""
    return f"floor_{place}"


def select_changes(table: sa.TableClause, limit: int, floor: int = 0) -> sa.Select[Any]:
    """The oldest committed changes at or above a version, in the order of Change's fields."""
    c = table.c
    columns = (c.version, c.entity_id, c.source, c.attribute_id, c.changed_at)
    return sa.select(*columns).where(c.version >= floor).order_by(c.version).limit(limit)


def read_changes(
    connection: sa.Connection, table: sa.TableClause, limit: int, floor: int = 0
) -> list[Change]:
    """The oldest committed changes at or above a version; locked against other collectors."""
    query = select_changes(table, limit, floor).with_for_update(skip_locked=True)
    return [Change(*row) for row in connection.execute(query)]


def peek_changes(connection: sa.Connection, table: sa.TableClause, limit: int) -> list[Change]:
    """The oldest changes as the connection's snapshot shows them; nothing is locked."""
    return [Change(*row) for row in connection.execute(select_changes(table, limit))]


def delete_changes(
    connection: sa.Connection, table: sa.TableClause, versions: Sequence[int]
) -> None:
    """Delete these changes and no others: one that is committed late has a lower version."""
    name = connection.dialect.identifier_preparer.format_table(table)
    statement = sa.text(DELETE.format(changelog=name))
    for start in range(0, len(versions), VERSIONS_PER_DELETE):
        chunk = list(versions[start : start + VERSIONS_PER_DELETE])
        connection.execute(statement, {"versions": json.dumps(chunk)})


def backlog(connection: sa.Connection, table: sa.TableClause) -> tuple[int, float]:
    """How many changes wait, and the age of the oldest in seconds."""
    c = table.c
    age = sa.func.timestampdiff(
        sa.text("MICROSECOND"), sa.func.min(c.changed_at), sa.func.utc_timestamp(sa.text("6"))
    )
    rows, micros = connection.execute(sa.select(sa.func.count(), age).select_from(table)).one()
    return rows, float(micros or 0) / 1_000_000
