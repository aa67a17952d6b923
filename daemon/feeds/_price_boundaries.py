"""How prices depend on the moment: rule prices count by the date at each website."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.core.feed import Boundary, Crossing, Position
from daemon.feeds._price_rows import has_rules, select_default_stores
from daemon.feeds._rows import fetch
from daemon.feeds._today import todays

RULES = "catalogrule_product_price"
ADMIN = 0


def position(connection: sa.Connection, shop: Shop, now: dt.datetime) -> Position:
    """The date at each website, by its id; nothing where the shop has no rule prices."""
    if not has_rules(shop):
        return {}
    stores = dict(fetch(connection, select_default_stores(shop)))
    days = todays(shop, stores, now).items()
    return {str(website): str(day) for website, day in days if website != ADMIN}


def crossed(
    _connection: sa.Connection, shop: Shop, before: Position | None, after: Position
) -> Iterator[Crossing]:
    """The products whose rule prices are others on the new date, website by website.

    A website of which no date is remembered is new: nothing was built for it before.
    """
    for key, day in after.items():
        website = shop.scopes.websites[int(key)]
        reason = f"rule prices of {day} begin at website {website.code}"
        if before is None:
            yield Crossing(reason, select_ruled(shop, website.id))
        elif before.get(key, day) != day:
            yield Crossing(reason, select_differing(shop, website.id, before[key], day))


def select_ruled(shop: Shop, website_id: int) -> sa.Select[Any]:
    """The products with a rule price at the website on any date."""
    rule = shop.tables(RULES)
    return sa.select(rule.c.product_id).where(rule.c.website_id == website_id)


def select_differing(shop: Shop, website_id: int, day: str, other_day: str) -> sa.Select[Any]:
    """The products whose rule prices of two dates at a website are not the same."""
    days = ((day, other_day), (other_day, day))
    both = sa.union(*(select_unlike(shop, website_id, *pair) for pair in days))
    return sa.select(both.subquery().c[0])


def select_unlike(shop: Shop, website_id: int, day: str, other_day: str) -> sa.Select[Any]:
    """The products with a rule price on one date that is another, or none, on the other date.

    Both dates are read along the table's unique key, whatever their number of rows.
    """
    rule, other = (shop.tables(RULES).alias(name) for name in ("rule", "other"))
    is_same = sa.and_(
        other.c.rule_date == other_day,
        other.c.website_id == website_id,
        other.c.customer_group_id == rule.c.customer_group_id,
        other.c.product_id == rule.c.product_id,
        other.c.rule_price == rule.c.rule_price,
    )
    return (
        sa.select(rule.c.product_id)
        .outerjoin(other, is_same)
        .where(
            rule.c.rule_date == day,
            rule.c.website_id == website_id,
            rule.c.customer_group_id.is_not(None),
            other.c.product_id.is_(None),
        )
    )


MIDNIGHT = Boundary("midnight", position, crossed)
"""At a website's midnight other rows of the rule prices count, and nothing is written."""
