"""Writes transactions by chance: each statement aims at something that a feed depends on."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from changelog_triggers.cascade import UNBOUNDED
from converge.aims import Aim
from converge.domains import UNTOUCHED, WHOLE_ONLY
from converge.scenes import ADDING, REMOVING, SCENES, Scene, Stage
from converge.statements import Spot, Statements
from converge.tables import Table
from converge.values import Look, Row, Values

SMALL = 6
SELDOM = 0.1
"""A table that had no more rows than this seldom loses one by chance, nor does one whose rows take
many along.
"""

FEW, MANY = 0.8, 1.25
"""Of as many rows as a table had first: what is below only grows, what is above only shrinks, so
that a shop lasts as long as its history.
"""

SCENE, REFILLED, REMOVED, ELSEWHERE, LAX = 0.1, 0.3, 0.012, 0.2, 0.02
"""How often a scene is played, a table is looked at and filled up where its rows are few, a parent
is deleted by turns, a table is written to by chance, and foreign keys aren't checked.
"""

MOST_REFILLED = 6
AT_LEAST = 3
"""So often a parent's rows are deleted even where few are left: what a transaction that is rolled
back does is no proof.
"""

UNCHECKED, CHECKED = "SET foreign_key_checks = 0", "SET foreign_key_checks = 1"
Make = Callable[[Spot], Iterable[str]]


class Author:
    """Writes the statements of transactions, by chance that repeats.

    aims: what feeds depend on; each is taken up once before any is again. parents: tables whose
        deletes take rows along; so are they.
    """

    def __init__(
        self,
        tables: Mapping[str, Table],
        aims: Sequence[Aim],
        parents: Sequence[str],
        values: Values,
        stage: Stage,
    ) -> None:
        self._tables = tables
        self._aims = Deck(aims, values.rng)
        self._parents = Deck([Aim(one) for one in parents], values.rng)
        self._filled = Deck([Aim(one) for one in sorted({aim.table for aim in aims})], values.rng)
        self._others = sorted({*parents, *(aim.table for aim in aims)})
        self._statements = Statements(values, stage.prefix)
        self._stage = stage
        self._rng: random.Random = values.rng
        self._first: dict[str, int] = {}
        self._last: dict[Aim, Row] = {}
        self._removed: Counter[str] = Counter()

    @property
    def rng(self) -> random.Random:
        """The chance that everything here goes by."""
        return self._rng

    def write(self, look: Look) -> list[str]:
        """Statements that belong together; none where the shop has nothing left for them."""
        if scene := self._scene(look):
            return list(scene(self._stage, look))
        if self._rng.random() < REFILLED and (statements := self._refill(look)):
            return statements
        if self._parents and self._rng.random() < REMOVED:
            return self._remove(self._tables[self._parents.next().table], look)
        if self._rng.random() < ELSEWHERE:
            statements = self._write(Aim(self._rng.choice(self._others)), look)
        else:
            statements = self._write(self._aims.next(), look)
        if statements and self._rng.random() < LAX:
            return [UNCHECKED, *statements, CHECKED]
        return statements

    def _scene(self, look: Look) -> Scene | None:
        """A scene that suits the shop, or none this time."""
        share = {kind: self._share(f"catalog_{kind}_entity", look) for kind in ADDING}
        if self._rng.random() < REFILLED and (few := [one for one in share if share[one] < FEW]):
            return ADDING[few[0]]
        if self._rng.random() < SCENE:
            unfit = [ADDING[one] for one in share if share[one] > MANY]
            unfit += [REMOVING[one] for one in share if share[one] < FEW]
            return self._rng.choice([one for one in SCENES if one not in unfit])
        return None

    def _refill(self, look: Look) -> list[str]:
        aim = self._filled.next()
        table = self._tables[aim.table]
        share = self._share(table.name, look)
        rows = self._sample(table, aim.condition, look) or [
            row for seen, row in self._last.items() if seen.table == table.name
        ]
        if share >= FEW or not rows or table.name in WHOLE_ONLY:
            return []
        lacking = round((1 - share) * self._first[table.name])
        spot = Spot(table, aim, rows[0], look, is_there=False)
        return list(self._statements.refill(spot, min(lacking, MOST_REFILLED)))

    def _remove(self, table: Table, look: Look) -> list[str]:
        rows = self._sample(table, f"NOT ({self._statements.system(table)})", look)
        is_known = self._removed[table.name] >= AT_LEAST
        if not rows or (is_known and self._share(table.name, look) <= FEW):
            return []
        self._removed[table.name] += 1
        return list(self._statements.delete(Spot(table, Aim(table.name), rows[0], look)))

    def _write(self, aim: Aim, look: Look) -> list[str]:
        table = self._tables[aim.table]
        if rows := self._sample(table, aim.condition, look):
            self._last[aim] = rows[0]
            kinds = self._kinds(table, look)
            make = self._rng.choices([one for one, _ in kinds], [weight for _, weight in kinds])[0]
            return list(make(Spot(table, aim, rows[0], look)))
        if aim in self._last and table.name not in WHOLE_ONLY:
            spot = Spot(table, aim, self._last[aim], look, is_there=False)
            return list(self._statements.insert(spot))
        return []

    def _kinds(self, table: Table, look: Look) -> list[tuple[Make, int]]:
        """What may be done to the table, and how likely each is."""
        do, share = self._statements, self._share(table.name, look)
        kinds: list[tuple[Make, int]] = [(do.update, 40), (do.update_many, 8)]
        if table.name in WHOLE_ONLY:
            return [*kinds, (do.delete, 4)] if share > FEW else kinds
        kinds += [(do.upsert, 8), (do.move, 8)]
        if share < MANY:
            kinds.append((do.insert, 18))
        is_light = self._first[table.name] > SMALL and table.name not in UNBOUNDED
        if share > FEW and (is_light or self._rng.random() < SELDOM):
            kinds += [(do.delete, 12), (do.replace, 8)]
        return kinds

    def _share(self, table: str, look: Look) -> float:
        """Of as many rows as the table had first, how many it has now."""
        count = look(f"SELECT COUNT(*) AS n FROM `{self._stage.prefix}{table}`")[0]["n"]
        return count / max(self._first.setdefault(table, count), 1)

    def _sample(self, table: Table, condition: str, look: Look) -> list[Row]:
        """A row by chance, if there is one."""
        kept = UNTOUCHED.get(table.name, "FALSE")
        seed = self._rng.randrange(10**6)
        return look(
            f"SELECT * FROM {self._statements.name(table)} WHERE ({condition}) AND NOT ({kept})"
            f" ORDER BY RAND({seed}) LIMIT 1"
        )


class Deck:
    """Aims by turns: each once, in an order by chance, before any comes again."""

    def __init__(self, aims: Sequence[Aim], rng: random.Random) -> None:
        self._aims, self._rng = aims, rng
        self._left: list[Aim] = []

    def __bool__(self) -> bool:
        return bool(self._aims)

    def next(self) -> Aim:
        """The next one."""
        if not self._left:
            self._left = self._rng.sample(self._aims, k=len(self._aims))
        return self._left.pop()
