"""A very small shop with one feed, the path around it, and a destination that obeys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import orjson
import sqlalchemy as sa

from changelog_triggers import install
from changelog_triggers.model import Changelog, Key, Subscription
from daemon.commerce.shop import ShopReader
from daemon.core.delivery import Gate, Outgoing, Result, Verdict
from daemon.core.feed import Edge, Feed
from daemon.core.health import Care, Cost
from daemon.core.item import Unbuildable, canonical, feed_id, make_item
from daemon.core.retry import RetryPolicy
from daemon.core.translation import Translation
from daemon.database.connect import make_engine
from daemon.database.schema import OwnTables
from daemon.sync.claiming import Pace
from daemon.sync.context import Context, subscriptions_of
from daemon.sync.engine import Engine
from daemon.sync.executor import make_executor

SHOP = """
CREATE TABLE {p}store_website (website_id INT PRIMARY KEY, code VARCHAR(32), default_group_id INT);
CREATE TABLE {p}store_group (group_id INT PRIMARY KEY, website_id INT, code VARCHAR(32),
    root_category_id INT);
CREATE TABLE {p}store (store_id INT PRIMARY KEY, code VARCHAR(32), website_id INT, group_id INT);
CREATE TABLE {p}core_config_data (config_id INT AUTO_INCREMENT PRIMARY KEY, scope VARCHAR(8),
    scope_id INT, path VARCHAR(255), value TEXT);
CREATE TABLE {p}eav_entity_type (entity_type_id INT PRIMARY KEY, entity_type_code VARCHAR(50));
CREATE TABLE {p}eav_attribute (attribute_id INT PRIMARY KEY, entity_type_id INT,
    attribute_code VARCHAR(255), backend_type VARCHAR(8), frontend_input VARCHAR(50),
    source_model VARCHAR(255), is_user_defined INT);
CREATE TABLE {p}thing (entity_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, sku VARCHAR(64) UNIQUE,
    name TEXT, note TEXT) CHARACTER SET utf8mb4;
CREATE TABLE {p}thing_scope (entity_id INT UNSIGNED, scope VARCHAR(16),
    PRIMARY KEY (entity_id, scope));
"""
THING = Changelog("thing")
BROKEN = "broken"
"""A thing of this name can't be built."""

EXPLOSIVE = "explosive"
"""A thing of this name breaks the feed's code."""


def edges(_):
    return (
        Edge(Subscription(THING, "thing", Key("entity_id"), ("sku", "name")), "the thing"),
        Edge(Subscription(THING, "thing_scope", Key("entity_id"), ("scope",)), "where it is"),
    )


def select_things(shop, ids):
    thing, scope = shop.tables("thing"), shop.tables("thing_scope")
    return (
        sa.select(thing.c.entity_id, thing.c.sku, thing.c.name, scope.c.scope)
        .join(scope, scope.c.entity_id == thing.c.entity_id)
        .where(thing.c.entity_id.in_(ids))
    )


def assemble(rows, _shop, now):
    for entity_id, sku, name, scope in rows:
        identity = {"sku": sku, "scope": scope}
        if name == EXPLOSIVE:
            raise ZeroDivisionError(sku)
        if name == BROKEN:
            key = feed_id(identity.values())
            yield Unbuildable(entity_id, key, canonical(identity), "it is broken")
        else:
            content = {**identity, "name": name, "deleted": False}
            times = {"modifiedAt": f"{now:%Y-%m-%d %H:%M:%S}"}
            yield make_item(entity_id, identity.values(), content, times, identity)


def owners(shop, keys):
    thing = shop.tables("thing")
    return sa.select(thing.c.sku, thing.c.entity_id).where(thing.c.sku.in_(keys))


THINGS = Feed(
    name="things",
    edges=edges,
    ids=lambda shop: sa.select(shop.tables("thing").c.entity_id),
    read=lambda connection, shop, ids: connection.execute(select_things(shop, ids)).all(),
    assemble=assemble,
    natural_key="sku",
    owners=owners,
    requires=("thing",),
)


@dataclass
class Shelf:
    """A destination in memory: holds the last item of each identity, and a log of all it was sent.

    answer: decides each item's result. meanwhile: runs after the items arrived, before the reply.
    """

    name: str = "shelf"
    environment: str = "test"
    care: Care = field(default_factory=Care)
    answer: Callable[[dict], Result] = lambda _: Result(Verdict.ACCEPTED, status=200)
    meanwhile: Callable[[], None] = lambda: None
    items: dict[tuple[str, str], str] = field(default_factory=dict)
    log: list[dict] = field(default_factory=list)
    translations: dict[str, Translation] = field(default_factory=dict)

    def takes(self, feed: str) -> bool:
        return feed == THINGS.name

    def translation(self, feed: str) -> Translation | None:
        return self.translations.get(feed)

    def deliver(self, feed: str, items: Sequence[Outgoing], gate: Gate) -> list[Result]:
        assert self.takes(feed)
        gate.enter(Cost(len(items), sum(len(one.body) for one in items)))
        results = [self._take(orjson.loads(one.body), one.is_tombstone) for one in items]
        self.meanwhile()
        return results

    def _take(self, item: dict, is_tombstone: bool) -> Result:
        self.log.append({**item, "tombstone": is_tombstone})
        result = self.answer(item)
        if result.verdict is Verdict.ACCEPTED:
            key = (item["sku"], item["scope"])
            if is_tombstone:
                self.items.pop(key, None)
            else:
                self.items[key] = item["name"]
        return result

    def close(self) -> None:
        pass

    def told(self) -> list[tuple[str, bool]]:
        """The skus it was told about since the last call, and whether by a tombstone."""
        told = [(item["sku"], item["tombstone"]) for item in self.log]
        self.log.clear()
        return told


