"""Configuration values with Commerce's fallback: store view, its website, default, built-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from daemon.commerce.scopes import StoreView, Website
from daemon.commerce.tables import ShopTables
from daemon.errors import ShopError

BUILT_IN = {
    "web/unsecure/base_url": "{{base_url}}",
    "web/unsecure/base_link_url": "{{unsecure_base_url}}",
    "web/unsecure/base_media_url": "",
    "web/secure/base_url": "{{base_url}}",
    "web/seo/use_rewrites": "0",
    "web/url/use_store": "0",
    "general/locale/weight_unit": "lbs",
    "general/locale/timezone": "America/Los_Angeles",
    "currency/options/base": "USD",
    "cataloginventory/options/stock_threshold_qty": "0",
    "cataloginventory/item_options/manage_stock": "1",
    "cataloginventory/item_options/backorders": "0",
    "cataloginventory/item_options/min_sale_qty": "1",
    "cataloginventory/item_options/max_sale_qty": "10000",
    "cataloginventory/item_options/enable_qty_increments": "0",
    "cataloginventory/item_options/qty_increments": "1",
    "cataloginventory/item_options/min_qty": "0",
    "catalog/frontend/default_sort_by": "position",
    "catalog/magento_catalogpermissions/enabled": "0",
    "catalog/magento_catalogpermissions/grant_catalog_category_view": "1",
    "catalog/magento_catalogpermissions/grant_catalog_category_view_groups": "",
    "catalog/magento_catalogpermissions/grant_catalog_product_price": "1",
    "catalog/magento_catalogpermissions/grant_catalog_product_price_groups": "",
    "catalog/magento_catalogpermissions/grant_checkout_items": "1",
    "catalog/magento_catalogpermissions/grant_checkout_items_groups": "",
}
"""What Commerce's modules say where nobody has set a value: the paths that feeds read, and no
other.
"""


def is_yes(value: str) -> bool:
    """True where the value of a yes/no setting means yes to Commerce."""
    return value not in {"", "0", "false"}


@dataclass(frozen=True)
class Config:
    """Values by (scope, scope id, path), and the overrides of the deployment (env.php,
    environment).

    overrides: what `app/etc/env.php` or `CONFIG__…` fixes, by path for the default scope, or by
        `stores/<code>/<path>` and `websites/<code>/<path>`. They win over the table's value of the
        same scope; a store view's value still wins over its website's, and that over the default.
    """

    values: Mapping[tuple[str, int, str], str | None]
    overrides: Mapping[str, str]

    def get(self, path: str, store: StoreView | None = None) -> str:
        """The effective value for a store view, or for the default scope."""
        if store is None or store.id == 0:
            return self._first(path)
        own = ("stores", store.id, store.code)
        return self._first(path, own, ("websites", store.website_id, store.website_code))

    def of_website(self, path: str, website: Website | None = None) -> str:
        """The effective value for a website, whatever its store views say, or for the default
        scope.
        """
        if website is None:
            return self._first(path)
        return self._first(path, ("websites", website.id, website.code))

    def _first(self, path: str, *scopes: tuple[str, int, str]) -> str:
        """The value of the first of these scopes (kind, id, code) that has one, or the default."""
        for kind, id_, code in scopes:
            override = f"{kind}/{code}/{path}"
            value = self.overrides.get(override, self.values.get((kind, id_, path)))
            if value is not None:
                return value
        value = self.overrides.get(path, self.values.get(("default", 0, path)))
        return BUILT_IN[path] if value is None else value

    def flag(self, path: str, store: StoreView | None = None) -> bool:
        """The value as Commerce's yes/no settings are read."""
        return is_yes(self.get(path, store))

    def web_url(self, store: StoreView | None = None) -> str:
        """The base URL, ending in one slash.

        Raises:
            ShopError: it holds {{base_url}}, which only a web request can resolve.
        """
        return self._expanded("web/unsecure/base_url", store)

    def link_url(self, store: StoreView | None = None) -> str:
        """The base of links into the shop: no secure request is at hand, so the unsecure settings
        count.
        """
        url = self._expanded("web/unsecure/base_link_url", store)
        if not self.flag("web/seo/use_rewrites", store):
            url += "index.php/"
        if self.flag("web/url/use_store", store) and store is not None:
            url += f"{store.code}/"
        return url

    def media_url(self, store: StoreView | None = None) -> str:
        """The base of media files, ending in one slash."""
        if not self.get("web/unsecure/base_media_url", store):
            return self.web_url(store) + "media/"
        return self._expanded("web/unsecure/base_media_url", store)

    def _expanded(self, path: str, store: StoreView | None) -> str:
        url = self.get(path, store)
        for name in ("unsecure", "secure"):
            holder = f"{{{{{name}_base_url}}}}"
            if holder in url:
                url = url.replace(holder, self.get(f"web/{name}/base_url", store))
        if "{{base_url}}" in url:
            raise ShopError(
                f"{path} is {{{{base_url}}}}, which only a web request can resolve. Set the shop's "
                "address in its configuration, or here: "
                '[shop.config] "web/unsecure/base_url" = "https://…/".'
            )
        return url.rstrip("/") + "/"


def read_config(
    connection: sa.Connection, tables: ShopTables, overrides: Mapping[str, str] | None = None
) -> Config:
    """The values of every path that feeds read."""
    data = tables("core_config_data")
    query = sa.select(data.c.scope, data.c.scope_id, data.c.path, data.c.value).where(
        data.c.path.in_(list(BUILT_IN))
    )
    values = {
        (scope, scope_id, path): value for scope, scope_id, path, value in connection.execute(query)
    }
    return Config(values, dict(overrides or {}))
