"""Attributes that describe tax class, attribute set and stock settings, where a shop has them.

A shop that has the module for them has registered their codes among its attributes; others may ask
for them by setting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from daemon.commerce.config import Config
from daemon.commerce.shop import Shop
from daemon.feeds._markers import extra_codes
from daemon.feeds._php_json import php_json
from daemon.feeds._rows import among, fetch
from daemon.feeds.products.views import number

ATTRIBUTE_SET, TAX_CLASS, INVENTORY = "ac_attribute_set", "ac_tax_class", "ac_inventory"

CONFIG_PREFIX = "cataloginventory/item_options/"
SETTINGS = (
    ("manageStock", "manage_stock", "use_config_manage_stock"),
    ("cartMinQty", "min_sale_qty", "use_config_min_sale_qty"),
    ("cartMaxQty", "max_sale_qty", "use_config_max_sale_qty"),
    ("backorders", "backorders", "use_config_backorders"),
    ("enableQtyIncrements", "enable_qty_increments", "use_config_enable_qty_inc"),
    ("qtyIncrements", "qty_increments", "use_config_qty_increments"),
)
"""Key, column of the stock item (and setting of the same name), and the flag that prefers the
setting.
"""
COLUMNS = tuple(column for _, *columns in SETTINGS for column in columns)
SWITCHES = frozenset({"manageStock", "enableQtyIncrements"})
BACKORDERS = {0: "no", 1: "allow", 2: "allow_and_notify"}
GROUPS = ("0", "32000")
"""Which entry of a setting by customer group counts: not logged in, else all groups."""

ADMIN_WEBSITE = "admin"

StockItem = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Extras:
    """What the extra attributes say.

    codes: those that this shop's items carry. sets: attribute set id → name. items: (product id,
    website code) → stock item.
    """

    codes: frozenset[str]
    sets: Mapping[int, str]
    items: Mapping[tuple[int, str], StockItem]


def select_sets(shop: Shop) -> sa.Select[Any]:
    """(attribute set id, name)."""
    c = shop.tables("eav_attribute_set").c
    return sa.select(c.attribute_set_id, c.attribute_set_name)


def select_items(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """(product id, website code, stock settings)."""
    item, website = shop.tables("cataloginventory_stock_item"), shop.tables("store_website")
    return (
        sa.select(item.c.product_id, website.c.code, *(item.c[name] for name in COLUMNS))
        .join(website, website.c.website_id == item.c.website_id)
        .where(among(item.c.product_id, ids))
        .order_by(item.c.item_id)
    )


def read_extras(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> Extras:
    """What the extra attributes of these products say; reads nothing where there are none."""
    codes = extra_codes(shop)
    sets: dict[int, str] = {}
    if ATTRIBUTE_SET in codes:
        sets.update(fetch(connection, select_sets(shop)))
    items: dict[tuple[int, str], StockItem] = {}
    if INVENTORY in codes:
        for product_id, website, *settings in fetch(connection, select_items(shop, ids)):
            items[product_id, website] = dict(zip(COLUMNS, settings, strict=True))
    return Extras(codes, sets, items)


def extra_entries(
    extras: Extras,
    config: Config,
    product: tuple[int, int],
    website_code: str,
    tax_class: str,
) -> Iterator[dict[str, Any]]:
    """The entries of the extra attributes. product: its id and attribute set id."""
    if ATTRIBUTE_SET in extras.codes:
        yield {"attributeCode": ATTRIBUTE_SET, "value": [extras.sets.get(product[1])]}
    if TAX_CLASS in extras.codes:
        yield {"attributeCode": TAX_CLASS, "value": [tax_class]}
    default = extras.items.get((product[0], ADMIN_WEBSITE))
    item = extras.items.get((product[0], website_code), default)
    if item is not None:
        yield {"attributeCode": INVENTORY, "value": [php_json(inventory(item, config))]}


def inventory(item: StockItem, config: Config) -> dict[str, Any]:
    """The stock settings that hold for a product; a NULL column drops its key."""
    found = {}
    for key, column, flag in SETTINGS:
        value = item[column]
        if item[flag] == 1:
            value = config.get(CONFIG_PREFIX + column)
        if value is not None:
            found[key] = shown(key, value)
    return found


def shown(key: str, value: Any) -> Any:
    """A setting as its key's type: yes or no, a word, or a number."""
    amount = of_group(str(value))
    if key in SWITCHES:
        return bool(amount)
    if key == "backorders":
        return BACKORDERS.get(int(amount), BACKORDERS[0])
    return amount


def of_group(text: str) -> float:
    """The number; of a JSON map by customer group the entry that holds for everybody."""
    if text.startswith("{"):
        entries = orjson.loads(text)
        text = str(next((entries[group] for group in GROUPS if group in entries), ""))
    return number(text)
