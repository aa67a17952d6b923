"""What may be remembered of a failure where items hold personal data."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson

from daemon.core.delivery import Result

FRAME = re.compile(r'^  File ".*', re.MULTILINE)
"""A line of the traceback that a worker process sends along as a text, in `tb` of the cause."""

WORD = re.compile(r"\w+")
LEFT_OUT = "its words are left out, for they may quote personal data"


def discreet(result: Result, body: bytes) -> Result:
    """The result without what the destination said in its own words, but for names of fields.

    Without a status nothing was said: such a reason is ours, and stays.

    body: the JSON object that was sent.
    """
    if result.reason is None or result.status is None:
        return result
    fields = set(names_in(orjson.loads(body)))
    named = dict.fromkeys(word for word in WORD.findall(result.reason) if word in fields)
    about = f", about {', '.join(named)}" if named else ""
    return replace(result, reason=f"HTTP {result.status}{about}; {LEFT_OUT}")


def names_in(value: Any) -> Iterator[str]:
    """The names of all fields of a JSON value, however deep."""
    if isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from names_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names_in(inner)


def wordless(error: BaseException) -> str:
    """Where an error came from, and its class, without its words; causes first, as in a traceback.

    A number that a database server gave to it stays.
    """
    cause = error.__cause__ or error.__context__
    before = [wordless(cause)] if cause is not None else []
    remote = FRAME.findall(getattr(error, "tb", ""))
    frames = "".join([*(f"{line}\n" for line in remote), *traceback.format_tb(error.__traceback__)])
    numbers = [one for one in error.args[:1] if isinstance(one, int)]
    name = " ".join(map(str, (type(error).__name__, *numbers)))
    return "\n".join([*before, f"{frames}{name}"])
