"""Which feed is compared next, and how much of it at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HASTE = 2.0
"""A round is meant to take half of its time: the rest is for when live work kept it waiting."""

LEAST = 100
"""So many entities are compared at once, however small the shop is."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the comparison of a feed stands: is a round under way, and when it or the last began."""

    is_under_way: bool
    started_seconds: float


def next_feed(
    feeds: Sequence[str], standings: Mapping[str, Standing], period_seconds: float
) -> str | None:
    """The feed to go on with: one under way, else one never compared, else the longest overdue."""
    for feed in feeds:
        if feed in standings and standings[feed].is_under_way:
            return feed
    new = [feed for feed in feeds if feed not in standings]
    if new:
        return new[0]
    due = [feed for feed in feeds if standings[feed].started_seconds >= period_seconds]
    return max(due, key=lambda feed: standings[feed].started_seconds, default=None)


def allowance(entities: int, elapsed_seconds: float, period_seconds: float) -> int:
    """How many entities are compared after so long, where all take one period."""
    share = HASTE * elapsed_seconds / period_seconds
    return max(LEAST, math.ceil(entities * share))
