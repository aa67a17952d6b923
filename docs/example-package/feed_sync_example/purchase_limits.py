"""Field purchaseLimits of products: how few and how many can be bought at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from changelog_triggers.model import Changelog, Key, Subscription
from daemon.commerce.shop import Shop
from daemon.core.addition import Addition, Identified
from daemon.core.feed import Edge

TABLE = "cataloginventory_stock_item"
COLUMNS = (
    "min_sale_qty",
    "use_config_min_sale_qty",
    "max_sale_qty",
    "use_config_max_sale_qty",
)
CHANGED = Subscription(Changelog("product"), TABLE, Key("product_id"), COLUMNS)
"""The changelog `product` is there already, and holds entity ids of products."""

Limits = Mapping[int, Mapping[str, float]]
"""Product id → the limits of its own; those that the shop's configuration sets are left out."""


def edges(_shop: Shop) -> tuple[Edge, ...]:
    """A change of a stock item makes the items of its product stale."""
    return (Edge(CHANGED, "the product, for the limits of a purchase"),)


def read(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> Limits:
    """The limits of these products: one query, whatever their number."""
    c = shop.tables(TABLE).c
    rows = connection.execute(
        sa.select(c.product_id, *(c[name] for name in COLUMNS)).where(c.product_id.in_(ids))
    )
    return {product_id: limits_of(*values) for product_id, *values in rows}


def limits_of(
    least: Any, is_least_of_config: Any, most: Any, is_most_of_config: Any
) -> dict[str, float]:
    """The limits that a product has itself."""
    found = {}
    if least is not None and not is_least_of_config:
        found["least"] = float(least)
    if most is not None and not is_most_of_config:
        found["most"] = float(most)
    return found


def fields(limits: Limits, item: Identified) -> Mapping[str, Any]:
    """The field, where the product has limits of its own."""
    own = limits.get(item.entity_id)
    return {"purchaseLimits": own} if own else {}


ADDITION = Addition(
    feed="products",
    names=frozenset({"purchaseLimits"}),
    edges=edges,
    read=read,
    fields=fields,
)
