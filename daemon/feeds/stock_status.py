"""Stock status: an item for each stock that has a product, with what can be sold of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from daemon.commerce.config import Config
from daemon.commerce.shop import Shop
from daemon.core.feed import LIGHT_BATCH_ENTITIES, URGENT_WEIGHT, Feed
from daemon.core.item import Built, FeedItem, Unbuildable, content_hash, feed_id, joined, ordered
from daemon.feeds import _stock_edges, _stock_rows
from daemon.feeds._product_ids import select_ids, select_owners
from daemon.feeds._stock_rows import DEFAULT_STOCK, StockRows, StockSettings

LIVING = b'{"deleted":false}'
"""Sorts before all other keys: joined with a canonical object it is canonical still."""

AS_CONFIGURED = StockSettings(
    manage_stock=True,
    use_config_manage_stock=True,
    backorders=False,
    use_config_backorders=True,
    min_qty=0.0,
    use_config_min_qty=True,
)
"""Of a product without settings."""


def is_infinite(own: StockSettings, *, manages_stock: bool, allows_backorders: bool) -> bool:
    """True where the quantity doesn't limit what is sold.

    manages_stock, allows_backorders: the shop's configuration.

    The product's own `manage_stock` decides where it has one, else the configuration, in which
    backorders count as infinite whatever the least quantity. What is finite by that is infinite
    with backorders of its own and a least quantity of its own of 0.
    """
    if own.use_config_manage_stock:
        infinite = not manages_stock or allows_backorders
    else:
        infinite = not own.manage_stock
    if infinite or own.use_config_backorders or own.use_config_min_qty:
        return infinite
    return own.backorders and own.min_qty == 0


def assemble(rows: StockRows, shop: Shop, now: dt.datetime) -> Iterator[Built]:
    """The items of the batch's products in each stock, and what an index table lacks for."""
    updated_at = now.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    infinite = infinite_products(rows, shop.config)
    for stock, is_salable, quantities in rows.index:
        for product, qty in quantities.items():
            if product in rows.settings or stock != DEFAULT_STOCK:
                fields = {
                    "infiniteStock": infinite[product],
                    "isSalable": is_salable,
                    "qty": qty,
                    "qtyForSale": qty + rows.reserved.get((product, stock), 0.0),
                    "sku": rows.skus[product],
                    "stockId": str(stock),
                }
                yield make_stock_item(product, fields, updated_at)
    yield from (unindexed(stock, product, rows.skus[product]) for stock, product in rows.unindexed)


def infinite_products(rows: StockRows, config: Config) -> dict[int, bool]:
    """Whether each product of the batch is infinite, in all stocks alike."""
    manages_stock = config.flag("cataloginventory/item_options/manage_stock")
    backorders = config.flag("cataloginventory/item_options/backorders")
    return {
        key: is_infinite(
            rows.settings.get(key, AS_CONFIGURED),
            manages_stock=manages_stock,
            allows_backorders=backorders,
        )
        for key in rows.skus
    }


def make_stock_item(product: int, fields: Mapping[str, Any], updated_at: str) -> FeedItem:
    """One item; the product id doesn't count as a change."""
    minimal = ordered(fields)
    content = joined(LIVING, minimal)
    return FeedItem(
        product,
        feed_id((fields["stockId"], fields["sku"])),
        content,
        content_hash(content),
        ordered({"productId": product, "updatedAt": updated_at}),
        minimal,
    )


def unindexed(stock: int, product: int, sku: str) -> Unbuildable:
    """What stands for an item while the index table of its stock is missing."""
    return Unbuildable(
        product,
        feed_id((stock, sku)),
        ordered({"sku": sku, "stockId": str(stock)}),
        f"the shop has no table inventory_stock_{stock}; let Commerce reindex its inventory",
    )


FEED = Feed(
    name="inventoryStockStatus",
    edges=_stock_edges.edges,
    ids=select_ids,
    read=_stock_rows.read,
    assemble=assemble,
    natural_key="sku",
    owners=select_owners,
    requires=_stock_rows.REQUIRED,
    batch_entities=LIGHT_BATCH_ENTITIES,
    weight=URGENT_WEIGHT,
)
