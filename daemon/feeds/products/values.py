"""Parts of items that several kinds of options share."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

VALUE: Mapping[str, Any] = {
    "id": None,
    "label": None,
    "sortOrder": None,
    "isDefault": None,
    "colorHex": None,
    "imageUrl": None,
    "customSwatchValue": None,
    "qtyMutability": None,
    "qty": None,
    "infoUrl": None,
    "sku": None,
    "price": None,
    "priceType": None,
}
"""A value of an option: all fields stand in it, unset ones as null."""


def uid(*parts: object) -> str:
    """The id of a value: its path in base64."""
    return base64.b64encode("/".join(map(str, parts)).encode()).decode()
