"""The shop of two websites with products: prices, variants and stock."""

import contextlib
import os
import re
from itertools import count

import sqlalchemy as sa
from catalog_shop import TABLES, CatalogShop

from daemon.sandbox.shop.layout import FOREVER
from daemon.sandbox.shop.schema import statements

MORE_TABLES = """
    catalog_product_entity_int catalog_product_entity_decimal catalog_product_website
    catalog_product_entity_tier_price catalogrule_product_price catalog_product_relation
    catalog_product_super_link catalog_product_super_attribute eav_attribute_option
    eav_attribute_option_value cataloginventory_stock cataloginventory_stock_item
    cataloginventory_stock_status inventory_source inventory_stock inventory_source_stock_link
    inventory_source_item inventory_reservation inventory_stock_2
"""
PRODUCT_ATTRIBUTES = {
    "price": (77, "decimal", "price"),
    "special_price": (78, "decimal", "price"),
    "cost": (79, "decimal", "price"),
    "price_type": (80, "int", "boolean"),
    "color": (93, "int", "select"),
    "size": (144, "int", "select"),
    "status": (97, "int", "select"),
}
_numbers = count(1)


class ProductShop(CatalogShop):
    """Product 1 has row 2 where the shop is staged, and so on."""

    def _create_tables(self):
        self.execute("SET foreign_key_checks = 0")
        self.execute("SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'")
        wanted = {*TABLES.split(), *MORE_TABLES.split()}
        for text in statements(self.layout, (), (2,)):
            made = re.match(r"CREATE TABLE (\w+)", text)
            if made and made[1].removeprefix(self.layout.prefix) in wanted:
                self.execute(text)

    def _add_attributes(self):
        super()._add_attributes()
        for code, (number, backend, shown) in PRODUCT_ATTRIBUTES.items():
            self.attribute(number, code, backend_type=backend, frontend_input=shown)

    def link(self, product_id):
        return 2 * product_id if self.layout.staged else product_id

    def product(self, product_id, sku, type_id="simple", *, websites=(1,), **values):
        """A product with default values, assigned to websites."""
        self.version(product_id, sku, type_id, self.link(product_id), (1, FOREVER))
        for website in websites:
            self.add("catalog_product_website", product_id=product_id, website_id=website)
        self.values(product_id, **values)

    def version(self, product_id, sku, type_id, row_id, versions):
        staged = {"row_id": row_id, "created_in": versions[0], "updated_in": versions[1]}
        self.add(
            "catalog_product_entity",
            entity_id=product_id,
            sku=sku,
            type_id=type_id,
            **(staged if self.layout.staged else {}),
        )

    def values(self, product_id, *, store=0, **values):
        for code, value in values.items():
            number, backend, _ = PRODUCT_ATTRIBUTES[code]
            self.add(
                f"catalog_product_entity_{backend}",
                attribute_id=number,
                store_id=store,
                value=value,
                **{self.layout.link: self.link(product_id)},
            )

    def tier(self, product_id, qty, price=0, *, group=None, **row):
        self.add(
            "catalog_product_entity_tier_price",
            all_groups=int(group is None),
            customer_group_id=group or 0,
            qty=qty,
            value=price,
            **{self.layout.link: self.link(product_id), "website_id": 0, **row},
        )

    def rule(self, product_id, price, *, date="2026-11-23", group=1, website=1):
        self.add(
            "catalogrule_product_price",
            product_id=product_id,
            rule_price=price,
            rule_date=date,
            customer_group_id=group,
            website_id=website,
        )

    def part(self, parent_id, child_id):
        self.add("catalog_product_relation", parent_id=self.link(parent_id), child_id=child_id)

    def variant(self, parent_id, child_id, **values):
        parent = self.link(parent_id)
        self.add("catalog_product_super_link", parent_id=parent, product_id=child_id)
        self.values(child_id, **values)

    def varies(self, parent_id, *codes):
        for code in codes:
            self.add(
                "catalog_product_super_attribute",
                product_id=self.link(parent_id),
                attribute_id=PRODUCT_ATTRIBUTES[code][0],
            )

    def label(self, option_id, text, store=0):
        self.add("eav_attribute_option_value", option_id=option_id, store_id=store, value=text)

    def settings(self, product_id, **values):
        self.add("cataloginventory_stock_item", product_id=product_id, stock_id=1, **values)

    def stock_status(self, product_id, qty, *, salable=1, website=0):
        self.add(
            "cataloginventory_stock_status",
            product_id=product_id,
            website_id=website,
            stock_id=1,
            qty=qty,
            stock_status=salable,
        )

    def source_item(self, sku, source="default"):
        self.add("inventory_source_item", sku=sku, source_code=source, quantity=1, status=1)

    def reserve(self, sku, quantity, stock=1):
        self.add("inventory_reservation", sku=sku, stock_id=stock, quantity=quantity)

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
def product_shop(server_url, prefix="", *, staged=False):
    """A shop in a database of its own, for all tests of a file."""
    name = f"products_{os.getpid()}_{next(_numbers)}"
    server = sa.create_engine(server_url, poolclass=sa.NullPool)
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        connection.exec_driver_sql(f"USE {name}")
        try:
            yield ProductShop(connection, prefix, staged=staged)
        finally:
            connection.rollback()
            connection.exec_driver_sql(f"DROP DATABASE {name}")
