"""A shop of two websites with orders and reviews: real tables, and only the rows a test adds."""

import contextlib
import datetime as dt
import itertools
import os
import re

import orjson
import sqlalchemy as sa

from daemon.commerce.shop import read_shop
from daemon.commerce.tables import read_tables
from daemon.core.item import FeedItem
from daemon.sandbox.shop.layout import Layout
from daemon.sandbox.shop.schema import statements

NOW = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)
TABLE = re.compile(
    r"sales_|review|rating|store|customer_entity$|sequence_product$|flag$|core_config_data$"
    r"|eav_(entity_type|attribute)$|catalog_product_entity$"
)
TIMES = {"created_at": "2026-03-01 10:00:00", "updated_at": "2026-03-02 11:00:00"}
WEBSITES = ((0, "admin", 0), (1, "base", 1), (2, "eu", 2))
GROUPS = ((0, 0, "default", 0), (1, 1, "main", 2), (2, 2, "eu_store", 20))
STORES = ((0, "admin", 0, 0), (1, "en", 1, 1), (2, "fr", 1, 1), (3, "de", 2, 2))

_numbers = itertools.count(1)


@contextlib.contextmanager
def sales_shop(server_url, prefix="", *, staged=False):
    """A shop in a schema of its own, dropped afterwards."""
    name = f"sales{os.getpid()}_{next(_numbers)}"
    server = sa.create_engine(server_url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    engine = sa.create_engine(f"{server_url}{name}?charset=utf8mb4")
    try:
        yield SalesShop(engine, prefix, staged=staged)
    finally:
        engine.dispose()
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name}")


class SalesShop:
    """Adds orders with as few rows as an order can have; tests add what they are about."""

    def __init__(self, engine, prefix="", *, staged=False):
        self.engine = engine
        self.layout = Layout(prefix, staged)
        self.queries = 0
        self.tables = []
        with engine.begin() as connection:
            connection.exec_driver_sql("SET foreign_key_checks = 0")
            for text in statements(self.layout, (), ()):
                made = re.match(r"CREATE TABLE (\w+)", text)
                if made and TABLE.match(made[1].removeprefix(prefix)):
                    connection.exec_driver_sql(text.replace("%", "%%"))
                    self.tables.append(made[1])
        sa.event.listen(engine, "before_cursor_execute", self.count)

    def fill(self):
        """The rows that every test finds."""
        for row in WEBSITES:
            self.add_row("store_website", ("website_id", "code", "default_group_id"), row)
        for row in GROUPS:
            self.add_row("store_group", ("group_id", "website_id", "code", "root_category_id"), row)
        for row in STORES:
            self.add_row("store", ("store_id", "code", "website_id", "group_id"), row)
        self.config("web/unsecure/base_url", "https://shop.test/")
        self.config("web/seo/use_rewrites", "1")

    def empty(self):
        """Make room for the next test."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql("SET foreign_key_checks = 0")
            for table in self.tables:
                connection.exec_driver_sql(f"DELETE FROM {table}")
            given = self.layout("data_exporter_uuid")
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {given}")

    def count(self, *_):
        self.queries += 1

    def execute(self, statement, values=()):
        with self.engine.begin() as connection:
            connection.exec_driver_sql(
                "SET foreign_key_checks = 0, sql_mode = 'NO_AUTO_VALUE_ON_ZERO'"
            )
            connection.exec_driver_sql(statement, tuple(values))

    def add(self, table, **row):
        self.add_row(table, row.keys(), row.values())

    def add_row(self, table, names, values):
        columns = ", ".join(f"`{name}`" for name in names)
        marks = ", ".join(["%s"] * len(names))
        self.execute(f"INSERT INTO {self.layout(table)} ({columns}) VALUES ({marks})", values)

    def change(self, table, where, **values):
        setting = ", ".join(f"`{name}` = %s" for name in values)
        self.execute(f"UPDATE {self.layout(table)} SET {setting} WHERE {where}", values.values())

    def delete(self, table, where):
        self.execute(f"DELETE FROM {self.layout(table)} WHERE {where}")

    def config(self, path, value, scope="default", scope_id=0):
        self.add("core_config_data", path=path, value=value, scope=scope, scope_id=scope_id)

    def read(self):
        with self.engine.connect() as connection:
            return read_shop(connection, read_tables(connection, self.layout.prefix))

    def ids(self, query):
        with self.engine.connect() as connection:
            return sorted(row[0] for row in connection.execute(query))

    def built(self, feed, *ids):
        """What the feed builds of these ids, items and unbuildables."""
        with self.engine.connect() as connection:
            shop = read_shop(connection, read_tables(connection, self.layout.prefix))
            self.queries = 0
            return list(feed.build(connection, shop, ids, NOW))

    def items(self, feed, *ids):
        """The items as they are sent."""
        return [
            orjson.loads(one.body) for one in self.built(feed, *ids) if isinstance(one, FeedItem)
        ]

    def order(self, order_id, *, said='{"method_title":"Check"}', **row):
        """An order and its payment; `said` is the payment's additional information."""
        values = {"increment_id": f"{order_id:09}", "state": "new", "store_id": 1, **TIMES, **row}
        self.add("sales_order", entity_id=order_id, **values)
        self.add(
            "sales_order_payment",
            entity_id=order_id,
            parent_id=order_id,
            additional_information=said,
        )

    def item(self, item_id, order_id, **row):
        values = {"sku": f"sku-{item_id}", "product_type": "simple", **TIMES, **row}
        self.add("sales_order_item", item_id=item_id, order_id=order_id, **values)

    def document(self, table, entity_id, order_id, **row):
        """An invoice, a shipment or a credit memo."""
        values = {"increment_id": f"{entity_id:09}", **TIMES, **row}
        self.add(table, entity_id=entity_id, order_id=order_id, **values)

    def uuids(self, *rows):
        """The exporter's own table, with these (uuid, entity id, type)."""
        table = self.layout("data_exporter_uuid")
        self.execute(
            f"CREATE TABLE IF NOT EXISTS {table} (uuid varchar(36) NOT NULL PRIMARY KEY,"
            " entity_id int unsigned NOT NULL, type varchar(36) NOT NULL,"
            " UNIQUE (entity_id, type)) CHARACTER SET utf8mb3"
        )
        for uuid, entity_id, kind in rows:
            self.add("data_exporter_uuid", uuid=uuid, entity_id=entity_id, type=kind)

    def review(self, review_id, stores=(0, 1), *, status=1, product=5, entity=1, **detail):
        self.add(
            "review",
            review_id=review_id,
            entity_id=entity,
            entity_pk_value=product,
            status_id=status,
        )
        values = {"title": "Good", "detail": "Very good.", "nickname": "Ann", **detail}
        self.add("review_detail", review_id=review_id, **values)
        for store in stores:
            self.add("review_store", review_id=review_id, store_id=store)

    def rating(self, rating_id, code, stores=(0, 1), values=(1, 2), **row):
        """A rating whose options have the ids rating_id * 10 + value."""
        self.add("rating", rating_id=rating_id, rating_code=code, entity_id=1, **row)
        for store in stores:
            self.add("rating_store", rating_id=rating_id, store_id=store)
        for value in values:
            self.add(
                "rating_option",
                option_id=rating_id * 10 + value,
                rating_id=rating_id,
                code=str(value),
                value=value,
                position=value + 100,
            )

    def vote(self, review_id, rating_id, value):
        self.add(
            "rating_option_vote",
            review_id=review_id,
            rating_id=rating_id,
            option_id=rating_id * 10 + value,
            remote_ip="",
            remote_ip_long=0,
            entity_pk_value=5,
        )
