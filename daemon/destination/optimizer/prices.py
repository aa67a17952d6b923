"""Prices by price book. Products whose price is that of their parts have none of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from daemon.core.item import Built, FeedItem
from daemon.core.translation import known_as
from daemon.destination.optimizer.price_books import price_book_id
from daemon.destination.optimizer.terms import Terms, content_of

OF_PARTS = frozenset({"CONFIGURABLE", "GROUPED", "BUNDLE_DYNAMIC"})
WHOLE = 100.0
LEAST, MOST = 0.01, 99.99
"""The percentages that the API takes."""

DIGITS = 4
"""As many as the shop keeps of an amount."""

SPECIAL_PRICE = "special_price"
"""A percentage under this code is what is left to pay; all others are what is taken off."""

Fields = Mapping[str, Any]


def translate(item: FeedItem, terms: Terms) -> Iterator[Built]:
    """The price of a product in a price book."""
    del terms
    content = content_of(item)
    if content["type"] in OF_PARTS:
        return
    book = price_book_id(content["websiteCode"], content["customerGroupCode"])
    fields = price_of(content["regular"], content.get("discounts") or ())
    if tiers := tiers_of(fields["regular"], content.get("tierPrices") or ()):
        fields["tierPrices"] = tiers
    yield known_as(item, {"sku": content["sku"], "priceBookId": book}, fields)


def price_of(regular: float, discounts: tuple[Fields, ...]) -> dict[str, Any]:
    """The regular price with the discount that leaves the least to pay.

    The shop takes the best of several, and the API doesn't say whether it would. A discount there
    is an amount or a percentage that is taken off, and leaves something to pay; so what costs
    nothing has a regular price of nothing.
    """
    best = min(discounts, key=lambda one: to_pay(regular, one), default=None)
    if best is None or (final := to_pay(regular, best)) >= regular:
        return {"regular": regular}
    if final <= 0:
        return {"regular": 0}
    off = percentage_off(best)
    if off is not None and LEAST <= off <= MOST:
        return {"regular": regular, "discounts": [{"code": best["code"], "percentage": off}]}
    amount = round(regular - final, DIGITS)
    return {"regular": regular, "discounts": [{"code": best["code"], "price": amount}]}


def percentage_off(discount: Fields) -> float | None:
    """What a discount takes off in percent; None for one that names a price."""
    percentage: float | None = discount.get("percentage")
    if percentage is None:
        return None
    is_left = discount["code"] == SPECIAL_PRICE
    return round(WHOLE - percentage if is_left else percentage, DIGITS)


def to_pay(regular: float, discount: Fields) -> float:
    """What a discount leaves to pay."""
    off = percentage_off(discount)
    price: float = discount["price"] if off is None else regular * (1 - off / WHOLE)
    return price


def tiers_of(regular: float, tiers: tuple[Fields, ...]) -> list[dict[str, Any]]:
    """The tiers that the API can hold: a price up to the regular one, or a percentage off."""
    return [
        dict(tier)
        for tier in tiers
        if (
            0 < tier["price"] <= regular if "price" in tier else LEAST <= tier["percentage"] <= MOST
        )
    ]
