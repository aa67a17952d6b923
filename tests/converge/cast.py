"""Who writes to a shop: several connections, and an indexer that swaps tables."""

from __future__ import annotations

import random
from collections.abc import Callable

import sqlalchemy as sa

from changelog_triggers.installed import read_foreign_keys
from converge.aims import aim_of
from converge.author import Author
from converge.domains import UNREAD_PATHS
from converge.exercised import parents_of
from converge.history import Plot
from converge.scenes import Stage
from converge.tables import read_tables
from converge.values import Values
from converge.writers import Done, Writers
from daemon.feeds import FEEDS
from daemon.sync.context import Context, edges_of

ALONE = 0.25
"""How often only one connection writes, then with the isolation that shops usually have."""

TOGETHER = 3


class Cast:
    """Acts by chance of its own, so that a seed gives the same writes whatever is done meanwhile.

    context: which feeds are on; what they depend on is as the product declares it. committed: told
    of every transaction, in their order.
    """

    def __init__(
        self,
        engine: sa.Engine,
        plot: Plot,
        context: Context,
        committed: Callable[[list[Done]], None],
    ) -> None:
        with context.looking() as (_, shop):
            edges = edges_of([feed for feed in FEEDS if feed.name in context.feed], shop)
        self._engine, self._prefix = engine, plot.prefix
        self._committed = committed
        self._rng = rng = random.Random(plot.seed)  # noqa: S311 — chance that repeats
        with engine.connect() as connection:
            self._tables = read_tables(connection, plot.prefix)
            keys = read_foreign_keys(connection, plot.prefix)
        aims = [aim_of(edge, shop) for _, edge in edges if edge.on.table in self._tables]
        watched = {aim.table for aim in aims}
        self._replicas = sorted(one for one in watched if f"{one}_replica" in self._tables)
        paths = sorted({path for aim in aims for path in aim.paths}) or list(UNREAD_PATHS)
        author = Author(
            self._tables,
            aims,
            sorted(parents_of(watched, keys)),
            Values(rng, plot.prefix, paths),
            Stage(plot.prefix, shop.link_field, rng),
        )
        count = 1 if rng.random() < ALONE else TOGETHER
        self.writers = Writers(engine, author, count, committed)

    def swap(self) -> bool:
        """An index table and its replica, which holds other rows, change places; False where there
        is none.
        """
        if not self._replicas:
            return False
        self.writers.finish()
        name = self._rng.choice(self._replicas)
        main, other = (f"{self._prefix}{name}{end}" for end in ("", "_replica"))
        columns = ", ".join(self._tables[name].columns)
        key = " + ".join(one for one in self._tables[name].key if one.endswith("_id")) or "1"
        some = f"({key}) % {self._rng.randint(2, 9)} <> 0"
        statements = (
            f"DELETE FROM {other}",
            f"INSERT INTO {other} ({columns}) SELECT {columns} FROM {main} WHERE {some}",
            f"RENAME TABLE {main} TO {main}_aside, {other} TO {main}, {main}_aside TO {other}",
        )
        with self._engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
        self._committed([(statement, 1) for statement in statements])
        return True
