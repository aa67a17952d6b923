"""What makes categories stale: their own rows, those above and below them, what all share."""

from __future__ import annotations

from collections.abc import Iterator

from changelog_triggers.model import Changelog, Key, Subscription
from daemon.commerce.shop import Shop
from daemon.commerce.tables import VERSION_COLUMNS
from daemon.core.feed import Edge, Widen
from daemon.feeds._category_fields import ATTRIBUTES, ENTITY_TYPE, STATUS
from daemon.feeds._category_paths import menu_subtrees, parents, subtrees
from daemon.feeds._changelogs import ATTRIBUTE_USE, CATEGORY_PARENT
from daemon.feeds._eav import by_backend
from daemon.feeds._scopes import GROUP_AND_ROOT, whole_feed_edges
from daemon.feeds._subscriptions import (
    CATEGORY_TABLE,
    CONFIG_VALUE,
    category_row,
    category_values,
)

ROW = category_row("path", "level", "position", "parent_id", "created_at")
CHILD = Subscription(
    CATEGORY_PARENT, CATEGORY_TABLE, Key("parent_id"), ("path", "level", *VERSION_COLUMNS)
)
"""A category as its parent sees it; where it moves, both parents do."""

IN_FORCE = Subscription(
    Changelog("category_version"), CATEGORY_TABLE, Key("entity_id"), VERSION_COLUMNS
)
"""A category, or a version of it, that comes or goes, with values that others are made from."""

USE = Subscription(
    ATTRIBUTE_USE,
    "catalog_eav_attribute",
    Key("attribute_id"),
    ("used_for_sort_by", "is_html_allowed_on_front", "is_wysiwyg_enabled"),
)
CONFIG_PATHS = frozenset(
    {
        "catalog/frontend/default_sort_by",
        "web/secure/base_url",
        "web/seo/use_rewrites",
        "web/unsecure/base_link_url",
        "web/unsecure/base_media_url",
        "web/unsecure/base_url",
        "web/url/use_store",
    }
)
WIDENED: tuple[tuple[frozenset[str], Widen, str], ...] = (
    (frozenset({"url_key"}), subtrees, "all that lies below, for the URL path"),
    (frozenset({"is_active"}), parents, "the parent, which lists its active children"),
    (STATUS, menu_subtrees, "all below a category of the main menu, for the status"),
)
"""Attributes that other categories' items are made from, which ones, and why."""


def edges(shop: Shop) -> tuple[Edge, ...]:
    """All dependencies. A move needs no widening: Commerce writes each new path below it."""
    return (
        Edge(ROW, "the category"),
        Edge(CHILD, "the parent, which lists its active children"),
        Edge(IN_FORCE, "all that lies below, for URL path and status", widen=subtrees),
        *value_edges(shop),
        *whole_feed_edges("all categories, for the stores' roots and codes", GROUP_AND_ROOT),
        Edge(
            CONFIG_VALUE,
            "all categories, for the addresses of images and the usual order",
            values=CONFIG_PATHS,
            whole=True,
        ),
        Edge(USE, "all categories, for the orders that products can have", whole=True),
    )


def value_edges(shop: Shop) -> Iterator[Edge]:
    """The EAV tables that hold the attributes read, each narrowed to these."""
    for backend, attributes in by_backend(shop.category_attributes, ATTRIBUTES).items():
        (on,) = category_values(shop, backend)
        codes = frozenset(attribute.code for attribute in attributes)
        yield Edge(on, "the category", codes, ENTITY_TYPE)
        for watched, widen, why in WIDENED:
            if codes & watched:
                yield Edge(on, why, codes & watched, ENTITY_TYPE, widen)
