"""Reading by columns: the server packs a value of many rows into one JSON object.

The driver takes some microseconds for every row, and a feed reads a million of them.
MariaDB cuts JSON_OBJECTAGG off at `group_concat_max_len`, which is large in all sessions of ours.
"""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa


def packed(key: sa.ColumnElement[Any], value: Any) -> sa.ColumnElement[str]:
    """JSON object of an integer key, unique within the group, to a value."""
    return sa.func.json_objectagg(key, value)


def packed_keys(key: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """JSON object whose keys alone count."""
    return packed(key, 1)


def unpacked(text: str) -> dict[int, Any]:
    """The packed values by key."""
    return {int(key): value for key, value in orjson.loads(text).items()}


def unpacked_numbers(text: str) -> dict[int, float]:
    """The packed numbers by key, as floats, none of them a negative zero; NULL is left out."""
    return {int(key): value + 0.0 for key, value in orjson.loads(text).items() if value is not None}


def unpacked_keys(text: str) -> list[int]:
    """The packed keys, ascending."""
    return sorted(map(int, orjson.loads(text)))
