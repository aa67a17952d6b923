"""A shop's tables as random writes must know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

COLUMNS = """SELECT table_name, column_name, data_type, column_type, is_nullable, extra,
    character_maximum_length, column_key FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'
    ORDER BY table_name, ordinal_position"""
REFERENCES = """SELECT table_name, column_name, referenced_table_name, referenced_column_name
    FROM information_schema.key_column_usage
    WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL
    ORDER BY table_name, ordinal_position"""
UNIQUE = """SELECT table_name, index_name, column_name FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND non_unique = 0
    ORDER BY table_name, index_name <> 'PRIMARY', index_name, seq_in_index"""


@dataclass(frozen=True)
class Column:
    """type: as in `int`; full: as in `int(10) unsigned`; counted: the server gives its values."""

    name: str
    type: str
    full: str
    nullable: bool
    counted: bool
    length: int | None


@dataclass(frozen=True)
class Table:
    """references: column → the table and column that it refers to. Names are unprefixed.

    key: the primary key, or another unique one where there is none. is_parent: other tables refer
    to it by these columns, which never change in a real shop.
    """

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    references: Mapping[str, tuple[str, str]]
    is_parent: frozenset[str]

    @property
    def counter(self) -> str | None:
        """The column that the server gives values of."""
        return next((one.name for one in self.columns.values() if one.counted), None)


def read_tables(connection: sa.Connection, prefix: str) -> dict[str, Table]:
    """Every table of the shop that has a unique key, by its unprefixed name."""
    columns: dict[str, dict[str, Column]] = {}
    for row in connection.exec_driver_sql(COLUMNS):
        table, name, kind, full, nullable, extra, length, _ = row
        if table.startswith(prefix) and "GENERATED" not in extra.upper().split(" STORED")[0]:
            found = columns.setdefault(table[len(prefix) :], {})
            counted = "auto_increment" in extra
            found[name] = Column(name, kind.lower(), full, nullable == "YES", counted, length)
    keys: dict[str, dict[str, list[str]]] = {}
    for table, key, column in connection.exec_driver_sql(UNIQUE):
        keys.setdefault(table[len(prefix) :], {}).setdefault(key, []).append(column)
    references: dict[str, dict[str, tuple[str, str]]] = {}
    referred: dict[str, set[str]] = {}
    for table, column, parent, other in connection.exec_driver_sql(REFERENCES):
        references.setdefault(table[len(prefix) :], {})[column] = (parent[len(prefix) :], other)
        referred.setdefault(parent[len(prefix) :], set()).add(other)
    return {
        name: Table(
            name,
            columns[name],
            tuple(next(iter(keys[name].values()))),
            references.get(name, {}),
            frozenset(referred.get(name, ())),
        )
        for name in columns
        if name in keys and not name.startswith("cfs_")
    }
