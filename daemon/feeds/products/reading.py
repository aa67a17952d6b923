"""Everything that a batch of products is built from: one read for all store views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.feeds._eav import Values, read_values
from daemon.feeds._rows import fetch
from daemon.feeds.products import attributes, configurable
from daemon.feeds.products.bundle import Bundles, read_bundles
from daemon.feeds.products.categories import Categories, read_categories
from daemon.feeds.products.configurable import Configurables, Swatches, read_configurables
from daemon.feeds.products.custom_options import CustomOptions, read_custom_options
from daemon.feeds.products.downloadable import Downloads, read_downloads
from daemon.feeds.products.entities import Product, Websites, read_products, read_websites
from daemon.feeds.products.extras import Extras, read_extras
from daemon.feeds.products.labels import Options, read_attributes_with_options, read_options
from daemon.feeds.products.links import Links, read_links
from daemon.feeds.products.media import Media, read_media
from daemon.feeds.products.parents import Parents, read_parents
from daemon.feeds.products.stock import Stocks, read_stocks
from daemon.feeds.products.urls import Rewrites, read_rewrites

FIELD_CODES = frozenset(
    {
        "description",
        "image",
        "image_label",
        "links_purchased_separately",
        "links_title",
        "meta_description",
        "meta_keyword",
        "meta_title",
        "name",
        "news_from_date",
        "news_to_date",
        "short_description",
        "small_image",
        "small_image_label",
        "status",
        "swatch_image",
        "tax_class_id",
        "thumbnail",
        "thumbnail_label",
        "url_key",
        "visibility",
        "weight",
        "weight_type",
        "price_view",
    }
)
"""The attributes that have fields of their own."""

PRICE_TYPE = "price_type"
"""Read besides: it tells a bundle of a fixed price."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a batch reads. Parts are by product id, by link id where they say so."""

    products: Sequence[Product]
    websites: Websites
    values: Values
    tax_classes: Mapping[str, str]
    options: Options
    swatches: Swatches
    categories: Categories
    media: Media
    custom_options: CustomOptions
    downloads: Downloads
    bundles: Bundles
    configurables: Configurables
    links: Links
    parents: Parents
    stocks: Stocks
    rewrites: Rewrites
    extras: Extras


def codes_read(shop: Shop) -> frozenset[str]:
    """The attributes whose values stand in items."""
    listed = (one.code for one in attributes.listed(shop))
    return FIELD_CODES | {PRICE_TYPE} | frozenset(listed)


def select_tax_classes(shop: Shop) -> sa.Select[Any]:
    """(id, name) of all tax classes."""
    c = shop.tables("tax_class").c
    return sa.select(c.class_id, c.class_name)


def read(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> Rows:
    """What is needed of these products, in a number of queries that doesn't depend on theirs."""
    products = read_products(connection, shop, ids)
    links_of = [one.link_id for one in products]
    codes = sorted(codes_read(shop))
    values = read_values(connection, shop, shop.product_attributes, codes, ids)
    configurables = read_configurables(
        connection, shop, [one.link_id for one in products if one.type_id == configurable.TYPE]
    )
    links = read_links(connection, shop, links_of)
    parents = read_parents(connection, shop, ids)
    options, swatches = read_labels(connection, shop, values, configurables)
    related = links.product_ids() | {one.id for some in parents.values() for one in some}
    return Rows(
        products,
        read_websites(connection, shop, sorted({*ids, *related})),
        values,
        {str(key): name for key, name in fetch(connection, select_tax_classes(shop))},
        options,
        swatches,
        read_categories(connection, shop, ids),
        read_media(connection, shop, links_of),
        read_custom_options(connection, shop, links_of),
        read_downloads(connection, shop, links_of),
        read_bundles(connection, shop, links_of),
        configurables,
        links,
        parents,
        read_stocks(connection, shop, ids),
        read_rewrites(connection, shop, ids),
        read_extras(connection, shop, ids),
    )


def read_labels(
    connection: sa.Connection, shop: Shop, values: Values, configurables: Configurables
) -> tuple[Options, Swatches]:
    """The options that these products or their children have, and how they are drawn."""
    with_options = read_attributes_with_options(connection, shop)
    super_ids = configurable.option_ids(configurables)
    listed = attributes.listed(shop)
    named = attributes.option_ids(values, listed, with_options)
    options = read_options(connection, shop, with_options, named | super_ids)
    return options, configurable.read_swatches(connection, shop, super_ids)
