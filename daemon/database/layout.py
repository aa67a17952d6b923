"""What of our own tables the database lacks, and the statements that give it that.

An installation of an older version lacks columns; nothing is ever changed or dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.schema import CreateColumn, CreateTable

from daemon.database.schema import OwnTables


@dataclass(frozen=True, slots=True)
class Lack:
    """A table that is missing, or a column of one that is there; `sql` makes up for it."""

    what: str
    table: str
    sql: str


def lacks(connection: sa.Connection, own: OwnTables) -> list[Lack]:
    """Everything that is missing, in an order in which it can be made."""
    there = read_columns(connection, own)
    found: list[Lack] = []
    for table in own.metadata.sorted_tables:
        if table.name not in there:
            found.append(Lack(f"table {table.name}", table.name, created(connection, table)))
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


def created(connection: sa.Connection, table: sa.Table) -> str:
    """The statement that creates a table with its indexes.

    One, so that nothing can come between them; and CREATE INDEX takes a privilege of its own.
    """
    head, end, options = str(CreateTable(table).compile(connection)).strip().rpartition("\n)")
    keys = [
        f", \n\tKEY {index.name} ({', '.join(column.name for column in index.columns)})"
        for index in sorted(table.indexes, key=lambda index: str(index.name))
    ]
    return "".join((head, *keys, end, options))


def missing_columns(connection: sa.Connection, table: sa.Table, there: set[str]) -> Iterator[Lack]:
    """The columns that a table lacks. Indexes on them are not made up for: they only cost time."""
    name = connection.dialect.identifier_preparer.format_table(table)
    for column in table.columns:
        if column.name not in there:
            spec = str(CreateColumn(column).compile(connection)).strip()
            sql = f"ALTER TABLE {name} ADD COLUMN {spec}"
            yield Lack(f"column {column.name} of {table.name}", table.name, sql)
