"""Follows each edit from its commit to the receiver."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from daemon.plugins import all_feeds
from daemon.sandbox.edits import Edit
from daemon.sandbox.receiver import Delivered


@dataclass(frozen=True)
class Tracked:
    """An edit on its way.

    committed_at: when the shop had it. arrived: natural key → when the receiver first had it after.
    items: how many items of any feed came since, up to the next edit.
    """

    edit: Edit
    committed_at: dt.datetime
    arrived: dict[str, dt.datetime] = field(default_factory=dict)
    items: int = 0

    @property
    def is_complete(self) -> bool:
        """True when everything that the edit is about has arrived."""
        return bool(self.arrived) and set(self.edit.natural_keys) <= self.arrived.keys()

    @property
    def latency_ms(self) -> float | None:
        """From commit to the last first arrival, in milliseconds; None before that."""
        if not self.is_complete:
            return None
        return (max(self.arrived.values()) - self.committed_at).total_seconds() * 1000


def follow(tracked: Tracked, log: Sequence[Delivered]) -> Tracked:
    """The edit after these deliveries."""
    arrived = dict(tracked.arrived)
    for one in log:
        for key in keys_of(one, tracked.edit):
            arrived.setdefault(key, one.received_at)
    return replace(tracked, arrived=arrived, items=tracked.items + len(log))


def keys_of(one: Delivered, edit: Edit) -> set[str]:
    """Which of the edit's natural keys a delivery is about.

    An identity that doesn't hold the natural key (an order's number) stands for all of them, and
    any item of the feed for an edit that names none.
    """
    if one.feed != edit.feed:
        return set()
    natural_key = {feed.name: feed.natural_key for feed in all_feeds()}[one.feed]
    if natural_key not in one.identity or not edit.natural_keys:
        return set(edit.natural_keys) or {one.feed}
    return {str(one.identity[natural_key])} & set(edit.natural_keys)
