"""What every step of the path is given: connections, tables, feeds, destinations, rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Concatenate, ParamSpec, Self, TypeVar

import sqlalchemy as sa
import tenacity

from changelog_triggers.model import Subscription
from daemon.commerce.shop import Shop, ShopReader
from daemon.core.brake import OFF, Brake
from daemon.core.delivery import Destination
from daemon.core.feed import Edge, Feed
from daemon.core.health import LONGEST_SECONDS
from daemon.core.retry import RetryPolicy
from daemon.database.connect import is_worth_repeating, snapshot
from daemon.database.items import destination_id
from daemon.database.schema import OwnTables, utc_now
from daemon.sync.faultpoints import reach_commit

P = ParamSpec("P")
T = TypeVar("T")


def repeated(work: Callable[[], T]) -> T:
    """Run it, and again after a moment where it only lost a race, five times at most."""
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception(is_worth_repeating),
        wait=tenacity.wait_random(0, 0.05),
        stop=tenacity.stop_after_attempt(5),
        reraise=True,
    )
    return retrying(work)


@dataclass(frozen=True)
class Context:
    """Made once per process by the composition root.

    feeds: those that are on: some destination takes them and the shop has their tables.
    terms: what is sent where, see `terms`; "" where nobody else ever works on the database.
    clock: the moment that items are built for: the server's, which all hosts share, or a fixed one.
    claim_seconds: how long a batch is held without a sign of life.
    """

    engine: sa.Engine
    own: OwnTables
    reader: ShopReader
    feeds: tuple[Feed, ...]
    destinations: tuple[Destination, ...]
    policy: RetryPolicy
    clock: Callable[[sa.Connection], dt.datetime] = utc_now
    claim_seconds: float = 120.0
    collect_rows: int = 5000
    brake: Brake = OFF
    terms: str = ""

    @cached_property
    def feed(self) -> dict[str, Feed]:
        """The feeds by name."""
        return {feed.name: feed for feed in self.feeds}

    @property
    def longest_seconds(self) -> float:
        """No claim is held and no attempt put off for longer at a time."""
        return max(LONGEST_SECONDS, self.policy.longest_delay_seconds, 2 * self.claim_seconds)

    def taking(self, feed: str) -> Sequence[Destination]:
        """The destinations that take a feed."""
        return [one for one in self.destinations if one.takes(feed)]

    def numbers(self, connection: sa.Connection) -> dict[str, int]:
        """The short ids of the destinations, by their names."""
        return {
            one.name: destination_id(connection, self.own, one.name, one.environment)
            for one in self.destinations
        }

    def at(self, now: dt.datetime) -> Self:
        """The same, with a clock that stands still."""
        return replace(self, clock=lambda _: now)

    @contextmanager
    def looking(self) -> Iterator[tuple[sa.Connection, Shop]]:
        """A connection that sees one moment of the shop, and the shop at that moment."""
        with snapshot(self.engine) as connection:
            yield connection, self.reader.read(connection)

    def transact(
        self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run the work in one transaction, again where it only lost a race."""

        def once() -> T:
            with self.engine.begin() as connection:
                return work(connection, *args, **kwargs)

        found = repeated(once)
        reach_commit(work, found)
        return found


def edges_of(feeds: Sequence[Feed], shop: Shop) -> list[tuple[Feed, Edge]]:
    """Every edge of every feed in this shop; not those of optional tables that it lacks."""
    return [
        (feed, edge)
        for feed in feeds
        for edge in feed.edges(shop)
        if edge.on.table in shop.tables or not edge.on.optional
    ]


def subscriptions_of(feeds: Sequence[Feed], shop: Shop) -> list[Subscription]:
    """What must be watched for these feeds, each subscription of a feed once."""
    read = (replace(edge.on, reader=feed.name) for feed, edge in edges_of(feeds, shop))
    return list(dict.fromkeys(read))
