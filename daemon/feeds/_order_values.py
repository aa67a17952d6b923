"""How single values of an order are written: UUIDs, times, texts that hold JSON."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from daemon.feeds._php_json import php_json

Fields = Sequence[tuple[str, str, Callable[[Any], Any]]]
"""Field of the item, column, and how the column's value is written."""

NAMESPACE = uuid.UUID("7b6e4c5e-0d6f-5c0a-9a54-3f1f3d0f8b52")
"""Of the UUIDs that are derived. A constant: another one would rename every order everywhere."""


class UnreadableError(Exception):
    """A column holds a text that can't be read. Names the place; never quotes what it holds."""


def uuid_of(kind: str, entity_id: int, given: str | None, shop: str = "") -> dict[str, str]:
    """The UUID that the shop gave to an entity, else the one that follows from its kind and id.

    A derived UUID is the same whenever and wherever it is made, so none need be written into the
    shop; if the shop gives the entity one later, that one is sent from then on.

    shop: what tells this shop's entities from those of others.
    """
    name = f"{shop}/{kind}/{entity_id}" if shop else f"{kind}/{entity_id}"
    return {"id": given or str(uuid.uuid5(NAMESPACE, name))}


def filled(row: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """The fields whose column is not null."""
    return {field: cast(row[name]) for field, name, cast in fields if row[name] is not None}


def moment(value: object) -> str | None:
    """A time in UTC as RFC 3339; None where there is none, or only zeros."""
    if not isinstance(value, dt.datetime):
        return None
    return f"{value:%Y-%m-%dT%H:%M:%S}+00:00"


def read_json(row: Mapping[str, Any], column: str, place: str) -> dict[str, Any]:
    """The object that a text column holds; empty for NULL, and a list's keys are its positions.

    Raises:
        UnreadableError: it holds something else: JSON is what Commerce has written since 2.2.
    """
    text = row[column]
    if text is None:
        return {}
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    if isinstance(value, list):
        return {str(position): one for position, one in enumerate(value)}
    if value is None or isinstance(value, dict):
        return value or {}
    raise UnreadableError(f"{place}.{column} is not a JSON object")


def name_values(values: Mapping[str, Any]) -> list[dict[str, str]] | None:
    """An object as a list of names and texts; None where it is empty."""
    return [{"name": name, "value": as_text(value)} for name, value in values.items()] or None


def as_text(value: object) -> str:
    """A string as it is, anything else as the JSON text that PHP would write."""
    return value if isinstance(value, str) else php_json(value)
