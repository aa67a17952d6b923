"""What makes an order's item stale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from changelog_triggers.model import Hop, Key, Subscription
from daemon.commerce.shop import Shop
from daemon.core.feed import Edge
from daemon.feeds._changelogs import ORDER, ORDER_UUID, PRODUCT_SKU
from daemon.feeds._order_tables import (
    COLUMNS,
    ITEM,
    MEMO,
    ORDER_KEYS,
    PARENT_KEYS,
    PARENTS,
    SHIPMENT,
    UUID,
    UUID_TYPES,
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
UUID_ADDED = Subscription(ORDER_UUID, UUID, Key("uuid"), ("entity_id", "type"), optional=True)


def edges(_shop: Shop) -> tuple[Edge, ...]:
    """Every table of an order, the UUIDs given to its parts, the codes of stores, base URLs, and
    the SKUs that the ordered products have now.
    """
    return (
        *(Edge(own(table), "the order") for table in ORDER_KEYS),
        *(Edge(below(table), f"the order of the {called(PARENTS[table])}") for table in PARENTS),
        Edge(UUID_ADDED, "the order that the UUID belongs to", widen=select_uuid_orders),
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


def select_uuid_orders(shop: Shop, uuids: Sequence[Any]) -> sa.Select[tuple[int]]:
    """The orders of the entities that these UUIDs were given to."""
    given = shop.tables(UUID)
    order_ids: list[sa.ColumnElement[Any]] = []
    joined: sa.FromClause = given
    for table in (ITEM, SHIPMENT, MEMO):
        rows = shop.tables(table)
        is_of = sa.and_(given.c.type == UUID_TYPES[table], given.c.entity_id == key_of(rows, table))
        joined = joined.outerjoin(rows, is_of)
        order_ids.append(rows.c.order_id)
    own_id = sa.case((given.c.type == UUID_TYPES[ORDER_TABLE], given.c.entity_id))
    order_id = sa.func.coalesce(own_id, *order_ids)
    query = sa.select(order_id).select_from(joined)
    return query.where(given.c.uuid.in_(uuids), order_id.is_not(None)).distinct()


def key_of(rows: sa.TableClause, table: str) -> sa.ColumnElement[Any]:
    """The primary key of one of the order's tables."""
    return rows.c[COLUMNS[table][0]]
