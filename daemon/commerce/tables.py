"""The shop's tables as SQLAlchemy constructs. The table prefix enters here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from daemon.errors import ShopError

VERSION_COLUMNS = ("created_in", "updated_in")
"""What tells which version of a staged entity is in force: from when, and until before when."""

information_columns = sa.table(
    "columns",
    sa.column("table_schema"),
    sa.column("table_name"),
    sa.column("column_name"),
    sa.column("ordinal_position"),
    schema="information_schema",
)


class ShopTables:
    """What tables and columns this shop has.

    Call it with an unprefixed name to get a table whose columns stand in `.c`; raises ShopError
    where the shop has no such table. `columns` maps unprefixed table names to their column names in
    order.
    """

    def __init__(self, columns: Mapping[str, tuple[str, ...]], prefix: str = "") -> None:
        self.columns = columns
        self.prefix = prefix
        self._built: dict[str, sa.TableClause] = {}

    def __call__(self, name: str) -> sa.TableClause:
        """The table of this unprefixed name."""
        found = self._built.get(name)
        if found is None:
            if name not in self.columns:
                raise ShopError(
                    f"The database has no table {self.prefix}{name}. Check database.url and "
                    f"database.table_prefix (now {self.prefix!r})."
                )
            found = sa.table(self.prefix + name, *map(sa.column, self.columns[name]))
            self._built[name] = found
        return found

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def __reduce__(self) -> tuple[Any, ...]:
        return ShopTables, (self.columns, self.prefix)

    @cached_property
    def is_staged(self) -> bool:
        """True on Adobe Commerce with content staging: entity versions are keyed by `row_id`."""
        return "row_id" in self.columns.get("catalog_product_entity", ())

    def is_versioned(self, name: str) -> bool:
        """True where the rows of this table are versions of entities."""
        return {*VERSION_COLUMNS} <= {*self.columns.get(name, ())}


information_tables = sa.table(
    "tables", sa.column("table_schema"), sa.column("table_name"), schema="information_schema"
)


def read_fingerprint(connection: sa.Connection) -> tuple[int, int]:
    """Number and sum of the names of the schema's tables: cheap to ask, batch by batch."""
    name = information_tables.c.table_name
    query = sa.select(sa.func.count(), sa.func.sum(sa.func.crc32(name))).where(
        information_tables.c.table_schema == sa.func.database()
    )
    number, total = connection.execute(query).one()
    return int(number), int(total or 0)


def read_tables(connection: sa.Connection, prefix: str = "") -> ShopTables:
    """The tables of the connection's schema whose name begins with the prefix."""
    c = information_columns.c
    query: sa.Select[Any] = (
        sa.select(c.table_name, c.column_name)
        .where(
            c.table_schema == sa.func.database(), c.table_name.startswith(prefix, autoescape=True)
        )
        .order_by(c.table_name, c.ordinal_position)
    )
    found: dict[str, list[str]] = {}
    for table, column in connection.execute(query):
        found.setdefault(table[len(prefix) :], []).append(column)
    return ShopTables({name: tuple(columns) for name, columns in found.items()}, prefix)
