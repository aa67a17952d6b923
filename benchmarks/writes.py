"""Typical writes of a shop, each as the statements that Commerce makes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from benchmarks.place import Size
from daemon.commerce.shop import Shop
from daemon.sandbox.shop.live import Picked, in_website, of_type, pick_product, with_value
from daemon.sandbox.shop.reorder import order_product

SAVES, ORDERS = 200, 60
"""How many products are saved, and orders placed, in one go."""

SAMPLE = "bench_rule_prices"


@dataclass(frozen=True, slots=True)
class Write:
    """name: of its figures. unit: what is counted. make: does it; how many units that were."""

    name: str
    unit: str
    make: Callable[[], int]


def writes(connection: sa.Connection, shop: Shop, size: Size) -> Iterator[Write]:
    """Each on rows that are chosen once. The connection commits every statement by itself."""
    rng = random.Random(11)  # noqa: S311 — the same products in every run
    rows = size.rows
    for code, table, value in (
        ("status", "catalog_product_entity_int", "3 - value"),
        ("name", "catalog_product_entity_varchar", "REVERSE(value)"),
    ):
        yield Write(
            f"mass update of {rows:,} {table.rpartition('_')[2]} values",
            "row",
            mass_update(connection, shop, table, code, value, rows),
        )
    sold = (in_website(shop, 1), with_value(shop, "status", 1), with_value(shop, "price"))
    some = [pick_product(connection, shop, rng, of_type(shop, "simple"), *sold) for _ in range(50)]
    yield Write("product save", "save", product_saves(connection, shop, some))
    yield Write("rule reindex", "row", rule_reindex(connection, rows))
    yield Write("order placement", "order", orders(connection, shop, some))


def mass_update(  # noqa: PLR0913, PLR0917 — what the statement is made of
    connection: sa.Connection, shop: Shop, table: str, code: str, value: str, rows: int
) -> Callable[[], int]:
    """One statement that gives an attribute of so many products another value."""
    attribute = shop.product_attributes.by_code[code].id
    first, last, count = connection.exec_driver_sql(
        f"SELECT MIN(value_id), MAX(value_id), COUNT(*) FROM (SELECT value_id FROM {table}"
        f" WHERE attribute_id = {attribute} ORDER BY value_id LIMIT {rows}) some"
    ).one()

    def make() -> int:
        connection.exec_driver_sql(
            f"UPDATE {table} SET value = {value} WHERE value_id BETWEEN {first} AND {last}"
            f" AND attribute_id = {attribute}"
        )
        return int(count)

    return make


def product_saves(
    connection: sa.Connection, shop: Shop, products: list[Picked]
) -> Callable[[], int]:
    """A product's page saved with another name, price and quantity."""
    ids = {code: shop.product_attributes.by_code[code].id for code in ("name", "price")}
    upsert = "ON DUPLICATE KEY UPDATE value = VALUES(value)"
    turns = iter(range(10**9))

    def save(product: Picked, turn: int) -> None:
        run = connection.exec_driver_sql
        run("START TRANSACTION")
        run(
            "UPDATE catalog_product_entity SET updated_at = '2026-01-01' + INTERVAL %s SECOND"
            " WHERE entity_id = %s",
            (turn, product.id),
        )
        run(
            "INSERT INTO catalog_product_entity_varchar (attribute_id, store_id, entity_id, value)"
            f" VALUES (%s, 0, %s, %s) {upsert}",
            (ids["name"], product.id, f"Name {turn}"),
        )
        run(
            "INSERT INTO catalog_product_entity_decimal (attribute_id, store_id, entity_id, value)"
            f" VALUES (%s, 0, %s, %s) {upsert}",
            (ids["price"], product.id, 10 + turn % 90),
        )
        run(
            "UPDATE cataloginventory_stock_item SET qty = %s WHERE product_id = %s",
            (turn, product.id),
        )
        run(
            "UPDATE inventory_source_item SET quantity = %s"
            " WHERE sku = %s AND source_code = 'default'",
            (turn, product.sku),
        )
        run("COMMIT")

    def make() -> int:
        for number in range(SAVES):
            save(products[number % len(products)], next(turns))
        return SAVES

    return make


def rule_reindex(connection: sa.Connection, rows: int) -> Callable[[], int]:
    """Prices of catalog rules deleted and written anew."""
    run = connection.exec_driver_sql
    run(f"CREATE TABLE {SAMPLE} AS SELECT * FROM catalogrule_product_price LIMIT {rows}")
    count, last = run(f"SELECT COUNT(*), MAX(rule_product_price_id) FROM {SAMPLE}").one()

    def make() -> int:
        run("START TRANSACTION")
        run(f"DELETE FROM catalogrule_product_price WHERE rule_product_price_id <= {last}")
        run(f"INSERT INTO catalogrule_product_price SELECT * FROM {SAMPLE}")
        run("COMMIT")
        return int(count)

    return make


def orders(connection: sa.Connection, shop: Shop, products: list[Picked]) -> Callable[[], int]:
    """Orders of one product each, with reservations."""

    def make() -> int:
        for number in range(ORDERS):
            connection.exec_driver_sql("START TRANSACTION")
            order_product(connection, shop, products[number % len(products)], 1)
            connection.exec_driver_sql("COMMIT")
        return ORDERS

    return make


def clear(connection: sa.Connection) -> None:
    """Take away what the writes have made for themselves."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {SAMPLE}")
