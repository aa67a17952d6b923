"""Single edits at a steady pace, and when each of them was accepted."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.sandbox.receiver import Delivered
from daemon.sandbox.shop.live import of_type, select_products, with_value


@dataclass(frozen=True, slots=True)
class Change:
    """A statement that changes one row, and where its effect must show: a feed's item of a sku."""

    feed: str
    sku: str
    statement: sa.Update


@dataclass(frozen=True, slots=True)
class Committed:
    """A change that the shop has; the moment is that before its commit was asked for."""

    feed: str
    sku: str
    at: dt.datetime


def plan_changes(connection: sa.Connection, shop: Shop) -> Iterator[Change]:
    """Price, name and stock in turn, each of another product."""
    sold = (with_value(shop, "price"), in_one_website(shop), in_default_stock(shop))
    query = select_products(shop, of_type(shop, "simple", "virtual"), *sold, named_once(shop))
    for number, row in enumerate(connection.execute(query).all()):
        make = (change_price, change_name, change_stock)[number % 3]
        yield make(shop, row.entity_id, row.sku)


def in_one_website(shop: Shop) -> sa.ColumnElement[bool]:
    """The condition that a product is assigned to the first website."""
    entity = shop.tables("catalog_product_entity")
    site = shop.tables("catalog_product_website")
    mine = (site.c.product_id == entity.c.entity_id, site.c.website_id == 1)
    return sa.exists().where(*mine)


def in_default_stock(shop: Shop) -> sa.ColumnElement[bool]:
    """The condition that a product has an item in the default stock."""
    entity = shop.tables("catalog_product_entity")
    source = shop.tables("inventory_source_item")
    return sa.exists().where(source.c.sku == entity.c.sku, source.c.source_code == "default")


def named_once(shop: Shop) -> sa.ColumnElement[bool]:
    """The condition that no store view has a name of its own for a product."""
    names, condition = values_of(shop, "name")
    entity = shop.tables("catalog_product_entity")
    own = (names.c.entity_id == entity.c.entity_id, condition, names.c.store_id != 0)
    return ~sa.exists().where(*own)


def values_of(shop: Shop, code: str) -> tuple[sa.TableClause, sa.ColumnElement[bool]]:
    """The table of an attribute's values, and the condition for it."""
    attribute = shop.product_attributes.by_code[code]
    table = shop.tables(f"catalog_product_entity_{attribute.backend_type}")
    return table, table.c.attribute_id == attribute.id


def change_price(shop: Shop, entity_id: int, sku: str) -> Change:
    """One more in every website."""
    table, condition = values_of(shop, "price")
    mine = (condition, table.c.entity_id == entity_id, table.c.store_id == 0)
    return Change("prices", sku, sa.update(table).where(*mine).values(value=table.c.value + 1))


def change_name(shop: Shop, entity_id: int, sku: str) -> Change:
    """A longer name in every store view."""
    table, condition = values_of(shop, "name")
    mine = (condition, table.c.entity_id == entity_id, table.c.store_id == 0)
    longer = sa.func.concat(table.c.value, " II")
    return Change("products", sku, sa.update(table).where(*mine).values(value=longer))


def change_stock(shop: Shop, entity_id: int, sku: str) -> Change:
    """Some more of it in the default stock."""
    table = shop.tables("cataloginventory_stock_status")
    more = sa.update(table).where(table.c.product_id == entity_id).values(qty=table.c.qty + 7)
    return Change("inventoryStockStatus", sku, more)


def commit_paced(
    engine: sa.Engine, changes: Iterable[Change], per_second: float
) -> Iterator[Committed]:
    """Make the changes one after the other, each in a transaction, on a connection per feed.

    Where the shop is too slow for the pace, the next one follows at once.
    """
    connections: dict[str, sa.Connection] = {}
    due = time.monotonic()
    try:
        for change in changes:
            time.sleep(max(0.0, due - time.monotonic()))
            due += 1 / per_second
            connection = connections.setdefault(change.feed, engine.connect())
            connection.execute(change.statement)
            before = dt.datetime.now(dt.UTC)
            connection.commit()
            yield Committed(change.feed, change.sku, before)
    finally:
        for connection in connections.values():
            connection.close()


def latencies(
    committed: Sequence[Committed], log: Iterable[Delivered]
) -> Mapping[Committed, float | None]:
    """Seconds from each commit until its item was first taken; None where it was not."""
    wanted = {(one.feed, one.sku): one for one in committed}
    found: dict[Committed, float | None] = dict.fromkeys(committed)
    for arrival in log:
        one = wanted.get((arrival.feed, str(arrival.identity.get("sku"))))
        if one is not None and found[one] is None and arrival.received_at >= one.at:
            found[one] = (arrival.received_at - one.at).total_seconds()
    return found
