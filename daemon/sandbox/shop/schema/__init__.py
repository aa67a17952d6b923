"""The tables of a shop, in the layout of Magento Open Source or of a staged Adobe Commerce."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import sqlalchemy as sa

from daemon.sandbox.shop.layout import Layout

FILES = (
    "store",
    "eav",
    "categories",
    "products",
    "composites",
    "inventory",
    "orders",
    "documents",
    "reviews",
)
COMMERCE_FILES = ("permissions",)
"""What Open Source lacks."""

OPTIONS = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"
ROW_LINKS = {
    "catalog_product_relation": "parent_id",
    "catalog_product_link": "product_id",
    "catalog_product_super_attribute": "product_id",
    "catalog_product_super_link": "parent_id",
    "catalog_product_bundle_option": "parent_id",
    "catalog_product_option": "product_id",
    "downloadable_link": "product_id",
    "downloadable_sample": "product_id",
}
"""The columns that name a version of a product (its row) where staging is on, under their old
name. EAV tables call it `row_id`; all other references go to the entity's sequence.
"""
SEQUENCES = {
    "catalog_product_entity": "sequence_product",
    "catalog_category_entity": "sequence_catalog_category",
}
STOCK_VIEW = """CREATE SQL SECURITY INVOKER VIEW inventory_stock_1 AS
SELECT DISTINCT
  status.product_id, status.website_id, status.stock_id,
  status.qty AS quantity, status.stock_status AS is_salable, product.sku
FROM cataloginventory_stock_status AS status
JOIN catalog_product_entity AS product ON product.entity_id = status.product_id"""

_CREATED = re.compile(r"^CREATE TABLE (\w+) \(", re.MULTILINE)
_NAMED = re.compile(r"(CREATE TABLE|REFERENCES|FROM|JOIN|VIEW) (\w+)")
_REFERENCE = re.compile(r"FOREIGN KEY \((\w+)\) REFERENCES (catalog_\w+_entity) \(entity_id\)")


@cache
def read_file(name: str) -> tuple[str, ...]:
    """The CREATE TABLE statements of one file."""
    text = (files(__name__) / f"{name}.sql").read_text(encoding="utf-8")
    return tuple(part.strip() for part in text.split(";\n") if "CREATE TABLE" in part)


def index_tables(stores: Iterable[int], stocks: Iterable[int]) -> Iterator[str]:
    """The statements of the tables that exist once per store view or per stock but the default."""
    of_store, replica, of_stock = read_file("indexes")
    for store in stores:
        yield of_store.replace("{store}", str(store))
        yield replica.replace("{store}", str(store))
    for stock in stocks:
        yield of_stock.replace("{stock}", str(stock))


def staged_statement(text: str) -> str:
    """One table of the Open Source layout as content staging has it."""
    found = _CREATED.search(text)
    table = found.group(1) if found else ""
    if table in SEQUENCES:
        return _staged_entity(text, SEQUENCES[table])
    if "FOREIGN KEY (entity_id) REFERENCES catalog_" in text:
        return _REFERENCE.sub(r"FOREIGN KEY (row_id) REFERENCES \2 (row_id)", _renamed(text))

    def reference(match: re.Match[str]) -> str:
        column, entity = match.groups()
        if ROW_LINKS.get(table) == column:
            return f"FOREIGN KEY ({column}) REFERENCES {entity} (row_id)"
        return f"FOREIGN KEY ({column}) REFERENCES {SEQUENCES[entity]} (sequence_value)"

    return _REFERENCE.sub(reference, text)


def _renamed(text: str) -> str:
    head, body = text.split("(\n", 1)
    foreign = "REFERENCES catalog_"
    lines = [
        line if foreign in line else re.sub(r"\bentity_id\b", "row_id", line)
        for line in body.split("\n")
    ]
    return head + "(\n" + "\n".join(lines)


def _staged_entity(text: str, sequence: str) -> str:
    versions = (
        "  row_id int unsigned NOT NULL AUTO_INCREMENT,\n"
        "  entity_id int unsigned NOT NULL,\n"
        "  created_in bigint unsigned NOT NULL,\n"
        "  updated_in bigint unsigned NOT NULL,\n"
    )
    text = text.replace("  entity_id int unsigned NOT NULL AUTO_INCREMENT,\n", versions)
    keys = (
        "PRIMARY KEY (row_id),\n  KEY (entity_id),\n  KEY (created_in),\n  KEY (updated_in),\n"
        f"  FOREIGN KEY (entity_id) REFERENCES {sequence} (sequence_value) ON DELETE CASCADE"
    )
    return re.sub(r"PRIMARY KEY \([^)]*\)", keys, text)


def _sequence(name: str) -> str:
    return (
        f"CREATE TABLE {name} (\n  sequence_value int unsigned NOT NULL AUTO_INCREMENT,\n"
        "  PRIMARY KEY (sequence_value)\n)"
    )


def statements(layout: Layout, stores: Iterable[int], stocks: Iterable[int]) -> list[str]:
    """Every statement that makes an empty shop, to be run with foreign_key_checks off.

    stores: ids of the store views, without the admin's.
    stocks: ids of the stocks, without the default one.
    """
    files = FILES + (COMMERCE_FILES if layout.staged else ())
    texts = [text for name in files for text in read_file(name)]
    texts += index_tables(stores, stocks)
    if layout.staged:
        texts = [*map(_sequence, SEQUENCES.values()), *map(staged_statement, texts)]
    created = [f"{text} {OPTIONS}" for text in texts]
    return [_prefixed(text, layout.prefix) for text in (*created, STOCK_VIEW)]


def _prefixed(text: str, prefix: str) -> str:
    text = text[text.index("CREATE") :]
    return _NAMED.sub(lambda found: f"{found[1]} {prefix}{found[2]}", text) if prefix else text


def create_schema(
    connection: sa.Connection, layout: Layout, stores: Iterable[int], stocks: Iterable[int]
) -> None:
    """Create the empty tables of a shop in the connection's schema."""
    connection.exec_driver_sql("SET SESSION foreign_key_checks = 0")
    cursor = connection.connection.cursor()
    for statement in statements(layout, stores, stocks):
        cursor.execute(statement)
    cursor.close()
    connection.exec_driver_sql("SET SESSION foreign_key_checks = 1")
