"""Reading orders: one select per table, whatever the number of orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.feeds._order_tables import (
    COLUMNS,
    ITEM,
    ORDER,
    ORDER_KEYS,
    PARENT_KEYS,
    PARENTS,
    TAX,
    TAX_ITEM,
    UUID,
    UUID_TYPES,
)
from daemon.feeds._order_values import uuid_of
from daemon.feeds._rows import fetch

Row = Mapping[str, Any]

CURRENT_SKU_TYPES = ("configurable", "bundle")
"""Product types whose order items carry the SKU of a chosen variant or selection."""

GROUPED_BY = dict(ORDER_KEYS) | dict(PARENT_KEYS) | {TAX: "tax_id", TAX_ITEM: "order_id"}
"""Table → the column by which its rows are looked up: that of the parent part of the order."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of orders. tables: table → key of the parent → its rows by ascending primary key.

    Rows of TAX_ITEM hold what TAX says of them too, and stand under their order. Rows of tables
    that can have a UUID hold it, or None, as `uuid`; those of ITEM hold the SKU that the product
    has now as `product_sku`. shop: see `uuid_of`.
    """

    tables: Mapping[str, Mapping[Any, Sequence[Row]]]
    shop: str = ""

    def of(self, table: str, key: object) -> Sequence[Row]:
        """The rows of a table below one parent."""
        return self.tables[table].get(key, ())

    def uuid(self, table: str, key: int, given: str | None) -> dict[str, str]:
        """The UUID of a row by its primary key; given: the one that the shop has given to it."""
        return uuid_of(UUID_TYPES[table], key, given, self.shop)

    def orders(self) -> Iterator[Row]:
        """The orders themselves."""
        for rows in self.tables[ORDER].values():
            yield from rows


def read(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> Rows:
    """All rows of these orders."""
    selects = {table: select_own(shop, table, ids) for table in ORDER_KEYS if table != TAX}
    selects |= {table: select_below(shop, table, ids) for table in PARENTS}
    return Rows(
        {table: grouped(connection, query, GROUPED_BY[table]) for table, query in selects.items()},
        shop.options.order_uuid_namespace,
    )


def grouped(connection: sa.Connection, query: sa.Select[Any], key: str) -> dict[Any, list[Row]]:
    """The rows of a query by the value of one column, in the order of its first: the primary key.

    Sorted here, for a server asked for that order may walk the whole table by its primary key.
    """
    names = query.selected_columns.keys()
    found: dict[Any, list[Row]] = {}
    for values in sorted(fetch(connection, query), key=itemgetter(0)):
        row = dict(zip(names, values, strict=True))
        found.setdefault(row[key], []).append(row)
    return found


def select_own(shop: Shop, table: str, ids: Sequence[int]) -> sa.Select[Any]:
    """The rows of a table that holds the order's id."""
    rows = shop.tables(table)
    query = columns_of(shop, table).where(rows.c[ORDER_KEYS[table]].in_(ids))
    return with_product_sku(shop, query) if table == ITEM else query


def select_below(shop: Shop, table: str, ids: Sequence[int]) -> sa.Select[Any]:
    """The rows of a table whose parent holds the order's id."""
    rows, parent = shop.tables(table), shop.tables(PARENTS[table])
    key = parent.c[COLUMNS[PARENTS[table]][0]]
    query = columns_of(shop, table).join(parent, key == rows.c[PARENT_KEYS[table]])
    if table == TAX_ITEM:
        query = query.add_columns(
            parent.c.order_id, parent.c.title, parent.c.base_amount.label("order_amount")
        )
    return query.where(parent.c.order_id.in_(ids))


def columns_of(shop: Shop, table: str) -> sa.Select[Any]:
    """The columns that are read of a table, with the UUID where its rows can have one."""
    rows = shop.tables(table)
    query = sa.select(*(rows.c[name] for name in COLUMNS[table]))
    if table not in UUID_TYPES:
        return query
    if UUID not in shop.tables:
        return query.add_columns(sa.null().label("uuid"))
    given = shop.tables(UUID)
    key = rows.c[COLUMNS[table][0]]
    is_of = sa.and_(given.c.entity_id == key, given.c.type == UUID_TYPES[table])
    return query.add_columns(given.c.uuid).select_from(rows).outerjoin(given, is_of)


def with_product_sku(shop: Shop, query: sa.Select[Any]) -> sa.Select[Any]:
    """The order items with the SKU that a configurable or bundle product has now."""
    item, product = shop.tables(ITEM), shop.tables("catalog_product_entity")
    is_of = sa.and_(
        item.c.product_type.in_(CURRENT_SKU_TYPES),
        product.c.entity_id == item.c.product_id,
        shop.current(product),
    )
    return query.add_columns(product.c.sku.label("product_sku")).outerjoin(product, is_of)
