"""The feeds. One file is one feed; FEEDS is the list of them, in the order of a first sync."""

from daemon.core.feed import Feed
from daemon.feeds import (
    categories,
    category_permissions,
    orders,
    prices,
    product_attributes,
    product_overrides,
    products,
    rating_metadata,
    reviews,
    scopes_customer_group,
    scopes_website,
    stock_status,
    variants,
)

FEEDS: tuple[Feed, ...] = (
    scopes_website.FEED,
    scopes_customer_group.FEED,
    product_attributes.FEED,
    categories.FEED,
    category_permissions.FEED,
    products.FEED,
    prices.FEED,
    variants.FEED,
    product_overrides.FEED,
    stock_status.FEED,
    orders.FEED,
    reviews.FEED,
    rating_metadata.FEED,
)
