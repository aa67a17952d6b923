"""Writes statements by chance: each aims at something that a feed depends on."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from changelog_triggers.cascade import UNBOUNDED
from converge.domains import FIXED, KNOWN_BY, SYSTEM, WHOLE_ONLY
from converge.scenes import SCENES, Stage
from converge.tables import Column, Table
from converge.values import Look, Row, Values, literal

SMALL = 6
SELDOM = 0.1
"""A table of no more rows than this seldom loses one, nor does one whose rows take many along."""

UNCHECKED, CHECKED = "SET foreign_key_checks = 0", "SET foreign_key_checks = 1"
READ, MOVED, SEVERAL = 0.85, 0.7, 0.15
"""How often what is written to is read by a feed, a new row belongs to another parent than the one
it is like, and a DELETE takes several.
"""

UNIQUE = ("code", "attribute_code", "increment_id", "request_path", "uuid", "txn_id")
SCENE, ELSEWHERE = 0.1, 0.2
"""How often a scene is played, and how often what is written to is a table by chance."""


@dataclass(frozen=True)
class Aim:
    """What an edge reads: a table, its columns, and the attributes and paths that count."""

    table: str
    columns: tuple[str, ...] = ()
    attributes: tuple[int, ...] = ()
    paths: tuple[str, ...] = ()

    @property
    def condition(self) -> str:
        """Which rows count."""
        if self.attributes:
            return f"attribute_id IN ({', '.join(map(str, self.attributes))})"
        if self.paths:
            return f"path IN ({', '.join(map(literal, self.paths))})"
        return "TRUE"


@dataclass(frozen=True)
class Spot:
    """Where something is about to be written: what it aims at, and a row that is there."""

    table: Table
    aim: Aim
    row: Row
    look: Look


class Author:
    """Writes the statements of transactions, by chance that repeats.

    aims: what feeds depend on; each is taken up once before any is again. others: tables whose
        deletes take rows along.
    """

    def __init__(
        self,
        tables: Mapping[str, Table],
        aims: Sequence[Aim],
        others: Sequence[str],
        values: Values,
        stage: Stage,
    ) -> None:
        self._tables = tables
        self._aims = aims
        self._others = others
        self._values = values
        self._stage = stage
        self._rng: random.Random = values.rng
        self._deck: list[Aim] = []

    @property
    def rng(self) -> random.Random:
        """The chance that everything here goes by."""
        return self._rng

    def write(self, look: Look) -> list[str]:
        """Statements that belong together; none where the shop has nothing left for them."""
        if self._rng.random() < SCENE:
            return list(self._rng.choice(SCENES)(self._stage, look))
        aim = self._next_aim()
        table = self._tables[aim.table]
        found = self._sample(table, aim.condition, look)
        if not found:
            return []
        kinds = self._kinds(table, look)
        make = self._rng.choices([one for one, _ in kinds], [weight for _, weight in kinds])[0]
        statements = list(make(Spot(table, aim, found[0], look)))
        if statements and self._rng.random() < 0.02:
            return [UNCHECKED, *statements, CHECKED]
        return statements

    def _next_aim(self) -> Aim:
        if self._others and self._rng.random() < ELSEWHERE:
            return Aim(self._rng.choice(self._others))
        if not self._deck:
            self._deck = self._rng.sample(self._aims, k=len(self._aims))
        return self._deck.pop()

    def _kinds(self, table: Table, look: Look) -> list[tuple[Callable[..., Iterable[str]], int]]:
        if table.name in WHOLE_ONLY:
            return [(self._update, 8), (self._update_many, 1), (self._delete, 1)]
        kinds: list[tuple[Callable[..., Iterable[str]], int]] = [
            (self._update, 40),
            (self._update_many, 8),
            (self._insert, 18),
            (self._upsert, 8),
            (self._move, 8),
        ]
        (counted,) = look(f"SELECT COUNT(*) AS n FROM {self._name(table)}")
        is_light = counted["n"] > SMALL and table.name not in UNBOUNDED
        if is_light or self._rng.random() < SELDOM:
            kinds += [(self._delete, 12), (self._replace, 8)]
        return kinds

    def _name(self, table: Table) -> str:
        return f"`{self._stage.prefix}{table.name}`"

    def _sample(self, table: Table, condition: str, look: Look, count: int = 1) -> list[Row]:
        kept = "FALSE"
        if table.name in {"eav_entity_type", "store_website", "store_group", "store"}:
            kept = self._system(table)
        seed = self._rng.randrange(10**6)
        return look(
            f"SELECT * FROM {self._name(table)} WHERE ({condition}) AND NOT ({kept})"
            f" ORDER BY RAND({seed}) LIMIT {count}"
        )

    def _system(self, table: Table) -> str:
        return SYSTEM.get(table.name, "FALSE").format(p=self._stage.prefix)

    def _is(self, spot: Spot) -> str:
        return " AND ".join(f"`{name}` = {literal(spot.row[name])}" for name in spot.table.key)

    def _is_system(self, spot: Spot) -> bool:
        condition = f"{self._is(spot)} AND ({self._system(spot.table)})"
        return bool(spot.look(f"SELECT 1 AS one FROM {self._name(spot.table)} WHERE {condition}"))

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
        return {one.name: self._values.choose(spot.table, one, row, spot.look) for one in chosen}

    def _update(self, spot: Spot) -> Iterable[str]:
        if changes := self._changes(spot, spot.row):
            set_ = assigned(changes)
            yield f"UPDATE {self._name(spot.table)} SET {set_} WHERE {self._is(spot)}"

    def _update_many(self, spot: Spot) -> Iterable[str]:
        """The same for all rows that have the same value in some column."""
        if changes := self._changes(spot, spot.row):
            yield (
                f"UPDATE IGNORE {self._name(spot.table)} SET {assigned(changes)}"
                f" WHERE {self._are_alike(spot)} AND ({spot.aim.condition})"
                f" ORDER BY {self._order(spot)} LIMIT {self._rng.randint(2, 9)}"
            )

    def _are_alike(self, spot: Spot) -> str:
        shared = self._rng.choice(list(spot.table.columns))
        return f"`{shared}` <=> {literal(spot.row[shared])} AND NOT ({self._system(spot.table)})"

    def _order(self, spot: Spot) -> str:
        return ", ".join(f"`{name}`" for name in spot.table.key)

    def _fresh(self, spot: Spot) -> dict[str, Any]:
        """A row like the one found, known by something else."""
        new, table = dict(spot.row), spot.table
        for name, column in table.columns.items():
            if name == table.counter:
                query = f"SELECT COALESCE(MAX(`{name}`), 0) + 1 AS n FROM {self._name(table)}"
                new[name] = spot.look(query)[0]["n"]
            elif self._leads_elsewhere(spot, column) and self._rng.random() < MOVED:
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

    def _insert(self, spot: Spot) -> Iterable[str]:
        rows = [self._fresh(spot)]
        if spot.table.counter is None and self._rng.random() < READ / 3:
            rows.append(self._fresh(spot))
        yield f"INSERT INTO {inserted(self._name(spot.table), spot.table, rows)}"

    def _upsert(self, spot: Spot) -> Iterable[str]:
        if changes := self._changes(spot, spot.row):
            set_ = ", ".join(f"`{name}` = VALUES(`{name}`)" for name in changes)
            row = {**spot.row, **changes}
            values = inserted(self._name(spot.table), spot.table, [row])
            yield f"INSERT INTO {values} ON DUPLICATE KEY UPDATE {set_}"

    def _replace(self, spot: Spot) -> Iterable[str]:
        if not self._is_system(spot):
            row = {**spot.row, **self._changes(spot, spot.row)}
            yield f"REPLACE INTO {inserted(self._name(spot.table), spot.table, [row])}"

    def _move(self, spot: Spot) -> Iterable[str]:
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
            yield f"UPDATE {self._name(table)} SET {changes} WHERE {self._is(spot)}"

    def _delete(self, spot: Spot) -> Iterable[str]:
        if self._is_system(spot):
            return
        table = self._name(spot.table)
        if self._rng.random() < SEVERAL:
            order = self._order(spot)
            yield f"DELETE FROM {table} WHERE {self._are_alike(spot)} ORDER BY {order} LIMIT 3"
        else:
            yield f"DELETE FROM {table} WHERE {self._is(spot)}"


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
