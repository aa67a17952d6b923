"""Writing many rows fast: large INSERT statements, a bounded number of rows in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa

from daemon.sandbox.shop.columns import COLUMNS
from daemon.sandbox.shop.layout import Layout

ROWS_PER_INSERT = 2000
VERSIONED = ("catalog_product_entity", "catalog_category_entity")
APART = 1_000_000_000
"""Rows that only one of both layouts has are numbered from here on."""


class Null:
    """NULL: its `repr` is the SQL literal, as that of int, float and str is one in MySQL too."""

    def __repr__(self) -> str:
        return "NULL"


NULL: Final = Null()


class Loader:
    """Collects rows per table and writes them by the thousand.

    A value must be an int, float or NULL, or a str of printable characters, tabs and line breaks:
    their Python literals are MySQL's. So a row costs no call to the driver.

    commits: True to commit every statement, False to leave that to the connection.
    """

    def __init__(self, connection: sa.Connection, layout: Layout, commits: bool = True) -> None:
        self.layout = layout
        self._commits = commits
        self.written: dict[str, int] = dict.fromkeys(COLUMNS, 0)
        self.rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
        self._ids: defaultdict[str, int] = defaultdict(int)
        self._apart: defaultdict[str, int] = defaultdict(lambda: APART)
        self._cursor = connection.connection.cursor()
        self._heads = {table: self._head(table, columns) for table, columns in COLUMNS.items()}

    def add(self, table: str, *row: Any) -> None:
        """Keep a row, its values in the order of COLUMNS."""
        self.rows[table].append(row)

    def next_id(self, table: str) -> int:
        """An id for a row of the table, counted from 1."""
        self._ids[table] += 1
        return self._ids[table]

    @contextmanager
    def numbering_apart(self) -> Iterator[None]:
        """Give ids from APART on meanwhile: what both layouts have keeps the same in both."""
        self._ids, self._apart = self._apart, self._ids
        try:
            yield
        finally:
            self._ids, self._apart = self._apart, self._ids

    def start_after(self, table: str, last: int) -> None:
        """Let the next id of the table follow the last one that it holds."""
        self._ids[table] = last

    def copy_table(self, table: str, like: str) -> None:
        """Declare a table of the same columns as another, such as one of several index tables."""
        self.rows[table] = []
        self.written[table] = 0
        self._heads[table] = self._head(table, COLUMNS[like])

    def flush(self, at_least: int = ROWS_PER_INSERT) -> None:
        """Write the tables of which at least so many rows wait."""
        for table, rows in self.rows.items():
            if len(rows) >= at_least:
                self._write(table, rows)

    def finish(self) -> None:
        """Write everything that waits."""
        self.flush(1)
        self._cursor.close()

    def _write(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        for start in range(0, len(rows), ROWS_PER_INSERT):
            part = rows[start : start + ROWS_PER_INSERT]
            self._cursor.execute(self._heads[table] + _literals(part))
            if self._commits:
                self._cursor.execute("COMMIT")
        self.written[table] += len(rows)
        rows.clear()

    def _head(self, table: str, columns: Sequence[str]) -> str:
        if self.layout.staged and table in VERSIONED:
            columns = ("row_id", "created_in", "updated_in", *columns)
        names = (self.layout.link if name == "<link>" else name for name in columns)
        listed = ", ".join(f"`{name}`" for name in names)
        return f"INSERT INTO {self.layout(table)} ({listed}) VALUES "


def _literals(rows: list[tuple[Any, ...]]) -> str:
    if len(rows[0]) == 1:
        return ",".join(f"({row[0]!r})" for row in rows)
    return repr(rows)[1:-1]


def open_for_loading(connection: sa.Connection) -> None:
    """Make the session write fast: no checks of what the generator guarantees."""
    for setting in (
        "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
        "SET SESSION foreign_key_checks = 0",
        "SET SESSION unique_checks = 0",
        "SET SESSION time_zone = '+00:00'",
    ):
        connection.exec_driver_sql(setting)
