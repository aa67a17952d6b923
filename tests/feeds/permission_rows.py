"""Rows of category permissions, which Adobe Commerce alone has."""

PERMISSION_PATH = "catalog/magento_catalogpermissions/"
PRODUCT_INDEX = "magento_catalogpermissions_index_product"
ALLOW, DENY, OPEN = -1, -2, 0


class PermissionRows:
    """Grants are three: to see the category, to see prices, to buy."""

    def permits(self, groups=(0, 1, 4)):
        """Switch category permissions on, in a shop with these customer groups."""
        self.permission_setting("enabled", "1")
        for group in groups:
            self.add("customer_group", customer_group_id=group, customer_group_code=f"g{group}")

    def permission_setting(self, name, value, website=None):
        scope = ("default", 0) if website is None else ("websites", website)
        self.config(PERMISSION_PATH + name, value, *scope)

    def permission(self, category, website, group, *grants):
        row = {"category_id": category, "website_id": website, "customer_group_id": group}
        self.add("magento_catalogpermissions", **row, **granting(grants))

    def permission_index(self, product, store, group, *grants, table=PRODUCT_INDEX):
        row = {"product_id": product, "store_id": store, "customer_group_id": group}
        self.add(table, **row, **granting(grants))

    def listed_product(self, product_id, sku, **row):
        """A product in a category."""
        self.product(product_id, sku, **row)
        self.add("catalog_category_product", category_id=10, product_id=product_id)


def granting(grants):
    names = ("catalog_category_view", "catalog_product_price", "checkout_items")
    return {f"grant_{name}": grant for name, grant in zip(names, grants, strict=True)}
