"""From the reply to a request to a result for each of its items. Pure.

| status | the reply names | result |
| --- | --- | --- |
| 2xx | no item | all accepted |
| 2xx | some items | those refused, the others accepted |
| 400, 413, 422 | some items | those refused, the others open: they were not taken either |
| 2xx, 400, 413, 422 | items that can't be told apart | all open; one item alone: refused |
| 400, 413, 422 | no item | all open; one item alone: refused |
| anything else | | all failed |

What is open is sent again at once. A 2xx with no body or with a text that isn't JSON is a success.
A page of HTML isn't (a proxy or a login answered, not the service), nor is a body that is announced
as JSON and can't be read: it may have named items.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson

from daemon.core.delivery import Result, Verdict
from daemon.core.health import Sign

BLAMES_ITEMS = frozenset({400, 413, 422})
MAY_PASS = frozenset({408, 425, 429})
FIRST_SERVER_ERROR = 500
ONE_REQUEST_ONLY = frozenset({500})
STILL_AT_WORK = frozenset({408, 502, 504})
"""Statuses of a gateway that waits no longer: the service behind it may take the request yet."""

LISTS_OF_INVALID = ("invalidFeedItems", "errors")
POINTER = re.compile(r"/?(\d+)(?:/(.*))?", re.DOTALL)
LONGEST_REASON = 1000
ADVICE = {
    401: "check the credentials: token, or api_key and private key",
    403: "check api_key, private_key_file, the clock of this machine and the rights of the account",
    404: "check url, routes and environment_id",
    405: "check url and routes",
    407: "the proxy wants credentials; check request.proxy or HTTPS_PROXY",
    415: "the destination doesn't take this body; try request.gzip = false",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for one request.

    retry_after_seconds: how long to leave the destination alone, where it asked for that.
    """

    status: int
    body: bytes = b""
    content_type: str = ""
    location: str | None = None
    request_id: str | None = None
    retry_after_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reply means.

    results: one per item of the request; None where it is still open.
    stops: True where the same would happen to every other request now.
    """

    results: tuple[Result | None, ...]
    stops: bool = False


def may_pass(reply: Reply) -> bool:
    """True where the same request may succeed a moment later."""
    return reply.status in MAY_PASS or reply.status >= FIRST_SERVER_ERROR


def sign_of(reply: Reply) -> Sign:
    """What the reply tells of the destination, whatever it says of the items."""
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Sign.LIMITED
    if reply.status in BLAMES_ITEMS:
        return Sign.WELL
    is_success = HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES
    is_answer = is_success and (content_of(reply) is not None or fault_of(reply) is None)
    return Sign.WELL if is_answer else Sign.DOWN


def answer_of(reply: Reply, count: int) -> Answer:
    """What the reply to a request of `count` items means for each of them."""
    is_success = HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES
    if not is_success and reply.status not in BLAMES_ITEMS:
        return failed(reply, count, failure_of(reply), reply.status not in ONE_REQUEST_ONLY)
    content = content_of(reply)
    if is_success and content is None and (fault := fault_of(reply)):
        return failed(reply, count, fault, stops=True)
    invalid = invalid_of(content)
    reasons = reasons_by_number(invalid, count)
    if reasons is None or not (reasons or is_success):
        return blamed_together(reply, count, reason_of(reply, invalid))
    others = Result(Verdict.ACCEPTED, None, reply.status, reply.request_id) if is_success else None
    return Answer(
        tuple(refused(reply, reasons[n]) if n in reasons else others for n in range(count))
    )


def blamed_together(reply: Reply, count: int, reason: str) -> Answer:
    """No item can be told from the others: one alone is refused, several are open."""
    return Answer((refused(reply, reason),) if count == 1 else (None,) * count)


def refused(reply: Reply, reason: str) -> Result:
    """The item will not be taken with this content."""
    return Result(Verdict.REFUSED, reason[:LONGEST_REASON], reply.status, reply.request_id)


def failed(reply: Reply, count: int, reason: str, stops: bool) -> Answer:
    """Nothing of the request was taken, for a reason that may pass."""
    result = Result(
        Verdict.FAILED,
        reason[:LONGEST_REASON],
        reply.status,
        reply.request_id,
        reply.retry_after_seconds,
    )
    return Answer((result,) * count, stops)


def failure_of(reply: Reply) -> str:
    """Why a whole request failed, and what to check."""
    if HTTPStatus.MULTIPLE_CHOICES <= reply.status < HTTPStatus.BAD_REQUEST:
        where = f" to {reply.location}" if reply.location else ""
        return f"{titled(reply.status)}: redirected{where}; check url and routes"
    advice = ADVICE.get(reply.status)
    said = message_of(content_of(reply))
    return "; ".join(filter(None, (titled(reply.status) + (f": {said}" if said else ""), advice)))


def titled(status: int) -> str:
    """The status and its usual name."""
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def content_of(reply: Reply) -> Any:
    """The body as a value, or None where it isn't JSON."""
    try:
        return orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        return None


def fault_of(reply: Reply) -> str | None:
    """Why a success without readable JSON isn't one, or None where it is."""
    text = reply.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text or text == b"null":
        return None
    kind = reply.content_type.lower()
    if "html" in kind or text.startswith(b"<"):
        return f"{titled(reply.status)}, but with a web page; check url and the proxies on the way"
    return f"{titled(reply.status)}, but its JSON can't be read" if "json" in kind else None


def message_of(content: Any) -> str | None:
    """What the service says in words, where it does."""
    if not isinstance(content, Mapping):
        return None
    inner = content.get("error")
    found = content.get("message") or content.get("title") or inner
    if isinstance(inner, Mapping):
        found = inner.get("message") or inner.get("code")
    code = content.get("error_code")
    return " ".join(str(part) for part in (found, f"({code})" if code else None) if part) or None


def invalid_of(content: Any) -> Sequence[Any]:
    """The elements that name invalid items."""
    if isinstance(content, Mapping):
        for key in LISTS_OF_INVALID:
            if content.get(key):
                found = content[key]
                return found if isinstance(found, list) else [found]
    return ()


def reasons_by_number(invalid: Sequence[Any], count: int) -> dict[int, str] | None:
    """Item number → why it is invalid; None where any element doesn't tell which item it means."""
    reasons: dict[int, str] = {}
    for element in invalid:
        number = number_of(element)
        if number is None or not 0 <= number < count:
            return None
        text = complaint_of(element)
        reasons[number] = f"{reasons[number]}; {text}" if number in reasons else text
    return reasons


def number_of(element: Any) -> int | None:
    """Which item an element means: `itemIndex`, or the first step of the pointer in `field`."""
    if not isinstance(element, Mapping):
        return None
    index = element.get("itemIndex")
    if isinstance(index, int) and not isinstance(index, bool):
        return index
    for text in (index, element.get("field")):
        if isinstance(text, str) and (found := POINTER.fullmatch(text.strip())):
            return int(found[1])
    return None


def complaint_of(element: Any) -> str:
    """One element in words: the field, if it names one, and the message."""
    if not isinstance(element, Mapping):
        return str(element)
    pointer = POINTER.fullmatch(str(element.get("field") or ""))
    field = pointer[2] if pointer else element.get("field")
    parts = (field or element.get("code"), element.get("message"))
    return ": ".join(str(part) for part in parts if part) or "named as invalid without a reason"


def reason_of(reply: Reply, invalid: Sequence[Any]) -> str:
    """Why a request was refused as a whole."""
    said = "; ".join(map(complaint_of, invalid)) or message_of(content_of(reply))
    return f"{titled(reply.status)}: {said}" if said else titled(reply.status)
