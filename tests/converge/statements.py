"""Statements by chance that write to one table, like a row that is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from converge.aims import Aim
from converge.domains import FIXED, KNOWN_BY, SYSTEM
from converge.tables import Column, Table
from converge.values import Look, Row, Values, literal

READ, MOVED, SEVERAL = 0.85, 0.7, 0.15
"""How often what is written to is read by a feed, a new row belongs to another parent than the one
it is like, and a DELETE takes several.
"""

UNIQUE = ("code", "attribute_code", "increment_id", "request_path", "uuid", "txn_id")


@dataclass(frozen=True)
class Spot:
    """Where something is about to be written: what it aims at, and a row that is there, or was."""

    table: Table
    aim: Aim
    row: Row
    look: Look
    is_there: bool = True


class Statements:
    """Makes statements for a spot; none where there is nothing to be written."""

    def __init__(self, values: Values, prefix: str) -> None:
        self._values = values
        self._rng = values.rng
        self._prefix = prefix

    def name(self, table: Table) -> str:
        """The table's full name, quoted."""
        return f"`{self._prefix}{table.name}`"

    def system(self, table: Table) -> str:
        """The condition of rows without which there is no shop."""
        return SYSTEM.get(table.name, "FALSE").format(p=self._prefix)

    def update(self, spot: Spot) -> Iterable[str]:
        """Other values for the row."""
        if changes := self._changes(spot, spot.row):
            set_ = assigned(changes)
            yield f"UPDATE {self.name(spot.table)} SET {set_} WHERE {is_row(spot)}"

    def update_many(self, spot: Spot) -> Iterable[str]:
        """The same for all rows that have the same value in some column."""
        if changes := self._changes(spot, spot.row):
            alike = self._are_alike(spot)
            if spot.table.name == "core_config_data" and "path" not in changes:
                alike += f" AND `path` = {literal(spot.row['path'])}"
            yield (
                f"UPDATE IGNORE {self.name(spot.table)} SET {assigned(changes)}"
                f" WHERE {alike} AND ({spot.aim.condition})"
                f" ORDER BY {order(spot)} LIMIT {self._rng.randint(2, 9)}"
            )

    def insert(self, spot: Spot) -> Iterable[str]:
        """A new row or two."""
        rows = [self._fresh(spot)]
        if spot.table.counter is None and self._rng.random() < READ / 3:
            rows.append(self._fresh(spot))
        yield f"INSERT INTO {inserted(self.name(spot.table), spot.table, rows)}"

    def refill(self, spot: Spot, count: int) -> Iterable[str]:
        """So many new rows, as far as they can be."""
        rows = [self._fresh(spot) for _ in range(count)]
        if counter := spot.table.counter:
            rows = [{**row, counter: row[counter] + number} for number, row in enumerate(rows)]
        yield f"INSERT IGNORE INTO {inserted(self.name(spot.table), spot.table, rows)}"

    def upsert(self, spot: Spot) -> Iterable[str]:
        """An INSERT that updates the row."""
        if changes := self._changes(spot, spot.row):
            set_ = ", ".join(f"`{name}` = VALUES(`{name}`)" for name in changes)
            row = {**spot.row, **changes}
            values = inserted(self.name(spot.table), spot.table, [row])
            yield f"INSERT INTO {values} ON DUPLICATE KEY UPDATE {set_}"

    def replace(self, spot: Spot) -> Iterable[str]:
        """The row goes, and comes again otherwise.

        No shop takes the code of one of the rows without which there is none: REPLACE would delete
        that one too, and the whole shop with it.
        """
        if not self._is_system(spot):
            changes = self._changes(spot, spot.row)
            if spot.table.name in SYSTEM:
                changes = {name: one for name, one in changes.items() if name not in UNIQUE}
            row = {**spot.row, **changes}
            yield f"REPLACE INTO {inserted(self.name(spot.table), spot.table, [row])}"

    def move(self, spot: Spot) -> Iterable[str]:
        """The row becomes another one's."""
        table = spot.table
        kept = table.is_parent | FIXED.get(table.name, frozenset())
        able = [
            one
            for one in table.columns.values()
            if (self._values.parent(table, one) or one.name in table.key)
            and one.name not in kept
            and not one.counted
        ]
        if able and not self._is_system(spot):
            column = self._rng.choice(able)
            value = self._values.choose(table, column, spot.row, spot.look)
            changes = assigned({column.name: value})
            yield f"UPDATE {self.name(table)} SET {changes} WHERE {is_row(spot)}"

    def delete(self, spot: Spot) -> Iterable[str]:
        """The row goes, at times some that are like it too."""
        if self._is_system(spot):
            return
        table = self.name(spot.table)
        if self._rng.random() < SEVERAL:
            rows = f"{self._are_alike(spot)} ORDER BY {order(spot)} LIMIT 3"
            yield f"DELETE FROM {table} WHERE {rows}"
        else:
            yield f"DELETE FROM {table} WHERE {is_row(spot)}"

    def _is_system(self, spot: Spot) -> bool:
        condition = f"{is_row(spot)} AND ({self.system(spot.table)})"
        return bool(spot.look(f"SELECT 1 AS one FROM {self.name(spot.table)} WHERE {condition}"))

    def _writable(self, spot: Spot) -> list[Column]:
        table = spot.table
        fixed = FIXED.get(table.name, frozenset()) | table.is_parent | set(table.key)
        if table.name in SYSTEM and self._is_system(spot):
            fixed |= KNOWN_BY
        return [one for one in table.columns.values() if one.name not in fixed]

    def _changes(self, spot: Spot, row: Row) -> dict[str, Any]:
        """Other values for one or two columns, mostly of those that are read."""
        able = self._writable(spot)
        watched = [one for one in able if one.name in spot.aim.columns]
        pool = watched if watched and self._rng.random() < READ else able
        chosen = self._rng.sample(pool, k=min(len(pool), self._rng.choice((1, 1, 1, 2))))
        changes = {one.name: self._values.choose(spot.table, one, row, spot.look) for one in chosen}
        if spot.table.name == "core_config_data" and "path" in changes:
            # no shop has the value of one setting in another: a number as a timezone stops prices
            changes["value"] = self._values.setting(changes["path"])
        return changes

    def _are_alike(self, spot: Spot) -> str:
        shared = self._rng.choice(list(spot.table.columns))
        return f"`{shared}` <=> {literal(spot.row[shared])} AND NOT ({self.system(spot.table)})"

    def _fresh(self, spot: Spot) -> dict[str, Any]:
        """A row like the one found, known by something else."""
        new, table = dict(spot.row), spot.table
        for name, column in table.columns.items():
            if name == table.counter:
                query = f"SELECT COALESCE(MAX(`{name}`), 0) + 1 AS n FROM {self.name(table)}"
                new[name] = spot.look(query)[0]["n"]
            elif self._leads_elsewhere(spot, column) and (
                not spot.is_there or self._rng.random() < MOVED
            ):
                new[name] = self._values.choose(table, column, new, spot.look)
        if self._rng.random() < MOVED:
            new.update(self._changes(spot, new))
        return self._unlike(new)

    def _leads_elsewhere(self, spot: Spot, column: Column) -> bool:
        if column.name == "attribute_id" or column.name in FIXED.get(spot.table.name, ()):
            return False
        return column.name in spot.table.key or bool(self._values.parent(spot.table, column))

    def _unlike(self, new: dict[str, Any]) -> dict[str, Any]:
        """With codes of its own, for most are unique."""
        for name in UNIQUE:
            if isinstance(new.get(name), str):
                new[name] = f"{new[name][:20]}-{self._rng.randrange(10**6)}"
        return new


def is_row(spot: Spot) -> str:
    """The condition of the spot's row."""
    return " AND ".join(f"`{name}` = {literal(spot.row[name])}" for name in spot.table.key)


def order(spot: Spot) -> str:
    """The primary key, so that of several rows the same are meant whenever it is repeated."""
    return ", ".join(f"`{name}`" for name in spot.table.key)


def assigned(changes: Mapping[str, Any]) -> str:
    """The changes as SQL."""
    return ", ".join(f"`{name}` = {literal(value)}" for name, value in changes.items())


def inserted(name: str, table: Table, rows: Sequence[Row]) -> str:
    """Table, columns and rows as INSERT and REPLACE take them."""
    columns = ", ".join(f"`{column}`" for column in table.columns)
    values = ", ".join(
        f"({', '.join(literal(row.get(column)) for column in table.columns)})" for row in rows
    )
    return f"{name} ({columns}) VALUES {values}"
