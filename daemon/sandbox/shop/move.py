"""Moving a category: paths, child counts, addresses and the index of its ancestors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from daemon.commerce.scopes import StoreView
from daemon.commerce.shop import Shop
from daemon.sandbox.shop.listing import INHERITED
from daemon.sandbox.shop.reindex import (
    category_address,
    category_values,
    index_table,
    way_of,
)


@dataclass(frozen=True, slots=True)
class Branch:
    """A category in its tree; path as `1/2/10`."""

    id: int
    path: str
    level: int
    children_count: int

    @property
    def ancestors(self) -> tuple[int, ...]:
        """The ids above it, from the root category on."""
        return way_of(self.path)[:-1]


def read_branches(connection: sa.Connection, shop: Shop) -> list[Branch]:
    """All categories, by id."""
    entity = shop.tables("catalog_category_entity")
    columns = (entity.c.entity_id, entity.c.path, entity.c.level, entity.c.children_count)
    query = sa.select(*columns).where(shop.current(entity)).order_by(entity.c.entity_id)
    return [Branch(*row) for row in connection.execute(query)]


def move_branch(connection: sa.Connection, shop: Shop, branch: Branch, target: Branch) -> None:
    """Put a category below another one of its tree, with all that the indexers write then."""
    moved = f"{target.path}/{branch.id}"
    stores = [s for s in shop.scopes.store_views if s.root_category_id == way_of(branch.path)[0]]
    keys = {store.id: category_values(connection, shop, "url_key", store.id) for store in stores}
    _write_paths(connection, shop, branch, target, moved)
    for store in stores:
        old = category_address(keys[store.id], way_of(branch.path))
        new = category_address(keys[store.id], way_of(moved))
        _write_addresses(connection, shop, store, old, new)
    affected = {*branch.ancestors[1:], *way_of(moved)[1:-1]}
    _reindex_anchors(connection, shop, stores, affected)


def _write_paths(
    connection: sa.Connection, shop: Shop, branch: Branch, target: Branch, moved: str
) -> None:
    entity = shop.tables("catalog_category_entity")
    inside = sa.or_(entity.c.path == branch.path, entity.c.path.startswith(branch.path + "/"))
    path = sa.func.concat(moved, sa.func.substring(entity.c.path, len(branch.path) + 1))
    level = entity.c.level + (target.level + 1 - branch.level)
    connection.execute(sa.update(entity).where(inside).values(path=path, level=level))
    itself = entity.c.entity_id == branch.id
    connection.execute(sa.update(entity).where(itself).values(parent_id=target.id))
    size = branch.children_count + 1
    for ids, step in ((branch.ancestors, -size), (way_of(target.path), size)):
        count = entity.c.children_count + step
        these = entity.c.entity_id.in_(ids)
        connection.execute(sa.update(entity).where(these).values(children_count=count))


def _write_addresses(
    connection: sa.Connection, shop: Shop, store: StoreView, old: str, new: str
) -> None:
    rewrite = shop.tables("url_rewrite")
    below = sa.or_(
        rewrite.c.request_path == f"{old}.html",
        rewrite.c.request_path.startswith(f"{old}/", autoescape=True),
    )
    path = sa.func.concat(new, sa.func.substring(rewrite.c.request_path, len(old) + 1))
    change = sa.update(rewrite).where(rewrite.c.store_id == store.id, below)
    connection.execute(change.values(request_path=path))


def _reindex_anchors(
    connection: sa.Connection, shop: Shop, stores: list[StoreView], affected: Iterable[int]
) -> None:
    branches = read_branches(connection, shop)
    anchored = category_values(connection, shop, "is_anchor")
    for category in sorted(affected):
        below = [branch.id for branch in branches if category in branch.ancestors]
        for store in stores:
            table = index_table(shop, store)
            inherited = (table.c.category_id == category, table.c.is_parent == 0)
            connection.execute(sa.delete(table).where(*inherited))
            if anchored.get(category) and below:
                _inherit(connection, table, category, below)


def _inherit(
    connection: sa.Connection, table: sa.TableClause, category: int, below: list[int]
) -> None:
    source, own = table.alias("source"), table.alias("own")
    has_own = sa.exists().where(
        own.c.category_id == category, own.c.product_id == source.c.product_id
    )
    rows = (
        sa.select(
            sa.literal(category),
            source.c.product_id,
            sa.literal(INHERITED) + sa.func.min(source.c.position),
            sa.literal(0),
            source.c.store_id,
            source.c.visibility,
        )
        .where(source.c.category_id.in_(below), source.c.is_parent == 1, ~has_own)
        .group_by(source.c.product_id, source.c.store_id, source.c.visibility)
    )
    names = ("category_id", "product_id", "position", "is_parent", "store_id", "visibility")
    connection.execute(sa.insert(table).from_select(list(names), rows))
