"""The shortest history that still shows a difference, by delta debugging."""

from __future__ import annotations

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
