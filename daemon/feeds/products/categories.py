"""The categories of an item: as the shop's index has them, with the path of their URL keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.core.item import canonical
from daemon.feeds._category_paths import ids_in_urls, url_path
from daemon.feeds._eav import Values, read_values
from daemon.feeds._rows import among, fetch

Assigned = Mapping[tuple[int, int], Sequence[tuple[int, int]]]
"""(product id, store id) → (category id, position), by category id."""


def index_table(store_id: int) -> str:
    """The table in which the shop keeps the products of a store view's categories."""
    return f"catalog_category_product_index_store{store_id}"


@dataclass(frozen=True, slots=True)
class Categories:
    """The categories of a batch.

    paths: category id → path of ids; that of a store's root has no URL keys.
    """

    assigned: Assigned
    paths: Mapping[int, str]
    keys: Values


def select_assigned(shop: Shop, ids: Sequence[int]) -> sa.Select[Any] | None:
    """(store id, product id, category id, position); None where no store view has an index."""
    parts = []
    for store in shop.scopes.store_views:
        if index_table(store.id) in shop.tables:
            c = shop.tables(index_table(store.id)).c
            store_id = sa.literal_column(str(store.id), sa.Integer).label("store")
            columns = sa.select(store_id, c.product_id, c.category_id, c.position)
            parts.append(columns.where(among(c.product_id, ids)))
    if not parts:
        return None
    return sa.select(*sa.union_all(*parts).subquery().c) if len(parts) > 1 else parts[0]


def select_paths(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """(category id, path) of these categories."""
    category = shop.tables("catalog_category_entity")
    return sa.select(category.c.entity_id, category.c.path).where(
        among(category.c.entity_id, ids), shop.current(category)
    )


def read_categories(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> Categories:
    """The categories of these products in all store views."""
    assigned: dict[tuple[int, int], list[tuple[int, int]]] = {}
    query = select_assigned(shop, ids)
    for store_id, product_id, category_id, position in (
        () if query is None else fetch(connection, query)
    ):
        assigned.setdefault((product_id, store_id), []).append((category_id, position))
    category_ids = sorted({one for some in assigned.values() for one, _ in some})
    paths: dict[int, str] = {}
    paths.update(fetch(connection, select_paths(shop, category_ids)) if category_ids else ())
    above = sorted(ids_in_urls(paths.values()))
    keys = read_values(connection, shop, shop.category_attributes, ["url_key"], above)
    return Categories(assigned, paths, keys)


def place(assigned: tuple[int, int | None]) -> tuple[int, int]:
    """By what the categories of a product are sorted; some index knows no position."""
    category_id, position = assigned
    return category_id, position or 0


class CategoryTexts:
    """Makes the entries of items; remembers those that recur."""

    def __init__(self, categories: Categories) -> None:
        self._categories = categories
        self._paths: dict[tuple[int, int], str] = {}
        self._entries: dict[tuple[int, int, int], bytes] = {}

    def parts(self, product_id: int, store_id: int) -> tuple[list[bytes], list[str]]:
        """The JSON objects of `categoryData`, and the paths in the same order."""
        entries, paths = [], []
        assigned = self._categories.assigned.get((product_id, store_id), ())
        for category_id, position in sorted(assigned, key=place):
            path = self.path(category_id, store_id)
            if path:
                paths.append(path)
                entries.append(self.entry(category_id, store_id, position))
        return entries, paths

    def path(self, category_id: int, store_id: int) -> str:
        """The URL keys from the top category down; empty for a category that has no path."""
        key = (category_id, store_id)
        if key not in self._paths:
            path = self._categories.paths.get(category_id)
            keys = self._categories.keys
            self._paths[key] = url_path(path, keys, store_id) or "" if path else ""
        return self._paths[key]

    def entry(self, category_id: int, store_id: int, position: int) -> bytes:
        """One JSON object of `categoryData`."""
        key = (category_id, store_id, position)
        if key not in self._entries:
            fields = {
                "categoryId": str(category_id),
                "categoryPath": self.path(category_id, store_id),
                "productPosition": int(position or 0),
            }
            self._entries[key] = canonical(fields)
        return self._entries[key]
