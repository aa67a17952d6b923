"""From outgoing items to the bodies of requests: finishing, cutting, joining. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

import orjson

from daemon.core.delivery import Outgoing
from daemon.core.item import canonical
from daemon.destination.presets import TimeField

BRACKETS = 2


def finished(
    item: Outgoing, envelope: str | None, time_field: TimeField, now: dt.datetime
) -> bytes:
    """The JSON object as it is sent: live items as they are but for the envelope, tombstones with
    `deleted` and the time of the plan, or of sending (`now`).

    Raises:
        ValueError: the body is not a JSON object.
    """
    if envelope is None and not item.is_tombstone:
        return item.body
    content = orjson.loads(item.body)
    if not isinstance(content, dict):
        raise ValueError("it is not a JSON object")  # noqa: TRY004 — its text is wrong, not its type
    moment = (item.planned_at or now).astimezone(dt.UTC)
    stamp = {
        "deleted": item.is_tombstone,
        time_field.name: moment.strftime(time_field.format.value),
    }
    return canonical({**content, **stamp} if envelope is None else {envelope: content, **stamp})


def named(item: Outgoing, fields: Sequence[str]) -> bytes:
    """The JSON object that names what is deleted, by these fields alone.

    Raises:
        ValueError: one of them was not remembered.
    """
    content = orjson.loads(item.body)
    if missing := [name for name in fields if name not in content]:
        raise ValueError(f"{missing[0]} was not recorded; was it sent by another preset?")
    return canonical({name: content[name] for name in fields})


class Nul(StrEnum):
    """What becomes of the character NUL in texts: JSON can carry it, and few services can store it.

    STRIP: it is taken out. KEEP: it is sent. REFUSE: the item is not sent.
    """

    STRIP = "strip"
    KEEP = "keep"
    REFUSE = "refuse"


NUL_ESCAPE = b"\\u0000"
ESCAPE = re.compile(rb"\\(?:u0000|.)", re.DOTALL)


def without_nul(body: bytes, nul: Nul) -> bytes:
    """The body as it may be sent.

    Raises:
        ValueError: a text in it holds NUL, and that is refused.
    """
    if nul is Nul.KEEP or NUL_ESCAPE not in body:
        return body
    stripped = ESCAPE.sub(lambda found: b"" if found[0] == NUL_ESCAPE else found[0], body)
    if nul is Nul.REFUSE and stripped != body:
        raise ValueError("a text in it holds the character NUL")
    return stripped


def too_large(body: bytes, most_bytes: int) -> bool:
    """True where the item can't be sent even alone."""
    return len(body) + BRACKETS > most_bytes


def cut(
    bodies: Sequence[tuple[int, bytes]], most_items: int, most_bytes: int
) -> Iterator[tuple[int, ...]]:
    """Cut numbered bodies, in order, into requests bounded by items and by bytes of the array.

    A body that is `too_large` would make a request of its own; leave it out before.
    """
    numbers: list[int] = []
    size = BRACKETS
    for number, body in bodies:
        if numbers and (len(numbers) >= most_items or size + len(body) > most_bytes):
            yield tuple(numbers)
            numbers, size = [], BRACKETS
        numbers.append(number)
        size += len(body) + 1
    if numbers:
        yield tuple(numbers)


def array(bodies: Sequence[bytes]) -> bytes:
    """A JSON array of these objects."""
    return b"[" + b",".join(bodies) + b"]"


def following(numbers: tuple[int, ...], open_ones: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The requests that settle what a reply left open.

    open_ones: those of the request's numbers that have no result yet. Some of them: one request
    without the others. All of them: two halves, so that a poison item stands alone in the end.
    """
    if not open_ones:
        return []
    if len(open_ones) < len(numbers):
        return [open_ones]
    middle = len(numbers) // 2
    return [numbers[:middle], numbers[middle:]]
