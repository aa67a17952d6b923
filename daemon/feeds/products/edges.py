"""What product items depend on, and which of them each change makes stale."""

from __future__ import annotations

from collections.abc import Iterator

from daemon.commerce.shop import Shop
from daemon.core.feed import Edge
from daemon.feeds._markers import EXTRA, extra_codes
from daemon.feeds._product_ids import select_by_sku, select_children
from daemon.feeds._scopes import whole_feed_edges
from daemon.feeds._subscriptions import (
    CONFIG_VALUE,
    PRODUCT_WEBSITE,
    category_row,
    category_values,
    product_row,
    product_values,
    related_product,
)
from daemon.feeds._super_attributes import super_codes
from daemon.feeds.products import dependents, extras
from daemon.feeds.products.categories import index_table
from daemon.feeds.products.reading import codes_read
from daemon.feeds.products.sources import (
    ATTRIBUTE_LABEL,
    ATTRIBUTE_SET_NAME,
    ATTRIBUTE_USE,
    ATTRIBUTE_WORDS,
    CHANNEL,
    FILE,
    MARKER,
    MEANING,
    OPTION,
    OPTION_LABEL,
    OPTION_OF,
    OPTION_PLACE,
    SWATCH,
    TAX_CLASS_NAME,
    VIDEO,
    own_tables,
    stock_tables,
)
from daemon.feeds.products.views import CONFIG_PATHS

STATUS = frozenset({"status"})
NAME = frozenset({"name"})
PRICE_TYPE = frozenset({"price_type"})
URL_KEY = frozenset({"url_key"})
BUNDLES = "catalog_product_bundle_selection"


def edges(shop: Shop) -> tuple[Edge, ...]:
    """All dependencies in this shop."""
    return (
        *own_edges(shop),
        *value_edges(shop),
        *neighbour_edges(shop),
        *category_edges(shop),
        *attribute_edges(shop),
        *stock_edges(shop),
        *shop_edges(shop),
    )


def own_edges(shop: Shop) -> Iterator[Edge]:
    """The product's own rows, wherever they stand."""
    yield Edge(product_row("sku", "type_id", "created_at"), "the product")
    yield Edge(PRODUCT_WEBSITE, "the product, in the store views of the website")
    yield from (Edge(on, "the product") for on in own_tables(shop))
    yield Edge(FILE, "the products that show the file", widen=dependents.showing)
    yield Edge(VIDEO, "the products that show the video", widen=dependents.showing)


def value_edges(shop: Shop) -> Iterator[Edge]:
    """The product's values, and those of children that composite products show."""
    codes = codes_read(shop)
    for on in product_values(shop):
        yield Edge(on, "the product", codes)
    (integers,) = product_values(shop, "int")
    (texts,) = product_values(shop, "varchar")
    varying = STATUS | super_codes(shop)
    of = "the configurable products that are sold as the product"
    yield Edge(integers, of, varying, widen=dependents.configurables_of)
    yield Edge(integers, "the parts of the bundle", PRICE_TYPE, widen=select_children)
    if BUNDLES in shop.tables:
        yield Edge(texts, "the bundles with the product", NAME, widen=dependents.bundles_of)


def neighbour_edges(shop: Shop) -> Iterator[Edge]:
    """The sku, type and websites of products that an item names."""
    row = product_row("sku", "type_id")
    for on in (row, PRODUCT_WEBSITE):
        yield Edge(on, "the parts of the product", widen=select_children)
        yield Edge(on, "what points to the product", widen=dependents.pointing_to)
    if shop.is_staged:
        of = "the configurable products that are sold as the product"
        yield Edge(row, of, widen=dependents.configurables_of)
    if BUNDLES in shop.tables:
        yield Edge(row, "the bundles with the product", widen=dependents.bundles_of)


def category_edges(shop: Shop) -> Iterator[Edge]:
    """Which categories have the product, and their paths."""
    for store in shop.scopes.store_views:
        index = index_table(store.id)
        columns = ("category_id", "position")
        on = related_product(index, "product_id", *columns, optional=True, grouped=True)
        yield Edge(on, "the product, in the store view of the index")
    why = "the products of the category and of all below it"
    yield Edge(category_row("path", "level"), why, widen=dependents.in_categories)
    (keys,) = category_values(shop, "varchar")
    yield Edge(keys, why, URL_KEY, "catalog_category", dependents.in_categories)


def attribute_edges(shop: Shop) -> Iterator[Edge]:
    """What attributes and their options are called."""
    yield Edge(MEANING, "the products with a value", widen=dependents.carrying)
    why = "all products, for an attribute that asks for more of each"
    yield Edge(MARKER, why, EXTRA, whole=True)
    for on in (ATTRIBUTE_WORDS, ATTRIBUTE_USE, ATTRIBUTE_LABEL):
        why = "the configurable products that vary by the attribute"
        yield Edge(on, why, widen=dependents.varying_by)
    for on in (OPTION, OPTION_LABEL):
        yield Edge(on, "the products with the option", widen=dependents.having_options)
    texts = frozenset(one.code for one in dependents.free_texts(shop))
    why = "the products with the option in a text"
    yield Edge(OPTION_OF, why, texts, widen=dependents.naming_in_texts)
    for on in (OPTION, OPTION_PLACE, OPTION_LABEL, SWATCH):
        why = "the configurable products that offer the option"
        yield Edge(on, why, widen=dependents.listing_options)


def stock_edges(shop: Shop) -> Iterator[Edge]:
    """Whether the product can be sold, and how much there is."""
    status = related_product("cataloginventory_stock_status", "product_id", "qty", "stock_status")
    yield Edge(status, "the product")
    for on in stock_tables(shop):
        yield Edge(on, "the product, on the websites of the stock", widen=select_by_sku)
    yield Edge(CHANNEL, "all products, for the stock of each website", whole=True)


def shop_edges(shop: Shop) -> Iterator[Edge]:
    """What all products have in common."""
    yield from whole_feed_edges("all products, for each has an item per store view")
    paths = CONFIG_PATHS
    codes = extra_codes(shop)
    if extras.INVENTORY in codes:
        paths |= frozenset(extras.CONFIG_PREFIX + column for _, column, _ in extras.SETTINGS)
        columns = ("website_id", *extras.COLUMNS)
        on = related_product("cataloginventory_stock_item", "product_id", *columns)
        yield Edge(on, "the product, for its stock settings")
    if extras.ATTRIBUTE_SET in codes:
        yield Edge(product_row("attribute_set_id"), "the product, for the name of the set")
        why = "the products of the attribute set"
        yield Edge(ATTRIBUTE_SET_NAME, why, widen=dependents.of_attribute_sets)
    why = "the products of the tax class"
    yield Edge(TAX_CLASS_NAME, why, widen=dependents.with_tax_classes)
    why = "all products, for addresses, units and thresholds"
    yield Edge(CONFIG_VALUE, why, whole=True, values=paths)
