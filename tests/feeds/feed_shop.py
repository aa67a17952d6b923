"""A shop of two websites and three store views: real tables, and only the rows a test adds."""

import contextlib
import datetime as dt
import itertools
import os

import orjson
import sqlalchemy as sa
from catalog_rows import CATEGORY_ATTRIBUTE_IDS, CATEGORY_ATTRIBUTES, CatalogRows
from page_rows import PageRows
from permission_rows import PermissionRows
from product_rows import BOOLEAN, GALLERY_ID, PRODUCT_ATTRIBUTES, USER_DEFINED, ProductRows
from sales_rows import SalesRows

from changelog_triggers import install
from daemon.commerce.shop import ShopReader, read_shop
from daemon.commerce.tables import ShopTables
from daemon.core.item import FeedItem
from daemon.core.options import FeedOptions
from daemon.sandbox.shop.layout import Layout
from daemon.sandbox.shop.schema import statements

NOW = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)
WEBSITES = ((0, "admin", 0), (1, "base", 1), (2, "eu", 2))
GROUPS = ((0, 0, "default", 0), (1, 1, "main", 2), (2, 2, "eu_store", 20))
STORES = ((0, "admin", 0, 0), (1, "en", 1, 1), (2, "fr", 1, 1), (3, "de", 2, 2))
UUIDS = "data_exporter_uuid"
UUID_TABLE = """CREATE TABLE {} (
    uuid varchar(36) NOT NULL PRIMARY KEY, entity_id int unsigned NOT NULL,
    type varchar(36) NOT NULL, UNIQUE (entity_id, type)) CHARACTER SET utf8mb3"""

_numbers = itertools.count(1)


class FeedShop(CatalogRows, ProductRows, PermissionRows, PageRows, SalesRows):
    """Adds rows, and builds feeds of them; `forget` takes back what was added since it was made.

    absent: tables that the shop is read without; options: those that feeds are built by.
    """

    def __init__(self, connection, layout):
        self.connection = connection
        self.layout = layout
        self.queries = 0
        self.absent = {UUIDS}
        self.options = FeedOptions()
        self._reader = ShopReader(layout.prefix)
        self._create_tables()
        self._add_scopes()
        self._add_attributes()
        connection.commit()
        sa.event.listen(connection, "before_cursor_execute", self._count)

    def _create_tables(self):
        self.execute("SET foreign_key_checks = 0, sql_mode = 'NO_AUTO_VALUE_ON_ZERO'")
        made = statements(self.layout, [store for store, *_ in STORES[1:]], (2,))
        for text in (*made, UUID_TABLE.format(self.layout(UUIDS))):
            if text.startswith("CREATE TABLE"):
                self.execute(text.replace("%", "%%"))

    def _add_scopes(self):
        for row in WEBSITES:
            names = ("website_id", "code", "default_group_id")
            self.add("store_website", **dict(zip(names, row, strict=True)))
        for row in GROUPS:
            names = ("group_id", "website_id", "code", "root_category_id")
            self.add("store_group", **dict(zip(names, row, strict=True)))
        for row in STORES:
            names = ("store_id", "code", "website_id", "group_id")
            self.add("store", **dict(zip(names, row, strict=True)))
        self.config("web/unsecure/base_url", "https://shop.test/")
        self.config("web/seo/use_rewrites", "1")
        for number, code in ((1, "product"), (2, "customer")):
            self.add("review_entity", entity_id=number, entity_code=code)
        for number, code in ((1, "Approved"), (2, "Pending"), (3, "Not Approved")):
            self.add("review_status", status_id=number, status_code=code)

    def _add_attributes(self):
        for kind_id, kind in ((3, "catalog_category"), (4, "catalog_product")):
            self.add("eav_entity_type", entity_type_id=kind_id, entity_type_code=kind)
        for code, backend in CATEGORY_ATTRIBUTES.items():
            rich = int(code == "description")
            catalog = {"is_html_allowed_on_front": rich, "is_wysiwyg_enabled": rich}
            number = CATEGORY_ATTRIBUTE_IDS[code]
            self.attribute(number, code, 3, catalog, backend_type=backend)
        for code, (number, backend, shown) in PRODUCT_ATTRIBUTES.items():
            row = {"backend_type": backend, "frontend_input": shown, "frontend_label": code.title()}
            row |= {"is_user_defined": int(code in USER_DEFINED)}
            row |= {"source_model": BOOLEAN if code == "eco" else None}
            self.attribute(number, code, **row)
        self.attribute(GALLERY_ID, "media_gallery", backend_type="static")

    def _count(self, *_):
        self.queries += 1

    def forget(self):
        self.connection.rollback()
        self.absent = {UUIDS}
        self.options = FeedOptions()

    def watch(self, feeds):
        """Install the triggers of feeds; what was added before stays."""
        wanted = [edge.on for feed in feeds for edge in feed.edges(self.read())]
        engine = self.connection.engine.execution_options(isolation_level="AUTOCOMMIT")
        schema = self.connection.scalar(sa.text("SELECT DATABASE()"))
        self.connection.commit()
        with engine.connect() as connection:
            connection.exec_driver_sql(f"USE {schema}")
            install(connection, wanted, prefix=self.layout.prefix)
        self.execute("SET foreign_key_checks = 1")
        self.connection.commit()

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

    def read(self, *, without=()):
        """The shop as a batch reads it; `without` some of its tables."""
        absent = self.absent.union(without)
        columns = self._reader.tables(self.connection).columns
        known = {name: names for name, names in columns.items() if name not in absent}
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

    def sent(self, feed, entity_id=1, store="en", **options):
        """The item of a store view."""
        items = self.items(feed, entity_id, **options)
        return next(item for item in items if item["storeViewCode"] == store)

    def count_queries(self, feed, ids):
        self.built(feed, *ids)
        return self.queries

    def edges_on(self, feed, table):
        return [edge for edge in feed.edges(self.read()) if edge.on.table == table]

    def widened(self, feed, table, *ids):
        """What the edges on the table make of these ids."""
        shop = self.read()
        found = [edge for edge in self.edges_on(feed, table) if edge.widen is not None]
        return sorted({one for edge in found for one in self.ids(edge.widen(shop, ids))})


@contextlib.contextmanager
def feed_shop(server_url, prefix="", *, staged=False):
    """A shop in a database of its own."""
    name = f"feeds_{os.getpid()}_{next(_numbers)}"
    server = sa.create_engine(server_url, poolclass=sa.NullPool)
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        connection.exec_driver_sql(f"USE {name}")
        try:
            yield FeedShop(connection, Layout(prefix, staged))
        finally:
            connection.rollback()
            connection.exec_driver_sql(f"DROP DATABASE {name}")
