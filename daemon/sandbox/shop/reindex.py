"""What Commerce's own indexers write after a change: category index and addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from daemon.commerce.scopes import StoreView
from daemon.commerce.shop import Shop
from daemon.sandbox.shop.listing import INHERITED
from daemon.sandbox.shop.live import Picked, read_value
from daemon.sandbox.shop.product import NOT_VISIBLE


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category that a product is assigned to; `way` are the ids from the root category on."""

    id: int
    way: tuple[int, ...]
    position: int


def index_table(shop: Shop, store: StoreView) -> sa.TableClause:
    """The category index of a store view."""
    return shop.tables(f"catalog_category_product_index_store{store.id}")


def category_values(
    connection: sa.Connection, shop: Shop, code: str, store_id: int = 0
) -> dict[int, object]:
    """A value of every category in a store view, by category id."""
    entity = shop.tables("catalog_category_entity")
    attribute = shop.category_attributes.by_code[code]
    table = shop.tables(f"catalog_category_entity_{attribute.backend_type}")
    query = (
        sa.select(entity.c.entity_id, table.c.value)
        .join(table, table.c[shop.link_field] == entity.c[shop.link_field])
        .where(
            shop.current(entity),
            table.c.attribute_id == attribute.id,
            table.c.store_id.in_([0, store_id]),
        )
        .order_by(table.c.store_id)
    )
    return {id_: value for id_, value in connection.execute(query) if value is not None}


def way_of(path: str) -> tuple[int, ...]:
    """The ids of a category path from the root category on."""
    return tuple(map(int, path.split("/")[1:]))


def _shelves(connection: sa.Connection, shop: Shop, product: Picked) -> list[Shelf]:
    entity, assigned = (
        shop.tables("catalog_category_entity"),
        shop.tables("catalog_category_product"),
    )
    query = (
        sa.select(entity.c.entity_id, entity.c.path, assigned.c.position)
        .join(assigned, assigned.c.category_id == entity.c.entity_id)
        .where(shop.current(entity), assigned.c.product_id == product.id)
    )
    return [Shelf(id_, way_of(path), place) for id_, path, place in connection.execute(query)]


def _websites(connection: sa.Connection, shop: Shop, product: Picked) -> set[int]:
    site = shop.tables("catalog_product_website")
    query = sa.select(site.c.website_id).where(site.c.product_id == product.id)
    return set(connection.scalars(query))


def reindex_product(connection: sa.Connection, shop: Shop, product: Picked) -> None:
    """Bring the category index of every store view up to date for one product."""
    shelves = _shelves(connection, shop, product)
    websites = _websites(connection, shop, product)
    active = category_values(connection, shop, "is_active")
    anchored = category_values(connection, shop, "is_anchor")
    for store in shop.scopes.store_views:
        table = index_table(shop, store)
        connection.execute(sa.delete(table).where(table.c.product_id == product.id))
        status = read_value(connection, shop, product, "status", store.id)
        seen = read_value(connection, shop, product, "visibility", store.id)
        if store.website_id not in websites or status != 1 or seen == NOT_VISIBLE:
            continue
        own = [s for s in shelves if s.way[0] == store.root_category_id and active.get(s.id)]
        places = index_places(store.root_category_id, own, anchored)
        same = {"product_id": product.id, "store_id": store.id, "visibility": seen}
        rows = [
            {"category_id": id_, "position": position, "is_parent": parent, **same}
            for id_, (position, parent) in places.items()
        ]
        connection.execute(sa.insert(table), rows)


def index_places(
    root_id: int, shelves: Iterable[Shelf], anchored: dict[int, object]
) -> dict[int, tuple[int, int]]:
    """Position and is_parent by category: the root, anchored ancestors, the shelves themselves."""
    shelves = list(shelves)
    places = {root_id: (0, 1)}
    for shelf in shelves:
        for id_ in shelf.way[1:-1]:
            if anchored.get(id_):
                places.setdefault(id_, (INHERITED + shelf.position, 0))
    return places | {shelf.id: (shelf.position, 1) for shelf in shelves}


def write_addresses(connection: sa.Connection, shop: Shop, product: Picked) -> None:
    """Make a product's rewrites anew in every store view of its websites; none in the others."""
    rewrite = shop.tables("url_rewrite")
    mine = (rewrite.c.entity_type == "product", rewrite.c.entity_id == product.id)
    connection.execute(sa.delete(rewrite).where(*mine))
    websites = _websites(connection, shop, product)
    if read_value(connection, shop, product, "visibility") == NOT_VISIBLE:
        return
    shelves = _shelves(connection, shop, product)
    for store in shop.scopes.store_views:
        if store.website_id in websites:
            own = [shelf for shelf in shelves if shelf.way[0] == store.root_category_id]
            _write_in_store(connection, shop, product, store, own)


def category_address(keys: dict[int, object], way: Iterable[int]) -> str:
    """The address of a category without its suffix; way begins with the root category."""
    return "/".join(str(keys[id_]) for id_ in list(way)[1:] if id_ in keys)


def _write_in_store(
    connection: sa.Connection,
    shop: Shop,
    product: Picked,
    store: StoreView,
    shelves: list[Shelf],
) -> None:
    key = read_value(connection, shop, product, "url_key", store.id)
    keys = category_values(connection, shop, "url_key", store.id)
    target = f"catalog/product/view/id/{product.id}"
    _insert_rewrite(connection, shop, product, store, (f"{key}.html", target, None))
    for shelf in shelves:
        path = f"{category_address(keys, shelf.way)}/{key}.html"
        told = f'{{"category_id":"{shelf.id}"}}'
        where = (path, f"{target}/category/{shelf.id}", told)
        id_ = _insert_rewrite(connection, shop, product, store, where)
        link = shop.tables("catalog_url_rewrite_product_category")
        row = {"url_rewrite_id": id_, "category_id": shelf.id, "product_id": product.id}
        connection.execute(sa.insert(link).values(row))


def _insert_rewrite(
    connection: sa.Connection,
    shop: Shop,
    product: Picked,
    store: StoreView,
    where: tuple[str, str, str | None],
) -> int:
    request_path, target_path, metadata = where
    row = {
        "entity_type": "product",
        "entity_id": product.id,
        "request_path": request_path,
        "target_path": target_path,
        "redirect_type": 0,
        "store_id": store.id,
        "is_autogenerated": 1,
        "metadata": metadata,
    }
    done = connection.execute(sa.insert(shop.tables("url_rewrite")).values(row))
    return int(done.lastrowid)
