"""Feed products: one item per product and store view of the websites that it is assigned to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.core.feed import Feed
from daemon.feeds.products.edges import edges
from daemon.feeds.products.item import assemble
from daemon.feeds.products.reading import read


def select_ids(shop: Shop) -> sa.Select[tuple[int]]:
    """Every product that is in force now."""
    product = shop.tables("catalog_product_entity")
    return sa.select(product.c.entity_id).where(shop.current(product))


def select_owners(shop: Shop, keys: Sequence[str]) -> sa.Select[tuple[str, int]]:
    """The products that have these skus now."""
    product: Any = shop.tables("catalog_product_entity")
    return sa.select(product.c.sku, product.c.entity_id).where(
        product.c.sku.in_(keys), shop.current(product)
    )


FEED = Feed(
    name="products",
    edges=edges,
    ids=select_ids,
    read=read,
    assemble=assemble,
    natural_key="sku",
    owners=select_owners,
    options=("extra_attributes", "system_attributes", "directives"),
)
"""What storefront services show, search and filter."""
