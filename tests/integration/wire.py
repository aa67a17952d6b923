"""A server of a few lines that answers byte for byte as a test tells it to."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Self

Script = Callable[[socket.socket, threading.Event], None]


class Wire:
    """Plays a script on each connection; the n-th gets the n-th, the last one all further ones."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = scripts
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self.accepted = 0
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self._listener.close()

    def join_clients(self) -> None:
        """Wait until no connection is left.

        Raises:
            AssertionError: a client keeps one open.
        """
        for thread in self._threads[1:]:
            thread.join(10)
            assert not thread.is_alive(), "a connection was left open"

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                script = self._scripts[min(self.accepted, len(self._scripts) - 1)]
                self.accepted += 1
                thread = threading.Thread(target=self._play, args=(connection, script))
                self._threads.append(thread)
                thread.start()

    def _play(self, connection: socket.socket, script: Script) -> None:
        with connection, contextlib.suppress(OSError):
            script(connection, self._closing)


def read_request(connection: socket.socket) -> bytes:
    """One request with its body; empty where the client has gone."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        if not (part := connection.recv(65536)):
            return b""
        seen += part
    head, _, body = seen.partition(b"\r\n\r\n")
    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
    size = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < size:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def says(reply: bytes, *, ends: bool = False) -> Script:
    """Answers each request with these bytes, and at the end of them goes away or not."""

    def play(connection: socket.socket, _: threading.Event) -> None:
        while read_request(connection):
            connection.sendall(reply)
            if ends:
                return

    return play


def drips(reply: bytes, drop: bytes) -> Script:
    """Answers with these bytes, and then a drop now and then without an end."""

    def play(connection: socket.socket, closing: threading.Event) -> None:
        read_request(connection)
        connection.sendall(reply)
        while not closing.wait(0.01):
            connection.sendall(drop)

    return play


def pours(reply: bytes, flood: bytes, times: int) -> Script:
    """Answers with these bytes, and then a flood so many times."""

    def play(connection: socket.socket, _: threading.Event) -> None:
        read_request(connection)
        connection.sendall(reply)
        for _ in range(times):
            connection.sendall(flood)

    return play


def breaks(after: int) -> Script:
    """Resets the connection when so many bytes were read."""

    def play(connection: socket.socket, _: threading.Event) -> None:
        left = after
        while left > 0 and (part := connection.recv(min(left, 65536))):
            left -= len(part)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    return play


def interrupts(reply: bytes) -> Script:
    """Answers as soon as it has seen a little of the request, and breaks off."""

    def play(connection: socket.socket, _: threading.Event) -> None:
        connection.recv(100)
        connection.sendall(reply)

    return play


def reads_nothing(_: socket.socket, closing: threading.Event) -> None:
    """Accepts, and never reads."""
    closing.wait()
