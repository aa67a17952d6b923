"""Whose turn it is: feeds that have work of one priority share the workers by their weights.

Stride scheduling: each feed is charged for its batches, less where it has more weight, and the feed
that was charged least is next. However long one queue is, no other waits for its end. Batches are
counted and not their entities: a feed that takes many at once, after it had to wait, must not wait
the longer for that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

P = TypeVar("P", bound=int)


@dataclass(frozen=True, slots=True)
class Turns:
    """What each feed that has work was charged so far."""

    charged: Mapping[str, float] = field(default_factory=dict)

    def among(self, feeds: Collection[str]) -> Turns:
        """The turns of the feeds that have work now.

        One that had none joins at the level of the least charged: having been idle earns nothing.
        """
        stayed = [self.charged[feed] for feed in feeds if feed in self.charged]
        level = min(stayed, default=0.0)
        return Turns({feed: self.charged.get(feed, level) for feed in feeds})

    def ordered(self, heads: Sequence[tuple[str, P]]) -> list[tuple[str, P]]:
        """Feeds with the priority of what they have, in the order in which they are served.

        Priority counts first; what is equal by both stays as it was.
        """
        return sorted(heads, key=lambda head: (head[1], self.charged.get(head[0], 0.0)))

    def after(self, feed: str, weight: float) -> Turns:
        """The turns once a feed was given a batch."""
        return Turns({**self.charged, feed: self.charged.get(feed, 0.0) + 1 / weight})
