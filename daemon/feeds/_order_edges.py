"""What makes an order's item stale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from changelog_triggers.model import Hop, Key, Subscription
from daemon.commerce.shop import Shop
from daemon.core.feed import Edge
from daemon.feeds._changelogs import ORDER, ORDER_PART, PRODUCT_SKU
from daemon.feeds._order_tables import (
    COLUMNS,
    ITEM,
    MEMO,
    ORDER_KEYS,
    PARENT_KEYS,
    PARENTS,
    SHIPMENT,
    UUID,
)
from daemon.feeds._order_tables import ORDER as ORDER_TABLE
from daemon.feeds._scopes import whole_feed_edges
from daemon.feeds._subscriptions import CONFIG_VALUE

URL_PATHS = frozenset(
    {
        "web/unsecure/base_url",
        "web/unsecure/base_link_url",
        "web/secure/base_url",
        "web/seo/use_rewrites",
    }
)
"""Configuration that the address of the tracking page is made from."""

SKU_CHANGED = Subscription(PRODUCT_SKU, "catalog_product_entity", Key("entity_id"), ("sku",))
UUID_GIVEN = Subscription(ORDER_PART, UUID, Key("entity_id"), ("uuid", "type"), optional=True)


def edges(_shop: Shop) -> tuple[Edge, ...]:
    """Every table of an order, the UUIDs given to its parts, the codes of stores, base URLs, and
    the SKUs that the ordered products have now.
    """
    return (
        *(Edge(own(table), "the order") for table in ORDER_KEYS),
        *(Edge(below(table), f"the order of the {called(PARENTS[table])}") for table in PARENTS),
        Edge(UUID_GIVEN, "the order that the UUID was given to", widen=select_orders_with),
        Edge(
            SKU_CHANGED,
            "the orders of the product, for its sku of today",
            widen=select_product_orders,
        ),
        *whole_feed_edges("all orders, for each carries the codes of its store"),
        Edge(CONFIG_VALUE, "all orders, for tracking links", whole=True, values=URL_PATHS),
    )


def called(table: str) -> str:
    """What people call the rows of one of the order's tables: credit memo, order item and so on."""
    words = table.removeprefix("sales_").replace("_", " ")
    return words.replace("creditmemo", "credit memo")


def own(table: str) -> Subscription:
    """The subscription of a table that holds the order's id."""
    return Subscription(ORDER, table, Key(ORDER_KEYS[table]), COLUMNS[table])


def below(table: str) -> Subscription:
    """The subscription of a table whose parent holds the order's id."""
    parent = PARENTS[table]
    hop = Hop(parent, COLUMNS[parent][0], ORDER_KEYS[parent])
    return Subscription(ORDER, table, Key(PARENT_KEYS[table], (hop,)), COLUMNS[table])


def select_product_orders(shop: Shop, product_ids: Sequence[Any]) -> sa.Select[tuple[int]]:
    """The orders of these products.

    Order items have no index on the product, so this walks over all of them; that is why only a new
    SKU asks for it.
    """
    item = shop.tables(ITEM)
    return sa.select(item.c.order_id).where(item.c.product_id.in_(product_ids)).distinct()


def select_orders_with(shop: Shop, ids: Sequence[Any]) -> sa.Select[tuple[int]]:
    """The orders that have one of these ids, or a part that has it.

    Which kind of part a UUID belongs to is not told: its row may be gone.
    """
    parts = [
        sa.select(rows.c[ORDER_KEYS[table]]).where(key_of(rows, table).in_(ids))
        for table in (ORDER_TABLE, ITEM, SHIPMENT, MEMO)
        for rows in [shop.tables(table)]
    ]
    return sa.select(sa.union(*parts).subquery().c[0])


def key_of(rows: sa.TableClause, table: str) -> sa.ColumnElement[Any]:
    """The primary key of one of the order's tables."""
    return rows.c[COLUMNS[table][0]]
