"""One long history against real processes: daemons that are killed, a receiver that misbehaves."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from converge.cast import Cast
from converge.compare import Difference, differences_at
from converge.exercised import Exercised, Witness
from converge.history import FOLLOW, TRANSACTION, Plot, Step
from converge.site import Site
from converge.writers import Done
from daemon.sandbox.receiver import Fault

FAULTS = (
    Fault(status=503),
    Fault(status=500),
    Fault(status=429, retry_after="1"),
    Fault(status=413),
    Fault(drop=True),
    Fault(drop=True, keep=True),
    Fault(reset=True),
    Fault(reset=True, keep=True),
    Fault(partial=True),
    Fault(partial=True, status=400),
    Fault(latency_ms=200),
)
MOST_FAULTS, FAULTY = 3, 0.4
MISBEHAVED, KILLED, JOINED, SWAPPED = 0.05, 0.004, 0.006, 0.01
"""How often, after a transaction, other faults come into force, a daemon or worker is killed, a
second daemon joins or one leaves, and an index table is swapped.
"""

PAUSE_SECONDS = 0.01
"""Between transactions, so that the daemon keeps pace and meets most states of the shop."""


@dataclass
class Figures:
    """What was done, in numbers. compared: items of dry runs, over all comparisons."""

    transactions: int = 0
    statements: int = 0
    compared: int = 0
    comparisons: int = 0
    kills: int = 0
    seconds: float = 0.0

    @property
    def words(self) -> str:
        """For people."""
        return (
            f"{self.transactions} transactions ({self.statements} statements) in"
            f" {self.seconds / 60:.1f} minutes, {self.kills} kills;"
            f" {self.comparisons} comparisons of {self.compared} items"
        )


class Proof:
    """A history on a site: write, wait until all is delivered, compare; again and again.

    steps: all that was written so far, with a mark where everything was known to agree.
    """

    def __init__(self, url: str, directory: Path, plot: Plot) -> None:
        self.plot = plot
        self.figures = Figures()
        self.exercised = Exercised()
        self.steps: list[Step] = []
        self._begun = time.monotonic()
        self._rng = random.Random(f"around {plot.seed}")  # noqa: S311 — chance that repeats
        self.site = Site(url, directory, plot)
        self.site.begin()
        self.witness = Witness(self.site.app.context)
        self._cast = Cast(self.site.engine, plot, self.site.app.context, self._note)

    def _note(self, done: Sequence[Done]) -> None:
        self.steps.append(Step(TRANSACTION, tuple(statement for statement, _ in done)))
        self.exercised.note([one for one, rows in done if rows > 0], self.plot.prefix)
        self.figures.transactions += 1
        self.figures.statements += len(done)

    def round(self, transactions: int) -> list[Difference]:
        """So many transactions more, and what is wrong at their end."""
        self.steps.append(Step(FOLLOW))
        goal = self.figures.transactions + transactions
        while (before := self.figures.transactions) < goal:
            self._cast.writers.act()
            if self.figures.transactions > before:
                self._disturb()
                time.sleep(PAUSE_SECONDS)
        self._cast.writers.finish()
        self.site.settle()
        self.exercised.edges += self.witness.take()
        compared, found = differences_at(self.site)
        if found:  # of an entity a part of which can't be built, something may have waited still
            self.site.settle()
            compared, found = differences_at(self.site)
        self.figures.compared += compared
        self.figures.comparisons += 1
        self.figures.seconds = time.monotonic() - self._begun
        return found

    def _disturb(self) -> None:
        """What may happen around a shop, seldom."""
        if self._rng.random() < MISBEHAVED:
            some = self._rng.sample(FAULTS, k=self._rng.randint(0, MOST_FAULTS))
            self.site.fail(*(replace(one, probability=FAULTY, seed=self.plot.seed) for one in some))
        if self._rng.random() < SWAPPED:
            self._cast.swap()
        if self._rng.random() < KILLED:
            self.site.kill(self._rng)
            self.figures.kills += 1
        if self._rng.random() < JOINED:
            self.site.stop_one() if len(self.site.daemons) > 1 else self.site.start()

    def close(self) -> None:
        """End everything."""
        self._cast.writers.close()
        self.site.close()
