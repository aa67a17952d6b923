"""The date that it is at each website: catalog rule prices go by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from daemon.commerce.shop import Shop
from daemon.errors import ShopError

TIMEZONE = "general/locale/timezone"


def todays(shop: Shop, default_stores: Mapping[int, int], now: dt.datetime) -> dict[int, dt.date]:
    """The date at each website, by the timezone of its default store view; without one, in UTC.

    default_stores: website id → store id.

    Raises:
        ShopError: a timezone that this machine doesn't know.
    """
    return {
        website: now.astimezone(zone_of(shop, default_stores.get(website))).date()
        for website in shop.scopes.websites
    }


def zone_of(shop: Shop, store_id: int | None) -> dt.tzinfo:
    """The timezone of a store view."""
    store = shop.scopes.stores.get(store_id or 0)
    if store is None or store.id == 0:
        return dt.UTC
    name = shop.config.get(TIMEZONE, store)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ShopError(
            f"{TIMEZONE} of store view {store.code} is {name!r}, which this machine does not "
            "know. Correct it in the shop's configuration, or install the system's tzdata."
        ) from error
