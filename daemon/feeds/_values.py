"""Values of columns as fields of items hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


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
