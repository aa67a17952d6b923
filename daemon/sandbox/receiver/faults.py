"""How the receiver misbehaves when it is told to."""

from __future__ import annotations

import random
import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

Shape = Literal["indexed", "pointer", "unclear"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to misbehave, and when.

    status: reply with it and take nothing. body, content_type: what is replied then; the usual text
        of that status if absent.
    latency_ms: wait before anything else. drop: close the connection without a reply. reset: break
        it off in the middle of a reply. keep: with either, take the items nevertheless.
    partial: name some items as invalid (those with the `sku`, else every second one) and take the
        others, or, with a status of 400, none. shape: how they are named.
    retry_after, location: headers of the reply.
    feed, sku: only for this feed, only where this text is in the body. times: only for so many
        requests. probability: only so often, by a random number from `seed`.
    """

    status: int | None = None
    body: str | None = None
    content_type: str | None = None
    latency_ms: float = 0
    drop: bool = False
    reset: bool = False
    keep: bool = False
    partial: bool = False
    shape: Shape = "indexed"
    retry_after: str | None = None
    location: str | None = None
    feed: str | None = None
    sku: str | None = None
    times: int | None = None
    probability: float = 1.0
    seed: int = 0


TEXTS = ("body", "content_type", "retry_after", "location", "feed", "sku")
TRUTHS = ("drop", "reset", "keep", "partial")
NUMBERS = ("status", "latency_ms", "times", "probability", "seed")


def fault_of(values: Any) -> Fault:
    """A fault from plain data.

    Raises:
        ValueError: a key is unknown or a value is wrong; says which.
    """
    if not isinstance(values, Mapping):
        raise ValueError("a fault is an object")  # noqa: TRY004 — the text is wrong, not its type
    known = {one.name for one in fields(Fault)}
    if unknown := sorted(set(values) - known):
        raise ValueError(f"unknown: {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    for names, types in ((TEXTS, str), (TRUTHS, bool), (NUMBERS, (int, float))):
        for name in names:
            if values.get(name) is not None and not isinstance(values[name], types):
                raise ValueError(f"{name}: {values[name]!r} is of the wrong type")
    if values.get("shape", "indexed") not in get_args(Shape):
        raise ValueError(f"shape: one of {', '.join(get_args(Shape))}")
    return Fault(**values)


class Faults:
    """The faults that are in force; the first that fits a request is taken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[tuple[Fault, random.Random, list[int]]] = []

    def set(self, faults: Iterable[Fault]) -> None:
        """Put these in force instead of all others."""
        entries = [(one, random.Random(one.seed), [0]) for one in faults]  # noqa: S311 — repeatable on purpose
        with self._lock:
            self._entries = entries

    def current(self) -> list[Fault]:
        """Those that can still strike."""
        with self._lock:
            return [one for one, _, struck in self._entries if not spent(one, struck[0])]

    def pick(self, feeds: Collection[str], body: bytes) -> Fault | None:
        """The fault for a request with items of these feeds, if any; counts as struck."""
        with self._lock:
            for one, dice, struck in self._entries:
                if spent(one, struck[0]) or not fits(one, feeds, body):
                    continue
                if dice.random() < one.probability:
                    struck[0] += 1
                    return one
        return None


def spent(fault: Fault, struck: int) -> bool:
    """True where it has struck as often as it may."""
    return fault.times is not None and struck >= fault.times


def fits(fault: Fault, feeds: Collection[str], body: bytes) -> bool:
    """True where the request is one that the fault is meant for."""
    if fault.feed is not None and fault.feed not in feeds:
        return False
    return fault.sku is None or fault.sku.encode() in body
