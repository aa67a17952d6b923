"""The shortest history that still shows a difference, by delta debugging."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from converge.history import Step

T = TypeVar("T")


def reduced(parts: Sequence[T], fails: Callable[[list[T]], bool]) -> list[T]:
    """As few of the parts as still fail, in their order: no single one can be left out."""
    left, size = list(parts), max(1, len(parts) // 2)
    while True:
        start, shorter = 0, False
        while start < len(left):
            without = left[:start] + left[start + size :]
            if without and fails(without):
                left, shorter = without, True
            else:
                start += size
        if size == 1 and not shorter:
            return left
        size = max(1, size // 2)


def within(seconds: float, fails: Callable[[list[T]], bool]) -> Callable[[list[T]], bool]:
    """The same question, to which the answer is no once the time is over."""
    until = time.monotonic() + seconds
    return lambda some: time.monotonic() < until and fails(some)


def shrunk(steps: Sequence[Step], fails: Callable[[list[Step]], bool]) -> list[Step]:
    """The steps that are needed, and of each only the statements that are."""
    left = reduced(steps, fails)
    for place, step in enumerate(left):
        if len(step.statements) > 1:

            def fails_with(statements: list[str], place: int = place, step: Step = step) -> bool:
                return fails(
                    [*left[:place], replace(step, statements=tuple(statements)), *left[place + 1 :]]
                )

            left[place] = replace(step, statements=tuple(reduced(step.statements, fails_with)))
    return left
