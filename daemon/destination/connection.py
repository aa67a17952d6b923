"""HTTP connections whose requests end in time: whatever drips, the whole has a limit of its own.

A socket's timeout is one for each read. A destination that sends a byte now and then never lets it
run out, and would hold a worker for ever.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import time
from functools import partial
from http import HTTPStatus
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

SLICE_BYTES = 65536
MOST_REPLY_BYTES = 16 * 1024 * 1024
"""More than any reply needs that names every item of a request as invalid."""


class TookTooLongError(TimeoutError):
    """A request and its reply were not through within their time."""


class ReplyTooLargeError(OSError):
    """A reply has no end in sight."""


def seconds_left(until: float, silent_seconds: float | None) -> float:
    """How long the next read or write may take.

    until: the moment (monotonic) at which the request must be over. silent_seconds: how long the
    other side may be silent, None for any time.

    Raises:
        TookTooLongError: the time is up.
    """
    left = until - time.monotonic()
    if left <= 0:
        raise TookTooLongError("timed out")
    return left if silent_seconds is None else min(left, silent_seconds)


class Timed(io.RawIOBase):
    """Reads a socket until a moment. has_ended: the other side has no more to say."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, until: float) -> None:
        self._sock, self._raw, self._until = sock, raw, until
        self._silent_seconds = sock.gettimeout()
        self.has_ended = False

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what there is, or wait for something as long as is allowed."""
        left = seconds_left(self._until, self._silent_seconds)
        self._sock.settimeout(left)
        with contextlib.suppress(TimeoutError):
            count = self._raw.readinto(buffer)
            self.has_ended = count == 0
            return count
        seconds_left(self._until, None)
        raise TimeoutError("timed out")

    def close(self) -> None:
        """Let go of the socket."""
        self._raw.close()
        super().close()


class TimedResponse(http.client.HTTPResponse):
    """A response that is read until a moment; interim ones (1xx) before it are passed over.

    The standard library passes over 100 only. Another one would be taken for the reply, and the
    reply for that to the next request.
    """

    def __init__(self, sock: socket.socket, *arguments: Any, until: float, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        self._timed = Timed(sock, self.fp.detach(), until)
        self.fp = io.BufferedReader(self._timed)

    def begin(self) -> None:
        """Read status and headers; the standard library takes what came before an end for whole."""
        super().begin()
        if self._timed.has_ended:
            raise http.client.RemoteDisconnected("the reply broke off in its headers")

    def _read_status(self) -> tuple[str, int, str]:
        while True:
            found: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]
            is_interim = HTTPStatus.CONTINUE <= found[1] < HTTPStatus.OK
            if not is_interim or found[1] == HTTPStatus.SWITCHING_PROTOCOLS:
                return found
            http.client.parse_headers(self.fp)


class TimedConnection(HTTPConnection):
    """A connection on which a request and its reply take no longer than `whole_seconds`."""

    whole_seconds: float
    silent_seconds: float
    until = float("inf")

    def connect(self) -> None:
        """Connect, through a proxy perhaps, whose reply is read until a moment too."""
        until = time.monotonic() + self.whole_seconds
        self.response_class = partial(TimedResponse, until=until)  # type: ignore[assignment]
        super().connect()

    def request(self, *arguments: Any, **named: Any) -> None:
        """Send a request; its time begins."""
        self.until = time.monotonic() + self.whole_seconds
        self.response_class = partial(TimedResponse, until=self.until)  # type: ignore[assignment]
        super().request(*arguments, **named)

    def send(self, data: Any) -> None:
        """Send a part, slice by slice: each of them may take as long as silence may.

        Otherwise the time to connect in would be that of the whole body.
        """
        if self.sock is None or not isinstance(data, bytes):
            return super().send(data)
        for begin in range(0, len(data), SLICE_BYTES):
            self.sock.settimeout(seconds_left(self.until, self.silent_seconds))
            super().send(data[begin : begin + SLICE_BYTES])
        return None


class TimedTlsConnection(TimedConnection, HTTPSConnection):
    """The same with TLS."""


class TimedAdapter(HTTPAdapter):
    """Makes such connections, straight and through proxies."""

    def __init__(self, whole_seconds: float, silent_seconds: float) -> None:
        self._pools = {
            "http": pool_of(
                urllib3.HTTPConnectionPool, TimedConnection, whole_seconds, silent_seconds
            ),
            "https": pool_of(
                urllib3.HTTPSConnectionPool, TimedTlsConnection, whole_seconds, silent_seconds
            ),
        }
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """Prepare straight connections."""
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *arguments: Any, **named: Any) -> Any:
        """Prepare those through a proxy."""
        found = super().proxy_manager_for(*arguments, **named)
        found.pool_classes_by_scheme = self._pools
        return found


def pool_of(
    pool: type[urllib3.HTTPConnectionPool],
    connection: type[TimedConnection],
    whole_seconds: float,
    silent_seconds: float,
) -> type[urllib3.HTTPConnectionPool]:
    """The pool that makes such connections with these times."""
    times = {"whole_seconds": whole_seconds, "silent_seconds": silent_seconds}
    made = type(connection.__name__, (connection,), times)
    return type(pool.__name__, (pool,), {"ConnectionCls": made})


def content_of_response(response: requests.Response) -> bytes:
    """The whole body.

    Raises:
        ReplyTooLargeError: it is larger than any that is expected; the connection is closed.
        requests.RequestException: it broke off, or can't be unpacked.
    """
    content = bytearray()
    for part in response.iter_content(SLICE_BYTES):
        content += part
        if len(content) > MOST_REPLY_BYTES:
            raise ReplyTooLargeError(f"a reply of more than {MOST_REPLY_BYTES:,} bytes")
    return bytes(content)
