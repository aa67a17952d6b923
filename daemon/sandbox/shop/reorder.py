"""Placing one order in a living shop."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.sandbox.shop.layout import Layout
from daemon.sandbox.shop.live import Picked, read_value
from daemon.sandbox.shop.loader import Loader
from daemon.sandbox.shop.order import Line, Order
from daemon.sandbox.shop.orders import add_order
from daemon.sandbox.shop.product import EVERYWHERE, Product
from daemon.sandbox.shop.scopes import Store, Website
from daemon.sandbox.shop.words import KINDS

_IDS = {
    "sales_order": "entity_id",
    "sales_order_item": "item_id",
    "sales_order_address": "entity_id",
    "sales_payment_transaction": "transaction_id",
}


def order_product(connection: sa.Connection, shop: Shop, product: Picked, quantity: int) -> str:
    """A new order of one product in the first website; returns its number."""
    load = Loader(connection, Layout(shop.tables.prefix, shop.is_staged), commits=False)
    for name, column in _IDS.items():
        last = connection.scalar(sa.select(sa.func.max(shop.tables(name).c[column])))
        load.start_after(name, last or 0)
    site = _website(shop)
    sold = _product(connection, shop, product)
    line = Line(load.next_id("sales_order_item"), sold, quantity, sold.price)
    id_ = load.next_id("sales_order")
    at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    number = f"{id_:09d}"
    add_order(load, Order(id_, number, "new", at, at, site, site.stores[0], (line,)))
    load.finish()
    return number


def _product(connection: sa.Connection, shop: Shop, product: Picked) -> Product:
    name = read_value(connection, shop, product, "name")
    price = float(read_value(connection, shop, product, "price"))
    weight = float(read_value(connection, shop, product, "weight") or 0)
    return Product(
        product.id, product.type, product.sku, name, KINDS[0], 0, price, weight, EVERYWHERE, (1,)
    )


def _website(shop: Shop) -> Website:
    first = shop.scopes.of_website(1)[0]
    currency = shop.config.get("currency/options/base", first)
    store = Store(first.id, first.code, first.code, 1, "en", first.root_category_id)
    name = first.website_code.title()
    return Website(1, first.website_code, name, first.group_code, currency, "UTC", 1,
                   first.root_category_id, (store,))  # fmt: skip
