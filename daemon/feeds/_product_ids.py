"""Queries of product ids: by sku, and from one product to those that depend on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.feeds._rows import among
from daemon.feeds._subscriptions import PRODUCT_TABLE


def select_ids(shop: Shop) -> sa.Select[Any]:
    """All living products."""
    product = shop.tables(PRODUCT_TABLE)
    return sa.select(product.c.entity_id).where(shop.current(product))


def select_owners(shop: Shop, skus: Sequence[str]) -> sa.Select[Any]:
    """(sku, entity id) of the living products that have these skus."""
    product = shop.tables(PRODUCT_TABLE)
    return sa.select(product.c.sku, product.c.entity_id).where(
        product.c.sku.in_(skus), shop.current(product)
    )


def select_by_sku(shop: Shop, skus: Sequence[str]) -> sa.Select[Any]:
    """The products that have these skus."""
    product = shop.tables(PRODUCT_TABLE)
    return sa.select(product.c.entity_id).where(product.c.sku.in_(skus), shop.current(product))


def select_children(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """The products that are a part of these: of configurables, bundles and grouped products."""
    relation, parent = shop.tables("catalog_product_relation"), shop.tables(PRODUCT_TABLE)
    return (
        sa.select(relation.c.child_id)
        .join(parent, parent.c[shop.link_field] == relation.c.parent_id)
        .where(among(parent.c.entity_id, ids))
        .distinct()
    )


def select_variants(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """The products that these configurables are sold as."""
    link, parent = shop.tables("catalog_product_super_link"), shop.tables(PRODUCT_TABLE)
    return (
        sa.select(link.c.product_id)
        .join(parent, parent.c[shop.link_field] == link.c.parent_id)
        .where(among(parent.c.entity_id, ids))
        .distinct()
    )
