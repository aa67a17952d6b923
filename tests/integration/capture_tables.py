"""Small tables in the shape of a shop's, and what is written of them."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from changelog_triggers.model import Changelog, Hop, Key, KeyType, Subscription

PRODUCT = Changelog("product")
SKU = Changelog("sku", KeyType.TEXT)
OPTION = Changelog("attribute_option")

TABLES = (
    """CREATE TABLE {p}catalog_product_entity (
        entity_id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        sku VARCHAR(64) NULL, type_id VARCHAR(32) NOT NULL DEFAULT 'simple',
        updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, UNIQUE (sku)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3""",
    """CREATE TABLE {p}catalog_product_entity_varchar (
        value_id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
        attribute_id SMALLINT UNSIGNED NOT NULL, store_id SMALLINT UNSIGNED NOT NULL,
        entity_id INT UNSIGNED NOT NULL, value VARCHAR(255) NULL,
        UNIQUE (entity_id, attribute_id, store_id),
        CONSTRAINT {p}fk_varchar FOREIGN KEY (entity_id)
            REFERENCES {p}catalog_product_entity (entity_id) ON DELETE CASCADE
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3""",
)

ENTITY = Subscription(
    PRODUCT, "catalog_product_entity", Key("entity_id"), columns=("sku", "type_id")
)
VARCHAR = Subscription(
    PRODUCT,
    "catalog_product_entity_varchar",
    Key("entity_id"),
    columns=("value", "store_id"),
    attribute="attribute_id",
)
NAMES = Subscription(SKU, "catalog_product_entity", Key("sku"))
BY_ROW = Key("row_id", (Hop("catalog_product_entity", "row_id", "entity_id"),))

ENTITY_TABLE, VARCHAR_TABLE = ENTITY.table, VARCHAR.table

STAGED_TABLES = (
    f"CREATE TABLE {ENTITY_TABLE} (row_id INT PRIMARY KEY, entity_id INT UNSIGNED NOT NULL, n INT)",
    f"CREATE TABLE {VARCHAR_TABLE} (value_id INT PRIMARY KEY, row_id INT, value TEXT)",
    f"INSERT INTO {ENTITY_TABLE} VALUES (100, 7, 0)",
    f"INSERT INTO {VARCHAR_TABLE} VALUES (1, 100, 'a')",
)


def create(engine: sa.Engine, *tables: str, prefix: str = "") -> None:
    """Create these tables; `{p}` stands for the prefix."""
    run(engine, *(table.replace("{p}", prefix) for table in tables))


def run(engine: sa.Engine, *statements: str) -> None:
    """Run the statements in one transaction."""
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def run_by_an_older_snapshot(engine: sa.Engine, meanwhile: str, *statements: str) -> None:
    """Run the statements in a transaction that sees the shop as it was before what another did."""
    with engine.connect() as older, engine.connect() as other:
        older.exec_driver_sql("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        older.commit()
        older.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT")
        other.exec_driver_sql(meanwhile)
        for statement in statements:
            older.exec_driver_sql(statement)
        older.commit()
        older.invalidate()


def changes(
    engine: sa.Engine, changelog: Changelog = PRODUCT, prefix: str = "", schema: str = ""
) -> list[tuple[int | str, str, int | None]]:
    """Entity id, source and attribute id of all changes in order, and forget them."""
    place = f"{schema}." if schema else ""
    table = f"{place}{prefix}cfs_cl_{changelog.entity}"
    query = f"SELECT entity_id, source, attribute_id FROM {table} ORDER BY version"
    with engine.begin() as connection:
        found = connection.exec_driver_sql(query).all()
        connection.exec_driver_sql(f"DELETE FROM {table}")
    return [tuple(row) for row in found]


def names(engine: sa.Engine, query: str) -> list[str]:
    """The first column of a query."""
    with engine.connect() as connection:
        return list(connection.exec_driver_sql(query).scalars())


def triggers(engine: sa.Engine, columns: str = "trigger_name") -> list[tuple[object, ...]]:
    """All triggers of the schema."""
    query = (
        f"SELECT {columns} FROM information_schema.triggers "
        "WHERE trigger_schema = DATABASE() ORDER BY trigger_name"
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def installed(engine: sa.Engine, subscriptions: Iterable[Subscription], **place: str) -> None:
    """Install, in a connection of its own."""
    from changelog_triggers import install

    with engine.connect() as connection:
        install(connection, tuple(subscriptions), **place)
