"""Feed scopesWebsite: one item per website, with its store groups and their store views."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from daemon.commerce.scopes import Scopes, StoreView
from daemon.commerce.shop import Shop
from daemon.core.feed import Edge, Feed
from daemon.core.item import FeedItem, make_item
from daemon.feeds._rows import fetch
from daemon.feeds._scopes import GROUP, STORE, WEBSITE
from daemon.feeds._values import present


@dataclass(frozen=True, slots=True)
class Rows:
    """What a batch reads. groups: (group id, website id, code) in the order of their ids."""

    ids: Sequence[int]
    groups: Sequence[tuple[int, int, str | None]]


def edges(_shop: Shop) -> tuple[Edge, ...]:
    """The three tables. A store view belongs to the website of its group, as in the reference, and
    changes both websites if it moves.
    """
    return (
        Edge(WEBSITE, "the website"),
        Edge(GROUP, "the website of a store group"),
        Edge(STORE, "the website of the store view's group"),
    )


def select_ids(shop: Shop) -> sa.Select[tuple[int]]:
    """Every website but the admin's."""
    website = shop.tables("store_website")
    return sa.select(website.c.website_id).where(website.c.website_id != 0)


def select_groups(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """The store groups of these websites, those without a store view included."""
    c = shop.tables("store_group").c
    query = sa.select(c.group_id, c.website_id, c.code)
    return query.where(c.website_id.in_(ids)).order_by(c.group_id)


def read(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> Rows:
    """The store groups; websites and store views stand in the shop's scopes already."""
    return Rows(ids, fetch(connection, select_groups(shop, ids)))


def assemble(rows: Rows, shop: Shop, _now: dt.datetime) -> Iterator[FeedItem]:
    """An item for each website that exists."""
    for website_id in rows.ids:
        if website_id != 0 and website_id in shop.scopes.websites:
            yield website_item(website_id, rows, shop.scopes)


def website_item(website_id: int, rows: Rows, scopes: Scopes) -> FeedItem:
    """The item of one website."""
    names = present({"websiteId": str(website_id), "websiteCode": scopes.websites[website_id].code})
    stores = [
        present({"storeId": str(group_id), "storeCode": code})
        | {"storeViews": views(group_id, scopes)}
        for group_id, of_website, code in rows.groups
        if of_website == website_id
    ]
    return make_item(website_id, [website_id], {**names, "stores": stores or None}, {}, names)


def views(group_id: int, scopes: Scopes) -> list[dict[str, str]] | None:
    """The store views of one store group, active or not; None where it has none."""
    found = [store for store in scopes.store_views if store.group_id == group_id]
    return [view(store) for store in found] or None


def view(store: StoreView) -> dict[str, str]:
    """One store view as the item holds it."""
    return present({"storeViewId": str(store.id), "storeViewCode": store.code})


FEED = Feed("scopesWebsite", edges, select_ids, read, assemble, natural_key="websiteId")
"""Website → store group → store view, with the ids and codes that other feeds refer to."""
