"""Makes histories by chance: writers write, the path follows, and at the end all is compared."""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from converge.cast import Cast
from converge.compare import Difference
from converge.history import AUDIT, FOLLOW, TRANSACTION, Plot, Step
from converge.trail import Trail, entities_of, names_of, trailing
from converge.trial import Trial
from converge.writers import Done
from daemon.core.feed import Feed
from daemon.feeds import FEEDS
from daemon.sync.audit import audit
from daemon.sync.recover import recover

FOLLOWED, SWAPPED = 0.06, 0.004
"""How often, between two turns of the writers, the path runs, and an index table is swapped."""


@dataclass
class Outcome:
    """differences: at the end. effective: how often an edge led to an item that changed."""

    plot: Plot
    steps: list[Step] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    fired: Counter[str] = field(default_factory=Counter)
    effective: Counter[str] = field(default_factory=Counter)
    edges: set[str] = field(default_factory=set)


def make(server_url: str, plot: Plot, feeds: Sequence[Feed] = FEEDS) -> Outcome:
    """Make a history by chance, follow it, and compare."""
    trial = Trial(server_url, plot, feeds)
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
    """Lets a cast write and the path follow, by chance."""

    def __init__(self, trial: Trial, trail: Trail) -> None:
        self._trial, self._trail = trial, trail
        plot = trial.plot
        self._rng = random.Random(f"follow {plot.seed}")  # noqa: S311 — chance that repeats
        self.outcome = Outcome(plot, [Step(FOLLOW)])
        self.outcome.edges = names_of(trial.follower)
        self._cast = Cast(trial.engine, plot, trial.follower.context, self._committed)
        self._committed_count = 0

    def _committed(self, done: Sequence[Done]) -> None:
        self.outcome.steps.append(Step(TRANSACTION, tuple(statement for statement, _ in done)))
        self._committed_count += 1

    def run(self) -> Outcome:
        """The whole history, and what is wrong at its end."""
        with self._between():
            while self._committed_count < self._trial.plot.transactions:
                self._cast.writers.act()
                if self._rng.random() < SWAPPED:
                    self._swap()
                if self._rng.random() < FOLLOWED:
                    self._follow()
            self._cast.writers.finish()
        self._trial.settle()
        self._count_effects()
        self.outcome.differences = self._trial.compare()
        self.outcome.fired = self._trail.fired
        return self.outcome

    def close(self) -> None:
        self._cast.writers.close()

    @contextlib.contextmanager
    def _between(self) -> Iterator[None]:
        """The path runs at moments between two statements, and others write while it sends."""
        self._trial.warehouse.is_moody = True
        self._trial.warehouse.meanwhile = self._cast.writers.act
        try:
            yield
        finally:
            self._trial.warehouse.meanwhile = lambda: None

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
        if self._cast.swap() and self._rng.random() < 0.5:
            self.outcome.steps.append(Step(AUDIT))
            audit(self._trial.follower.context)
