"""The subscriptions that product items alone need: only the columns that are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from changelog_triggers.model import Hop, Key, Subscription
from daemon.commerce.shop import Shop
from daemon.feeds._changelogs import (
    ATTRIBUTE,
    ATTRIBUTE_MEANING,
    ATTRIBUTE_OPTION,
    ATTRIBUTE_SET,
    MEDIA,
    OPTION_ORDER,
    PRODUCT,
    SKU,
    STOCK,
    TAX_CLASS,
)
from daemon.feeds._subscriptions import PRODUCT_TABLE, product_child, related_product
from daemon.feeds.products.stock import CHANNELS

ID = Key("attribute_id")
MEANING = Subscription(
    ATTRIBUTE_MEANING,
    "eav_attribute",
    ID,
    ("attribute_code", "backend_type", "source_model", "is_user_defined"),
)
MARKER = replace(MEANING, attribute="attribute_id")
"""The same, and by which attribute: of one that is gone by now it can't be known if it was one."""

ATTRIBUTE_WORDS = Subscription(
    ATTRIBUTE,
    "eav_attribute",
    ID,
    ("attribute_code", "backend_type", "source_model", "frontend_label"),
)
ATTRIBUTE_USE = Subscription(ATTRIBUTE, "catalog_eav_attribute", ID, ("additional_data",))
ATTRIBUTE_LABEL = Subscription(ATTRIBUTE, "eav_attribute_label", ID, ("store_id", "value"))

OPTION_ID = Key("option_id")
OPTION = Subscription(ATTRIBUTE_OPTION, "eav_attribute_option", OPTION_ID, ("attribute_id",))
OPTION_OF = replace(OPTION, attribute="attribute_id")
"""The same, and of which attribute: one that is gone with its last option has none by now."""

OPTION_PLACE = Subscription(OPTION_ORDER, "eav_attribute_option", OPTION_ID, ("sort_order",))
OPTION_LABEL = Subscription(
    ATTRIBUTE_OPTION, "eav_attribute_option_value", OPTION_ID, ("store_id", "value")
)
SWATCH = Subscription(
    ATTRIBUTE_OPTION,
    "eav_attribute_option_swatch",
    OPTION_ID,
    ("store_id", "type", "value"),
    optional=True,
)

TAX_CLASS_NAME = Subscription(TAX_CLASS, "tax_class", Key("class_id"), ("class_name",))
ATTRIBUTE_SET_NAME = Subscription(
    ATTRIBUTE_SET, "eav_attribute_set", Key("attribute_set_id"), ("attribute_set_name",)
)
CHANNEL = Subscription(STOCK, CHANNELS, Key("stock_id"), ("type", "code"), optional=True)

GALLERY = "catalog_product_entity_media_gallery"
FILE = Subscription(MEDIA, GALLERY, Key("value_id"), ("attribute_id", "media_type", "value"))
VIDEO = Subscription(
    MEDIA,
    f"{GALLERY}_value_video",
    Key("value_id"),
    ("store_id", "provider", "url", "title", "description", "metadata"),
    optional=True,
)

CHILDREN: tuple[tuple[str, str, tuple[str, ...], bool], ...] = (
    (f"{GALLERY}_value_to_entity", "entity_id", ("value_id",), False),
    (
        f"{GALLERY}_value",
        "entity_id",
        ("value_id", "store_id", "label", "position", "disabled"),
        False,
    ),
    ("catalog_product_link", "product_id", ("linked_product_id", "link_type_id"), False),
    ("catalog_product_super_attribute", "product_id", ("attribute_id", "position"), True),
    ("catalog_product_super_link", "parent_id", ("product_id",), True),
    ("catalog_product_bundle_option", "parent_id", ("required", "position", "type"), True),
    (
        "catalog_product_bundle_option_value",
        "parent_product_id",
        ("option_id", "store_id", "title"),
        True,
    ),
    (
        "catalog_product_bundle_selection",
        "parent_product_id",
        (
            "option_id",
            "product_id",
            "position",
            "is_default",
            "selection_price_type",
            "selection_price_value",
            "selection_qty",
            "selection_can_change_qty",
        ),
        True,
    ),
    (
        "catalog_product_bundle_selection_price",
        "parent_product_id",
        ("selection_id", "website_id", "selection_price_value"),
        True,
    ),
    (
        "downloadable_link",
        "product_id",
        ("sort_order", "number_of_downloads", "sample_url", "sample_file"),
        True,
    ),
    ("downloadable_sample", "product_id", ("sort_order",), True),
    (
        "catalog_product_option",
        "product_id",
        (
            "type",
            "is_require",
            "sku",
            "max_characters",
            "file_extension",
            "image_size_x",
            "image_size_y",
            "sort_order",
        ),
        False,
    ),
)
"""Table, the column with the product's link field, the columns that are read, and whether a shop
may lack the table.
"""

