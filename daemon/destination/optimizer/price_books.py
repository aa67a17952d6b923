"""Price books: one for each website, with its currency, and below it one for each customer group.

A price that a group doesn't have is looked up in the website's, as in the shop. The item of a
website makes them all, so that a parent always goes before its children.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from daemon.core.item import Built, FeedItem
from daemon.core.translation import Echo, known_as
from daemon.destination.optimizer.terms import Terms, content_of

ALL_GROUPS = "0"
"""The customerGroupCode of what all groups pay."""

GROUP_CHARACTERS = 16
"""So much of a customerGroupCode stands in an id, which has 64 characters at most, 32 of them for
the code of a website.
"""


def price_book_id(website: str, group: str) -> str:
    """The price book of a customer group on a website. No website's code holds a hyphen."""
    return website if group == ALL_GROUPS else f"{website}-{group[:GROUP_CHARACTERS]}"


def translate(item: FeedItem, terms: Terms) -> Iterator[Built]:
    """The price books of a website."""
    website, aside = content_of(item)["websiteCode"], orjson.loads(item.aside)
    own = price_book_id(website, ALL_GROUPS)
    currency = terms.currencies.get(website, aside["currency"])
    yield known_as(item, {"priceBookId": own}, {"name": website, "currency": currency})
    for group in aside["groups"]:
        name = f"{website}, {group['name'] or group['code']}"
        identity = {"priceBookId": price_book_id(website, group["code"])}
        yield known_as(item, identity, {"name": name, "parentId": own})


def ignored_before(created: Sequence[Mapping[str, Any]]) -> Iterator[Echo]:
    """What the service ignored while it had no such price books: their prices, and their children.

    All that a website has at once, for a group may be one of hundreds.
    """
    whole = {one["websiteCode"] for one in created if is_of_all_groups(one)}
    for website in sorted(whole):
        fragments = (f'"websiteCode":"{website}"',)
        yield Echo("scopesWebsite", fragments)
        yield Echo("prices", fragments)
    for one in created:
        if one["websiteCode"] not in whole:
            yield Echo("prices", (f'"priceBookId":"{one["priceBookId"]}"',))


def is_of_all_groups(book: Mapping[str, Any]) -> bool:
    """True for the price book of a website itself."""
    return bool(book["priceBookId"] == price_book_id(book["websiteCode"], ALL_GROUPS))
