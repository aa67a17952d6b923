"""The attributes that configurable products can vary by."""

from __future__ import annotations

from changelog_triggers.model import Key, Subscription
from daemon.commerce.attributes import Attribute
from daemon.commerce.shop import Shop
from daemon.feeds._changelogs import ATTRIBUTE_MEANING

NEVER_SUPER = frozenset(
    {
        "links_exist",
        "links_purchased_separately",
        "price_type",
        "price_view",
        "quantity_and_stock_status",
        "shipment_type",
        "sku_type",
        "status",
        "tax_class_id",
        "visibility",
        "weight_type",
    }
)
"""Attributes of every shop that no configurable product can vary by; they change often."""

SUPER_ATTRIBUTE = Subscription(
    ATTRIBUTE_MEANING,
    "eav_attribute",
    Key("attribute_id"),
    ("attribute_code", "backend_type", "source_model"),
)
"""Its code, and what says whether anything can vary by it."""


def super_attributes(shop: Shop) -> tuple[Attribute, ...]:
    """Those that configurable products may vary by: what may have options, one of which is stored.

    The shop's own pages let people choose among selects alone, but imports do not.
    """
    return tuple(
        one
        for one in shop.product_attributes.all
        if one.backend_type == "int" and not one.is_boolean and one.code not in NEVER_SUPER
    )


def super_codes(shop: Shop) -> frozenset[str]:
    """Their codes."""
    return frozenset(one.code for one in super_attributes(shop))
