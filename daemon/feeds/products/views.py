"""What all items of a store view have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass

from daemon.commerce.scopes import StoreView
from daemon.commerce.shop import Shop

CONFIG_PATHS = frozenset(
    {
        "web/unsecure/base_url",
        "web/unsecure/base_link_url",
        "web/unsecure/base_media_url",
        "web/secure/base_url",
        "web/seo/use_rewrites",
        "web/url/use_store",
        "general/locale/weight_unit",
        "currency/options/base",
        "cataloginventory/options/stock_threshold_qty",
    }
)
"""The configuration that stands in product items."""


@dataclass(frozen=True, slots=True)
class View:
    """A store view with the settings that its items carry.

    The URLs end in one slash. low_stock_below: pieces; a smaller stock is low.
    """

    store: StoreView
    web_url: str
    link_url: str
    media_url: str
    currency: str
    weight_unit: str
    low_stock_below: float


def view_of(shop: Shop, store: StoreView) -> View:
    """The settings of a store view.

    Raises:
        ShopError: an address of the shop can't be told from its configuration.
    """
    config = shop.config
    return View(
        store,
        config.web_url(store),
        config.link_url(store),
        config.media_url(store),
        config.get("currency/options/base", store),
        config.get("general/locale/weight_unit", store),
        number(config.get("cataloginventory/options/stock_threshold_qty", store)),
    )


def number(text: str) -> float:
    """A number as Commerce reads it from a setting: what doesn't begin with one is 0."""
    found = re.match(r"\s*[-+]?\d*\.?\d+", text)
    return float(found.group()) if found else 0.0
