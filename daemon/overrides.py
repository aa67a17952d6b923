"""Settings from the environment: `FEED_SYNC__SECTION__KEY=value`, put over those of the file."""

from __future__ import annotations

import copy
import json
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from daemon.errors import ConfigurationError

PREFIX = "FEED_SYNC__"


def overridden(
    data: Mapping[str, Any], environment: Mapping[str, str], model: type[BaseModel]
) -> dict[str, Any]:
    """The data with the environment's values put in; a number, list or table is read from its text.

    Case, and dashes written as underscores, don't count: a destination `live-eu` is LIVE_EU.

    Raises:
        ConfigurationError: a variable's name leads nowhere.
    """
    result = copy.deepcopy(dict(data))
    for name in sorted(environment):
        if name.startswith(PREFIX):
            put(result, name, environment[name], model)
    return result


def put(data: dict[str, Any], name: str, text: str, model: type[BaseModel]) -> None:
    """Put the value of one variable in its place."""
    kind: Any = model
    parts = name.removeprefix(PREFIX).split("__")
    place: Any = data
    for depth, part in enumerate(parts, start=1):
        if not part or not isinstance(place, dict):
            raise ConfigurationError(f"{name}: no setting can be meant by this variable")
        key = key_like(part, (*place, *keys_of(kind)))
        kind = kind_of(kind, key)
        if depth == len(parts):
            place[key] = parsed(text, kind)
        else:
            place = place.setdefault(key, {})


def key_like(part: str, known: Iterable[str]) -> str:
    """The known key that the part stands for; else the part itself, in lower case if it shouts."""
    plain = folded(part)
    found = next((key for key in known if folded(key) == plain), None)
    return found or (part.lower() if part.isupper() else part)


def folded(key: str) -> str:
    """A key without what a variable's name can't say."""
    return key.lower().replace("-", "_")


def keys_of(kind: Any) -> list[str]:
    """The keys that a section has; none for a table with free keys."""
    return list(kind.model_fields) if is_section(kind) else []


def kind_of(kind: Any, key: str) -> Any:
    """The type of one key's value, without Optional and Annotated; Any where it is unknown."""
    if is_section(kind):
        field = kind.model_fields.get(key)
        return bare(field.annotation) if field else Any
    arguments = typing.get_args(kind)
    return bare(arguments[1]) if typing.get_origin(kind) is dict else Any


def bare(kind: Any) -> Any:
    """A type without Annotated around it and without None beside it."""
    if typing.get_origin(kind) is Annotated:
        return bare(typing.get_args(kind)[0])
    if typing.get_origin(kind) in {typing.Union, types.UnionType}:
        rest = [part for part in typing.get_args(kind) if part is not type(None)]
        return bare(rest[0]) if len(rest) == 1 else kind
    return kind


def is_section(kind: Any) -> bool:
    """True for a class of settings."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def parsed(text: str, kind: Any) -> Any:
    """The text, unless its setting is a list or a table: that is read as JSON."""
    try:
        TypeAdapter(kind).validate_python(text)
    except ValidationError:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
