"""The rows that stock status is made of, read for a batch of products at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from daemon.commerce.columns import packed, packed_keys, unpacked, unpacked_keys, unpacked_numbers
from daemon.commerce.shop import Shop
from daemon.feeds._rows import among, fetch
from daemon.feeds._subscriptions import PRODUCT_TABLE

DEFAULT_STOCK = 1
"""Stock 1 has no index table: it is the stock that Commerce had before there were several."""

DEFAULT_SOURCE = "default"
LEGACY_WEBSITE = 0
"""Commerce keeps the index of the default stock under this website alone."""

REQUIRED = (
    "inventory_stock",
    "inventory_source_item",
    "inventory_source_stock_link",
    "inventory_reservation",
    "cataloginventory_stock_item",
    "cataloginventory_stock_status",
)
SETTINGS = (
    "manage_stock",
    "use_config_manage_stock",
    "backorders",
    "use_config_backorders",
    "min_qty",
    "use_config_min_qty",
)
"""What a row of cataloginventory_stock_item says of a product, in the order of StockSettings."""

INDEX_TABLE = re.compile(r"inventory_stock_(\d+)")


@dataclass(frozen=True, slots=True)
class StockSettings:
    """How a product's stock is kept: its own values, and which of them give way to the shop's."""

    manage_stock: bool
    use_config_manage_stock: bool
    backorders: bool
    use_config_backorders: bool
    min_qty: float
    use_config_min_qty: bool


@dataclass(frozen=True, slots=True)
class StockRows:
    """The rows of a batch.

    skus: product id → sku.
    settings: product id → settings, where the product has any.
    index: (stock id, is it salable?, product id → quantity), the default stock last.
    reserved: (product id, stock id) → sum of reservations, negative for what is sold.
    unindexed: (stock id, product id) of stocks without an index table that have the product.
    """

    skus: Mapping[int, str]
    settings: Mapping[int, StockSettings]
    index: Sequence[tuple[int, bool, Mapping[int, float]]]
    reserved: Mapping[tuple[int, int], float]
    unindexed: Sequence[tuple[int, int]]


def read(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> StockRows:
    """Read a batch in five queries, and in one more where the index table of a stock is missing."""
    stocks = [row[0] for row in fetch(connection, select_stocks(shop))]
    missing = [stock for stock in stocks if stock not in {DEFAULT_STOCK, *index_tables(shop)}]
    indexed = [stock for stock in stocks if stock not in {DEFAULT_STOCK, *missing}]
    reserved = fetch(connection, select_reserved(shop, ids))
    return StockRows(
        skus=merged(fetch(connection, select_skus(shop, ids))),
        settings=by_product(fetch(connection, select_settings(shop, ids))),
        index=as_index(fetch(connection, select_index(shop, indexed, ids))),
        reserved={(product, stock): float(total) for product, stock, total in reserved},
        unindexed=fetch(connection, select_unindexed(shop, missing, ids)) if missing else (),
    )


def index_tables(shop: Shop) -> dict[int, str]:
    """The index tables of the shop's stocks by stock id; the default stock has none."""
    found = {name: INDEX_TABLE.fullmatch(name) for name in shop.tables.columns}
    by_stock = {int(match[1]): name for name, match in found.items() if match}
    by_stock.pop(DEFAULT_STOCK, None)
    return dict(sorted(by_stock.items()))


def select_stocks(shop: Shop) -> sa.Select[Any]:
    """The ids of all stocks."""
    stock = shop.tables("inventory_stock").c
    return sa.select(stock.stock_id).order_by(stock.stock_id)


