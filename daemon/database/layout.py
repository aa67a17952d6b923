"""What of our own tables the database lacks, and the statements that give it that.

An installation of an older version lacks columns; nothing is ever changed or dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from daemon.database.schema import OwnTables


@dataclass(frozen=True, slots=True)
class Lack:
    """A table that is missing, or a column of one that is there; `sql` makes up for it."""

    what: str
    sql: tuple[str, ...]


def lacks(connection: sa.Connection, own: OwnTables) -> list[Lack]:
    """Everything that is missing, in an order in which it can be made."""
    there = read_columns(connection, own)
    found: list[Lack] = []
    for table in own.metadata.sorted_tables:
        if table.name not in there:
            found.append(Lack(f"table {table.name}", tuple(created(connection, table))))
        else:
            found += missing_columns(connection, table, there[table.name])
    return found


def read_columns(connection: sa.Connection, own: OwnTables) -> dict[str, set[str]]:
    """Table → columns, of the schema that our tables are in."""
    columns = sa.table(
        "columns",
        *map(sa.column, ("table_schema", "table_name", "column_name")),
        schema="information_schema",
    ).c
    wanted = [table.name for table in own.metadata.sorted_tables]
    query = sa.select(columns.table_name, columns.column_name).where(
        columns.table_schema == (own.schema or sa.func.database()), columns.table_name.in_(wanted)
    )
    found: dict[str, set[str]] = {}
    for table, column in connection.execute(query):
        found.setdefault(table, set()).add(column)
    return found


def created(connection: sa.Connection, table: sa.Table) -> Iterator[str]:
    """The statements that create a table with its indexes."""
    yield str(CreateTable(table).compile(connection)).strip()
    for index in sorted(table.indexes, key=str):
        yield str(CreateIndex(index).compile(connection)).strip()


def missing_columns(connection: sa.Connection, table: sa.Table, there: set[str]) -> Iterator[Lack]:
    """The columns that a table lacks. Indexes on them are not made up for: they only cost time."""
    name = connection.dialect.identifier_preparer.format_table(table)
    for column in table.columns:
        if column.name not in there:
            spec = str(CreateColumn(column).compile(connection)).strip()
            yield Lack(
                f"column {column.name} of {table.name}", (f"ALTER TABLE {name} ADD COLUMN {spec}",)
            )
