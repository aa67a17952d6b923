"""The source entities whose changes are captured: one changelog table each, shared by all feeds."""

from changelog_triggers.model import Changelog, KeyType

PRODUCT = Changelog("product")
PRODUCT_SKU = Changelog("product_sku")
"""Products that came, went or got another SKU: rarer than other changes, and dearer."""
SKU = Changelog("sku", KeyType.TEXT)
CATEGORY = Changelog("category")
CATEGORY_PARENT = Changelog("category_parent")
"""Categories that a child came to, went from or moved within; the id is the parent's."""
ATTRIBUTE = Changelog("attribute")
ATTRIBUTE_USE = Changelog("attribute_use")
"""Attributes that began or ceased to be sorted by, or to hold HTML: few edits of one do that."""
ATTRIBUTE_MEANING = Changelog("attribute_meaning")
"""Attributes whose values mean something else now: another code, type or source of options."""
ATTRIBUTE_OPTION = Changelog("attribute_option")
OPTION_ORDER = Changelog("option_order")
"""Options that moved within their attribute: only configurable products show their order."""
ATTRIBUTE_SET = Changelog("attribute_set")
TAX_CLASS = Changelog("tax_class")
SCOPE = Changelog("scope")
"""Websites, store groups and store views; the id is that of the website."""
CUSTOMER_GROUP = Changelog("customer_group")
CONFIG = Changelog("config", KeyType.TEXT)
"""Rows of core_config_data; the id is the path."""
STOCK = Changelog("stock")
MEDIA = Changelog("media")
"""Files of product galleries; the id is the value id, which several products may share."""
ORDER = Changelog("order")
ORDER_PART = Changelog("order_part")
"""Rows of data_exporter_uuid; the id is the UUID."""
REVIEW = Changelog("review")
RATING = Changelog("rating")
