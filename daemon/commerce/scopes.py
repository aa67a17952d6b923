"""Websites, store groups and store views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from daemon.commerce.tables import ShopTables


@dataclass(frozen=True, slots=True)
class Website:
    """A row of store_website. Website 0 is the admin's."""

    id: int
    code: str
    default_group_id: int


@dataclass(frozen=True, slots=True)
class StoreView:
    """A store view with the codes that feed items carry, in the words of the reference.

    `code` is storeViewCode, `group_code` storeCode, `website_code` websiteCode. Store view 0 is the
    admin's.
    """

    id: int
    code: str
    group_id: int
    group_code: str
    root_category_id: int
    website_id: int
    website_code: str


@dataclass(frozen=True, slots=True)
class Scopes:
    """All websites and store views, the admin's included, each by its id."""

    websites: dict[int, Website]
    stores: dict[int, StoreView]

    @property
    def store_views(self) -> list[StoreView]:
        """The store views that items are made for: all but the admin's, active or not, by id."""
        return [store for store in self.stores.values() if store.id != 0]

    def of_website(self, website_id: int) -> list[StoreView]:
        """The store views of one website, by id."""
        return [store for store in self.store_views if store.website_id == website_id]


def select_stores(tables: ShopTables) -> sa.Select[Any]:
    """Every store view with its group and website."""
    store, group, website = tables("store"), tables("store_group"), tables("store_website")
    return (
        sa.select(
            store.c.store_id,
            store.c.code,
            group.c.group_id,
            group.c.code,
            group.c.root_category_id,
            website.c.website_id,
            website.c.code,
        )
        .join(group, group.c.group_id == store.c.group_id)
        .join(website, website.c.website_id == store.c.website_id)
        .order_by(store.c.store_id)
    )


def read_scopes(connection: sa.Connection, tables: ShopTables) -> Scopes:
    """The scopes as they are now."""
    website = tables("store_website")
    websites = sa.select(website.c.website_id, website.c.code, website.c.default_group_id)
    return Scopes(
        {
            row[0]: Website(*row)
            for row in connection.execute(websites.order_by(website.c.website_id))
        },
        {row[0]: StoreView(*row) for row in connection.execute(select_stores(tables))},
    )
