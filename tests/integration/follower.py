"""A whole shop, all feeds that follow it in this process, and a destination in memory."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import sqlalchemy as sa

from daemon.app import has_tables
from daemon.commerce.shop import Shop, ShopReader
from daemon.core.delivery import Gate, Outgoing, Result, Verdict
from daemon.core.feed import Feed
from daemon.core.health import Care, Cost
from daemon.core.item import feed_id
from daemon.core.retry import RetryPolicy
from daemon.database.connect import make_engine
from daemon.database.pending import Cause, Priority
from daemon.database.schema import OwnTables
from daemon.feeds import FEEDS
from daemon.sandbox.agreement import Disagreement, disagreements
from daemon.sandbox.receiver.contract import CONTRACTS
from daemon.sandbox.shop import create_shop
from daemon.sync.audit import audit, install_triggers
from daemon.sync.boundaries import cross
from daemon.sync.claiming import Pace
from daemon.sync.context import Context
from daemon.sync.engine import Engine
from daemon.sync.executor import make_executor
from daemon.sync.heal import Healed
from daemon.sync.resync import request_full

IDENTITY = {feed: tuple(contract.identity) for feed, contract in CONTRACTS.items()} | {
    "scopesWebsite": ("websiteId",),
    "scopesCustomerGroup": ("customerGroupId",),
}
"""Feed → the fields that an item is known by."""

PATIENT = RetryPolicy(60.0, 3600.0, 3)
NOW = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)
TAKEN = Result(Verdict.ACCEPTED, status=200)


@dataclass
class Warehouse:
    """A destination in memory that takes every feed: the last living body of each identity.

    told: how many items of each feed came since it was last cleared, tombstones too.
    told_of: their identities (feed_id), since they were last taken.
    meanwhile: runs after the items arrived, before the reply.
    """

    name: str = "warehouse"
    environment: str = "test"
    care: Care = field(default_factory=Care)
    held: dict[str, dict[tuple[str, ...], bytes]] = field(default_factory=lambda: defaultdict(dict))
    told: Counter[str] = field(default_factory=Counter)
    told_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    meanwhile: Callable[[], None] = lambda: None

    def takes(self, _feed: str) -> bool:
        return True

    def translation(self, _feed: str) -> None:
        return None

    def deliver(self, feed: str, items: Sequence[Outgoing], gate: Gate) -> list[Result]:
        gate.enter(Cost(len(items), sum(len(one.body) for one in items)))
        for one in items:
            item = orjson.loads(one.body)
            key = tuple(str(item[name]) for name in IDENTITY[feed])
            self.told[feed] += 1
            self.told_of[feed].add(feed_id(key))
            if one.is_tombstone:
                self.held[feed].pop(key, None)
            else:
                self.held[feed][key] = one.body
        self.meanwhile()
        return [TAKEN for _ in items]

    def take_told(self) -> dict[str, set[str]]:
        """Feed → the identities of the items that came since this was last asked."""
        taken, self.told_of = self.told_of, defaultdict(set)
        return taken

    def items(self, feed: str) -> list[dict]:
        return [orjson.loads(body) for body in self.held[feed].values()]

    def write(self, directory: Path) -> None:
        """One file of living items for each feed."""
        for feed, items in self.held.items():
            lines = b"".join(body + b"\n" for body in items.values())
            (directory / f"{feed}.jsonl").write_bytes(lines)

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class Moment(Context):
    """A context in which every look sees the same moment, so that the shop is read only once."""

    seen: tuple[sa.Connection, Shop] | None = None

    @contextlib.contextmanager
    def looking(self) -> Iterator[tuple[sa.Connection, Shop]]:
        assert self.seen is not None
        yield self.seen


class Follower:
    """The path over a shop that is there already; nothing runs by itself.

    now: the moment that items are built for.
    """

    def __init__(  # noqa: PLR0913 — a follower is set up in one place
        self,
        url: str,
        batch_entities: int = 500,
        prefix: str = "",
        *,
        feeds: Sequence[Feed] = FEEDS,
        warehouse: Warehouse | None = None,
        policy: RetryPolicy = PATIENT,
    ) -> None:
        self.url = url
        self.prefix = prefix
        self.now = NOW
        self.warehouse = warehouse or Warehouse()
        engine = make_engine(url)
        reader = ShopReader(prefix)
        with engine.connect() as connection:
            shop = reader.read(connection)
        self.context = Context(
            engine=engine,
            own=OwnTables([feed.name for feed in feeds], prefix),
            reader=reader,
            feeds=tuple(feed for feed in feeds if has_tables(feed, shop)),
            destinations=(self.warehouse,),
            policy=policy,
            clock=lambda _: self.now,
        )
        self._engine = Engine(
            self.context,
            lambda: make_executor("inline", 1, lambda: self.context),
            Pace(1, {"default": batch_entities}),
        )
        with engine.begin() as connection:
            self.context.own.metadata.create_all(connection)

    def install(self) -> None:
        """Triggers for all feeds."""
        install_triggers(self.context)

    def resync(self) -> None:
        """Deliver everything."""
        request_full(self.context, self.context.feeds, Cause("fresh", Priority.RESYNC))
        self.drain()

    def audit(self) -> list[Healed]:
        """Put the triggers right and deliver what they missed; what that was."""
        healed = audit(self.context)
        self.drain()
        return healed

    def drain(self) -> None:
        """Let the path run until nothing is due; whatever is left is a fault of the path."""
        self._engine.drain()
        assert self.pending() == []

    def turn(self) -> None:
        """Let the path run for now, whatever may be left."""
        self._engine.drain()

    def pending(self) -> list[tuple]:
        return self.rows(f"SELECT feed, entity_id, reason FROM {self.prefix}cfs_pending")

    def cross(self) -> int:
        """Deliver what has changed by time alone; how many pending rows that touched."""
        touched = cross(self.context)
        self.drain()
        return touched

    def sql(self, *statements: str) -> None:
        """Change the shop, in one transaction."""
        with self.context.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement, execution_options={"no_parameters": True})

    def rows(self, query: str) -> list[tuple]:
        with self.context.engine.connect() as connection:
            found = connection.exec_driver_sql(query, execution_options={"no_parameters": True})
            return [tuple(row) for row in found]

    def forget_past(self) -> None:
        """Count from now on."""
        self.warehouse.told.clear()
        self.sql(f"DELETE FROM {self.prefix}cfs_run")

    def rebuilt(self) -> dict[str, int]:
        """How many entities of each feed were built since `forget_past`."""
        query = f"SELECT feed, SUM(affected) FROM {self.prefix}cfs_run GROUP BY feed"
        return {feed: int(count) for feed, count in self.rows(query)}

    def disagreements(self) -> list[Disagreement]:
        """How the warehouse differs from a full build."""
        context = self.context
        own = {one.name: getattr(context, one.name) for one in dataclasses.fields(context)}
        with context.looking() as seen:
            moment = Moment(**own, seen=seen)
            there = self.warehouse
            return disagreements(moment, there.items, context.feeds, there.translation)

    def faults(self) -> list[tuple]:
        """Recorded items whose outcome is no success, over all feeds."""
        queries = (
            f"SELECT '{feed}', entity_id, outcome, error FROM {table.name}"
            " WHERE outcome <> 'exported'"
            for feed, table in self.context.own.items.items()
        )
        return [row for query in queries for row in self.rows(query)]

    def close(self) -> None:
        self._engine.close()
        self.context.engine.dispose()


@contextlib.contextmanager
def own_schema(server_url: str, name: str) -> Iterator[str]:
    """The address of an empty schema of this name, dropped afterwards."""
    server = sa.create_engine(server_url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    yield f"{server_url}{name}?charset=utf8mb4"
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}")


@contextlib.contextmanager
def delivered(server_url: str, name: str, products: int, *, staged: bool) -> Iterator[Follower]:
    """A sample shop of the day of NOW in a schema of its own, of which everything is delivered."""
    with own_schema(server_url, name) as url:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        create_shop(engine, products, today=NOW.date(), staged=staged)
        follower = Follower(url)
        follower.install()
        follower.resync()
        yield follower
        follower.close()


def told(found: Iterable[Disagreement], longest: int = 3) -> str:
    """Disagreements in words, for a failing test's message."""
    lines = []
    for one in found:
        lines.append(f"{one.feed}: {len(one.missing)} missing, {len(one.surplus)} surplus")
        lines += [f"  - {body.decode()[:300]}" for body in one.missing[:longest]]
        lines += [f"  + {body.decode()[:300]}" for body in one.surplus[:longest]]
    return "\n".join(lines)
