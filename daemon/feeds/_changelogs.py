"""The source entities whose changes are captured: one changelog table each, shared by all feeds."""

from changelog_triggers.model import Changelog, KeyType

PRODUCT = Changelog("product")
SKU = Changelog("sku", KeyType.TEXT)
CATEGORY = Changelog("category")
ATTRIBUTE = Changelog("attribute")
ATTRIBUTE_OPTION = Changelog("attribute_option")
ATTRIBUTE_SET = Changelog("attribute_set")
TAX_CLASS = Changelog("tax_class")
SCOPE = Changelog("scope")
"""Websites, store groups and store views; the id is that of the website."""
CUSTOMER_GROUP = Changelog("customer_group")
CONFIG = Changelog("config", KeyType.TEXT)
"""Rows of core_config_data; the id is the path."""
STOCK = Changelog("stock")
ORDER = Changelog("order")
REVIEW = Changelog("review")
RATING = Changelog("rating")
