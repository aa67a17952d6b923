"""Websites, store groups, store views, stocks and customer groups of the sample shop."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from daemon.sandbox.shop.loader import Loader
from daemon.sandbox.shop.words import FIRST_NAMES, LANGUAGES, LAST_NAMES

WEBSITES = (
    ("base", "Alder & Pine", "main_website_store", "", "USD", "America/New_York"),
    ("eu", "Alder & Pine Europe", "eu_store", "eu_", "EUR", "Europe/Berlin"),
    ("trade", "Alder & Pine Trade", "trade_store", "trade_", "USD", "UTC"),
)
"""Code, name, code of the store group, prefix of store codes, currency and time zone."""
GROUPS = ((0, "NOT LOGGED IN"), (1, "General"), (2, "Wholesale"), (3, "Retailer"), (4, "VIP"))
SOURCES = (
    ("default", "Default Source", 1, "US", ()),
    ("eu_hub", "Hamburg", 1, "DE", (2,)),
    ("eu_north", "Malmö", 1, "SE", (2,)),
    ("eu_old", "Closed depot", 0, "DE", (2,)),
)
"""Code, name, enabled, country, and the stocks that it serves besides the default one."""
TAXABLE = 2
REDUCED = 4
CUSTOMERS = 40
FIRST_ROOT = 2


@dataclass(frozen=True, slots=True)
class Store:
    """A store view, its website, and the language that it is written in."""

    id: int
    code: str
    name: str
    website_id: int
    language: str
    root_id: int


@dataclass(frozen=True, slots=True)
class Website:
    """A website, the stock that it sells from and the root of its categories."""

    id: int
    code: str
    name: str
    group_code: str
    currency: str
    timezone: str
    stock_id: int
    root_id: int
    stores: tuple[Store, ...]


def plan_websites(store_views: Sequence[int]) -> tuple[Website, ...]:
    """The websites, one for each number of store views.

    The first one sells from the default stock, the others from stock 2. The second has a root
    category of its own.
    """
    websites, next_store = [], 1
    for index, views in enumerate(store_views):
        code, name, group_code, prefix, currency, timezone = WEBSITES[index]
        root = FIRST_ROOT + (1 if index == 1 else 0)
        stores = tuple(_store(next_store + n, n, index, prefix, root) for n in range(views))
        next_store += views
        stock = 1 if index == 0 else 2
        websites.append(
            Website(index + 1, code, name, group_code, currency, timezone, stock, root, stores)
        )
    return tuple(websites)


def _store(id_: int, number: int, website: int, prefix: str, root: int) -> Store:
    language = LANGUAGES[(number + (1 if website == 1 else 0)) % len(LANGUAGES)]
    code = f"{prefix}{language}" + (str(number) if number >= len(LANGUAGES) else "")
    if website == 0 and number == 0:
        code = "default"
    return Store(id_, code, f"{prefix}{language}".upper(), website + 1, language, root)


def add_scopes(load: Loader, websites: Sequence[Website], staging_version: int) -> None:
    """The rows of websites, stores, configuration, customer groups, customers and tax classes."""
    load.add("store_website", 0, "admin", "Admin", 0, 0, 0)
    load.add("store_group", 0, 0, "Default", 0, 0, "default")
    load.add("store", 0, "admin", 0, 0, "Admin", 0, 1)
    for site in websites:
        load.add("store_website", site.id, site.code, site.name, site.id, site.id, site.id == 1)
        first = site.stores[0].id
        load.add("store_group", site.id, site.id, site.name, site.root_id, first, site.group_code)
        for store in site.stores:
            load.add("store", store.id, store.code, site.id, site.id, store.name, store.id, 1)
    _add_config(load, websites)
    if load.layout.staged:
        data = json.dumps({"current_version": str(staging_version)})
        load.add("flag", "staging", 0, data)
    _add_customers(load, websites)
    for class_id, name, type_ in (
        (TAXABLE, "Taxable Goods", "PRODUCT"),
        (3, "Retail Customer", "CUSTOMER"),
        (REDUCED, "Reduced Rate", "PRODUCT"),
    ):
        load.add("tax_class", class_id, name, type_)


def _add_config(load: Loader, websites: Sequence[Website]) -> None:
    values: list[tuple[str, int, str, str]] = [
        ("default", 0, "web/unsecure/base_url", "https://shop.example/"),
        ("default", 0, "web/secure/base_url", "https://shop.example/"),
        ("default", 0, "web/seo/use_rewrites", "1"),
        ("default", 0, "general/locale/timezone", websites[0].timezone),
        ("default", 0, "general/locale/weight_unit", "kgs"),
        ("default", 0, "currency/options/base", websites[0].currency),
        ("default", 0, "catalog/price/scope", "1"),
        ("default", 0, "cataloginventory/options/stock_threshold_qty", "5"),
        ("default", 0, "cataloginventory/item_options/max_sale_qty", "1000"),
        ("stores", websites[-1].stores[-1].id, "web/url/use_store", "1"),
    ]
    for site in websites[1:]:
        values += [
            ("websites", site.id, "web/unsecure/base_url", f"https://{site.code}.shop.example/"),
            ("websites", site.id, "web/secure/base_url", f"https://{site.code}.shop.example/"),
            ("websites", site.id, "general/locale/timezone", site.timezone),
            ("websites", site.id, "currency/options/base", site.currency),
        ]
    for row in values:
        load.add("core_config_data", *row)


def _add_customers(load: Loader, websites: Sequence[Website]) -> None:
    for id_, code in GROUPS:
        load.add("customer_group", id_, code, 3)
    load.add("customer_group_excluded_website", 3, websites[-1].id)
    for number in range(1, CUSTOMERS + 1):
        site = websites[number % len(websites)]
        first = FIRST_NAMES[number % len(FIRST_NAMES)]
        last = LAST_NAMES[number % len(LAST_NAMES)]
        email = f"customer{number}@mail.example"
        group = 1 + number % (len(GROUPS) - 1)
        load.add("customer_entity", number, site.id, email, group, site.stores[0].id, first, last)


def add_sources(load: Loader, websites: Sequence[Website]) -> None:
    """The rows of stocks, sources and the websites that sell from them."""
    load.add("cataloginventory_stock", 1, 0, "Default")
    load.add("inventory_stock", 1, "Default Stock")
    load.add("inventory_stock", 2, "Europe")
    load.add("inventory_source_stock_link", 1, "default", 1)
    for code, name, enabled, country, stocks in SOURCES:
        load.add("inventory_source", code, name, enabled, country, "10115", name)
        for stock in stocks:
            load.add("inventory_source_stock_link", stock, code, 1)
    for site in websites:
        load.add("inventory_stock_sales_channel", "website", site.code, site.stock_id)
