"""One HTTP request and its repetitions, over connections that are kept."""

from __future__ import annotations

import gzip
import os
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus

import requests

from daemon.core.delivery import Gate
from daemon.core.health import Cost, Sign
from daemon.destination.exchange import USER_AGENT, post, session_of
from daemon.destination.reply import STILL_AT_WORK, Reply, sign_of
from daemon.destination.retry import Attempt, Posted, Unreached, Withheld, retrying, seconds_of
from daemon.destination.signing import NoTokenError, Signing
from daemon.destination_settings import RequestSettings


class Client:
    """Posts bodies. Each thread of each process has a session of its own, with its own connection.

    headers: of every request. overriding: headers by setting, which win over all others.
    slow_seconds: a reply that takes longer came late.
    """

    def __init__(
        self,
        settings: RequestSettings,
        signing: Signing,
        headers: Mapping[str, str],
        overriding: Mapping[str, str],
        slow_seconds: float,
    ) -> None:
        self._settings = settings
        self._signing = signing
        self._headers = {"User-Agent": USER_AGENT, **headers}
        if settings.gzip:
            self._headers["Content-Encoding"] = "gzip"
        self._overriding = dict(overriding)
        self._slow_seconds = slow_seconds
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._closing = threading.Event()

    def post(self, url: str, body: bytes, cost: Cost, gate: Gate) -> Posted:
        """Post the body, in as many attempts as the settings allow.

        Raises:
            Exception: whatever the gate raises; each attempt passes it.
        """
        sent = body
        if self._settings.gzip:
            sent = gzip.compress(body, self._settings.gzip_level, mtime=0)
        made: list[Reply | Unreached] = []

        def attempt() -> Attempt:
            closed_seconds = gate.enter(cost)
            if closed_seconds is not None:
                return Withheld(closed_seconds)
            began = time.monotonic()
            found = self._attempt(url, sent, cost, gate)
            made.append(found)
            gate.leave(self._sign(found, time.monotonic() - began), seconds_of(found))
            return found

        last = retrying(self._settings, self._closing)(attempt)
        return Posted(made[-1] if made else last, any(map(may_come_yet, made)))

    def close(self) -> None:
        """End waits and let go of all connections."""
        self._closing.set()
        self._signing.close()
        for session in self._sessions:
            session.close()

    def _sign(self, found: Reply | Unreached, seconds: float) -> Sign:
        sign = sign_of(found) if isinstance(found, Reply) else Sign.DOWN
        return Sign.SLOW if sign is Sign.WELL and seconds > self._slow_seconds else sign

    def _attempt(self, url: str, body: bytes, cost: Cost, gate: Gate) -> Reply | Unreached:
        """One request; a second one with a new token where the service doesn't know the first."""
        try:
            signed = self._signing.headers()
            found = self._post(url, body, signed)
            if is_unauthorized(found) and self._signing.renew(signed):
                again = self._signing.headers()
                if gate.enter(cost) is None:
                    found = self._post(url, body, again)
        except NoTokenError as error:
            return Unreached(str(error), may_pass=False, is_sent=False)
        return found

    def _post(self, url: str, body: bytes, signed: Mapping[str, str]) -> Reply | Unreached:
        headers = {**self._headers, **signed, **self._overriding}
        return post(self._session(), url, body, headers, self._settings)

    def _session(self) -> requests.Session:
        """The session of this thread; a forked process must not share its parent's sockets."""
        if getattr(self._local, "process", None) != os.getpid():
            self._local.process = os.getpid()
            self._local.session = session_of(self._settings)
            self._sessions.append(self._local.session)
        session: requests.Session = self._local.session
        return session


def may_come_yet(found: Reply | Unreached) -> bool:
    """True where nobody knows whether the service has taken the request, or will."""
    return found.is_sent if isinstance(found, Unreached) else found.status in STILL_AT_WORK


def is_unauthorized(found: Attempt) -> bool:
    """True where the service didn't take the token."""
    return isinstance(found, Reply) and found.status == HTTPStatus.UNAUTHORIZED
