"""The shop of two websites with everything that a product page shows."""

import base64
import contextlib
import os
import re
from itertools import count

import sqlalchemy as sa
from catalog_shop import CatalogShop

from daemon.sandbox.shop.layout import FOREVER
from daemon.sandbox.shop.schema import statements

USER_DEFINED = {
    "color": (93, "int", "select"),
    "size": (144, "int", "select"),
    "material": (139, "text", "multiselect"),
    "note": (157, "varchar", "text"),
    "depth": (163, "decimal", "text"),
    "bought_on": (161, "datetime", "datetime"),
    "eco": (145, "int", "boolean"),
}
SYSTEM = {
    "name": (73, "varchar", "text"),
    "description": (75, "text", "textarea"),
    "short_description": (76, "text", "textarea"),
    "price": (77, "decimal", "price"),
    "weight": (82, "decimal", "weight"),
    "meta_title": (84, "varchar", "text"),
    "meta_keyword": (85, "text", "textarea"),
    "meta_description": (86, "varchar", "textarea"),
    "image": (87, "varchar", "media_image"),
    "small_image": (88, "varchar", "media_image"),
    "thumbnail": (89, "varchar", "media_image"),
    "news_from_date": (94, "datetime", "date"),
    "status": (97, "int", "select"),
    "visibility": (99, "int", "select"),
    "image_label": (109, "varchar", "text"),
    "url_key": (121, "varchar", "text"),
    "price_type": (125, "int", "boolean"),
    "weight_type": (127, "int", "boolean"),
    "price_view": (128, "int", "select"),
    "links_purchased_separately": (130, "int", None),
    "links_title": (132, "varchar", None),
    "tax_class_id": (134, "int", "select"),
    "swatch_image": (136, "varchar", "media_image"),
}
GALLERY_ID = 90
BOOLEAN = "Magento\\Eav\\Model\\Entity\\Attribute\\Source\\Boolean"
ATTRIBUTES = SYSTEM | USER_DEFINED
CREATED, UPDATED = "2026-01-02 03:04:05", "2026-02-03 04:05:06"
LISTS = ("attributes", "categoryData", "media_gallery", "optionsV2", "shopperInputOptions")
PLAIN = {
    "productId": 1,
    "sku": "bag",
    "storeViewCode": "en",
    "storeCode": "main",
    "websiteCode": "base",
    "type": "simple",
    "name": "Bag",
    "status": "Enabled",
    "visibility": "Catalog, Search",
    "taxClassId": "no",
    "displayable": True,
    "buyable": True,
    "inStock": True,
    "lowStock": False,
    "currency": "USD",
    "weightUnit": None,
    "url": "https://shop.test/catalog/product/view/id/1/s//",
    "urlRewrites": None,
    "links": None,
    "parents": None,
    "samples": None,
    "images": None,
    "videos": None,
    "variants": None,
    **dict.fromkeys(LISTS),
    "deleted": False,
    "createdAt": CREATED,
    "updatedAt": UPDATED,
    "modifiedAt": "2026-11-23 16:00:00",
}
"""What is sent of a product that has next to nothing."""

VALUE = dict.fromkeys(
    (
        "id",
        "label",
        "sortOrder",
        "isDefault",
        "colorHex",
        "imageUrl",
        "customSwatchValue",
        "qtyMutability",
        "qty",
        "infoUrl",
        "sku",
        "price",
        "priceType",
    )
)
"""A value of an option, with nothing set."""

_numbers = count(1)


def uid(path):
    """The id of a value."""
    return base64.b64encode(path.encode()).decode()


