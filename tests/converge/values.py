"""Values by chance that mean something: ids of rows that exist, choices, words, small numbers."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from pymysql.converters import escape_item

from converge.domains import (
    ATTRIBUTES,
    CHOICES,
    INDEX_COLUMNS,
    INDEXES,
    NEVER_NULL,
    REFERRED,
    SETTINGS,
    STRUCTURED,
    UNREAD_PATHS,
    WORDS,
)
from converge.tables import Column, Table

Row = Mapping[str, Any]
Look = Callable[[str], list[dict[str, Any]]]
"""Runs a query on the connection that is about to write, and sees what it has written."""

INTEGERS = {"tinyint": 2, "smallint": 9, "mediumint": 9, "int": 9, "bigint": 9}
REAL = frozenset({"decimal", "float", "double"})


def literal(value: Any) -> str:
    """A value as SQL."""
    return (
        f"0x{value.hex()}" if isinstance(value, bytes) and value else escape_item(value, "utf8mb4")
    )


class Values:
    """Chooses values. paths: the configuration paths that feeds read."""

    def __init__(self, rng: random.Random, prefix: str, paths: list[str]) -> None:
        self.rng = rng
        self._p = prefix
        self._paths = paths

    def choose(  # noqa: PLR0911 — one rule after the other
        self, table: Table, column: Column, row: Row, look: Look
    ) -> Any:
        """A value for a column of a row that is like this one otherwise."""
        place = (table.name, column.name)
        if table.name == "core_config_data" and column.name in {"path", "value"}:
            return self.path() if column.name == "path" else self.setting(str(row.get("path", "")))
        if column.nullable and column.name not in NEVER_NULL and self.rng.random() < 0.06:
            return None
        if place in CHOICES:
            return self.rng.choice(CHOICES[place])
        if column.name == "value" and "attribute_id" in row and "catalog_" in table.name:
            return self.attribute_value(table, column, row, look)
        parent = self.parent(table, column)
        if parent is not None:
            return self.existing(*parent, look)
        if column.name in STRUCTURED or self.rng.random() < 0.35:
            return self.existing(table.name, column.name, look)
        return self.of_type(column, row.get(column.name))

    def parent(self, table: Table, column: Column) -> tuple[str, str] | None:
        """The table and column that this one refers to, by a key or by its meaning."""
        if column.name in table.references:
            return table.references[column.name]
        if table.name.startswith(INDEXES):
            return INDEX_COLUMNS.get(column.name)
        return REFERRED.get((table.name, column.name))

    def existing(self, table: str, column: str, look: Look) -> Any:
        """A value that some row has; None where there is no row."""
        seed = self.rng.randrange(10**6)
        query = f"SELECT `{column}` AS v FROM `{self._p}{table}` ORDER BY RAND({seed}) LIMIT 1"
        found = look(query)
        return found[0]["v"] if found else None

    def attribute_value(self, table: Table, column: Column, row: Row, look: Look) -> Any:
        """A value of an attribute: one of its few, of its options, or of those in use."""
        of_it = f"WHERE attribute_id = {int(row['attribute_id'])}"
        found = look(f"SELECT attribute_code AS v FROM {self._p}eav_attribute {of_it}")
        code = found[0]["v"] if found else ""
        if code in ATTRIBUTES:
            return self.rng.choice(ATTRIBUTES[code])
        query = f"SELECT option_id AS v FROM {self._p}eav_attribute_option {of_it}"
        options = [one["v"] for one in look(f"{query} ORDER BY option_id")]
        if options and column.type == "int":
            return self.rng.choice(options)
        if options:
            chosen = self.rng.sample(options, k=min(len(options), self.rng.randint(1, 2)))
            return ",".join(map(str, chosen))
        if self.rng.random() < 0.3:
            order = f"ORDER BY RAND({self.rng.randrange(10**6)})"
            found = look(f"SELECT value AS v FROM `{self._p}{table.name}` {of_it} {order} LIMIT 1")
            if found:
                return found[0]["v"]
        return self.of_type(column, row.get("value"))

    def path(self) -> str:
        """A configuration path, seldom one that nobody reads."""
        return self.rng.choice(UNREAD_PATHS if self.rng.random() < 0.1 else self._paths)

    def setting(self, path: str) -> Any:
        """A value for a configuration path."""
        known = SETTINGS.get(path.rpartition("/")[2])
        return self.rng.choice(known) if known else str(self.rng.randint(0, 3))

    def of_type(self, column: Column, old: Any) -> Any:
        """A value of the column's type, at times only a little other than the old one."""
        if column.type in INTEGERS:
            return self.rng.randint(0, INTEGERS[column.type]) if self.rng.random() < 0.8 else 1
        if column.type in REAL:
            return round(self.rng.uniform(0, 99), 2)
        if column.type in {"datetime", "timestamp"}:
            return f"2026-{self.rng.randint(10, 12)}-{self.rng.randint(1, 28):02} 12:00:00"
        if column.type == "date":
            return f"2026-11-{self.rng.randint(20, 26)}"
        if isinstance(old, str) and old and self.rng.random() < 0.3:
            return old.swapcase()
        return self.text(column)

    def text(self, column: Column) -> str:
        """Words; the second part is a number, so that they are seldom twice the same."""
        words = f"{self.rng.choice(WORDS)}-{self.rng.randrange(10**4)}"
        return words[: column.length] if column.length else words
