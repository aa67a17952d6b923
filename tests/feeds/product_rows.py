"""Rows of products: values, websites, prices, links to children, stock."""

from daemon.commerce.shop import FOREVER

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
    "special_price": (78, "decimal", "price"),
    "cost": (81, "decimal", "price"),
    "weight": (82, "decimal", "weight"),
    "meta_title": (84, "varchar", "text"),
    "meta_keyword": (85, "text", "textarea"),
    "meta_description": (86, "varchar", "textarea"),
    "image": (87, "varchar", "media_image"),
    "small_image": (88, "varchar", "media_image"),
    "thumbnail": (89, "varchar", "media_image"),
    "news_from_date": (94, "datetime", "date"),
    "news_to_date": (95, "datetime", "date"),
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
PRODUCT_ATTRIBUTES = SYSTEM | USER_DEFINED
GALLERY_ID = 90
BOOLEAN = "Magento\\Eav\\Model\\Entity\\Attribute\\Source\\Boolean"
CREATED, UPDATED = "2026-01-02 03:04:05", "2026-02-03 04:05:06"


class ProductRows:
    """Product 1 has row 2 where the shop is staged, and so on."""

    def sorts_by(self, *codes):
        """Let customers sort products by attributes."""
        for code in codes:
            where = f"attribute_id = {PRODUCT_ATTRIBUTES[code][0]}"
            self.change("catalog_eav_attribute", where, used_for_sort_by=1)

    def link(self, product_id):
        return 2 * product_id if self.layout.staged else product_id

    def product(self, product_id, sku, type_id="simple", *, websites=(1,), row=None, **values):
        """A product with default values, assigned to websites."""
        own = {"row_id": self.link(product_id), "created_in": 1, "updated_in": FOREVER}
        own = {**(own if self.layout.staged else {}), "entity_id": product_id, "sku": sku}
        own |= {"type_id": type_id, "created_at": CREATED, "updated_at": UPDATED, **(row or {})}
        self.add("catalog_product_entity", **own)
        for website in websites:
            self.add("catalog_product_website", product_id=product_id, website_id=website)
        self.product_values(product_id, **values)

    def version(self, product_id, sku, type_id, row_id, versions):
        """One more version of a product of a staged shop."""
        row = {"row_id": row_id, "created_in": versions[0], "updated_in": versions[1]}
        self.product(product_id, sku, type_id, websites=(), row=row)

    def product_values(self, product_id, *, store=0, **values):
        for code, value in values.items():
            number, backend, _ = PRODUCT_ATTRIBUTES[code]
            row = {"attribute_id": number, "store_id": store, "value": value}
            row[self.layout.link] = self.link(product_id)
            self.add(f"catalog_product_entity_{backend}", **row)

    def tier(self, product_id, qty, price=0, *, group=None, **row):
        own = {"all_groups": int(group is None), "customer_group_id": group or 0, "website_id": 0}
        own |= {"qty": qty, "value": price, self.layout.link: self.link(product_id), **row}
        self.add("catalog_product_entity_tier_price", **own)

    def rule(self, product_id, price, *, date="2026-11-23", group=1, website=1):
        row = {"rule_date": date, "customer_group_id": group, "website_id": website}
        self.add("catalogrule_product_price", product_id=product_id, rule_price=price, **row)

    def part(self, parent_id, child_id):
        self.add("catalog_product_relation", parent_id=self.link(parent_id), child_id=child_id)

    def variant(self, parent_id, child_id, **values):
        parent = self.link(parent_id)
        self.add("catalog_product_super_link", parent_id=parent, product_id=child_id)
        self.product_values(child_id, **values)

    def varies(self, parent_id, *codes):
        for code in codes:
            row = {"product_id": self.link(parent_id), "attribute_id": PRODUCT_ATTRIBUTES[code][0]}
            self.add("catalog_product_super_attribute", **row)

    def option(self, option_id, code, label=None, *, sort=0, **labels):
        """An option of an attribute; labels by the codes of store views."""
        row = {"attribute_id": PRODUCT_ATTRIBUTES[code][0], "sort_order": sort}
        self.add("eav_attribute_option", option_id=option_id, **row)
        for store, text in {"admin": label, **labels}.items():
            if text is not None:
                self.label(option_id, text, {"admin": 0, "en": 1, "fr": 2, "de": 3}[store])

    def label(self, option_id, text, store=0):
        self.add("eav_attribute_option_value", option_id=option_id, store_id=store, value=text)

    def settings(self, product_id, **values):
        self.add("cataloginventory_stock_item", product_id=product_id, stock_id=1, **values)

    def stock(self, product_id, qty=5, *, salable=1, website=0):
        row = {"product_id": product_id, "website_id": website, "stock_id": 1}
        self.add("cataloginventory_stock_status", **row, qty=qty, stock_status=salable)

    def channel(self, website_code, stock_id):
        row = {"type": "website", "code": website_code, "stock_id": stock_id}
        self.add("inventory_stock_sales_channel", **row)

    def source_item(self, sku, source="default"):
        self.add("inventory_source_item", sku=sku, source_code=source, quantity=1, status=1)

    def reserve(self, sku, quantity, stock=1):
        self.add("inventory_reservation", sku=sku, stock_id=stock, quantity=quantity)
