"""The category tree as paths of ids: who lies above and below whom, and the URL path of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.feeds._eav import Values
from daemon.feeds._rows import among
from daemon.feeds._subscriptions import CATEGORY_TABLE

ABOVE_URLS = 2
"""A path begins with the root of all trees and the root of the store: neither is in a URL."""


def ids_of(path: str) -> list[int]:
    """The ids of a path `1/2/10`, from the root of all trees to the category itself.

    What is no number is passed over: imports leave paths like `1/2/10/` behind.
    """
    return [int(segment) for segment in path.split("/") if segment.isdecimal()]


def ids_in_urls(paths: Iterable[str]) -> set[int]:
    """The categories whose url_key is a part of these categories' URL paths."""
    return {category for path in paths for category in ids_of(path)[ABOVE_URLS:]}


def url_path(path: str, keys: Values, store_id: int) -> str | None:
    """The URL path of a category in a store view, as `men/tops`.

    A category without url_key is passed over. The store's root has an empty path; None where
    another category's would be empty.
    """
    categories = ids_of(path)[ABOVE_URLS:]
    found = (url_key(keys, category, store_id) for category in categories)
    joined = "/".join(key for key in found if key is not None)
    return joined if joined or not categories else None


def url_key(keys: Values, category_id: int, store_id: int) -> str | None:
    """The url_key in a store view; unlike other values, NULL falls back to the default."""
    own = keys.get(category_id, "url_key", store_id)
    return keys.get(category_id, "url_key") if own is None else own


def subtrees(shop: Shop, ids: Sequence[Any]) -> sa.Select[tuple[int]]:
    """These categories, whether they still exist or not, with all that lie below them now.

    One walk over the index of paths, however many ids: a join by `path LIKE` would take one per id.
    Segments are compared as texts, for one that is no number would stop the statement.
    """
    tree = shop.tables(CATEGORY_TABLE)
    segments = sa.func.json_table(
        sa.func.concat("[", sa.func.replace(sa.func.json_quote(tree.c.path), "/", '","'), "]"),
        sa.text("'$[*]' COLUMNS (id VARCHAR(255) PATH '$')"),
    ).table_valued(sa.column("id", sa.String), name="segment")
    query = sa.select(tree.c.entity_id).select_from(tree).join(segments, sa.true())
    return query.where(segments.c.id.in_([str(one) for one in ids])).distinct()


def menu_subtrees(shop: Shop, ids: Sequence[Any]) -> sa.Select[tuple[int]]:
    """Those of these categories that stand right under a store's root, with all below them."""
    tree = shop.tables(CATEGORY_TABLE)
    to_third = sa.func.substring_index(tree.c.path, "/", ABOVE_URLS + 1)
    third = sa.func.substring_index(to_third, "/", -1)
    return sa.select(tree.c.entity_id).where(third.in_([str(one) for one in ids])).distinct()


def parents(shop: Shop, ids: Sequence[Any]) -> sa.Select[tuple[int]]:
    """The parents of these categories."""
    tree = shop.tables(CATEGORY_TABLE)
    return sa.select(tree.c.parent_id).where(among(tree.c.entity_id, ids)).distinct()


def select_children(
    shop: Shop, active_id: int, levels: Iterable[int], paths: Iterable[str]
) -> sa.Select[Any]:
    """(entity id, path) of the active categories below these paths at these levels.

    active_id: the attribute is_active; its default value counts, not that of a store view.
    """
    tree, active = shop.tables(CATEGORY_TABLE), shop.tables(f"{CATEGORY_TABLE}_int")
    link = shop.link_field
    below = [tree.c.path.like(f"{path}/%") for path in paths]
    query = sa.select(tree.c.entity_id, tree.c.path).join(active, active.c[link] == tree.c[link])
    return query.where(
        tree.c.level.in_(sorted({level + 1 for level in levels})),
        sa.or_(sa.false(), *below),
        shop.current(tree),
        active.c.attribute_id == active_id,
        active.c.store_id == 0,
        active.c.value == 1,
    ).order_by(tree.c.entity_id)
