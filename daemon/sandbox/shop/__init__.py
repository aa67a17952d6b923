"""A sample shop of any size: the tables that feeds read, and a believable catalogue in them."""

from daemon.sandbox.shop.create import ShopSummary, create_shop
from daemon.sandbox.shop.layout import Layout

__all__ = ["Layout", "ShopSummary", "create_shop"]
