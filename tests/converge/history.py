"""What happened to a shop, in order: it can be written down, read again and repeated."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

FOLLOW = "follow"
AUDIT = "audit"
TRANSACTION = "transaction"


@dataclass(frozen=True)
class Step:
    """A transaction as it was committed, or a moment at which the path ran or was audited."""

    kind: str
    statements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plot:
    """All that a history depends on but its steps.

    feeds: those that are on; empty means all.
    """

    seed: int
    staged: bool = False
    prefix: str = ""
    products: int = 60
    transactions: int = 100
    feeds: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """For messages."""
        layout = "staged" if self.staged else "open source"
        feeds = ", ".join(self.feeds) or "all feeds"
        return f"{layout}, prefix {self.prefix!r}, {feeds}"


def followed(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """The history as it may have been followed: at the marks, and after each step since the last
    one, at which everything was found to agree.
    """
    last = max(number for number, step in enumerate(steps) if step.kind == FOLLOW)
    since = ((one, Step(FOLLOW)) for one in steps[last + 1 :])
    yield list(steps)
    yield [*steps[: last + 1], *chain.from_iterable(since)]


def write(path: Path, plot: Plot, steps: Sequence[Step]) -> None:
    """One line of JSON for the plot, and one for each step."""
    lines = [json.dumps(asdict(plot)), *(json.dumps(asdict(step)) for step in steps)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read(path: Path) -> tuple[Plot, list[Step]]:
    """What `write` wrote."""
    head, *rest = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    plot = Plot(**{**head, "feeds": tuple(head["feeds"])})
    return plot, [Step(one["kind"], tuple(one["statements"])) for one in rest]
