"""The rows that product overrides are made of, read for a batch of products at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from daemon.commerce.columns import packed_keys, unpacked_keys
from daemon.commerce.shop import Shop
from daemon.feeds import _product_ids
from daemon.feeds._customer_groups import select_groups
from daemon.feeds._permissions import GRANTS, Grants, granted, most_generous, websites_with
from daemon.feeds._price_rows import by_member, select_websites
from daemon.feeds._rows import among, fetch
from daemon.feeds._subscriptions import PRODUCT_TABLE

INDEX = "magento_catalogpermissions_index_product"
ONE_OF_SEVERAL = re.compile(rf"{INDEX}(_\d+)?")
"""The index may be split by customer group, whose id then stands at the end of the name."""


@dataclass(frozen=True, slots=True)
class OverrideRows:
    """The rows of a batch.

    skus: product id → sku, of the products that are in a category.
    websites: product id → the ids of the websites it is assigned to.
    groups: all customer groups.
    own: product id → (website id, customer group id) → what the index grants.
    """

    skus: Mapping[int, str]
    websites: Mapping[int, Sequence[int]]
    groups: Sequence[int]
    own: Mapping[int, Mapping[tuple[int, int], Grants]]


def read(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> OverrideRows:
    """Read a batch in four queries."""
    return OverrideRows(
        skus=dict(fetch(connection, select_skus(shop, ids))),
        websites=by_member(fetch(connection, select_websites(shop, ids))),
        groups=[row[0] for row in fetch(connection, select_groups(shop))],
        own=by_product(shop, fetch(connection, select_index(shop, ids))),
    )


def index_tables(shop: Shop) -> list[str]:
    """The tables that hold the index, without the copies in which Commerce makes it anew."""
    return sorted(filter(ONE_OF_SEVERAL.fullmatch, shop.tables.columns))


def select_ids(shop: Shop) -> sa.Select[Any]:
    """All living products; none where category permissions count nowhere."""
    counts = sa.true() if websites_with(shop) else sa.false()
    return _product_ids.select_ids(shop).where(counts)


def select_skus(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """(entity id, sku) of those of the products that are in a category."""
    product, assigned = shop.tables(PRODUCT_TABLE), shop.tables("catalog_category_product")
    return sa.select(product.c.entity_id, product.c.sku).where(
        among(product.c.entity_id, ids),
        shop.current(product),
        sa.exists().where(assigned.c.product_id == product.c.entity_id),
    )


def select_index(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """(store id, customer group id, the three grants, ids of the products that have them)."""
    parts = [select_indexed(shop.tables(name), ids) for name in index_tables(shop)]
    return sa.select(sa.union_all(*parts).subquery("indexed"))


def select_indexed(table: sa.TableClause, ids: Sequence[int]) -> sa.Select[Any]:
    """The same of one of the tables."""
    c = table.c
    key = (c.store_id, c.customer_group_id, *(c[grant] for grant in GRANTS))
    return sa.select(*key, packed_keys(c.product_id)).where(among(c.product_id, ids)).group_by(*key)


def by_product(
    shop: Shop, rows: Iterable[tuple[Any, ...]]
) -> dict[int, dict[tuple[int, int], Grants]]:
    """Product id → (website id, customer group id) → grants: what any store view of the website
    grants.
    """
    found: dict[int, dict[tuple[int, int], Grants]] = {}
    for store_id, group, *values, products in rows:
        store, own = shop.scopes.stores.get(store_id), granted(values)
        if store is not None:
            key = (store.website_id, group)
            for product in unpacked_keys(products):
                grants = found.setdefault(product, {})
                grants[key] = most_generous(grants[key], own) if key in grants else own
    return found
