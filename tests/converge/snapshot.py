"""A schema as it was at a moment, to go back to as often as is needed."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa

COLUMNS = """SELECT table_name, column_name, extra FROM information_schema.columns
    JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'
    ORDER BY table_name, ordinal_position"""


class Snapshot:
    """Copies of all tables, in a schema beside the one of the engine; `restore` goes back to them.

    Only what differs is written, so that going back takes little time; counters go on.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._kept = f"{engine.url.database}_kept"
        self._columns: dict[str, str] = {}
        with self._connection() as connection:
            columns = defaultdict(list)
            for table, column, extra in connection.exec_driver_sql(COLUMNS):
                if "GENERATED" not in extra.upper().split():
                    columns[table].append(f"`{column}`")
            self._columns = {table: ", ".join(names) for table, names in columns.items()}
            connection.exec_driver_sql(f"CREATE DATABASE {self._kept}")
            for table, names in self._columns.items():
                connection.exec_driver_sql(f"CREATE TABLE {self._kept}.`{table}` LIKE `{table}`")
                self._copy(connection, f"{self._kept}.`{table}`", f"`{table}`", names)
            self._sums = self._checksums(connection)
            connection.commit()

    def restore(self) -> None:
        """Put everything back as it was; tables that swapped places stay where they are."""
        with self._connection() as connection:
            now = self._checksums(connection)
            for table in sorted(self._columns, key=lambda one: "cfs_" in one):
                kept = f"{self._kept}.`{table}`"
                if now[table] != self._sums[table] or "cfs_cl_" in table:
                    connection.exec_driver_sql(f"DELETE FROM `{table}`")
                    self._copy(connection, f"`{table}`", kept, self._columns[table])
            connection.commit()

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        """One that takes rows as they are: in any order, and with ids of 0."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql("SET foreign_key_checks = 0")
            connection.exec_driver_sql(
                "SET sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')"
            )
            yield connection

    def _checksums(self, connection: sa.Connection) -> dict[str, int]:
        tables = ", ".join(f"`{table}`" for table in self._columns)
        rows = connection.exec_driver_sql(f"CHECKSUM TABLE {tables}")
        return {name.partition(".")[2]: checksum for name, checksum in rows}

    @staticmethod
    def _copy(connection: sa.Connection, to: str, source: str, columns: str) -> None:
        connection.exec_driver_sql(f"INSERT INTO {to} ({columns}) SELECT {columns} FROM {source}")
