"""What was sent, word for word, in a file of JSON lines: off unless a destination asks for it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import orjson
import structlog

from daemon.destination.file import append
from daemon.destination.reply import Reply
from daemon.destination.retry import Attempt, Unreached, Withheld
from daemon.secret import masked_text

log = structlog.get_logger()

OWNER_ONLY = 0o600


class PayloadLog:
    """Adds a line for each request to a file, which is opened anew each time: it may be moved.

    The items are as they were sent; no header is written. What can't be written is told once, until
    it can be again, and is no reason to send nothing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_failing = False

    def note(self, feed: str, url: str, body: bytes, attempt: Attempt, seconds: float) -> None:
        """Write down a request and how it ended; nothing where it was not sent."""
        if isinstance(attempt, Withheld):
            return
        try:
            append(self._path, line_of(feed, url, body, attempt, seconds), OWNER_ONLY)
            self._is_failing = False
        except OSError as error:
            if not self._is_failing:
                log.warning("payload log", file=str(self._path), reason=error.strerror)
            self._is_failing = True


def line_of(feed: str, url: str, body: bytes, attempt: Reply | Unreached, seconds: float) -> bytes:
    """One request as a line. body: the JSON array that was sent. seconds: with all repetitions."""
    reply = attempt if isinstance(attempt, Reply) else None
    facts = {
        "time": dt.datetime.now(dt.UTC),
        "feed": feed,
        "url": masked_text(url.partition("?")[0]),
        "status": reply.status if reply else None,
        "request_id": reply.request_id if reply else None,
        "seconds": round(seconds, 3),
        "count": len(orjson.loads(body)),
        "items": orjson.Fragment(body),
    }
    return orjson.dumps(facts, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)
