"""What stock status depends on."""

from __future__ import annotations

from changelog_triggers.model import Key, Subscription
from daemon.commerce.shop import Shop
from daemon.core.feed import Edge
from daemon.feeds._changelogs import SKU, STOCK
from daemon.feeds._product_ids import select_by_sku
from daemon.feeds._stock_rows import SETTINGS, index_tables
from daemon.feeds._subscriptions import CONFIG_VALUE, product_row, related_product

SOURCE_ITEM = Subscription(
    SKU, "inventory_source_item", Key("sku"), ("source_code",), optional=True
)
RESERVATION = Subscription(
    SKU, "inventory_reservation", Key("sku"), ("stock_id", "quantity"), optional=True
)
STOCKS = Subscription(STOCK, "inventory_stock", Key("stock_id"), optional=True)
SOURCE_LINK = Subscription(
    STOCK, "inventory_source_stock_link", Key("stock_id"), ("source_code",), optional=True
)
PATHS = frozenset(
    {"cataloginventory/item_options/manage_stock", "cataloginventory/item_options/backorders"}
)


def edges(shop: Shop) -> tuple[Edge, ...]:
    """The dependencies of stock status; the tables of stocks know products by sku."""
    by_sku = (SOURCE_ITEM, RESERVATION, *map(index_of, index_tables(shop).values()))
    settings = related_product(
        "cataloginventory_stock_item", "product_id", "stock_id", *SETTINGS, optional=True
    )
    status = related_product(
        "cataloginventory_stock_status", "product_id", "qty", "stock_status", optional=True
    )
    return (
        Edge(product_row("sku"), "the product's items"),
        Edge(settings, "the product's items"),
        Edge(status, "the product's item of the default stock"),
        *(Edge(one, "the items of the product", widen=select_by_sku) for one in by_sku),
        Edge(STOCKS, "all items, for which stocks there are", whole=True),
        Edge(SOURCE_LINK, "all items, for which products a stock has", whole=True),
        Edge(CONFIG_VALUE, "all items, for whether stock is infinite", whole=True, values=PATHS),
    )


def index_of(table: str) -> Subscription:
    """The index table of a stock."""
    return Subscription(SKU, table, Key("sku"), ("quantity", "is_salable"), optional=True)
