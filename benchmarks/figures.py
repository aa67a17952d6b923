"""Figures as values: what was measured, what it should be, and how busy the machine was."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should be: at least the bound, or at most."""

    bound: float
    is_ceiling: bool = False

    def allows(self, value: float) -> bool:
        """True where the value is as good as it should be."""
        return value <= self.bound if self.is_ceiling else value >= self.bound

    def __str__(self) -> str:
        return f"{'≤' if self.is_ceiling else '≥'} {spoken(self.bound)}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    unit: of the value, as people write it. note: what it was measured on.
    load: the machine's load average over a minute at the end. others: cores that were busy with
        what is not part of the measurement, on average.
    """

    name: str
    value: float
    unit: str
    target: Target | None = None
    note: str = ""
    load: float = 0.0
    others: float = 0.0

    @property
    def verdict(self) -> str:
        """Whether the target is met; nothing where there is none."""
        if self.target is None:
            return ""
        return "met" if self.target.allows(self.value) else "missed"

    def as_json(self) -> dict[str, Any]:
        """The figure as plain data."""
        return {**asdict(self), "target": str(self.target or ""), "verdict": self.verdict}


def at_least(bound: float) -> Target:
    """A target from below."""
    return Target(bound)


def at_most(bound: float) -> Target:
    """A target from above."""
    return Target(bound, is_ceiling=True)


def spoken(value: float) -> str:
    """A number with three significant digits or all before the point: 12,345 · 12.3 · 0.123."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of the values doesn't exceed (nearest rank).

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def under(figures: Iterable[Figure], load: float, others: float) -> list[Figure]:
    """The figures, with the state of the machine that they were measured in."""
    return [replace(figure, load=load, others=others) for figure in figures]


def cells(figure: Figure) -> tuple[str, ...]:
    """A line of the table: name, value with unit, target, verdict, others' cores, load, note."""
    return (
        figure.name,
        f"{spoken(figure.value)} {figure.unit}".strip(),
        str(figure.target or ""),
        figure.verdict,
        f"{figure.others:.1f}",
        f"{figure.load:.1f}",
        figure.note,
    )
