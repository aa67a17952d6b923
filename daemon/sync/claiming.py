"""Which batch is claimed next, and for whom."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from daemon.core.feed import Feed
from daemon.core.turns import Turns
from daemon.database import claims, pending
from daemon.database.claims import Batch, Claim
from daemon.database.pending import Priority
from daemon.sync.context import Context
from daemon.sync.gate import closed_destinations
from daemon.sync.processes import own_name
from daemon.sync.terms import hold


@dataclass(frozen=True)
class Pace:
    """How much is in hand at once.

    workers: batches at a time; one more is kept for live changes while a resync fills the others.
    batch_entities: source entities per batch by feed, "default" for the others; what is in neither
        goes by the feed itself.
    weights: shares of the workers by feed, those that the feeds themselves don't name.
    """

    workers: int
    batch_entities: Mapping[str, int]
    weights: Mapping[str, float] = field(default_factory=dict)

    def entities(self, feed: Feed) -> int:
        """Source entities per batch of a feed."""
        default = self.batch_entities.get("default", feed.batch_entities)
        return self.batch_entities.get(feed.name, default)

    def weight(self, feed: Feed) -> float:
        """A feed's share of the workers beside others'."""
        return self.weights.get(feed.name, feed.weight)


class Claimer:
    """Claims batches under tokens that tell the process: by priority, then in turns."""

    def __init__(self, context: Context, pace: Pace) -> None:
        self._context = context
        self._pace = pace
        self._turns = Turns()
        self._name = f"{own_name()}:{time.time_ns() // 1_000_000:x}"
        self._numbers = itertools.count(1)

    def next_batch(self, running: int) -> Batch | None:
        """The next batch; None where nothing is due, or where so many running batches are enough.

        The last worker is kept for what is urgent.
        """
        for feed, priority in self._heads():
            if priority > Priority.RECOVERY and running >= self._pace.workers:
                continue
            batch = self._claim(self._context.feed[feed], priority)
            if batch is not None:
                weight = self._pace.weight(self._context.feed[feed])
                self._turns = self._turns.after(feed, weight)
                return batch
        return None

    def _heads(self) -> Sequence[tuple[str, Priority]]:
        own = self._context.own
        with self._context.engine.connect() as connection:
            heads = pending.heads(connection, own, open_feeds(connection, self._context))
        self._turns = self._turns.among([feed for feed, _ in heads])
        return self._turns.ordered(heads)

    def _claim(self, feed: Feed, priority: Priority) -> Batch | None:
        token = f"{self._name}-{next(self._numbers)}"
        limit, seconds = self._pace.entities(feed), self._context.claim_seconds
        wanted = Claim(feed.name, priority, limit, token, seconds)
        return self._context.transact(take, self._context, wanted)


def take(connection: sa.Connection, context: Context, wanted: Claim) -> Batch | None:
    """Claim on the terms that are in force; see `claims.claim`."""
    hold(connection, context)
    return claims.claim(connection, context.own, wanted)


def open_feeds(connection: sa.Connection, context: Context) -> list[str]:
    """The feeds that some destination may be sent now; the work of the others stays pending."""
    closed = closed_destinations(connection, context.own)
    if not closed:
        return list(context.feed)
    numbers = context.numbers(connection)
    return [
        feed
        for feed in context.feed
        if any(numbers[one.name] not in closed for one in context.taking(feed))
    ]
