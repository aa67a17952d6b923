"""Creating the sample shop: tables, catalogue, orders and reviews, of any size and by a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import sqlalchemy as sa

from daemon.sandbox.shop.attributes import add_attributes
from daemon.sandbox.shop.categories import add_categories, plan_categories
from daemon.sandbox.shop.composites import add_composition, add_link_types, add_links
from daemon.sandbox.shop.layout import Layout
from daemon.sandbox.shop.listing import add_listing
from daemon.sandbox.shop.loader import Loader, open_for_loading
from daemon.sandbox.shop.media import add_media
from daemon.sandbox.shop.options import add_custom_options
from daemon.sandbox.shop.orders import add_order, plan_order
from daemon.sandbox.shop.permissions import (
    add_permissions,
    add_product_permissions,
    category_index,
)
from daemon.sandbox.shop.prices import add_prices
from daemon.sandbox.shop.product import NOT_VISIBLE, Families, Product
from daemon.sandbox.shop.reviews import add_ratings, add_reviews
from daemon.sandbox.shop.schema import create_schema
from daemon.sandbox.shop.scopes import Website, add_scopes, add_sources, plan_websites
from daemon.sandbox.shop.stock import EU_STOCK, add_stock
from daemon.sandbox.shop.values import Setting, add_entity, add_values
from daemon.sandbox.shop.versions import NOW, other_versions

STORE_VIEWS = (2, 1)
POOL = 3000
PRODUCTS_PER_ORDER, FEWEST_ORDERS = 20, 14
PRODUCTS_PER_REVIEWED, FEWEST_REVIEWED = 12, 8
LINKS = 4
LARGE_TABLE_ROWS = 1000

Progress = Callable[[int, int], None]
"""Called with the products made so far and their total."""


@dataclass(frozen=True, slots=True)
class ShopSummary:
    """What a sample shop holds. tables: rows by unprefixed table name, tables without rows left
    out.
    """

    products: int
    by_type: dict[str, int]
    categories: int
    stores: tuple[str, ...]
    websites: tuple[str, ...]
    orders: int
    reviews: int
    tables: dict[str, int]


def create_shop(
    engine: sa.Engine,
    products: int = 2000,
    seed: int = 7,
    prefix: str = "",
    staged: bool = False,
    progress: Progress | None = None,
    *,
    store_views: Sequence[int] = STORE_VIEWS,
    today: date | None = None,
) -> ShopSummary:
    """Create the tables in the engine's schema and fill them; the same arguments, the same shop.

    store_views: the number of store views of each website, one to three websites.
    today: the day on which rule prices apply, with those before and after; the day in UTC unless
        given.
    """
    layout = Layout(prefix, staged)
    websites = plan_websites(store_views)
    stores = [store.id for site in websites for store in site.stores]
    with engine.connect() as connection:
        create_schema(connection, layout, stores, (EU_STOCK,))
        open_for_loading(connection)
        load = _loader(connection, layout, stores)
        rng = random.Random(seed)  # noqa: S311 — a sample shop keeps no secrets
        catalogue = plan_categories(websites)
        day = today or datetime.now(UTC).date()
        setting = Setting(websites, catalogue, day, rng, category_index(catalogue, websites))
        _add_frame(load, setting)
        counts, pool = _add_products(load, setting, products, progress)
        _add_history(load, setting, pool, products)
        load.finish()
        connection.commit()
        _analyze(connection, load)
        connection.invalidate()
    return _summary(load, websites, counts)


def _loader(connection: sa.Connection, layout: Layout, stores: Sequence[int]) -> Loader:
    load = Loader(connection, layout)
    for store in stores:
        load.copy_table(f"catalog_category_product_index_store{store}", "category_index")
        load.copy_table(f"catalog_category_product_index_store{store}_replica", "category_index")
    load.copy_table(f"inventory_stock_{EU_STOCK}", "stock_index")
    return load


def _add_frame(load: Loader, setting: Setting) -> None:
    add_scopes(load, setting.websites, NOW)
    add_sources(load, setting.websites)
    add_attributes(load, setting.websites)
    add_categories(load, setting.websites, setting.catalogue, setting.rng, setting.now)
    add_permissions(load, setting)
    add_link_types(load)
    add_ratings(load, setting)


def _add_products(
    load: Loader, setting: Setting, total: int, progress: Progress | None
) -> tuple[dict[str, int], list[Product]]:
    counts: dict[str, int] = {}
    pool: list[Product] = []
    done = seen = 0
    for family in Families(setting.rng, len(setting.websites)).stream(total):
        for product in family:
            add_product(load, setting, product)
            counts[product.type] = counts.get(product.type, 0) + 1
        main = family[-1]
        if main.visibility != NOT_VISIBLE and main.id % 3:
            others = setting.rng.sample(pool[-50:], k=min(LINKS, len(pool[-50:])))
            add_links(load, main, others)
            if load.layout.staged:
                with load.numbering_apart():
                    for version in other_versions(main):
                        add_links(load, version, others[1:])
        if main.websites and main.type != "grouped":
            seen += 1
            _keep(setting.rng, pool, main, seen)
        load.flush()
        done += len(family)
        if progress is not None:
            progress(done, total)
    return counts, pool


def _keep(rng: random.Random, pool: list[Product], product: Product, seen: int) -> None:
    if len(pool) < POOL:
        pool.append(product)
    elif rng.random() < POOL / seen:
        pool[rng.randrange(POOL)] = product


def add_product(load: Loader, setting: Setting, product: Product) -> None:
    """All rows of one product, its index rows and versions included; links to others aside."""
    add_entity(load, setting, product)
    add_version(load, setting, product)
    add_stock(load, product)
    add_listing(load, setting, product)
    add_product_permissions(load, setting, product)
    if load.layout.staged:
        apart = replace(setting, rng=random.Random(product.id))  # noqa: S311 — not that of the shop
        with load.numbering_apart():
            for version in other_versions(product):
                add_version(load, apart, version)


def add_version(load: Loader, setting: Setting, product: Product) -> None:
    """The rows that hang on one version of a product."""
    add_values(load, setting, product)
    add_media(load, setting, product)
    add_prices(load, setting, product)
    add_composition(load, setting, product)
    add_custom_options(load, setting, product)


def _add_history(load: Loader, setting: Setting, pool: list[Product], products: int) -> None:
    for number in range(1, max(FEWEST_ORDERS, products // PRODUCTS_PER_ORDER) + 1):
        order = plan_order(load, setting, pool, number)
        if order is not None:
            add_order(load, order)
        load.flush()
    reviewed = max(FEWEST_REVIEWED, products // PRODUCTS_PER_REVIEWED)
    add_reviews(load, setting, setting.rng.sample(pool, k=min(len(pool), reviewed)))


def _analyze(connection: sa.Connection, load: Loader) -> None:
    for table, rows in load.written.items():
        if rows >= LARGE_TABLE_ROWS:
            connection.exec_driver_sql(f"ANALYZE TABLE {load.layout(table)}")
    connection.commit()


def _summary(load: Loader, websites: Sequence[Website], counts: dict[str, int]) -> ShopSummary:
    tables = {table: rows for table, rows in load.written.items() if rows}
    return ShopSummary(
        sum(counts.values()),
        counts,
        tables["catalog_category_entity"],
        tuple(store.code for site in websites for store in site.stores),
        tuple(site.code for site in websites),
        tables.get("sales_order", 0),
        tables.get("review", 0),
        tables,
    )
