"""What it costs the shop that a DELETE writes down what foreign keys take along with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

import sqlalchemy as sa

from benchmarks.figures import Figure, under
from benchmarks.place import Place
from benchmarks.triggers import server_clock
from daemon.sandbox.shop import create_shop

PRODUCTS = 60
STORES = 4
ROUNDS = 3
NUMBERS = " JOIN ".join(
    f"(SELECT 0 n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5"
    f" UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) d{place}"
    for place in range(6)
)
NUMBER = " + ".join(f"d{place}.n * {10**place}" for place in range(6))


@dataclass(frozen=True, slots=True)
class Parent:
    """A row whose DELETE takes many others along. rows: how many."""

    name: str
    table: str
    key: str
    id: int
    rows: int


def measure(place: Place) -> Iterator[list[Figure]]:
    """Processor time of the server for each DELETE, rolled back: without us, with us, without."""
    url = place.create_schema("cascades")
    engine = sa.create_engine(url)
    create_shop(engine, PRODUCTS)
    with engine.connect() as connection:
        parents = made(connection, links=place.size.rows * 5 // 2, values=place.size.rows * 50)
        clock = server_clock(place, connection)
        meter = place.meter()
        plain = {one.name: spent(connection, one, clock) for one in parents}
        with place.installed("cascades", url, "http://127.0.0.1:9"):
            ours = {one.name: spent(connection, one, clock) for one in parents}
        for one in parents:
            plain[one.name] += spent(connection, one, clock)
        state = meter.read()
    engine.dispose()
    for one in parents:
        figures = compared(one, plain[one.name], ours[one.name])
        yield under(figures, state.load, state.others)


def made(connection: sa.Connection, links: int, values: int) -> list[Parent]:
    """A category with so many products, and an attribute with so many values."""
    run = connection.exec_driver_sql
    count = max(links, values // STORES)
    run(
        "INSERT INTO catalog_product_entity (attribute_set_id, type_id, sku)"
        f" SELECT 4, 'simple', CONCAT('many-', {NUMBER}) FROM {NUMBERS} WHERE {NUMBER} < {count}"
    )
    many = "FROM catalog_product_entity WHERE sku LIKE 'many-%%'"
    category = run(
        "INSERT INTO catalog_category_entity (attribute_set_id, parent_id, path, position, level,"
        " children_count) SELECT attribute_set_id, parent_id, CONCAT(path, '-many'), 1, level, 0"
        " FROM catalog_category_entity ORDER BY level DESC LIMIT 1"
    ).lastrowid
    run(
        "INSERT INTO catalog_category_product (category_id, product_id, position)"
        f" SELECT {category}, entity_id, 0 {many} LIMIT {links}"
    )
    attribute = run(
        "INSERT INTO eav_attribute (entity_type_id, attribute_code, backend_type, frontend_input,"
        " is_user_defined) VALUES (4, 'many', 'varchar', 'text', 1)"
    ).lastrowid
    run(
        "INSERT INTO catalog_product_entity_varchar (attribute_id, store_id, entity_id, value)"
        f" SELECT {attribute}, s.store_id, p.entity_id, 'x' FROM (SELECT entity_id {many}"
        f" LIMIT {values // STORES}) p JOIN store s"
    )
    connection.commit()
    return [
        Parent("category", "catalog_category_entity", "entity_id", category, links),
        Parent("attribute", "eav_attribute", "attribute_id", attribute, values),
    ]


def spent(connection: sa.Connection, parent: Parent, clock: Callable[[], float]) -> list[float]:
    """Milliseconds of the server for each of some DELETEs."""
    found = []
    for _ in range(ROUNDS):
        began = clock()
        connection.exec_driver_sql(f"DELETE FROM {parent.table} WHERE {parent.key} = {parent.id}")
        found.append((clock() - began) / 1000)
        connection.rollback()
    return found


def compared(parent: Parent, plain: list[float], ours: list[float]) -> list[Figure]:
    """The DELETE without our triggers, what they add, and the whole against it."""
    alone, whole = median(plain), median(ours)
    name, note = f"cascade.{parent.name}", f"{parent.rows:,} rows go with it"
    return [
        Figure(f"{name}.none", alone, "ms", note=note),
        Figure(f"{name}.ours", whole - alone, "ms", note="added"),
        Figure(f"{name}.ratio", whole / alone, "x", note="the whole DELETE, with / without"),
    ]
