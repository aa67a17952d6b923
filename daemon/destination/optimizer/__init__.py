"""Items in the terms of the Catalog Data Ingestion API: its fields, identities and price books.

One module for each kind of entity there. They are pure, and know items only, not the shop: what an
item doesn't say and the API asks for stands in its aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from daemon.core.item import Built, FeedItem, canonical, content_hash
from daemon.core.translation import Translation, nothing
from daemon.destination.optimizer import attributes, categories, price_books, prices, products
from daemon.destination.optimizer.terms import Terms
from daemon.destination_settings import DestinationSettings

VERSION = 1
"""Of the rules; raise it where the same items are translated otherwise than before."""

RULES: dict[str, Callable[[FeedItem, Terms], Iterable[Built]]] = {
    "scopesWebsite": price_books.translate,
    "productAttributes": attributes.translate,
    "categories": categories.translate,
    "products": products.translate,
    "prices": prices.translate,
}
"""Feed → how its items are translated. The API has no place for other feeds."""

IDENTITIES = {
    "scopesWebsite": ("priceBookId",),
    "productAttributes": ("code", "source"),
    "categories": ("slug", "source"),
    "products": ("sku", "source"),
    "prices": ("sku", "priceBookId"),
}
"""Feed → the fields that identify what its items are there."""

AFTER_DELETION = {"categories": categories.below}
AFTER_CREATION = {"scopesWebsite": price_books.ignored_before}


def translation(feed: str, settings: DestinationSettings) -> Translation | None:
    """How the items of a feed are translated; None where the API has no place for them."""
    if feed not in RULES:
        return None
    terms = Terms(settings.locales, settings.currencies)
    return Translation(
        content_hash(canonical([VERSION, terms.locales, terms.currencies])),
        lambda item: RULES[feed](item, terms),
        after_deletion=AFTER_DELETION.get(feed, nothing),
        after_creation=AFTER_CREATION.get(feed, nothing),
    )