TO_LINK = Hop("catalog_product_link", "link_id", "product_id")
TO_DOWNLOAD = Hop("downloadable_link", "link_id", "product_id")
TO_SAMPLE = Hop("downloadable_sample", "sample_id", "product_id")
TO_OPTION = Hop("catalog_product_option", "option_id", "product_id")
TO_VALUE = Hop("catalog_product_option_type_value", "option_type_id", "option_id")
PRICE = ("store_id", "price", "price_type")
LINK_VALUE = ("product_link_attribute_id", "value")
DETAILS: tuple[tuple[str, str, tuple[Hop, ...], tuple[str, ...], bool], ...] = (
    ("catalog_product_link_attribute_int", "link_id", (TO_LINK,), LINK_VALUE, False),
    ("catalog_product_link_attribute_decimal", "link_id", (TO_LINK,), LINK_VALUE, False),
    ("downloadable_link_title", "link_id", (TO_DOWNLOAD,), ("store_id", "title"), True),
    ("downloadable_link_price", "link_id", (TO_DOWNLOAD,), ("website_id", "price"), True),
    ("downloadable_sample_title", "sample_id", (TO_SAMPLE,), ("store_id", "title"), True),
    ("catalog_product_option_title", "option_id", (TO_OPTION,), ("store_id", "title"), False),
    ("catalog_product_option_price", "option_id", (TO_OPTION,), PRICE, False),
    ("catalog_product_option_type_value", "option_id", (TO_OPTION,), ("sku", "sort_order"), False),
    (
        "catalog_product_option_type_title",
        "option_type_id",
        (TO_VALUE, TO_OPTION),
        ("store_id", "title"),
        False,
    ),
    (
        "catalog_product_option_type_price",
        "option_type_id",
        (TO_VALUE, TO_OPTION),
        PRICE,
        False,
    ),
)
"""Table, its column, the way from there to the product's link field, the columns that are read, and
whether a shop may lack the table.
"""

REWRITE = related_product(
    "url_rewrite",
    "entity_id",
    "entity_type",
    "store_id",
    "request_path",
    "target_path",
    "redirect_type",
    "metadata",
)
"""Addresses; of a category or page the id is not a product's, and at worst one is built in vain."""

PARENT = related_product("catalog_product_relation", "child_id", "parent_id")
INDEX_TABLE = re.compile(r"inventory_stock_\d+")


def own_tables(shop: Shop) -> Iterator[Subscription]:
    """The tables whose rows belong to one product."""
    yield REWRITE
    yield PARENT
    for table, column, columns, optional in CHILDREN:
        yield product_child(shop, table, column, *columns, optional=optional)
    for table, column, hops, columns, optional in DETAILS:
        key = Key(column, hops + to_entity(shop))
        yield Subscription(PRODUCT, table, key, columns, optional=optional)


def to_entity(shop: Shop) -> tuple[Hop, ...]:
    """The last step of the way from a link field to the entity id."""
    return (Hop(PRODUCT_TABLE, "row_id", "entity_id"),) if shop.is_staged else ()


def stock_tables(shop: Shop) -> list[Subscription]:
    """The tables with the state of stocks other than the default one, which is no table."""
    names = sorted(filter(INDEX_TABLE.fullmatch, shop.tables.columns))
    return [
        Subscription(SKU, name, Key("sku"), ("quantity", "is_salable"), optional=True)
        for name in names
        if name != "inventory_stock_1"
    ]
