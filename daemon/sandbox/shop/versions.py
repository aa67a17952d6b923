"""Which versions of products and categories the staged layout has, and when each is in force."""

from __future__ import annotations

from dataclasses import replace

from daemon.commerce.shop import FIRST_VERSION, FOREVER
from daemon.sandbox.shop.layout import CURRENT, FORMER, SCHEDULED
from daemon.sandbox.shop.product import Product

PAST, NOW, FUTURE = 1_700_000_000, 1_760_000_000, 1_900_000_000
"""Staging versions: one that was applied, the one in force, one that is scheduled."""

LATER = 3600
"""Another version follows the one in the past, and the one in the future, after so long."""

SEASONS = {FORMER: "last season", SCHEDULED: "next season"}

Span = tuple[int, int]
"""From when, and until before when, a version is in force."""


def spans(entity_id: int, *, former: bool, scheduled: bool) -> dict[int, Span]:
    """The versions of an entity, each with its span; not all begin or end together."""
    begin = PAST + LATER * (entity_id % 2) if former else FIRST_VERSION
    end = FUTURE + LATER * (entity_id % 2) if scheduled else FOREVER
    found = {CURRENT: (begin, end)}
    if former:
        found[FORMER] = (FIRST_VERSION, begin)
    if scheduled:
        found[SCHEDULED] = (end, FOREVER)
    return found


def spans_of(p: Product) -> dict[int, Span]:
    """The versions of a product: all products but simple ones have one before and one after."""
    varied = p.type != "simple"
    return spans(p.id, former=varied or p.id % 5 in {0, 4}, scheduled=varied or p.id % 5 in {3, 4})


def other_versions(p: Product) -> list[Product]:
    """The product as it is in the versions that are not in force: called otherwise, at another
    price, and with one part less.
    """
    return [
        replace(
            p,
            version=version,
            name=f"{p.name} ({SEASONS[version]})",
            price=p.price + 100 * version,
            members=p.members[:-1],
        )
        for version in spans_of(p)
        if version != CURRENT
    ]
