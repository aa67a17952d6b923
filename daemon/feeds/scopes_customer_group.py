"""Feed scopesCustomerGroup: one item per customer group, with the websites that it is open to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from changelog_triggers.model import Key, Subscription
from daemon.commerce.shop import Shop
from daemon.core.feed import Edge, Feed
from daemon.core.item import FeedItem, make_item
from daemon.feeds._changelogs import CUSTOMER_GROUP
from daemon.feeds._customer_groups import GROUP, group_code
from daemon.feeds._rows import fetch
from daemon.feeds._scopes import WEBSITE

EXCLUSIONS = "customer_group_excluded_website"

EXCLUDED = Subscription(
    CUSTOMER_GROUP, EXCLUSIONS, Key("customer_group_id"), ("website_id",), optional=True
)


@dataclass(frozen=True, slots=True)
class Rows:
    """What a batch reads. excluded: (group id, website id) of the websites a group is kept from."""

    ids: Sequence[int]
    excluded: frozenset[tuple[int, int]]


def edges(_shop: Shop) -> tuple[Edge, ...]:
    """Groups, their exclusions, and every group where a website comes, goes or is renamed."""
    return (
        Edge(GROUP, "the customer group"),
        Edge(EXCLUDED, "the customer group whose websites changed"),
        Edge(WEBSITE, "all customer groups, for each lists the websites", whole=True),
    )


def select_ids(shop: Shop) -> sa.Select[tuple[int]]:
    """Every customer group, with 0, the group of visitors who aren't logged in."""
    return sa.select(shop.tables("customer_group").c.customer_group_id)


def select_existing(shop: Shop, ids: Sequence[int]) -> sa.Select[tuple[int]]:
    """Those of the ids that are customer groups."""
    c = shop.tables("customer_group").c
    return sa.select(c.customer_group_id).where(c.customer_group_id.in_(ids))


def select_excluded(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """The websites that these groups are kept from."""
    c = shop.tables(EXCLUSIONS).c
    return sa.select(c.customer_group_id, c.website_id).where(c.customer_group_id.in_(ids))


def read(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> Rows:
    """The groups that exist and their exclusions, which old releases don't know."""
    existing = [row[0] for row in fetch(connection, select_existing(shop, ids))]
    known = EXCLUSIONS in shop.tables
    excluded = fetch(connection, select_excluded(shop, ids)) if known else ()
    return Rows(existing, frozenset((group, website) for group, website in excluded))


def assemble(rows: Rows, shop: Shop, _now: dt.datetime) -> Iterator[FeedItem]:
    """An item for each group."""
    websites = [site for site in shop.scopes.websites.values() if site.id != 0]
    for group in rows.ids:
        names = {"customerGroupId": str(group), "customerGroupCode": group_code(group)}
        codes = [site.code for site in websites if (group, site.id) not in rows.excluded]
        yield make_item(group, [group], {**names, "websites": codes or None}, {}, names)


FEED = Feed("scopesCustomerGroup", edges, select_ids, read, assemble, natural_key="customerGroupId")
"""Customer group → websites; the code is the one that price items carry."""
