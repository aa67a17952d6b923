"""`python -m converge`: long histories by chance, in both layouts, against real processes."""

from __future__ import annotations

import argparse
import logging
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import structlog
from installation import create_schema

from converge.compare import Difference
from converge.history import Plot, Step, followed, read, write
from converge.proof import Proof
from converge.shrink import shrunk, within
from converge.site import Site
from converge.trial import Repeater
from daemon.sandbox.mariadb import private_server

ROUND = 500
"""Transactions between two comparisons."""

ENOUGH = 2000
"""A history of so many transactions must have exercised everything there is."""

SHRINKING_SECONDS = 600.0


def plots(seed: int, transactions: int) -> list[Plot]:
    """One history of each layout, half of the transactions each; the staged one with a prefix."""
    half = -(-transactions // 2)
    return [
        Plot(seed, transactions=half),
        Plot(seed + 1, staged=True, prefix="m2_", transactions=half),
    ]


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def prove(url: str, directory: Path, plot: Plot, output: Path) -> int:
    """Make a history; how much is wrong."""
    say(f"seed {plot.seed}: {plot.words}")
    proof = Proof(create_schema(url, f"proof_{plot.seed}"), directory, plot)
    try:
        while (left := plot.transactions - proof.figures.transactions) > 0:
            found = proof.round(min(ROUND, left))
            say(f"  {proof.figures.words}, {len(found)} differences")
            if found:
                say_deliveries(proof.site, found)
                report(url, plot, proof.steps, found, output)
                return len(found)
        lacking = proof.exercised.lacking(proof.witness.wanted)
    except AssertionError:
        write(output, plot, proof.steps)
        say(f"  not settled; written to {output}")
        raise
    finally:
        proof.close()
    for one in lacking:
        say(f"  never {one}")
    return len(lacking) if plot.transactions >= ENOUGH else 0


def report(
    url: str, plot: Plot, steps: Sequence[Step], found: Sequence[Difference], output: Path
) -> None:
    """Say what is wrong, and write down the shortest history that shows it."""
    say_differences(found)
    only = replace(plot, feeds=tuple(sorted({one.feed for one in found})))
    write(output, only, steps)
    repeater = Repeater(url, only)
    whole = next((some for some in followed(steps) if repeater.repeat(some)), None)
    if whole is None:
        say("  repeating it on one connection, in the order of the commits, shows no difference")
    else:
        short = shrunk(whole, within(SHRINKING_SECONDS, lambda some: bool(repeater.repeat(some))))
        write(output, only, short)
        say_steps(short)
    repeater.close()
    say(f"  written to {output}: python -m converge --repeat {output}")


def say_differences(differences: Sequence[Difference]) -> None:
    """Some of them, in words."""
    for one in differences[:10]:
        say(f"  {one.words}")


def say_deliveries(site: Site, differences: Sequence[Difference]) -> None:
    """What the receiver took of some of them, in its order."""
    for one in differences[:3]:
        say(f"  taken of {one.feed} {one.identity}:")
        for taken in site.taken(one.feed, one.identity):
            say(f"    {taken}")


def say_steps(steps: Sequence[Step]) -> None:
    """A history that is short."""
    for step in steps:
        say(f"  {step.kind}: " + ";\n    ".join(step.statements))


def run(url: str, directory: Path, asked: argparse.Namespace) -> int:
    """How much is wrong."""
    if asked.repeat:
        plot, steps = read(asked.repeat)
        found = Repeater(url, plot).repeat(steps)
        say_differences(found)
        return len(found)
    wrong = 0
    for plot in plots(asked.seed, asked.transactions):
        own = directory / str(plot.seed)
        own.mkdir()
        wrong += prove(url, own, plot, asked.output.with_stem(f"{asked.output.stem}-{plot.seed}"))
    return wrong


def main() -> int:
    """0 where all histories converged."""
    parser = argparse.ArgumentParser(prog="converge", description=__doc__)
    fresh = random.SystemRandom().randrange(10**9)
    parser.add_argument("--transactions", type=int, default=ROUND, help="of both histories")
    parser.add_argument("--seed", type=int, default=fresh, help="have the same writes again")
    parser.add_argument("--repeat", type=Path, help="a history that was written to a file")
    parser.add_argument("--output", type=Path, default=Path("converge.jsonl"))
    parser.add_argument("--logs", type=Path, help="keep here what every process said")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, private_server(Path(directory)) as server:
        logs = asked.logs or Path(directory) / "logs"
        logs.mkdir(parents=True)
        return bool(run(server.url, logs, asked))


if __name__ == "__main__":
    sys.exit(main())
