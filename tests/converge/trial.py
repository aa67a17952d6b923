"""One history on a shop of its own, made by chance or repeated, and what is wrong at its end."""

from __future__ import annotations

import contextlib
import copy
import random
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pymysql
import sqlalchemy as sa
from follower import NOW, Follower

from converge.compare import Difference, differences
from converge.history import AUDIT, TRANSACTION, Plot, Step
from converge.moody import AT_ONCE, Moody
from converge.snapshot import Snapshot
from daemon.core.feed import Feed
from daemon.feeds import FEEDS
from daemon.sandbox.shop import create_shop
from daemon.sync.audit import audit
from daemon.sync.recover import recover

PATIENCE_SECONDS = 120.0


class Trial:
    """A fresh sample shop, everything of it delivered, and what follows it from then on."""

    def __init__(
        self,
        server_url: str,
        plot: Plot,
        feeds: Sequence[Feed] = FEEDS,
    ) -> None:
        self.plot = plot
        self._server, self._name = server_url, "converge"
        self._drop()
        with self._admin() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {self._name} CHARACTER SET utf8mb4")
        url = f"{server_url}{self._name}?charset=utf8mb4"
        self.engine = sa.create_engine(url, poolclass=sa.NullPool)
        create_shop(
            self.engine, plot.products, prefix=plot.prefix, staged=plot.staged, today=NOW.date()
        )
        self.warehouse = Moody(rng=random.Random(plot.seed), is_moody=False)  # noqa: S311
        self.follower = Follower(
            url,
            prefix=plot.prefix,
            feeds=[feed for feed in feeds if not plot.feeds or feed.name in plot.feeds],
            warehouse=self.warehouse,
            policy=AT_ONCE,
        )
        self.follower.install()
        self.follower.resync()

    @contextlib.contextmanager
    def _admin(self) -> Iterator[sa.Connection]:
        engine = sa.create_engine(self._server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection

    def _drop(self) -> None:
        with self._admin() as connection:
            for name in (self._name, f"{self._name}_kept"):
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")

    def close(self) -> None:
        self.follower.close()
        self._drop()

    def settle(self) -> None:
        """Let the path run, and what failed come due, until nothing is left to do."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        self.warehouse.is_moody = False
        audit(self.follower.context)
        while True:
            self.follower.turn()
            recover(self.follower.context)
            self.follower.turn()
            if not self.follower.pending() and not self._undelivered():
                break
            assert time.monotonic() < deadline, self.follower.pending()[:5]
        self.warehouse.is_moody = True

    def _undelivered(self) -> bool:
        return any(
            self.follower.rows(
                f"SELECT 1 FROM {table.name} WHERE outcome IN ('failed', 'sending')"
                " AND (status IS NOT NULL OR outcome = 'sending') LIMIT 1"
            )
            for feed, table in self.follower.context.own.items.items()
            if feed in self.follower.context.feed
        )

    def compare(self) -> list[Difference]:
        return differences(self.follower)


class Repeater:
    """Repeats histories on one shop, which is put back each time as it was at first."""

    def __init__(self, server_url: str, plot: Plot, feeds: Sequence[Feed] = FEEDS) -> None:
        self.trial = Trial(server_url, plot, feeds)
        self._snapshot = Snapshot(self.trial.engine)
        self._held = copy.deepcopy(self.trial.warehouse.held)
        self.close = self.trial.close

    def repeat(self, steps: Sequence[Step]) -> list[Difference]:
        """What is wrong at the end of a history, repeated on one connection as it was committed."""
        trial = self.trial
        self._snapshot.restore()
        trial.follower.install()
        trial.warehouse.held = copy.deepcopy(self._held)
        with trial.engine.connect() as connection:
            cursor = connection.connection.cursor()
            for step in steps:
                if step.kind == TRANSACTION:
                    write(cursor, step.statements)
                elif step.kind == AUDIT:
                    audit(trial.follower.context)
                else:
                    trial.follower.turn()
        trial.settle()
        return trial.compare()


def write(cursor: Any, statements: Sequence[str]) -> None:
    """One transaction; what can't be done without that which is left out is left out too."""
    for statement in statements:
        with contextlib.suppress(pymysql.err.MySQLError):
            cursor.execute(statement)
    cursor.execute("COMMIT")
