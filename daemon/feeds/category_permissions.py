"""Feed categoryPermissions: the rows that grant or deny something in a category, as they stand.

The shop's configuration, which counts where no row does, stands in items of category 0.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from changelog_triggers.model import Key, Subscription
from daemon.commerce.shop import Shop
from daemon.core.feed import Edge, Feed
from daemon.core.item import FeedItem, make_item
from daemon.feeds._changelogs import CATEGORY
from daemon.feeds._customer_groups import GROUP, group_code, select_groups
from daemon.feeds._permissions import (
    ENABLED,
    GRANTS,
    SETTINGS,
    Grants,
    as_fields,
    configured,
    granted,
    is_enabled,
    websites_with,
)
from daemon.feeds._rows import among, fetch
from daemon.feeds._scopes import WEBSITE
from daemon.feeds._subscriptions import CONFIG_VALUE

TABLE = "magento_catalogpermissions"
FALLBACK = 0
"""The category of the items that stand for the configuration; categories are counted from 1."""

PERMISSION = Subscription(
    CATEGORY, TABLE, Key("category_id"), ("website_id", "customer_group_id", *GRANTS)
)


@dataclass(frozen=True, slots=True)
class Rows:
    """What a batch reads.

    permissions: (category, website, customer group) → what is granted; None stands for all of them.
    groups: all customer groups, where the batch holds the fallback.
    """

    permissions: Mapping[tuple[int, int | None, int | None], Grants]
    groups: Sequence[int]


def edges(_shop: Shop) -> tuple[Edge, ...]:
    """The table itself, and what the fallback is made of."""
    fallback = "the fallback"
    return (
        Edge(PERMISSION, "the category"),
        Edge(GROUP, fallback, widen=select_fallback),
        Edge(WEBSITE, "the categories with a row of the website, and the fallback", widen=of_sites),
        Edge(CONFIG_VALUE, fallback, values=SETTINGS, widen=select_fallback),
        Edge(CONFIG_VALUE, "all rows, which count or not", values=frozenset({ENABLED}), whole=True),
    )


def select_fallback(_shop: Shop, _ids: Sequence[Any]) -> sa.Select[Any]:
    """The category of the fallback."""
    return sa.select(sa.literal_column(str(FALLBACK)).label("category_id"))


def of_sites(shop: Shop, websites: Sequence[int]) -> sa.Select[Any]:
    """The categories that have a row of one of these websites, and that of the fallback."""
    permission = shop.tables(TABLE).c
    rows = sa.select(permission.category_id).where(among(permission.website_id, websites))
    return sa.select(sa.union(rows, select_fallback(shop, ())).subquery().c[0])


def select_ids(shop: Shop) -> sa.Select[Any]:
    """The categories with permissions, and that of the fallback; none where they count nowhere."""
    rows = sa.select(shop.tables(TABLE).c.category_id)
    every = sa.union(rows, select_fallback(shop, ())).subquery()
    return sa.select(every.c[0]).where(sa.true() if counts(shop) else sa.false())


def counts(shop: Shop) -> bool:
    """True where category permissions count somewhere."""
    return is_enabled(shop.config) or bool(websites_with(shop))


def select_permissions(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """(category, website, customer group, the three grants), in the order they were made."""
    c = shop.tables(TABLE).c
    key = (c.category_id, c.website_id, c.customer_group_id)
    query = sa.select(*key, *(c[grant] for grant in GRANTS))
    return query.where(among(c.category_id, ids)).order_by(c.permission_id)


def read(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> Rows:
    """The rows of these categories, and the customer groups.

    Of two rows with the same key, which the table allows where part of it is NULL, the later one
    counts.
    """
    rows = fetch(connection, select_permissions(shop, ids))
    groups = [row[0] for row in fetch(connection, select_groups(shop))]
    return Rows(
        {(category, website, group): granted(values) for category, website, group, *values in rows},
        groups if FALLBACK in ids else (),
    )


def assemble(rows: Rows, shop: Shop, now: dt.datetime) -> Iterator[FeedItem]:
    """An item for each row, and those of the fallback; none where they count nowhere."""
    if not counts(shop):
        return
    times = {"modifiedAt": f"{now.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}"}
    codes = {site.id: site.code for site in websites_with(shop).values()}
    for (category, website, group), own in rows.permissions.items():
        if website is None:
            yield make_permission(category, None, group, own, times)
        elif website in codes:
            yield make_permission(category, codes[website], group, own, times)
    for code, group, own in fallback(shop, rows.groups):
        yield make_permission(FALLBACK, code, group, own, times)


def fallback(shop: Shop, groups: Sequence[int]) -> Iterator[tuple[str | None, int, Grants]]:
    """(website code, customer group, grants): the default scope's, and those of websites that
    differ from it.
    """
    common = configured(shop.config, None, groups)
    yield from ((None, group, own) for group, own in common.items())
    for site in shop.scopes.websites.values():
        if site.id != 0:
            for group, own in configured(shop.config, site, groups).items():
                if own != common[group]:
                    yield site.code, group, own


def make_permission(
    category: int, website: str | None, group: int | None, own: Grants, times: Mapping[str, str]
) -> FeedItem:
    """One item; a website or customer group of null stands for all, a grant of null for what the
    category above has.
    """
    minimal = {
        "categoryId": str(category),
        "websiteCode": website,
        "customerGroupCode": None if group is None else group_code(group),
    }
    identity = [value or "" for value in minimal.values()]
    content = {**minimal, **as_fields(own), "deleted": False}
    return make_item(category, identity, content, times, minimal)


FEED = Feed(
    name="categoryPermissions",
    edges=edges,
    ids=select_ids,
    read=read,
    assemble=assemble,
    natural_key="categoryId",
    requires=(TABLE,),
)
"""The source entity is the category: Commerce may write its rows anew under other ids."""
