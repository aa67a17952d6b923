"""Makes histories by chance: writers write, the path follows, and at the end all is compared."""

from __future__ import annotations

import contextlib
import random
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from changelog_triggers.cascade import ForeignKey
from changelog_triggers.installed import read_foreign_keys
from converge.author import Aim, Author
from converge.compare import Difference
from converge.domains import UNREAD_PATHS
from converge.history import AUDIT, FOLLOW, TRANSACTION, Plot, Step
from converge.scenes import Stage
from converge.tables import read_tables
from converge.trail import Trail, entities_of, names_of, trailing
from converge.trial import Trial
from converge.values import Values
from converge.writers import Writers
from daemon.commerce.shop import Shop
from daemon.core.feed import Edge
from daemon.sync.audit import audit
from daemon.sync.context import edges_of
from daemon.sync.recover import recover

FOLLOWED, SWAPPED = 0.06, 0.004
"""How often, between two turns of the writers, the path runs, and an index table is swapped."""

ALONE = 0.25
"""How often only one connection writes, then with the isolation that shops usually have."""


@dataclass
class Outcome:
    """differences: at the end. effective: how often an edge led to an item that changed."""

    plot: Plot
    steps: list[Step] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    fired: Counter[str] = field(default_factory=Counter)
    effective: Counter[str] = field(default_factory=Counter)
    edges: set[str] = field(default_factory=set)


def make(server_url: str, plot: Plot) -> Outcome:
    """Make a history by chance, follow it, and compare."""
    trial = Trial(server_url, plot)
    try:
        with trailing() as trail:
            maker = Maker(trial, trail)
            try:
                return maker.run()
            finally:
                maker.close()
    finally:
        trial.close()


class Maker:
    """Lets writers write and the path follow, by chance."""

    def __init__(self, trial: Trial, trail: Trail) -> None:
        self._trial, self._trail = trial, trail
        plot, shop = trial.plot, trial.shop()
        self._rng = random.Random(plot.seed)  # noqa: S311 — chance that repeats
        self.outcome = Outcome(plot)
        edges = edges_of(trial.follower.context.feeds, shop)
        self.outcome.edges = names_of(trial.follower)
        with trial.engine.connect() as connection:
            self._tables = read_tables(connection, plot.prefix)
            keys = read_foreign_keys(connection, plot.prefix)
        aims = [aim_of(edge, shop) for _, edge in edges if edge.on.table in self._tables]
        watched = {aim.table for aim in aims}
        self._replicas = sorted(one for one in watched if f"{one}_replica" in self._tables)
        paths = sorted({path for aim in aims for path in aim.paths}) or list(UNREAD_PATHS)
        author = Author(
            self._tables,
            aims,
            sorted(with_parents(watched, keys) & self._tables.keys()),
            Values(self._rng, plot.prefix, paths),
            Stage(plot.prefix, shop.link_field, self._rng),
        )
        count = 1 if self._rng.random() < ALONE else 3
        self._writers = Writers(trial.engine, author, count, self._committed)
        self._committed_count = 0

    def _committed(self, statements: Sequence[str]) -> None:
        self.outcome.steps.append(Step(TRANSACTION, tuple(statements)))
        self._committed_count += 1

    def run(self) -> Outcome:
        """The whole history, and what is wrong at its end."""
        follow = self._beside() if self._trial.plot.live else self._between()
        with follow:
            while self._committed_count < self._trial.plot.transactions:
                self._writers.act()
                if self._rng.random() < SWAPPED:
                    self._swap()
                if not self._trial.plot.live and self._rng.random() < FOLLOWED:
                    self._follow()
            self._writers.finish()
        self._trial.settle()
        self._count_effects()
        self.outcome.differences = self._trial.compare()
        self.outcome.fired = self._trail.fired
        return self.outcome

    def close(self) -> None:
        self._writers.close()

    @contextlib.contextmanager
    def _between(self) -> Iterator[None]:
        """The path runs at moments between two statements, and others write while it sends."""
        self._trial.warehouse.is_moody = True
        self._trial.warehouse.meanwhile = self._writers.act
        try:
            yield
        finally:
            self._trial.warehouse.meanwhile = lambda: None

    @contextlib.contextmanager
    def _beside(self) -> Iterator[None]:
        """The path runs all the time in threads of its own."""
        self._trial.warehouse.is_moody = True
        stopped = threading.Event()

        def work() -> None:
            while not stopped.is_set():
                self._trial.follower.turn()
                recover(self._trial.follower.context)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()

    def _follow(self) -> None:
        self.outcome.steps.append(Step(FOLLOW))
        self._trial.follower.turn()
        if self._rng.random() < 0.3:
            recover(self._trial.follower.context)
        self._count_effects()

    def _count_effects(self) -> None:
        """Which edges led to items that changed since the last look."""
        for feed, keys in self._trial.warehouse.take_told().items():
            for entity_id in entities_of(self._trial.follower, feed, keys):
                self.outcome.effective.update(self._trail.edges_to(feed, entity_id))
        self._trail.forget()

    def _swap(self) -> None:
        """An index table and its replica, which holds other rows, change places."""
        if not self._replicas:
            return
        self._writers.finish()
        name = self._rng.choice(self._replicas)
        main, other = (f"{self._trial.plot.prefix}{name}{end}" for end in ("", "_replica"))
        columns = ", ".join(self._tables[name].columns)
        key = " + ".join(one for one in self._tables[name].key if one.endswith("_id")) or "1"
        some = f"({key}) % {self._rng.randint(2, 9)} <> 0"
        statements = (
            f"DELETE FROM {other}",
            f"INSERT INTO {other} ({columns}) SELECT {columns} FROM {main} WHERE {some}",
            f"RENAME TABLE {main} TO {main}_aside, {other} TO {main}, {main}_aside TO {other}",
        )
        with self._trial.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
        self._committed(statements)
        if self._rng.random() < 0.5:
            self.outcome.steps.append(Step(AUDIT))
            audit(self._trial.follower.context)


def with_parents(tables: set[str], keys: Iterable[ForeignKey]) -> set[str]:
    """The tables, and those whose deletes take rows of theirs along."""
    found = set(tables)
    while more := {key.parent for key in keys if key.child in found} - found:
        found |= more
    return found


def aim_of(edge: Edge, shop: Shop) -> Aim:
    """What an edge reads, by the ids that the shop has for it."""
    on = edge.on
    known = shop.product_attributes if edge.entity_type == "catalog_product" else None
    known = known or shop.category_attributes
    columns = (*on.columns, *((on.key.column,) if on.key.column else ()))
    codes = edge.attributes or frozenset()
    ids = sorted(one.id for one in known.all if one.code in codes)
    return Aim(on.table, columns, tuple(ids), tuple(sorted(edge.values or ())))
