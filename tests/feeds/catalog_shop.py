"""A shop of two websites in a test's own database: real tables, and only the rows a test adds."""

import contextlib
import datetime as dt
import itertools
import os
import re

import orjson
import sqlalchemy as sa

from daemon.commerce.shop import read_shop
from daemon.commerce.tables import ShopTables, read_tables
from daemon.core.item import FeedItem
from daemon.core.options import FeedOptions
from daemon.sandbox.shop.layout import FOREVER, Layout
from daemon.sandbox.shop.schema import statements

_numbers = itertools.count(1)
NOW = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)
TABLES = """
    store_website store_group store core_config_data flag customer_group
    customer_group_excluded_website eav_entity_type eav_attribute catalog_eav_attribute
    eav_attribute_label catalog_category_entity catalog_category_entity_int
    catalog_category_entity_varchar catalog_category_entity_text catalog_category_entity_decimal
    catalog_category_entity_datetime catalog_product_entity sequence_catalog_category
    sequence_product
"""
WEBSITES = ((0, "admin"), (1, "base"), (2, "eu"))
GROUPS = ((0, 0, "default", 0), (1, 1, "main", 2), (2, 2, "eu_store", 20))
STORES = ((0, "admin", 0, 0), (1, "en", 1, 1), (2, "fr", 1, 1), (3, "de", 2, 2))
CATEGORY_ATTRIBUTES = {
    "name": "varchar",
    "is_active": "int",
    "include_in_menu": "int",
    "is_anchor": "int",
    "display_mode": "varchar",
    "meta_title": "varchar",
    "url_key": "varchar",
    "default_sort_by": "varchar",
    "image": "varchar",
    "description": "text",
    "meta_keywords": "text",
    "meta_description": "text",
    "available_sort_by": "text",
}
ATTRIBUTE_IDS = {code: 40 + number for number, code in enumerate(CATEGORY_ATTRIBUTES)}


class CatalogShop:
    """The shop: add rows, build a feed of it; `forget` takes back what was added."""

    def __init__(self, connection, prefix="", *, staged=False):
        self.connection = connection
        self.layout = Layout(prefix, staged)
        self.queries = 0
        self._create_tables()
        self._add_scopes()
        self._add_attributes()
        connection.commit()
        self.options = FeedOptions()
        sa.event.listen(connection, "before_cursor_execute", self._count)

    def _create_tables(self):
        self.execute("SET foreign_key_checks = 0")
        self.execute("SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'")
        for text in statements(self.layout, (), ()):
            made = re.match(r"CREATE TABLE (\w+)", text)
            if made and made[1].removeprefix(self.layout.prefix) in TABLES.split():
                self.execute(text)

    def _add_scopes(self):
        for website_id, code in WEBSITES:
            self.add("store_website", website_id=website_id, code=code)
        for row in GROUPS:
            names = ("group_id", "website_id", "code", "root_category_id")
            self.add("store_group", **dict(zip(names, row, strict=True)))
        for row in STORES:
            names = ("store_id", "code", "website_id", "group_id")
            self.add("store", **dict(zip(names, row, strict=True)))
        self.config("web/unsecure/base_url", "https://shop.test/")
        self.config("web/seo/use_rewrites", "1")

    def _add_attributes(self):
        for kind_id, kind in ((3, "catalog_category"), (4, "catalog_product")):
            self.add("eav_entity_type", entity_type_id=kind_id, entity_type_code=kind)
        for code, backend in CATEGORY_ATTRIBUTES.items():
            rich = int(code == "description")
            catalog = {"is_html_allowed_on_front": rich, "is_wysiwyg_enabled": rich}
            self.attribute(ATTRIBUTE_IDS[code], code, 3, catalog, backend_type=backend)

    def _count(self, *_):
        self.queries += 1

    def forget(self):
        self.connection.rollback()
        self.options = FeedOptions()

    def execute(self, statement, values=()):
        self.connection.exec_driver_sql(statement, tuple(values) or None)

    def add(self, table, **row):
        names = ", ".join(f"`{name}`" for name in row)
        marks = ", ".join(["%s"] * len(row))
        self.execute(f"INSERT INTO {self.layout(table)} ({names}) VALUES ({marks})", row.values())

    def change(self, table, where, **values):
        setting = ", ".join(f"`{name}` = %s" for name in values)
        self.execute(f"UPDATE {self.layout(table)} SET {setting} WHERE {where}", values.values())

    def delete(self, table, where):
        self.execute(f"DELETE FROM {self.layout(table)} WHERE {where}")

    def config(self, path, value, scope="default", scope_id=0):
        self.add("core_config_data", path=path, value=value, scope=scope, scope_id=scope_id)

    def attribute(self, attribute_id, code, kind=4, catalog=None, **row):
        self.add(
            "eav_attribute",
            attribute_id=attribute_id,
            attribute_code=code,
            entity_type_id=kind,
            **row,
        )
        self.add("catalog_eav_attribute", attribute_id=attribute_id, **(catalog or {}))

    def category(self, path, *, row_id=None, versions=(1, FOREVER), position=1, **values):
        """A category with its default values; the id is the last of the path."""
        *above, own = map(int, path.split("/"))
        staged = {"row_id": row_id or 2 * own, "created_in": versions[0], "updated_in": versions[1]}
        self.add(
            "catalog_category_entity",
            entity_id=own,
            parent_id=above[-1] if above else 0,
            path=path,
            level=len(above),
            position=position,
            created_at="2026-01-02 03:04:05",
            updated_at="2026-02-03 04:05:06",
            **(staged if self.layout.staged else {}),
        )
        self.values(row_id or own, _is_row=row_id is not None, **values)

    def values(self, category_id, *, store=0, _is_row=False, **values):
        link = category_id if _is_row or not self.layout.staged else 2 * category_id
        for code, value in values.items():
            self.add(
                f"catalog_category_entity_{CATEGORY_ATTRIBUTES[code]}",
                attribute_id=ATTRIBUTE_IDS[code],
                store_id=store,
                value=value,
                **{self.layout.link: link},
            )

    def read(self, *, without=()):
        """The shop as a batch reads it; `without` some of its tables."""
        tables = read_tables(self.connection, self.layout.prefix)
        known = {name: columns for name, columns in tables.columns.items() if name not in without}
        tables = ShopTables(known, self.layout.prefix)
        return read_shop(self.connection, tables, None, self.options)

    def rows(self, query):
        return sorted(tuple(row) for row in self.connection.execute(query))

    def ids(self, query):
        return [row[0] for row in self.rows(query)]

    def built(self, feed, *ids, without=()):
        """What the feed builds of these ids, items and unbuildables."""
        shop = self.read(without=without)
        self.queries = 0
        return list(feed.build(self.connection, shop, ids, NOW))

    def items(self, feed, *ids, **options):
        """The items as they are sent."""
        built = self.built(feed, *ids, **options)
        return [orjson.loads(one.body) for one in built if isinstance(one, FeedItem)]


@contextlib.contextmanager
def catalog_shop(server_url, prefix="", *, staged=False):
    """A shop in a database of its own, for all tests of a file."""
    name = f"catalog_{os.getpid()}_{next(_numbers)}"
    server = sa.create_engine(server_url, poolclass=sa.NullPool)
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        connection.exec_driver_sql(f"USE {name}")
        try:
            yield CatalogShop(connection, prefix, staged=staged)
        finally:
            connection.rollback()
            connection.exec_driver_sql(f"DROP DATABASE {name}")
