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


def present(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are set."""
    return {name: value for name, value in fields.items() if value is not None}


def decimal(value: Any) -> float | None:
    """A decimal column as a number; NULL stays None."""
    return None if value is None else float(value)


def integer(value: Any) -> int | None:
    """A column as a whole number; NULL stays None."""
    return None if value is None else int(value)


def first_set(*values: Any) -> Any:
    """The first value that is not NULL."""
    return next((value for value in values if value is not None), None)
