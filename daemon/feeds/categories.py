"""Feed categories: one item per category and store view whose root category is on its path."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from daemon.commerce.scopes import StoreView
from daemon.commerce.shop import Shop
from daemon.core.feed import Feed
from daemon.core.item import Built, Unbuildable, canonical, feed_id, make_item
from daemon.feeds._category_edges import edges
from daemon.feeds._category_fields import (
    ATTRIBUTES,
    STATUS,
    Treatment,
    default_sort_by,
    description,
    image_url,
    inherited_status,
    plain_fields,
    sort_codes,
    treatment,
)
from daemon.feeds._category_paths import ids_in_urls, ids_of, select_children, url_path
from daemon.feeds._eav import Values, read_values
from daemon.feeds._rows import among, fetch
from daemon.feeds._scopes import scope_codes
from daemon.feeds._subscriptions import CATEGORY_TABLE

NO_URL_PATH = "no category on its path has a url_key, so it has no URL path"


class Category(NamedTuple):
    """A row of catalog_category_entity."""

    id: int
    parent_id: int
    path: str
    level: int
    position: int
    created_at: dt.datetime
    updated_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Rows:
    """What a batch reads.

    values: all attributes of the batch. above: url_key and status of all on its paths.
    children: path → ids of the active children. sortable: codes of product attributes.
    treat: what happens to descriptions.
    """

    categories: Sequence[Category]
    values: Values
    above: Values
    children: Mapping[str, Sequence[str]]
    sortable: Sequence[str]
    treat: Treatment


def select_ids(shop: Shop) -> sa.Select[tuple[int]]:
    """Every category that is in force now, the root of all trees included, which has no item."""
    category = shop.tables(CATEGORY_TABLE)
    return sa.select(category.c.entity_id).where(shop.current(category))


def select_categories(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """The rows of these categories that are in force now."""
    category = shop.tables(CATEGORY_TABLE)
    columns = ("entity_id", *Category._fields[1:])
    query = sa.select(*(category.c[name] for name in columns))
    return query.where(among(category.c.entity_id, ids), shop.current(category))


def select_uses(shop: Shop) -> sa.Select[Any]:
    """(attribute id, sorted by?, HTML allowed?, editor?) of what sorts, and of the description."""
    c = shop.tables("catalog_eav_attribute").c
    text = shop.category_attributes.id_of("description")
    flags = (c.used_for_sort_by, c.is_html_allowed_on_front, c.is_wysiwyg_enabled)
    counts = sa.or_(c.used_for_sort_by == 1, c.attribute_id == text)
    return sa.select(c.attribute_id, *flags).where(counts).order_by(c.attribute_id)


def read(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> Rows:
    """The batch's categories, what lies above them, their active children, and what can be sorted
    by.
    """
    found = [Category(*row) for row in fetch(connection, select_categories(shop, ids))]
    attributes = shop.category_attributes
    above = sorted(ids_in_urls(category.path for category in found))
    sortable, treat = read_uses(connection, shop)
    return Rows(
        found,
        read_values(connection, shop, attributes, ATTRIBUTES, [one.id for one in found]),
        read_values(connection, shop, attributes, ("url_key", *sorted(STATUS)), above),
        read_children(connection, shop, found),
        sortable,
        treat,
    )


def read_uses(connection: sa.Connection, shop: Shop) -> tuple[list[str], Treatment]:
    """The product attributes that can be sorted by, and what happens to descriptions."""
    rows = fetch(connection, select_uses(shop))
    product, text = shop.product_attributes.by_id, shop.category_attributes.id_of("description")
    sortable = [product[key].code for key, *_ in rows if key in product]
    flags = next((flags for key, _, *flags in rows if key == text), (0, 0))
    html_allowed, wysiwyg = map(bool, flags)
    return sortable, treatment(shop, html_allowed=html_allowed, wysiwyg=wysiwyg)


def read_children(
    connection: sa.Connection, shop: Shop, categories: Sequence[Category]
) -> dict[str, list[str]]:
    """The ids of the active children of these categories, by the parent's path, in their order."""
    active = shop.category_attributes.id_of("is_active")
    levels, paths = (one.level for one in categories), (one.path for one in categories)
    found = defaultdict(list)
    for child, path in fetch(connection, select_children(shop, active, levels, paths)):
        found[path.rpartition("/")[0]].append(str(child))
    return dict(found)


def assemble(rows: Rows, shop: Shop, now: dt.datetime) -> Iterator[Built]:
    """An item for each category and each store view, active or not, in whose tree it is."""
    for category in rows.categories:
        tree = set(ids_of(category.path)[1:])
        for store in shop.scopes.store_views:
            if store.root_category_id in tree:
                yield category_item(category, store, shop, rows, now)


def category_item(
    category: Category, store: StoreView, shop: Shop, rows: Rows, now: dt.datetime
) -> Built:
    """The item of one category in one store view."""
    identity = (category.id, store.code)
    minimal = {**scope_codes(store), "categoryId": str(category.id)}
    own = rows.values.of(category.id, store.id)
    path, text = url_path(category.path, rows.above, store.id), description(own, rows.treat)
    if path is None:
        return Unbuildable(category.id, feed_id(identity), canonical(minimal), NO_URL_PATH)
    content = {
        **minimal,
        **place(category, rows),
        **plain_fields(own),
        **inherited_status(category.path, rows.above, store.id),
        **({} if text is None else {"description": text.text}),
        "urlPath": path,
        "image": image_url(own, shop.config, store),
        "defaultSortBy": default_sort_by(own, usual_order(shop, store), rows.sortable),
        "availableSortBy": sort_codes(own),
        "deleted": False,
    }
    item = make_item(category.id, identity, content, times_of(category, now), minimal)
    return item if text is None or text.is_whole else item._replace(unrendered=True)


def times_of(category: Category, now: dt.datetime) -> dict[str, str]:
    """What is sent but is no change: times, in UTC."""
    return {"updatedAt": str(category.updated_at), "modifiedAt": f"{now:%Y-%m-%d %H:%M:%S}"}


def usual_order(shop: Shop, store: StoreView) -> str:
    """The order that products have where a category names none."""
    return shop.config.get("catalog/frontend/default_sort_by", store)


def place(category: Category, rows: Rows) -> dict[str, Any]:
    """Where the category stands in the tree; the same in every store view."""
    return {
        "level": category.level,
        "path": category.path,
        "parentId": str(category.parent_id),
        "children": rows.children.get(category.path),
        "position": category.position,
        "createdAt": str(category.created_at),
    }


FEED = Feed(
    "categories",
    edges,
    select_ids,
    read,
    assemble,
    natural_key="categoryId",
    options=("directives",),
)
"""Identified by category and store view: a renamed or moved category stays the same item."""
