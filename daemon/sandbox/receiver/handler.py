"""One connection to the receiver: requests for feeds, and the control of the receiver itself."""

from __future__ import annotations

import itertools
import socket
import struct
import uuid
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, urlsplit

import orjson

from daemon.sandbox.receiver.access import UNKNOWN_TOKEN, refusal
from daemon.sandbox.receiver.catalog import Action, action_of, catalog_reception
from daemon.sandbox.receiver.faults import Fault, fault_of
from daemon.sandbox.receiver.reception import (
    Response,
    UnreadableError,
    decompressed,
    reception,
    said,
)
from daemon.sandbox.receiver.routes import feed_of, feeds_in
from daemon.sandbox.receiver.tokens import PATH as TOKEN_PATH

if TYPE_CHECKING:
    from daemon.sandbox.receiver.server import Server

CONTROL = "/_control"
JSON_LINES = "application/x-ndjson"
LINES_AT_ONCE = 500
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Seen:
    """A request for a feed as it came in.

    headers: by their names in lower case. status: what was replied, None where nothing was.
    bytes: of the body on the wire.
    """

    path: str
    headers: Mapping[str, str]
    status: int | None
    items: int
    bytes: int
    connection: int
    request_id: str


class Handler(BaseHTTPRequestHandler):
    """Answers one connection, request by request."""

    protocol_version = "HTTP/1.1"
    server_version = "sandbox-receiver"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        """Number the connection."""
        super().setup()
        self.sandbox = cast("Server", self.server)
        self.connection_number = next(self.sandbox.connection_numbers)

    def log_message(self, *_: Any) -> None:
        """Say nothing; `requests` and the log tell."""

    def do_POST(self) -> None:
        """Items for a feed, faults, or the credentials for a token."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == f"{CONTROL}/faults":
            self._reply(self._set_faults(body))
        elif self.path == TOKEN_PATH:
            self._reply(self.sandbox.tokens.answer(body))
        else:
            self._receive(body)

    def do_PATCH(self) -> None:
        """Parts of a catalogue's entities."""
        self._receive(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def do_GET(self) -> None:
        """What the receiver holds and has seen."""
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        match url.path.removeprefix(CONTROL).split("/"):
            case ["", "items", feed] if url.path.startswith(CONTROL):
                deleted = query.get("deleted") == "1"
                self._stream(self.sandbox.store.bodies(feed, deleted=deleted))
            case ["", "log"] if url.path.startswith(CONTROL):
                since = query.get("since", "")
                entries = self.sandbox.store.log(int(since) if since.isdecimal() else 0)
                self._stream(one.as_json() for one in entries)
            case ["", "status"] if url.path.startswith(CONTROL):
                self._reply(Response(HTTPStatus.OK, orjson.dumps(self._status())))
            case _:
                self._reply(said(HTTPStatus.NOT_FOUND, f"there is no {url.path}"))

    def do_DELETE(self) -> None:
        """Forget: everything, or the faults only."""
        match self.path:
            case "/_control":
                self.sandbox.clear()
                self._reply(Response(HTTPStatus.OK, b"{}"))
            case "/_control/faults":
                self.sandbox.faults.set(())
                self._reply(Response(HTTPStatus.OK, b"{}"))
            case _:
                self._reply(said(HTTPStatus.NOT_FOUND, f"there is no {self.path}"))

    def _receive(self, body: bytes) -> None:
        request_id = str(uuid.uuid4())
        action = action_of(self.command, urlsplit(self.path).path)
        with self.sandbox.catalog if action else nullcontext():
            fault, response = self._response(action, body)
            broken = fault is not None and (fault.drop or fault.reset)
            if not broken or (fault is not None and fault.keep):
                self.sandbox.store.take(response.arrivals, request_id)
        self.sandbox.saw(
            Seen(
                path=self.path,
                headers={name.lower(): value for name, value in self.headers.items()},
                status=None if broken else response.status,
                items=response.items,
                bytes=len(body),
                connection=self.connection_number,
                request_id=request_id,
            )
        )
        if broken:
            self._break(halfway=fault is not None and fault.reset)
        else:
            self._reply(response, request_id)

    def _response(self, action: Action | None, body: bytes) -> tuple[Fault | None, Response]:
        feed = feed_of(urlsplit(self.path).path)
        if action is None and (feed is None or self.command != "POST"):
            return None, said(HTTPStatus.NOT_FOUND, f"there is no route {self.path}")
        refused = refusal(self.sandbox.access, self.headers)
        if not self.sandbox.tokens.takes(self.headers.get("Authorization")):
            refused = UNKNOWN_TOKEN
        if refused:
            return None, Response(refused[0], orjson.dumps(refused[1]))
        try:
            text = decompressed(body, self.headers.get("Content-Encoding", "").lower())
        except UnreadableError as error:
            return None, said(HTTPStatus.BAD_REQUEST, str(error))
        feeds = {action.collection.name} if action else feeds_in(feed or "", text)
        fault = self.sandbox.faults.pick(feeds, text)
        if fault is not None and fault.latency_ms:
            self.sandbox.closing.wait(fault.latency_ms / 1000)
        if action is not None:
            return fault, catalog_reception(action, text, fault, self.sandbox.store)
        return fault, reception(feed or "", text, fault, self.sandbox.shape)

    def _set_faults(self, body: bytes) -> Response:
        try:
            faults = [fault_of(values) for values in orjson.loads(body)]
        except (ValueError, TypeError) as error:
            return said(HTTPStatus.BAD_REQUEST, str(error))
        self.sandbox.faults.set(faults)
        return Response(HTTPStatus.OK, orjson.dumps([asdict(one) for one in faults]))

    def _status(self) -> dict[str, Any]:
        return {
            "requests": self.sandbox.requests_seen,
            "items": self.sandbox.store.counts(),
            "tombstones": self.sandbox.store.counts(deleted=True),
            "faults": [asdict(one) for one in self.sandbox.faults.current()],
        }

    def _reply(self, response: Response, request_id: str | None = None) -> None:
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        if request_id is not None:
            self.send_header("x-request-id", request_id)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)

    def _stream(self, lines: Iterable[bytes]) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", JSON_LINES)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        rest = iter(lines)
        while some := list(itertools.islice(rest, LINES_AT_ONCE)):
            text = b"".join(line + b"\n" for line in some)
            self.wfile.write(b"%x\r\n%b\r\n" % (len(text), text))
        self.wfile.write(b"0\r\n\r\n")

    def _break(self, *, halfway: bool) -> None:
        """End the connection without a reply, or in the middle of one."""
        if halfway:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"feedItemReceivedCount"')
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.close_connection = True
