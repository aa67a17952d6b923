"""The marker attributes: they carry structured data in product items and hold no values of their
own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MARKERS: Mapping[str, Mapping[str, Any]] = {
    "ac_attribute_set": {},
    "ac_downloadable": {"dataType": "OBJECT"},
    "ac_inventory": {"dataType": "OBJECT"},
    "ac_tax_class": {"dataType": "text"},
}
"""Their codes, and what is said of them instead of what their rows say."""

DOWNLOADABLE = "ac_downloadable"
"""The marker that product items of downloadable products carry in every shop."""

DOWNLOADABLE_ID = 65_536
"""Stands for ac_downloadable in a shop without such a row: attribute ids are 16 bits wide."""

DOWNLOADABLE_ROW: Mapping[str, Any] = {
    "attribute_id": DOWNLOADABLE_ID,
    "attribute_code": DOWNLOADABLE,
    "backend_type": "static",
    "frontend_input": "textarea",
    "frontend_label": "AC Downloadable product",
    "frontend_class": None,
    "search_weight": 1,
}
"""The row that the shop lacks; columns that it doesn't name are 0."""
