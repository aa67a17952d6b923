"""The settings as a commented TOML file, made from the classes that define them."""

from __future__ import annotations

import json
import textwrap
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from daemon.destination_settings import DestinationSettings
from daemon.overrides import bare, is_section
from daemon.settings import Settings
from daemon.timing import duration, seconds_of

WIDTH = 96
HEAD = """\
Settings of feed-sync. What stands behind a # is the default. FEED_SYNC__SECTION__KEY in the
environment wins over this file. For secrets there are settings that end in _file: a path, or
credential:NAME for a credential that systemd passes.
"""
PLACEHOLDERS: Mapping[str, object] = {
    "database.url": "mysql+pymysql://USER:PASSWORD@127.0.0.1:3306/SCHEMA?charset=utf8mb4",
}
DESTINATION = "live"


def filled_template(values: Mapping[str, object]) -> str:
    """The text of a settings file with these values, by their name with dots, filled in."""
    given = {**PLACEHOLDERS, **values}
    return "\n".join([*comment(HEAD), *section_lines("", Settings, given)]) + "\n"


def section_lines(
    name: str, section: type[BaseModel], given: Mapping[str, object]
) -> Iterator[str]:
    """The lines of a section: its keys first, then the sections inside it."""
    for key, field in section.model_fields.items():
        if not is_nested(field):
            yield from key_lines(f"{name}.{key}".lstrip("."), key, field, given)
    for key, field in section.model_fields.items():
        if is_nested(field):
            yield from nested_lines(f"{name}.{key}".lstrip("."), field, given)


def nested_lines(name: str, field: FieldInfo, given: Mapping[str, object]) -> Iterator[str]:
    """The header of a section inside another, and its lines; destinations as an example."""
    kind = bare(field.annotation)
    is_example = not is_section(kind)
    if is_example:
        kind, name = DestinationSettings, f"{name}.{DESTINATION}"
    yield ""
    yield from comment(kind.__doc__ or "")
    lines = [f"[{name}]", *section_lines(name, kind, given)]
    yield from map(commented_out, lines) if is_example else lines


def key_lines(name: str, key: str, field: FieldInfo, given: Mapping[str, object]) -> Iterator[str]:
    """The meaning of a key, and the key with its value, or behind a # with its default."""
    yield from comment(field.description or "")
    default = field.get_default(call_default_factory=True, validated_data={})
    if given.get(name, default) == default:
        yield f"# {key} = {shown_default(field, default)}"
    else:
        yield f"{key} = {toml(given[name])}"


def shown_default(field: FieldInfo, default: object) -> str:
    """A default as people write it: durations with their unit, something of the kind for none."""
    if any(getattr(rule, "func", None) is seconds_of for rule in field.metadata):
        return toml(duration(float(str(default))))
    if default is None:
        return "[]" if typing.get_origin(bare(field.annotation)) is tuple else '""'
    return toml(default)


def is_nested(field: FieldInfo) -> bool:
    """True where the value is a section, or a table of sections."""
    kind = bare(field.annotation)
    return is_section(kind) or DestinationSettings in typing.get_args(kind)


def comment(text: str) -> list[str]:
    """A text as comment lines."""
    return [f"# {line}" for line in textwrap.wrap(" ".join(text.split()), WIDTH)]


def commented_out(line: str) -> str:
    """A line behind a #, unless it is there already."""
    return line if not line or line.startswith("#") else f"# {line}"


def toml(value: Any) -> str:
    """A value as TOML, on one line."""
    if isinstance(value, Mapping) and not value:
        return "{}"
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{toml(key)} = {toml(inner)}" for key, inner in value.items()) + " }"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
