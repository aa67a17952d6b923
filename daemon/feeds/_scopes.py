"""Websites, store groups and store views as feeds depend on them and name them."""

from __future__ import annotations

from changelog_triggers.model import Hop, Key, Subscription
from daemon.commerce.scopes import StoreView
from daemon.core.feed import Edge
from daemon.feeds._changelogs import SCOPE
from daemon.feeds._values import present

WEBSITE = Subscription(SCOPE, "store_website", Key("website_id"), ("code",))
GROUP = Subscription(SCOPE, "store_group", Key("website_id"), ("code",))
GROUP_AND_ROOT = Subscription(SCOPE, "store_group", Key("website_id"), ("code", "root_category_id"))
STORE_GROUP = Hop("store_group", "group_id", "website_id")
STORE = Subscription(
    SCOPE, "store", Key("group_id", (STORE_GROUP,)), ("code", "group_id", "website_id")
)
"""The store views; the id is the website of their group, which lists them, whatever they say."""


def whole_feed_edges(why: str, group: Subscription = GROUP) -> tuple[Edge, ...]:
    """The edges of a feed that has an item per store view: any of their codes is in every item."""
    return tuple(Edge(on, why, whole=True) for on in (WEBSITE, group, STORE))


def scope_codes(store: StoreView) -> dict[str, str]:
    """The three codes that tell which store view an item is for; one may be NULL, and is absent."""
    return present(
        {
            "storeViewCode": store.code,
            "storeCode": store.group_code,
            "websiteCode": store.website_code,
        }
    )
