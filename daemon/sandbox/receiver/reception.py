"""What the receiver replies to a request for a feed, and what it keeps of it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson

from daemon.sandbox.receiver.faults import Fault, Shape
from daemon.sandbox.receiver.routes import Understood, understood
from daemon.sandbox.receiver.store import Arrival

JSON = "application/json;charset=UTF-8"
HTML = "text/html"


@dataclass(frozen=True, slots=True)
class Response:
    """What is replied, and what is kept.

    items: how many the request held.
    """

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    arrivals: tuple[Arrival, ...] = ()
    items: int = 0


class UnreadableError(Exception):
    """The body can't be read; its text says why."""


def items_or_reply(body: bytes, fault: Fault | None) -> list[Any] | Response:
    """The items of a body, or what is replied whatever they are."""
    try:
        items = items_of(body)
    except UnreadableError as error:
        return said(HTTPStatus.BAD_REQUEST, str(error))
    if fault is not None and fault.status is not None and not fault.partial:
        return told_to(fault, len(items))
    return items


def reception(feed: str, body: bytes, fault: Fault | None, shape: Shape) -> Response:
    """The response to a body, plain or as the fault wants it.

    shape: how invalid items are named where no fault says otherwise.
    """
    items = items_or_reply(body, fault)
    if isinstance(items, Response):
        return items
    found = [understood(feed, item) for item in items]
    blamed = {n: one.faults for n, one in enumerate(found) if one.faults}
    if fault is not None and fault.partial:
        blamed |= named_by(fault, items)
        shape = fault.shape
    refuse_all = len(blamed) == len(items) > 0 or (fault is not None and fault.status is not None)
    return answered(items, found, blamed, shape, refuse_all)


def answered(
    items: Sequence[Any],
    found: Sequence[Understood],
    blamed: Mapping[int, Sequence[tuple[str, str]]],
    shape: Shape,
    refuse_all: bool,
) -> Response:
    """The response that names the blamed items and takes the others, unless all are refused."""
    taken = [n for n in range(len(items)) if n not in blamed and not refuse_all]
    content = {
        "feedItemReceivedCount": len(taken),
        "invalidFeedItems": [
            named(n, fault, shape) for n, faults in blamed.items() for fault in faults
        ],
    }
    return Response(
        HTTPStatus.BAD_REQUEST if refuse_all else HTTPStatus.OK,
        orjson.dumps(content),
        arrivals=tuple(arrival(found[n], items[n]) for n in taken),
        items=len(items),
    )


def arrival(one: Understood, item: Any) -> Arrival:
    """The item as it is kept."""
    return Arrival(one.feed, one.identity, one.is_deleted, orjson.dumps(item))


def named(number: int, fault: tuple[str, str], shape: Shape) -> dict[str, Any]:
    """One element of invalidFeedItems in one of its shapes."""
    name, message = fault
    if shape == "indexed":
        return {"itemIndex": number, "code": name, "message": message}
    if shape == "pointer":
        return {"field": f"/{number}/{name}", "message": message}
    return {"field": name, "message": message}


def named_by(fault: Fault, items: Sequence[Any]) -> dict[int, tuple[tuple[str, str], ...]]:
    """The items that a partial fault blames."""
    wrong = (("sku", "told to refuse it"),)
    if fault.sku is None:
        return dict.fromkeys(range(1, len(items), 2), wrong)
    text = fault.sku.encode()
    return {n: wrong for n, item in enumerate(items) if text in orjson.dumps(item)}


def told_to(fault: Fault, items: int) -> Response:
    """The reply of a fault that has a status; takes nothing."""
    status = fault.status or HTTPStatus.OK
    usual = said(status, "told to")
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        usual = Response(status, b"<html><body>told to</body></html>", HTML)
    headers = {"Retry-After": fault.retry_after, "Location": fault.location}
    return Response(
        status,
        usual.body if fault.body is None else fault.body.encode(),
        fault.content_type or usual.content_type,
        {name: value for name, value in headers.items() if value is not None},
        items=items,
    )


def said(status: int, message: str) -> Response:
    """A response that only says something."""
    return Response(status, orjson.dumps({"message": message}))


def items_of(body: bytes) -> list[Any]:
    """The items of a body.

    Raises:
        UnreadableError: it isn't a JSON array.
    """
    try:
        items = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UnreadableError(f"the body is not JSON: {error}") from error
    if not isinstance(items, list):
        raise UnreadableError("the body is not an array")
    return items


def decompressed(body: bytes, encoding: str) -> bytes:
    """The body without its Content-Encoding.

    Raises:
        UnreadableError: it can't be decompressed.
    """
    if encoding in {"", "identity"}:
        return body
    if encoding != "gzip":
        raise UnreadableError(f"Content-Encoding {encoding} is not understood")
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError(f"the body is not gzip: {error}") from error
