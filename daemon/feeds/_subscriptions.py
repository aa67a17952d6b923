"""Subscriptions to the tables that several feeds read, by the shop's edition."""

from __future__ import annotations

from changelog_triggers.model import Changelog, Key, Subscription
from daemon.commerce.shop import Shop
from daemon.commerce.tables import VERSION_COLUMNS
from daemon.feeds._changelogs import CATEGORY, CONFIG, PRODUCT
from daemon.feeds._eav import BACKENDS

PRODUCT_TABLE = "catalog_product_entity"
CATEGORY_TABLE = "catalog_category_entity"

PRODUCT_WEBSITE = Subscription(
    PRODUCT, "catalog_product_website", Key("product_id"), ("website_id",)
)
"""The websites that a product is assigned to; the id is the product's."""

CONFIG_VALUE = Subscription(CONFIG, "core_config_data", Key("path"), ("value", "scope", "scope_id"))
"""Configuration; the id is the path (narrow an edge to the paths that it reads by `values`)."""


def product_row(*columns: str) -> Subscription:
    """The product's own row, where one of these columns (or the version in force) changes."""
    return Subscription(PRODUCT, PRODUCT_TABLE, Key("entity_id"), (*columns, *VERSION_COLUMNS))


def category_row(*columns: str) -> Subscription:
    """The category's own row, where one of these columns (or the version in force) changes."""
    return Subscription(CATEGORY, CATEGORY_TABLE, Key("entity_id"), (*columns, *VERSION_COLUMNS))


def product_values(shop: Shop, *backends: str) -> tuple[Subscription, ...]:
    """The products' EAV tables of these backend types (all five by default)."""
    return eav(shop, PRODUCT, PRODUCT_TABLE, backends or BACKENDS)


def category_values(shop: Shop, *backends: str) -> tuple[Subscription, ...]:
    """The categories' EAV tables of these backend types (all five by default)."""
    return eav(shop, CATEGORY, CATEGORY_TABLE, backends or BACKENDS)


def eav(
    shop: Shop, changelog: Changelog, entity_table: str, backends: tuple[str, ...]
) -> tuple[Subscription, ...]:
    """The EAV tables of an entity; a change notes the attribute."""
    key = shop.key_of(entity_table)
    return tuple(
        Subscription(changelog, f"{entity_table}_{one}", key, ("value", "store_id"), "attribute_id")
        for one in backends
    )


def product_child(
    shop: Shop, table: str, link_column: str, *columns: str, optional: bool = False
) -> Subscription:
    """A child table of the products; `link_column` holds the product's link field.

    link_column: `entity_id` where the table calls it `row_id` in a staged shop.
    """
    key = shop.key_of(PRODUCT_TABLE, link_column)
    return Subscription(PRODUCT, table, key, columns, optional=optional)


def related_product(
    table: str, id_column: str, *columns: str, optional: bool = False, grouped: bool = False
) -> Subscription:
    """A table whose `id_column` holds a product's entity id in both editions."""
    key = Key(id_column)
    return Subscription(PRODUCT, table, key, columns, optional=optional, grouped=grouped)
