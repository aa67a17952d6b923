"""Rows of what a product page shows besides the product's values, and what is sent of the least."""

import base64

from product_rows import CREATED, GALLERY_ID, UPDATED

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


def uid(path):
    """The id of a value."""
    return base64.b64encode(path.encode()).decode()


class PageRows:
    """Pictures, addresses, places in categories, links to other products."""

    def bag(self, **values):
        """Product 1, which can be sold on the website base."""
        self.product(1, "bag", name="Bag", status=1, visibility=4, **values)
        self.stock(1)

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
