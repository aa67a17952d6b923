"""What variants depend on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from changelog_triggers.model import Key, Subscription
from daemon.commerce.shop import Shop
from daemon.core.feed import Edge
from daemon.feeds._changelogs import ATTRIBUTE_OPTION
from daemon.feeds._product_ids import select_variants
from daemon.feeds._rows import among
from daemon.feeds._subscriptions import (
    PRODUCT_TABLE,
    product_child,
    product_row,
    product_values,
    related_product,
)
from daemon.feeds._super_attributes import SUPER_ATTRIBUTE, super_attributes, super_codes

ENTITY = product_row("sku")
LINK = related_product("catalog_product_super_link", "product_id", "parent_id")
LABEL = Subscription(
    ATTRIBUTE_OPTION, "eav_attribute_option_value", Key("option_id"), ("store_id", "value")
)


def edges(shop: Shop) -> tuple[Edge, ...]:
    """The dependencies of variants.

    A configurable that is deleted takes its links along by cascade: the children are noted then.
    """
    (options,) = product_values(shop, "int")
    varies = product_child(shop, "catalog_product_super_attribute", "product_id", "attribute_id")
    return (
        Edge(ENTITY, "the child's items"),
        Edge(ENTITY, "the items of the parent's children", widen=select_variants),
        Edge(LINK, "the child's items"),
        Edge(options, "the child's items", attributes=super_codes(shop)),
        Edge(varies, "the items of the parent's children", widen=select_variants),
        Edge(LABEL, "the items of the children that have the option", widen=select_of_options),
        Edge(SUPER_ATTRIBUTE, "the items that vary by the attribute", widen=select_of_attributes),
    )


def select_of_options(shop: Shop, options: Sequence[int]) -> sa.Select[Any]:
    """The products with one of these options, whether it still exists or not.

    Naming the attributes and store views lets the server use its index of values.
    """
    values, product = shop.tables(f"{PRODUCT_TABLE}_int"), shop.tables(PRODUCT_TABLE)
    attributes = [one.id for one in super_attributes(shop)]
    return (
        sa.select(product.c.entity_id)
        .join(values, values.c[shop.link_field] == product.c[shop.link_field])
        .where(
            among(values.c.attribute_id, attributes),
            among(values.c.store_id, shop.scopes.stores),
            among(values.c.value, options),
        )
        .distinct()
    )


def select_of_attributes(shop: Shop, attributes: Sequence[int]) -> sa.Select[Any]:
    """The children of the configurables that vary by these attributes."""
    varies, link = (shop.tables(f"catalog_product_super_{name}") for name in ("attribute", "link"))
    return (
        sa.select(link.c.product_id)
        .join(varies, varies.c.product_id == link.c.parent_id)
        .where(among(varies.c.attribute_id, attributes))
        .distinct()
    )
