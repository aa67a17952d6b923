"""Feed productOverrides: what each customer group may do with a product on each website.

Only where category permissions count; a product in no category has no items.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from changelog_triggers.model import Key, Subscription
from daemon.commerce.shop import Shop
from daemon.core.feed import Edge, Feed
from daemon.core.item import FeedItem, make_item
from daemon.feeds import _override_rows
from daemon.feeds._changelogs import SCOPE
from daemon.feeds._customer_groups import GROUP, group_code
from daemon.feeds._override_rows import INDEX, OverrideRows, index_tables
from daemon.feeds._permissions import (
    ENABLED,
    GRANTS,
    SETTINGS,
    as_fields,
    configured,
    decided,
    websites_with,
)
from daemon.feeds._product_ids import select_owners
from daemon.feeds._scopes import WEBSITE
from daemon.feeds._subscriptions import (
    CONFIG_VALUE,
    PRODUCT_WEBSITE,
    product_row,
    related_product,
)

OPEN = (None,) * len(GRANTS)
IN_CATEGORY = related_product("catalog_category_product", "product_id")
STORE = Subscription(SCOPE, "store", Key("website_id"))


def edges(shop: Shop) -> tuple[Edge, ...]:
    """The dependencies of product overrides."""
    watched = ("store_id", "customer_group_id", *GRANTS)
    indexed = [related_product(name, "product_id", *watched) for name in index_tables(shop)]
    paths = SETTINGS | {ENABLED}
    return (
        Edge(product_row("sku"), "the product's items"),
        Edge(PRODUCT_WEBSITE, "the product's items on the website"),
        Edge(IN_CATEGORY, "the product's items, which it has in a category only"),
        *(Edge(on, "the product's items") for on in indexed),
        Edge(GROUP, "the items of the customer group", whole=True),
        Edge(WEBSITE, "the items of the website", whole=True),
        Edge(STORE, "whose website the index of a store view speaks for", whole=True),
        Edge(CONFIG_VALUE, "what counts where the index says nothing", whole=True, values=paths),
    )


def assemble(rows: OverrideRows, shop: Shop, now: dt.datetime) -> Iterator[FeedItem]:
    """An item for each product, website and customer group."""
    times = {"modifiedAt": f"{now.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}"}
    sites = websites_with(shop)
    fallback = {key: configured(shop.config, site, rows.groups) for key, site in sites.items()}
    for product, sku in rows.skus.items():
        own = rows.own.get(product, {})
        shared: dict[str, Any] = {"sku": sku, "productId": str(product), "deleted": False}
        for website in rows.websites.get(product, ()):
            for group, otherwise in fallback.get(website, {}).items():
                answers = decided(own.get((website, group), OPEN), otherwise)
                names = {"websiteCode": sites[website].code, "customerGroupCode": group_code(group)}
                yield make_override(product, {**shared, **names, **as_fields(answers)}, times)


def make_override(product: int, content: Mapping[str, Any], times: Mapping[str, str]) -> FeedItem:
    """One item."""
    identity = ("sku", "websiteCode", "customerGroupCode")
    minimal = {name: content[name] for name in identity}
    return make_item(product, tuple(minimal.values()), content, times, minimal)


FEED = Feed(
    name="productOverrides",
    edges=edges,
    ids=_override_rows.select_ids,
    read=_override_rows.read,
    assemble=assemble,
    natural_key="sku",
    owners=select_owners,
    requires=(INDEX,),
)