class World:
    """The shop, the tables of our own, and engines on them; nothing runs by itself."""

    def __init__(self, url: str, prefix: str = "", **settings: object) -> None:
        self.prefix = prefix
        self.shop = make_engine(url)
        self.shelf = Shelf()
        self.settings = settings
        self._url = url
        with self.shop.begin() as connection:
            for statement in SHOP.format(p=prefix).split(";")[:-1]:
                connection.exec_driver_sql(statement)
        self.context = self.new_context(self.shelf)
        self.engine = self.new_engine()
        with self.shop.begin() as connection:
            self.own.metadata.create_all(connection)
        self.install()

    @property
    def own(self) -> OwnTables:
        return self.context.own

    def install(self) -> None:
        with self.context.looking() as (_, shop):
            subscriptions = subscriptions_of(self.context.feeds, shop)
        with self.shop.connect() as connection:
            install(connection, subscriptions, self.prefix)

    def drop_triggers(self) -> None:
        """See nothing from now on."""
        with self.shop.begin() as connection:
            for name in connection.exec_driver_sql("SHOW TRIGGERS").scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER `{name}`")

    def new_context(self, *destinations: Shelf) -> Context:
        settings = {"claim_seconds": 60.0, "collect_rows": 100, **self.settings}
        return Context(
            engine=make_engine(self._url),
            own=OwnTables(["things"], self.prefix),
            reader=ShopReader(self.prefix),
            feeds=(THINGS,),
            destinations=destinations,
            policy=RetryPolicy(60.0, 3600.0, 3),
            clock=lambda _: dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            **settings,
        )

    def new_engine(
        self, context: Context | None = None, batch_entities: int = 50, executor: str = "inline"
    ) -> Engine:
        """An engine as another process would have it."""
        context = context or self.context
        return Engine(
            context,
            lambda: make_executor(executor, 2, lambda: context),
            Pace(1, {"default": batch_entities}),
        )

    def run(self, *statements: str) -> None:
        """Change the shop, in one transaction."""
        with self.shop.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement.replace("thing", f"{self.prefix}thing"))

    def add(self, *skus: str) -> None:
        """New things, on one scope, named after their sku."""
        for sku in skus:
            self.run(
                f"INSERT INTO thing (sku, name) VALUES ('{sku}', 'the {sku}')",
                "INSERT INTO thing_scope SELECT MAX(entity_id), 'web' FROM thing",
            )

    def drain(self) -> int:
        """Let the path run until nothing is due."""
        return self.engine.drain()

    def rows(self, table: sa.Table) -> list[dict]:
        with self.shop.connect() as connection:
            return [dict(row) for row in connection.execute(sa.select(table)).mappings()]

    def pending(self) -> list[int]:
        return sorted(row["entity_id"] for row in self.rows(self.own.pending))

    def outcomes(self) -> dict[str, tuple[str, bool]]:
        """Of each recorded item, by sku: outcome, and whether it is deleted."""
        return {
            orjson.loads(row["minimal"] or "{}").get("sku", row["feed_id"]): (
                row["outcome"],
                bool(row["is_deleted"]),
            )
            for row in self.rows(self.own.items["things"])
        }

    def expected(self) -> dict[tuple[str, str], str]:
        """What the destination must hold by what the shop holds now."""
        query = "SELECT sku, scope, name FROM {p}thing JOIN {p}thing_scope USING (entity_id)"
        with self.shop.connect() as connection:
            found = connection.exec_driver_sql(query.format(p=self.prefix))
            return {(sku, scope): name for sku, scope, name in found}

    def make_due(self) -> None:
        """As if all the waiting times were over."""
        past = dt.datetime(2020, 1, 1)  # noqa: DTZ001 — the columns hold UTC without saying so
        items, pending = self.own.items["things"], self.own.pending
        with self.shop.begin() as connection:
            due = sa.update(items).where(items.c.next_attempt_at.is_not(None))
            accepted = items.c.outcome == "exported"  # and repeated when nothing can come late
            connection.execute(due.where(accepted).values(late_until=past))
            connection.execute(due.values(next_attempt_at=past))
            connection.execute(sa.update(pending).values(due_at=past))

    def expire_claims(self) -> None:
        """As if every claim's time were over."""
        past = dt.datetime(2020, 1, 1)  # noqa: DTZ001 — the columns hold UTC without saying so
        with self.shop.begin() as connection:
            connection.execute(sa.update(self.own.pending).values(claimed_until=past))

    def close(self) -> None:
        self.shop.dispose()
        self.context.engine.dispose()
