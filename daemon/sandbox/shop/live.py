"""Finding and changing single products in a shop, as the admin pages do."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from daemon.commerce.shop import Shop
from daemon.errors import ShopError


@dataclass(frozen=True, slots=True)
class Picked:
    """A product: its id, what its child tables hold of it, SKU and type."""

    id: int
    link: int
    sku: str
    type: str


def select_products(shop: Shop, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The versions in force of the products that meet the conditions, by id."""
    entity = shop.tables("catalog_product_entity")
    link = entity.c[shop.link_field]
    query = sa.select(entity.c.entity_id, link, entity.c.sku, entity.c.type_id)
    return query.where(shop.current(entity), *conditions).order_by(entity.c.entity_id)


def pick_product(
    connection: sa.Connection,
    shop: Shop,
    rng: random.Random,
    *conditions: sa.ColumnElement[bool],
) -> Picked:
    """A product by chance: the first that meets the conditions from a random id on.

    Raises:
        ShopError: none meets them.
    """
    entity = shop.tables("catalog_product_entity")
    last = connection.scalar(sa.select(sa.func.max(entity.c.entity_id))) or 0
    after = entity.c.entity_id >= rng.randint(1, max(1, last))
    row = connection.execute(select_products(shop, after, *conditions).limit(1)).first()
    row = row or connection.execute(select_products(shop, *conditions).limit(1)).first()
    if row is None:
        raise ShopError("The shop has no product that this edit could change.")
    return Picked(*row)


def of_type(shop: Shop, *types: str) -> sa.ColumnElement[bool]:
    """The condition that a product is of one of the types."""
    return shop.tables("catalog_product_entity").c.type_id.in_(types)


def with_value(shop: Shop, code: str, value: object | None = None) -> sa.ColumnElement[bool]:
    """The condition that a product has a value, or this one, for all store views."""
    values, condition = _values(shop, code)
    entity = shop.tables("catalog_product_entity")
    same = values.c[shop.link_field] == entity.c[shop.link_field]
    wanted = values.c.value.is_not(None) if value is None else values.c.value == value
    return sa.exists().where(same, condition, values.c.store_id == 0, wanted)


def in_website(shop: Shop, website_id: int) -> sa.ColumnElement[bool]:
    """The condition that a product is assigned to the website."""
    entity = shop.tables("catalog_product_entity")
    site = shop.tables("catalog_product_website")
    same = site.c.product_id == entity.c.entity_id
    return sa.exists().where(same, site.c.website_id == website_id)


def _values(shop: Shop, code: str) -> tuple[sa.TableClause, sa.ColumnElement[bool]]:
    attribute = shop.product_attributes.by_code[code]
    table = shop.tables(f"catalog_product_entity_{attribute.backend_type}")
    return table, table.c.attribute_id == attribute.id


def read_value(
    connection: sa.Connection, shop: Shop, product: Picked, code: str, store_id: int = 0
) -> Any:
    """A product's value in the store view, else for all."""
    table, condition = _values(shop, code)
    query = (
        sa.select(table.c.value)
        .where(
            condition,
            table.c[shop.link_field] == product.link,
            table.c.store_id.in_([0, store_id]),
        )
        .order_by(table.c.store_id.desc())
        .limit(1)
    )
    return connection.scalar(query)


def put_value(
    connection: sa.Connection,
    shop: Shop,
    product: Picked,
    code: str,
    value: object,
    store_id: int = 0,
) -> None:
    """Save a value of a product, and with it the time of the change."""
    table, _ = _values(shop, code)
    row = {
        "attribute_id": shop.product_attributes.by_code[code].id,
        "store_id": store_id,
        shop.link_field: product.link,
        "value": value,
    }
    insert = mysql.insert(table).values(row)
    connection.execute(insert.on_duplicate_key_update(value=value))
    touch(connection, shop, product)


def touch(connection: sa.Connection, shop: Shop, product: Picked) -> None:
    """Set the time of a product's last change."""
    entity = shop.tables("catalog_product_entity")
    same = entity.c[shop.link_field] == product.link
    connection.execute(sa.update(entity).where(same).values(updated_at=sa.func.current_timestamp()))
