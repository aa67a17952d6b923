"""Whether a product is in stock on a website, and how much there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.feeds._rows import among, fetch

DEFAULT_STOCK = 1
CHANNELS = "inventory_stock_sales_channel"

State = tuple[bool, float | None]
"""Whether it can be sold, and the quantity."""


@dataclass(frozen=True, slots=True)
class Stocks:
    """The stock of a batch.

    of_website: website code → stock id; None where the shop has one stock for all.
    states: stock id → product id → state.
    """

    of_website: Mapping[str, int] | None
    states: Mapping[int, Mapping[int, State]]

    def state(self, product_id: int, website_code: str) -> State:
        """A product's state on a website; without a row it can't be sold."""
        stock = DEFAULT_STOCK if self.of_website is None else self.of_website.get(website_code)
        none: Mapping[int, State] = {}
        return self.states.get(stock or 0, none).get(product_id, (False, None))


def stock_table(stock_id: int) -> str:
    """The table in which the shop keeps the state of a stock other than the default one."""
    return f"inventory_stock_{stock_id}"


def select_channels(shop: Shop) -> sa.Select[Any]:
    """(website code, stock id)."""
    c = shop.tables(CHANNELS).c
    return sa.select(c.code, c.stock_id).where(c.type == "website")


def select_default(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """(product id, state, quantity) in the default stock."""
    c = shop.tables("cataloginventory_stock_status").c
    quantity = sa.cast(c.qty, sa.CHAR)
    return sa.select(c.product_id, c.stock_status, quantity).where(among(c.product_id, ids))


def select_other(shop: Shop, stock_id: int, ids: Sequence[int]) -> sa.Select[Any]:
    """(product id, state, quantity) in another stock, whose table knows products by sku."""
    stock, product = shop.tables(stock_table(stock_id)), shop.tables("catalog_product_entity")
    quantity = sa.cast(stock.c.quantity, sa.CHAR)
    return (
        sa.select(product.c.entity_id, stock.c.is_salable, quantity)
        .join_from(product, stock, stock.c.sku == product.c.sku)
        .where(among(product.c.entity_id, ids), shop.current(product))
    )


def read_stocks(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> Stocks:
    """The stock of these products, in every stock that a website sells from."""
    of_website = read_channels(connection, shop)
    stock_ids = {DEFAULT_STOCK} if of_website is None else set(of_website.values())
    states = {}
    for stock_id in sorted(stock_ids):
        query = select_state(shop, stock_id, ids)
        rows = () if query is None else fetch(connection, query)
        states[stock_id] = {
            product_id: (bool(state), None if quantity is None else float(quantity))
            for product_id, state, quantity in rows
        }
    return Stocks(of_website, states)


def read_channels(connection: sa.Connection, shop: Shop) -> dict[str, int] | None:
    """Which stock each website sells from; None where the shop has one stock for all."""
    if CHANNELS not in shop.tables:
        return None
    return dict(fetch(connection, select_channels(shop))) or None


def select_state(shop: Shop, stock_id: int, ids: Sequence[int]) -> sa.Select[Any] | None:
    """The states in a stock; None where it has never been indexed."""
    if stock_id == DEFAULT_STOCK:
        return select_default(shop, ids)
    return select_other(shop, stock_id, ids) if stock_table(stock_id) in shop.tables else None
