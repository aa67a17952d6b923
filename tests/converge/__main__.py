"""`python -m converge`: histories by chance until so many transactions are made."""

from __future__ import annotations

import argparse
import logging
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import structlog

from converge.compare import Difference
from converge.history import Plot, Step, read, write
from converge.maker import Outcome, make
from converge.shrink import shrunk
from converge.trial import repeat
from daemon.feeds import FEEDS
from daemon.sandbox.mariadb import private_server

ROUND = 150
"""Transactions of a history, if not told otherwise: many more would leave little of the shop."""


def plots(seed: int, transactions: int, size: int) -> list[Plot]:
    """What the histories differ in: layout, prefix, feeds, and how they are followed."""
    rng = random.Random(seed)  # noqa: S311 — chance that repeats
    names = [feed.name for feed in FEEDS]
    found = []
    for number in range(max(1, transactions // size)):
        some = tuple(sorted(rng.sample(names, k=rng.randint(1, 3))))
        found.append(
            Plot(
                seed=rng.randrange(10**9),
                staged=number % 2 == 1,
                prefix="m2_" if number % 3 == 1 else "",
                transactions=min(size, transactions),
                feeds=some if number % 4 == 3 else (),
                live=number % 3 == 2,
            )
        )
    return found


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@dataclass
class Tally:
    """What all histories did together: how many went wrong, and how often each edge did what."""

    wrong: int = 0
    edges: set[str] = field(default_factory=set)
    fired: Counter[str] = field(default_factory=Counter)
    effective: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        self.wrong += bool(outcome.differences)
        self.edges |= outcome.edges
        self.fired += outcome.fired
        self.effective += outcome.effective

    def say(self) -> None:
        for name in sorted(self.edges):
            say(f"{self.fired[name]:6} fired {self.effective[name]:6} changed  {name}")
        idle = len(self.edges - self.effective.keys())
        say(f"{len(self.edges)} edges, {idle} of which changed nothing; {self.wrong} went wrong")


def told(outcome: Outcome) -> str:
    """A history in one line."""
    done = sum(step.kind == "transaction" for step in outcome.steps)
    share = len(outcome.effective) / max(1, len(outcome.edges))
    return (
        f"seed {outcome.plot.seed} ({outcome.plot.words}): {done} transactions,"
        f" {len(outcome.differences)} differences,"
        f" {share:.0%} of {len(outcome.edges)} edges changed an item"
    )


def report(url: str, outcome: Outcome, path: Path) -> None:
    """Say what is wrong, and write down the shortest history that shows it."""
    say_differences(outcome.differences)
    feeds = tuple(sorted({one.feed for one in outcome.differences}))
    steps, plot = outcome.steps, replace(outcome.plot, feeds=feeds, live=False)
    write(path, plot, steps)
    if repeat(url, plot, steps):
        steps = shrunk(steps, lambda some: bool(repeat(url, plot, some)))
        write(path, plot, steps)
        say_steps(steps)
    else:
        say("  repeating it on one connection, in the order of the commits, shows no difference")
    say(f"  written to {path}")


def say_differences(differences: Sequence[Difference]) -> None:
    for one in differences[:10]:
        say(f"  {one.words}")


def say_steps(steps: Sequence[Step]) -> None:
    for step in steps:
        say(f"  {step.kind}: " + ";\n    ".join(step.statements))


def run(url: str, asked: argparse.Namespace) -> int:
    """How many histories went wrong."""
    if asked.repeat:
        found = repeat(url, *read(asked.repeat))
        say_differences(found)
        return len(found)
    say(f"seed {asked.seed}")
    tally = Tally()
    for number, plot in enumerate(plots(asked.seed, asked.transactions, asked.round)):
        outcome = make(url, plot)
        say(told(outcome))
        tally.add(outcome)
        if outcome.differences:
            report(url, outcome, asked.output.with_stem(f"{asked.output.stem}-{number}"))
    tally.say()
    return tally.wrong


def main() -> int:
    """0 where all histories converged."""
    parser = argparse.ArgumentParser(prog="converge", description=__doc__)
    fresh = random.SystemRandom().randrange(10**9)
    parser.add_argument("--transactions", type=int, default=ROUND, help="of all histories")
    parser.add_argument("--round", type=int, default=ROUND, help="transactions of one history")
    parser.add_argument("--seed", type=int, default=fresh, help="have the same histories again")
    parser.add_argument("--repeat", type=Path, help="a history that was written to a file")
    parser.add_argument("--output", type=Path, default=Path("converge.jsonl"))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as directory, private_server(Path(directory)) as server:
        return bool(run(server.url, parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
