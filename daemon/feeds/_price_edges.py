"""What prices depend on."""

from __future__ import annotations

from changelog_triggers.model import Key, Subscription
from daemon.commerce.shop import Shop
from daemon.core.feed import Edge
from daemon.feeds._changelogs import SCOPE
from daemon.feeds._product_ids import select_children
from daemon.feeds._subscriptions import (
    CONFIG_VALUE,
    PRODUCT_WEBSITE,
    product_child,
    product_row,
    product_values,
    related_product,
)
from daemon.feeds._today import TIMEZONE

ENTITY = product_row("sku", "type_id")
RELATION = related_product("catalog_product_relation", "child_id", "parent_id")
RULES = related_product(
    "catalogrule_product_price",
    "product_id",
    "rule_date",
    "website_id",
    "customer_group_id",
    "rule_price",
    optional=True,
    grouped=True,
)
WEBSITE = Subscription(SCOPE, "store_website", Key("website_id"), ("code", "default_group_id"))
GROUP = Subscription(SCOPE, "store_group", Key("website_id"), ("default_store_id",))
STORE = Subscription(SCOPE, "store", Key("website_id"))
TIER_COLUMNS = (
    "all_groups",
    "customer_group_id",
    "website_id",
    "qty",
    "value",
    "percentage_value",
)


def edges(shop: Shop) -> tuple[Edge, ...]:
    """The dependencies of prices.

    A customer group or website that is deleted takes its tier prices along, by cascade.
    """
    return (*product_edges(shop), *parent_edges(), *scope_edges())


def product_edges(shop: Shop) -> tuple[Edge, ...]:
    """What stands in rows of the product itself."""
    decimals, integers = product_values(shop, "decimal", "int")
    tiers = product_child(shop, "catalog_product_entity_tier_price", "entity_id", *TIER_COLUMNS)
    amounts = frozenset({"price", "special_price"})
    return (
        Edge(ENTITY, "the product's items"),
        Edge(PRODUCT_WEBSITE, "the product's items on the website"),
        Edge(decimals, "the product's items", attributes=amounts),
        Edge(integers, "the bundle's items", attributes=frozenset({"price_type"})),
        Edge(tiers, "the items of the product and its customer groups"),
        Edge(RULES, "the items of the product and its customer groups"),
        Edge(RELATION, "the child's items, which name their parents"),
    )


def parent_edges() -> tuple[Edge, ...]:
    """What children say of their parents: sku and type, on the websites that both are on."""
    return (
        Edge(ENTITY, "the items of the parent's children", widen=select_children),
        Edge(PRODUCT_WEBSITE, "the items of the parent's children", widen=select_children),
    )


def scope_edges() -> tuple[Edge, ...]:
    """Codes of websites, whose store view speaks for which website, and what date it is there."""
    return (
        Edge(WEBSITE, "all prices, for the website's code and its date", whole=True),
        Edge(GROUP, "all prices, for the date at a website", whole=True),
        Edge(STORE, "all prices, for which website a store view's values count", whole=True),
        Edge(
            CONFIG_VALUE,
            "all prices, for the date at a website",
            whole=True,
            values=frozenset({TIMEZONE}),
        ),
    )