class ShowcaseShop(CatalogShop):
    """Product 1 has row 2 where the shop is staged, and so on."""

    def _create_tables(self):
        self.execute("SET foreign_key_checks = 0")
        self.execute("SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'")
        for text in statements(self.layout, (1, 2, 3), (2,)):
            self.execute(re.sub(r"inventory_stock_1$", "stock_1_view", text))

    def _add_attributes(self):
        super()._add_attributes()
        for code, (number, backend, shown) in ATTRIBUTES.items():
            source = BOOLEAN if code == "eco" else None
            user_defined = int(code in USER_DEFINED)
            row = {"is_user_defined": user_defined, "source_model": source}
            label = {"frontend_label": code.title()}
            self.attribute(number, code, backend_type=backend, frontend_input=shown, **row, **label)
        self.attribute(GALLERY_ID, "media_gallery", backend_type="static")

    def link(self, product_id):
        return 2 * product_id if self.layout.staged else product_id

    def bag(self, **values):
        """Product 1, which can be sold on the website base."""
        self.product(1, "bag", name="Bag", status=1, visibility=4, **values)
        self.stock(1)

    def product(self, product_id, sku, type_id="simple", *, websites=(1,), row=None, **values):
        """A product with default values, assigned to websites."""
        staged = {"row_id": self.link(product_id), "created_in": 1, "updated_in": FOREVER}
        own = {"created_at": CREATED, "updated_at": UPDATED, **(row or {})}
        own |= {"entity_id": product_id, "sku": sku, "type_id": type_id}
        self.add("catalog_product_entity", **(staged if self.layout.staged else {}) | own)
        for website in websites:
            self.add("catalog_product_website", product_id=product_id, website_id=website)
        self.product_values(product_id, **values)

    def product_values(self, product_id, *, store=0, **values):
        for code, value in values.items():
            number, backend, _ = ATTRIBUTES[code]
            row = {"attribute_id": number, "store_id": store, "value": value}
            row[self.layout.link] = self.link(product_id)
            self.add(f"catalog_product_entity_{backend}", **row)

    def option(self, option_id, code, label=None, *, sort=0, **labels):
        """An option of an attribute; labels by the codes of store views."""
        attribute_id = ATTRIBUTES[code][0]
        self.add(
            "eav_attribute_option", option_id=option_id, attribute_id=attribute_id, sort_order=sort
        )
        for store, text in {"admin": label, **labels}.items():
            if text is not None:
                self.label(option_id, text, {"admin": 0, "en": 1, "fr": 2, "de": 3}[store])

    def label(self, option_id, text, store):
        self.add("eav_attribute_option_value", option_id=option_id, store_id=store, value=text)

    def stock(self, product_id, qty=5, *, salable=1):
        row = {"product_id": product_id, "website_id": 0, "stock_id": 1}
        self.add("cataloginventory_stock_status", **row, qty=qty, stock_status=salable)

    def channel(self, website_code, stock_id):
        row = {"type": "website", "code": website_code, "stock_id": stock_id}
        self.add("inventory_stock_sales_channel", **row)

    def picture(self, value_id, product_id, file, media_type="image", **words):
        """A file in a gallery; words of the admin's store view."""
        row = {"value_id": value_id, "attribute_id": GALLERY_ID}
        table = "catalog_product_entity_media_gallery"
        self.add(table, **row, value=file, media_type=media_type)
        link = {self.layout.link: self.link(product_id)}
        self.add(f"{table}_value_to_entity", value_id=value_id, **link)
        self.words(value_id, product_id, 0, **words)

    def words(self, value_id, product_id, store, **words):
        row = {"value_id": value_id, "store_id": store, self.layout.link: self.link(product_id)}
        self.add("catalog_product_entity_media_gallery_value", **row, **words)

    def rewrite(self, path, product_id=1, store=1, target=None, **row):
        target = target or f"catalog/product/view/id/{product_id}"
        names = {"request_path": path, "entity_id": product_id, "store_id": store}
        names |= {"target_path": target, "entity_type": "product", "redirect_type": 0}
        self.add("url_rewrite", **names | row)

    def index(self, category_id, product_id, *, store=1, position=0):
        row = {"category_id": category_id, "product_id": product_id, "store_id": store}
        self.add(f"catalog_category_product_index_store{store}", **row, position=position)

    def points(self, product_id, linked_id, kind, **details):
        """A link of a type (1, 3, 4 or 5); details of grouped children."""
        row = {"product_id": self.link(product_id), "linked_product_id": linked_id}
        link_id = 10000 * kind + 100 * product_id + linked_id
        self.add("catalog_product_link", link_id=link_id, link_type_id=kind, **row)
        for code, value in details.items():
            backend, number = {"qty": ("decimal", 5), "position": ("int", 4)}[code]
            row = {"link_id": link_id, "product_link_attribute_id": number, "value": value}
            self.add(f"catalog_product_link_attribute_{backend}", **row)

    def part(self, parent_id, child_id):
        self.add("catalog_product_relation", parent_id=self.link(parent_id), child_id=child_id)

    def sent(self, feed, product_id=1, store="en", **options):
        """The item of a store view."""
        items = self.items(feed, product_id, **options)
        return next(item for item in items if item["storeViewCode"] == store)

    def edges_on(self, feed, table):
        return [edge for edge in feed.edges(self.read()) if edge.on.table == table]

    def widened(self, feed, table, *ids):
        """What the edges on the table make of these ids."""
        shop = self.read()
        found = [edge for edge in self.edges_on(feed, table) if edge.widen is not None]
        return sorted({one for edge in found for one in self.ids(edge.widen(shop, ids))})


@contextlib.contextmanager
def showcase_shop(server_url, prefix="", *, staged=False):
    """A shop in a database of its own, for all tests of a file."""
    name = f"showcase_{os.getpid()}_{next(_numbers)}"
    server = sa.create_engine(server_url, poolclass=sa.NullPool)
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        connection.exec_driver_sql(f"USE {name}")
        try:
            yield ShowcaseShop(connection, prefix, staged=staged)
        finally:
            connection.rollback()
            connection.exec_driver_sql(f"DROP DATABASE {name}")
