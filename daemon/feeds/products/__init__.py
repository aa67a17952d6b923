"""Feed products: one item per product and store view of the websites that it is assigned to."""

from __future__ import annotations

from daemon.core.feed import Feed
from daemon.feeds._product_ids import select_ids, select_owners
from daemon.feeds.products.edges import edges
from daemon.feeds.products.item import assemble
from daemon.feeds.products.reading import read

FEED = Feed(
    name="products",
    edges=edges,
    ids=select_ids,
    read=read,
    assemble=assemble,
    natural_key="sku",
    owners=select_owners,
    options=("extra_attributes", "system_attributes", "directives"),
)
"""What storefront services show, search and filter."""
