"""The `parents` of an item: the composite products that it is a part of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.feeds._rows import among, fetch
from daemon.feeds.products.entities import Websites

BUNDLE, FIXED_BUNDLE = "bundle", "bundle_fixed"
FIXED = 1
"""The value of the attribute price_type that makes a bundle a fixed one."""


class Parent(NamedTuple):
    """A composite product."""

    id: int
    sku: str
    type: str


Parents = Mapping[int, Sequence[Parent]]
"""Child's id → its parents."""


def select_parents(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """(child's id, parent's id, sku, type, default price_type where it has one)."""
    relation, parent = (
        shop.tables("catalog_product_relation"),
        shop.tables("catalog_product_entity"),
    )
    values, link = shop.tables("catalog_product_entity_int"), shop.link_field
    is_price_type = sa.and_(
        values.c[link] == parent.c[link],
        values.c.attribute_id == shop.product_attributes.id_of("price_type"),
        values.c.store_id == 0,
    )
    return (
        sa.select(
            relation.c.child_id, parent.c.entity_id, parent.c.sku, parent.c.type_id, values.c.value
        )
        .join(parent, sa.and_(parent.c[link] == relation.c.parent_id, shop.current(parent)))
        .outerjoin(values, is_price_type)
        .where(among(relation.c.child_id, ids))
    )


def read_parents(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> Parents:
    """The parents of these products."""
    found: dict[int, list[Parent]] = {}
    for child_id, parent_id, sku, kind, price_type in fetch(connection, select_parents(shop, ids)):
        shown = FIXED_BUNDLE if price_type == FIXED else kind
        found.setdefault(child_id, []).append(Parent(parent_id, sku, shown))
    return found


def parent_list(
    parents: Sequence[Parent], websites: Websites, website_id: int
) -> list[dict[str, str]] | None:
    """The field `parents` on a website, by type and sku; None where there are none."""
    pairs = {(one.type, one.sku) for one in parents if website_id in websites.get(one.id, ())}
    ordered = sorted(pairs, key=lambda pair: "-".join(pair).encode())
    return [{"sku": sku, "productType": kind} for kind, sku in ordered] or None