def select_skus(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """(type, skus by product id)."""
    product = shop.tables(PRODUCT_TABLE)
    return (
        sa.select(product.c.type_id, packed(product.c.entity_id, product.c.sku))
        .where(among(product.c.entity_id, ids), shop.current(product))
        .group_by(product.c.type_id)
    )


def select_settings(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """(the settings, ids of the products that have them)."""
    item = shop.tables("cataloginventory_stock_item").c
    values = [item[name] for name in SETTINGS]
    return (
        sa.select(*values, packed_keys(item.product_id))
        .where(among(item.product_id, ids), item.stock_id == DEFAULT_STOCK)
        .group_by(*values)
    )


def select_index(shop: Shop, stocks: Iterable[int], ids: Sequence[int]) -> sa.Select[Any]:
    """(stock id, is it salable?, quantities by product id) of these stocks and the default one."""
    parts = [select_indexed(shop, stock, ids) for stock in stocks]
    return sa.select(sa.union_all(*parts, select_default(shop, ids)).subquery("stocks"))


def select_indexed(shop: Shop, stock: int, ids: Sequence[int]) -> sa.Select[Any]:
    """The rows of a stock that has an index table, which knows products by sku."""
    index, product = shop.tables(index_tables(shop)[stock]), shop.tables(PRODUCT_TABLE)
    return (
        sa.select(
            sa.literal(stock).label("stock_id"),
            index.c.is_salable,
            packed(product.c.entity_id, index.c.quantity).label("quantities"),
        )
        .select_from(product)
        .join(index, index.c.sku == product.c.sku)
        .where(among(product.c.entity_id, ids), shop.current(product))
        .group_by(index.c.is_salable)
    )


def select_default(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """The rows of the default stock; a product without a row of the default source has none.

    Adding 0 keeps the server from looking up each product's status by website or stock.
    """
    status, product = shop.tables("cataloginventory_stock_status"), shop.tables(PRODUCT_TABLE)
    source = shop.tables("inventory_source_item")
    return (
        sa.select(
            sa.literal(DEFAULT_STOCK),
            status.c.stock_status,
            packed(product.c.entity_id, status.c.qty),
        )
        .select_from(product)
        .join(status, status.c.product_id == product.c.entity_id)
        .join(source, source.c.sku == product.c.sku)
        .where(
            among(product.c.entity_id, ids),
            shop.current(product),
            status.c.website_id + 0 == LEGACY_WEBSITE,
            status.c.stock_id + 0 == DEFAULT_STOCK,
            source.c.source_code == DEFAULT_SOURCE,
        )
        .group_by(status.c.stock_status)
    )


def select_reserved(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """(product id, stock id, sum of the reservations)."""
    reservation, product = shop.tables("inventory_reservation").c, shop.tables(PRODUCT_TABLE)
    return (
        sa.select(product.c.entity_id, reservation.stock_id, sa.func.sum(reservation.quantity))
        .join_from(
            product,
            shop.tables("inventory_reservation"),
            sa.and_(
                reservation.sku == product.c.sku,
                reservation.stock_id.in_(sa.select(shop.tables("inventory_stock").c.stock_id)),
            ),
        )
        .where(among(product.c.entity_id, ids), shop.current(product))
        .group_by(product.c.entity_id, reservation.stock_id)
    )


def select_unindexed(shop: Shop, stocks: Sequence[int], ids: Sequence[int]) -> sa.Select[Any]:
    """(stock id, product id) of the products with a source item in these stocks."""
    link, source = (shop.tables(f"inventory_source_{name}") for name in ("stock_link", "item"))
    product = shop.tables(PRODUCT_TABLE)
    return (
        sa.select(link.c.stock_id, product.c.entity_id)
        .select_from(product)
        .join(source, source.c.sku == product.c.sku)
        .join(link, link.c.source_code == source.c.source_code)
        .where(
            among(product.c.entity_id, ids), shop.current(product), among(link.c.stock_id, stocks)
        )
        .distinct()
    )


def merged(rows: Iterable[tuple[Any, str]]) -> dict[int, Any]:
    """The packed values of all rows as one mapping."""
    found: dict[int, Any] = {}
    for _, text in rows:
        found |= unpacked(text)
    return found


def by_product(rows: Iterable[tuple[Any, ...]]) -> dict[int, StockSettings]:
    """Product id → settings."""
    found: dict[int, StockSettings] = {}
    for *values, products in rows:
        found |= dict.fromkeys(unpacked_keys(products), as_settings(values))
    return found


def as_settings(values: Sequence[Any]) -> StockSettings:
    """The settings from their columns."""
    manages, by_config, backorders, backorders_by_config, min_qty, min_qty_by_config = values
    return StockSettings(
        bool(manages),
        bool(by_config),
        bool(backorders),
        bool(backorders_by_config),
        float(min_qty),
        bool(min_qty_by_config),
    )


def as_index(
    rows: Iterable[tuple[int, int, str]],
) -> list[tuple[int, bool, dict[int, float]]]:
    """The index rows with their quantities by product id."""
    return [(stock, bool(salable), unpacked_numbers(text)) for stock, salable, text in rows]
