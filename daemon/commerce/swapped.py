"""The tables that Commerce fills aside and renames into place as a matter of course."""

from __future__ import annotations

import re

SWAPPED = re.compile(
    r"catalog_category_product_index_store\d+"
    r"|cataloginventory_stock_status"
    r"|catalogrule_product_price"
    r"|inventory_stock_\d+"
    r"|magento_catalogpermissions_index_product(_\d+)?"
)
"""Unprefixed names of those of them that feeds read.

Some change places with `<name>_replica`, which then holds the old rows until the next time. Of
others (rule prices, stocks) the old table is dropped at once.
"""

DAY = {"catalogrule_product_price": "rule_date"}
"""The column that says for which day a row counts: the rows of other days are no news."""


def is_swapped(table: str) -> bool:
    """True for a table (unprefixed) whose rows may all be exchanged without a trigger firing."""
    return SWAPPED.fullmatch(table) is not None
