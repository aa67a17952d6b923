"""The receiver's server: connections, threads, and its life."""

from __future__ import annotations

import itertools
import socket
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import orjson

from daemon.sandbox.receiver.access import Access
from daemon.sandbox.receiver.faults import Fault, Faults, Shape
from daemon.sandbox.receiver.handler import Handler, Seen
from daemon.sandbox.receiver.store import Delivered, Store
from daemon.sandbox.receiver.tokens import Tokens

POLL_SECONDS = 0.02
SEEN_LENGTH = 10_000


class Server(ThreadingHTTPServer):
    """A server that knows its open connections, so that it can end them.

    catalog: held while a request for the catalogue is looked at and taken.
    """

    request_queue_size = 128
    daemon_threads = False

    def __init__(
        self, address: tuple[str, int], store: Store, access: Access, shape: Shape
    ) -> None:
        self.store = store
        self.access = access
        self.tokens = Tokens(access)
        self.shape: Shape = shape
        self.faults = Faults()
        self.seen: deque[Seen] = deque(maxlen=SEEN_LENGTH)
        self.requests_seen = 0
        self.tell: Callable[[str], None] | None = None
        self.closing = threading.Event()
        self.catalog = threading.Lock()
        self.connection_numbers = itertools.count(1)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection while it is open."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nothing to report."""

    def saw(self, seen: Seen) -> None:
        """Count a request for a feed and remember it."""
        with self._lock:
            self.requests_seen += 1
            self.seen.append(seen)
        if self.tell is not None:
            self.tell(f"{seen.status or '---'} {seen.path} {seen.items} items {seen.bytes} bytes")

    def clear(self) -> None:
        """Forget items, log, requests and faults."""
        self.store.clear()
        self.faults.set(())
        with self._lock:
            self.requests_seen = 0
            self.seen.clear()

    def end(self) -> None:
        """End waits and connections, and wait for their threads."""
        self.closing.set()
        with self._lock:
            for connection in self._open:
                end_connection(connection)
        self.server_close()


def end_connection(connection: socket.socket) -> None:
    """Make the thread that reads from the connection see its end."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


class Receiver:
    """A receiver in a thread of this process. Use it as a context, or `start` and `stop` it.

    port: 0 for any free one. directory: where items are kept across restarts. shape: how invalid
    items are named in replies.
    """

    def __init__(
        self,
        port: int = 0,
        host: str = "127.0.0.1",
        *,
        directory: Path | None = None,
        access: Access = Access(),  # noqa: B008 — frozen
        shape: Shape = "indexed",
    ) -> None:
        self._server = Server((host, port), Store(directory), access, shape)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), name="receiver"
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_port

    @property
    def url(self) -> str:
        """Its address, without a path."""
        return f"http://{self._server.server_address[0]!s}:{self.port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End all connections; nobody listens afterwards."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.end()

    def run(self, tell: Callable[[str], None] | None = None) -> None:
        """Answer in this thread until it is interrupted; tell of each request in a line."""
        self._server.tell = tell
        try:
            self._server.serve_forever()
        finally:
            self._server.end()

    def fail(self, *faults: Fault) -> None:
        """Misbehave in these ways from now on, and in no others; none: behave."""
        self._server.faults.set(faults)

    @property
    def tokens(self) -> Tokens:
        """The tokens that it gave."""
        return self._server.tokens

    @property
    def requests(self) -> list[Seen]:
        """The requests for feeds, in order."""
        return list(self._server.seen)

    def items(self, feed: str) -> list[dict[str, Any]]:
        """The living items it holds."""
        return list(loaded(self._server.store.bodies(feed)))

    def tombstones(self, feed: str) -> list[dict[str, Any]]:
        """The tombstones it holds."""
        return list(loaded(self._server.store.bodies(feed, deleted=True)))

    def log(self, since: int = 0) -> list[Delivered]:
        """What was delivered after this number, in order."""
        return self._server.store.log(since)

    def clear(self) -> None:
        """Forget items, log, requests and faults."""
        self._server.clear()


def loaded(bodies: list[bytes]) -> Iterator[dict[str, Any]]:
    """The objects of these bodies."""
    return (orjson.loads(body) for body in bodies)


def tell_on_stdout(line: str) -> None:
    """Write a line at once, also where stdout is a pipe."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def serve(
    host: str = "127.0.0.1",
    port: int = 8085,
    *,
    directory: Path | None = None,
    access: Access = Access(),  # noqa: B008 — frozen
    tell: Callable[[str], None] = tell_on_stdout,
) -> None:
    """Run a receiver in this thread until it is interrupted.

    tell: is given a line at the start and one for each request.
    """
    receiver = Receiver(port, host, directory=directory, access=access)
    tell(f"listening on {receiver.url}")
    receiver.run(tell)
