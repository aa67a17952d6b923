"""What two states of a table have not in common, by the checksums of its entities' rows."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

EARLIEST = dt.timedelta(hours=12)
LATEST = dt.timedelta(hours=14)
"""How far behind and ahead of UTC the clocks of the world are."""

Print: TypeAlias = tuple[bytes, str, int]
"""Entity id as text, day (empty where rows have none), checksum of the rows of both."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days that may be today somewhere, from the earlier to the later of two moments."""

    first: str
    last: str

    @classmethod
    def between(cls, one: dt.datetime, other: dt.datetime) -> Days:
        """Those of two moments, in whatever order, and of all that lie between them."""
        first, last = min(one, other) - EARLIEST, max(one, other) + LATEST
        return cls(first.date().isoformat(), last.date().isoformat())

    def __contains__(self, day: str) -> bool:
        """True for one of them, and for rows that have no day."""
        return not day or self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Difference:
    """A checksum that was another, or that one of both states has not (then it is None)."""

    entity_id: bytes
    day: str
    before: int | None
    now: int | None


def differences(before: Iterable[Print], now: Iterable[Print]) -> Iterator[Difference]:
    """What differs between two states, each in order of entity id and day; in that order."""
    for (entity_id, day), rows in groupby(merged(before, now), key=lambda row: row[0]):
        sides = {is_now: checksum for _, is_now, checksum in rows}
        if sides.get(False) != sides.get(True):
            yield Difference(entity_id, day, sides.get(False), sides.get(True))


Side: TypeAlias = tuple[tuple[bytes, str], bool, int]
"""Entity and day, whether it is so now, checksum."""


def merged(before: Iterable[Print], now: Iterable[Print]) -> Iterator[Side]:
    """Both states as one, in order; neither is held in memory."""
    return heapq.merge(side(before, is_now=False), side(now, is_now=True))


def side(state: Iterable[Print], *, is_now: bool) -> Iterator[Side]:
    """A state, marked by which of both it is."""
    for entity_id, day, checksum in state:
        yield (entity_id, day), is_now, checksum
