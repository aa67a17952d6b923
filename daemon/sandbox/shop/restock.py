"""Changing what the default source holds of a product, and what the stock indexer makes of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.sandbox.shop.live import Picked, with_value

ENABLED = 1


def read_quantity(connection: sa.Connection, shop: Shop, product: Picked) -> float:
    """What the default source holds, 0 where it has no row."""
    source = shop.tables("inventory_source_item")
    mine = (source.c.sku == product.sku, source.c.source_code == "default")
    return float(connection.scalar(sa.select(source.c.quantity).where(*mine)) or 0)


def set_quantity(connection: sa.Connection, shop: Shop, product: Picked, quantity: float) -> None:
    """Set the quantity of the default source.

    The stock item of old and the statuses, that of composite products included, follow, as
    Commerce keeps them in step.
    """
    salable = int(_is_salable(connection, shop, product, quantity))
    source = shop.tables("inventory_source_item")
    mine = (source.c.sku == product.sku, source.c.source_code == "default")
    row = {"quantity": quantity, "status": salable}
    connection.execute(sa.update(source).where(*mine).values(row))
    item = shop.tables("cataloginventory_stock_item")
    same = item.c.product_id == product.id
    values = {"qty": quantity, "is_in_stock": salable}
    connection.execute(sa.update(item).where(same).values(values))
    status = shop.tables("cataloginventory_stock_status")
    same = status.c.product_id == product.id
    values = {"qty": quantity, "stock_status": salable}
    connection.execute(sa.update(status).where(same).values(values))
    _reindex_parents(connection, shop, product)


def _is_salable(connection: sa.Connection, shop: Shop, product: Picked, quantity: float) -> bool:
    item = shop.tables("cataloginventory_stock_item")
    query = sa.select(
        item.c.min_qty, item.c.backorders, item.c.manage_stock, item.c.use_config_manage_stock
    ).where(item.c.product_id == product.id)
    minimum, backorders, managed, by_config = connection.execute(query).one()
    return bool(backorders) or not (managed or by_config) or quantity > minimum


def _reindex_parents(connection: sa.Connection, shop: Shop, product: Picked) -> None:
    relation, entity = (
        shop.tables("catalog_product_relation"),
        shop.tables("catalog_product_entity"),
    )
    parents = (
        sa.select(entity.c.entity_id, relation.c.parent_id)
        .join(relation, relation.c.parent_id == entity.c[shop.link_field])
        .where(relation.c.child_id == product.id, shop.current(entity))
    )
    status = shop.tables("cataloginventory_stock_status")
    for parent_id, link in connection.execute(parents).all():
        salable = int(bool(connection.scalar(select_salable_members(shop, link))))
        mine = status.c.product_id == parent_id
        connection.execute(sa.update(status).where(mine).values(stock_status=salable))


def select_salable_members(shop: Shop, parent_link: int) -> sa.Select[Any]:
    """How many members of a composite product are switched on and salable by the default stock."""
    relation, entity = (
        shop.tables("catalog_product_relation"),
        shop.tables("catalog_product_entity"),
    )
    status = shop.tables("cataloginventory_stock_status")
    return (
        sa.select(sa.func.count())
        .select_from(relation)
        .join(entity, entity.c.entity_id == relation.c.child_id)
        .join(status, status.c.product_id == relation.c.child_id)
        .where(
            relation.c.parent_id == parent_link,
            shop.current(entity),
            status.c.stock_status == 1,
            with_value(shop, "status", ENABLED),
        )
    )
