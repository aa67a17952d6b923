"""The triggers that Commerce's MView installs where every indexer and feed is on schedule.

They are made from facts about it: which changelogs a table has, and that a row is written to each
of them whenever any column has changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

SEARCH, ATTRIBUTE, CATEGORY = (
    "catalogsearch_fulltext",
    "catalog_product_attribute",
    "catalog_category",
)
RULE, PRICE, STOCK, INVENTORY = "catalogrule_product", "catalog_product_price", "stock", "inventory"
PRODUCTS, PRICES, VARIANTS = "products_feed", "prices_feed", "variants_feed"
STATUS, ORDERS = "stock_status_feed", "orders_feed"


@dataclass(frozen=True, slots=True)
class Viewed:
    """A table's changelogs, and the column that is written to them.

    unseen: a column whose change counts for none.
    """

    key: str
    changelogs: tuple[str, ...]
    unseen: str = ""


VIEWED: Mapping[str, Viewed] = {
    "catalog_product_entity": Viewed(
        "entity_id", (SEARCH, PRODUCTS, RULE, PRICE, PRICES, VARIANTS), "updated_at"
    ),
    "catalog_product_entity_int": Viewed(
        "entity_id", (SEARCH, ATTRIBUTE, CATEGORY, PRODUCTS, RULE, PRICE, STOCK, VARIANTS)
    ),
    "catalog_product_entity_decimal": Viewed(
        "entity_id", (SEARCH, ATTRIBUTE, PRODUCTS, RULE, PRICE, PRICES)
    ),
    "catalog_product_entity_varchar": Viewed("entity_id", (SEARCH, ATTRIBUTE, PRODUCTS, RULE)),
    "cataloginventory_stock_item": Viewed("product_id", (STOCK, PRODUCTS)),
    "inventory_source_item": Viewed("sku", (INVENTORY, STATUS)),
    "inventory_reservation": Viewed("sku", (STATUS,)),
    "catalogrule_product_price": Viewed("product_id", (PRICE, PRICES)),
    "sales_order": Viewed("entity_id", (ORDERS,), "updated_at"),
    "sales_payment_transaction": Viewed("order_id", (ORDERS,)),
}
"""Of the tables that are written to here."""


def changelogs() -> Iterator[str]:
    """The statements that make all the changelogs."""
    for name in sorted({one for viewed in VIEWED.values() for one in viewed.changelogs}):
        kind = "VARCHAR(64)" if name == STATUS else "INT UNSIGNED"
        yield (
            f"CREATE TABLE bench_{name}_cl (version_id INT UNSIGNED NOT NULL AUTO_INCREMENT"
            f" PRIMARY KEY, entity_id {kind} NOT NULL) ENGINE = InnoDB"
        )


def triggers(connection: sa.Connection) -> list[str]:
    """The statements that make all the triggers."""
    columns = sa.inspect(connection)
    return [
        statement
        for table, viewed in VIEWED.items()
        for statement in triggers_of(
            table, viewed, [column["name"] for column in columns.get_columns(table)]
        )
    ]


def triggers_of(table: str, viewed: Viewed, columns: list[str]) -> Iterator[str]:
    """One for each event."""
    changed = " OR ".join(
        f"NOT(NEW.`{name}` <=> OLD.`{name}`)" for name in columns if name != viewed.unseen
    )
    for event, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        statements = [
            f"INSERT IGNORE INTO bench_{name}_cl (entity_id) VALUES ({row}.`{viewed.key}`);"
            for name in viewed.changelogs
        ]
        if event == "UPDATE":
            statements = [f"IF ({changed}) THEN {one} END IF;" for one in statements]
        yield (
            f"CREATE TRIGGER bench_{table}_{event.lower()} AFTER {event} ON {table}"
            f" FOR EACH ROW BEGIN {' '.join(statements)} END"
        )
