"""The products of a batch: their own rows, and the websites they are assigned to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from daemon.commerce.columns import packed_keys, unpacked_keys
from daemon.commerce.shop import Shop
from daemon.feeds._rows import among, fetch

ZERO_TIME = "0000-00-00 00:00:00"

Websites = Mapping[int, frozenset[int]]
"""Product id → ids of the websites that it is assigned to."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product's own row, in the version that is in force.

    link_id: what child tables refer to it by: the entity id, or the row id in a staged shop.
    created_at, updated_at: `YYYY-MM-DD HH:MM:SS` (UTC); None where the shop holds a zero time.
    """

    id: int
    link_id: int
    sku: str
    type_id: str
    attribute_set_id: int
    created_at: str | None
    updated_at: str | None


def select_products(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """The rows of these products, by id."""
    product = shop.tables("catalog_product_entity")
    return (
        sa.select(
            product.c.entity_id,
            product.c[shop.link_field],
            product.c.sku,
            product.c.type_id,
            product.c.attribute_set_id,
            set_time(product.c.created_at),
            set_time(product.c.updated_at),
        )
        .where(among(product.c.entity_id, ids), shop.current(product))
        .order_by(product.c.entity_id)
    )


def read_products(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> list[Product]:
    """These products; what is gone is missing."""
    return [Product(*row) for row in fetch(connection, select_products(shop, ids))]


def set_time(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The time as text, NULL where it is a zero time."""
    return sa.func.nullif(sa.cast(column, sa.CHAR), ZERO_TIME)


def select_websites(shop: Shop, ids: Iterable[int]) -> sa.Select[Any]:
    """(product id, website ids packed)."""
    c = shop.tables("catalog_product_website").c
    websites = packed_keys(c.website_id)
    return sa.select(c.product_id, websites).where(among(c.product_id, ids)).group_by(c.product_id)


def read_websites(
    connection: sa.Connection, shop: Shop, ids: Iterable[int]
) -> dict[int, frozenset[int]]:
    """The websites of these products; those without any are missing."""
    known: dict[str, frozenset[int]] = {}
    found = {}
    for product_id, text in fetch(connection, select_websites(shop, ids)):
        if text not in known:
            known[text] = frozenset(unpacked_keys(text))
        found[product_id] = known[text]
    return found
