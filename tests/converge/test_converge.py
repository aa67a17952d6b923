"""A partial sync always ends where a full rebuild would; `make converge` tries it for longer."""

from __future__ import annotations

import random
import sys

import pytest

from converge.history import TRANSACTION, Plot, Step, read, write
from converge.maker import make
from converge.shrink import reduced, shrunk

FRESH = random.SystemRandom().randrange(10**9)
SHORT = {"products": 40, "transactions": 25}
PLOTS = (
    Plot(seed=7, prefix="m2_", **SHORT),
    Plot(seed=11, staged=True, live=True, **SHORT),
    Plot(seed=FRESH, staged=FRESH % 2 == 1, live=FRESH % 3 == 0, **SHORT),
)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("plot", PLOTS, ids=["open source", "staged", "fresh"])
def test_a_history_by_chance_ends_where_a_full_build_would(plot, server_url, tmp_path, capsys):
    with capsys.disabled():
        sys.stdout.write(f"\nseed {plot.seed}: {plot.words}\n")
    outcome = make(server_url, plot)
    write(tmp_path / "history.jsonl", plot, outcome.steps)
    words = [one.words for one in outcome.differences]
    assert words == [], f"python -m converge --repeat {tmp_path}/history.jsonl"
    assert len(outcome.effective) > len(outcome.edges) / 5


def test_a_history_can_be_written_down_and_read(tmp_path):
    plot = Plot(seed=3, feeds=("prices",), live=True)
    steps = [Step(TRANSACTION, ("UPDATE a SET b = 'ö'", "DELETE FROM a")), Step("follow")]
    write(tmp_path / "history.jsonl", plot, steps)
    assert read(tmp_path / "history.jsonl") == (plot, steps)


def test_of_many_parts_those_are_left_that_fail_together():
    assert reduced(range(100), lambda some: {17, 58, 59} <= set(some)) == [17, 58, 59]


def test_a_history_is_shortened_to_the_statements_that_are_needed():
    steps = [Step(TRANSACTION, tuple(f"{step}.{n}" for n in range(5))) for step in range(40)]

    def fails(some):
        return {"3.4", "21.0"} <= {one for step in some for one in step.statements}

    assert shrunk(steps, fails) == [Step(TRANSACTION, ("3.4",)), Step(TRANSACTION, ("21.0",))]
