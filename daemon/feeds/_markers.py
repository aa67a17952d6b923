"""The marker attributes: they carry structured data in product items and hold no values of their
own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daemon.commerce.shop import Shop

MARKERS: Mapping[str, Mapping[str, Any]] = {
    "ac_attribute_set": {},
    "ac_downloadable": {"dataType": "OBJECT"},
    "ac_inventory": {"dataType": "OBJECT"},
    "ac_tax_class": {"dataType": "text"},
}
"""Their codes, and what is said of them instead of what their rows say."""

DOWNLOADABLE = "ac_downloadable"
"""The marker that product items of downloadable products carry in every shop."""

EXTRA = frozenset(MARKERS) - {DOWNLOADABLE}
"""The markers that product items carry where the shop has registered them, or by setting."""

LABELS: Mapping[int, tuple[str, str]] = {
    65_536: (DOWNLOADABLE, "AC Downloadable product"),
    65_537: ("ac_attribute_set", "AC Attribute Set"),
    65_538: ("ac_inventory", "AC Inventory Data"),
    65_539: ("ac_tax_class", "AC Tax Class"),
}
"""Id → code and label of a marker in a shop that lacks its row: the shop's own attribute ids are 16
bits wide.
"""


def made_up(shop: Shop) -> dict[int, str]:
    """The markers that items carry though nobody has registered them in the shop: id → code."""
    carried = {DOWNLOADABLE, *shop.options.extra_attributes}
    known = shop.product_attributes.by_code
    return {key: code for key, (code, _) in LABELS.items() if code in carried and code not in known}


def extra_codes(shop: Shop) -> frozenset[str]:
    """The extra markers that product items carry in this shop."""
    asked = EXTRA.intersection(shop.options.extra_attributes)
    return asked | EXTRA.intersection(shop.product_attributes.by_code)


def made_up_row(key: int) -> dict[str, Any]:
    """The row that the shop lacks; columns that it doesn't name are 0."""
    code, label = LABELS[key]
    return {
        "attribute_id": key,
        "attribute_code": code,
        "backend_type": "static",
        "frontend_input": "textarea",
        "frontend_label": label,
        "frontend_class": None,
        "search_weight": 1,
    }
