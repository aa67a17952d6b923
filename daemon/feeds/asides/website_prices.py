"""Beside websites: the currency that they keep prices in, and the customer groups.

All groups, those too that are kept from a website: rules and tiers make prices for them all the
same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from changelog_triggers.model import Key, Subscription
from daemon.commerce.shop import Shop
from daemon.core.aside import Aside
from daemon.core.feed import Edge
from daemon.feeds._changelogs import CUSTOMER_GROUP
from daemon.feeds._customer_groups import group_code
from daemon.feeds._rows import fetch
from daemon.feeds._subscriptions import CONFIG_VALUE

CURRENCY = "currency/options/base"
NAME = Subscription(
    CUSTOMER_GROUP, "customer_group", Key("customer_group_id"), ("customer_group_code",)
)

Groups = Sequence[tuple[int, str | None]]
"""Ids and names, by id."""


def edges(_shop: Shop) -> tuple[Edge, ...]:
    """Groups, their names, and the currency: all concern every website."""
    return (
        Edge(NAME, "all websites, for each has a price book for the group", whole=True),
        Edge(CONFIG_VALUE, "all websites", whole=True, values=frozenset({CURRENCY})),
    )


def select_groups(shop: Shop) -> sa.Select[Any]:
    """(id, name) of every customer group, with 0, that of visitors who aren't logged in."""
    c = shop.tables("customer_group").c
    return sa.select(c.customer_group_id, c.customer_group_code).order_by(c.customer_group_id)


def read(connection: sa.Connection, shop: Shop, _ids: Sequence[int]) -> Groups:
    """All groups."""
    return [(group, name) for group, name in fetch(connection, select_groups(shop))]


def facts(groups: Groups, shop: Shop, website_id: int) -> Mapping[str, Any]:
    """Those of one website."""
    return {
        "currency": shop.config.of_website(CURRENCY, shop.scopes.websites[website_id]),
        "groups": [{"code": group_code(group), "name": name} for group, name in groups],
    }


ASIDE = Aside(edges, read, facts)
