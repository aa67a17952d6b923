"""One HTTP request and its repetitions, over connections that are kept."""

from __future__ import annotations

import datetime as dt
import gzip
import http.client
import os
import threading
import time
from collections.abc import Mapping
from importlib.metadata import version

import requests

from daemon.core.delivery import Gate
from daemon.core.health import Cost, Sign
from daemon.destination.connection import (
    TimedAdapter,
    TookTooLongError,
    content_of_response,
)
from daemon.destination.reply import Reply, sign_of
from daemon.destination.retry import (
    Attempt,
    Unreached,
    Withheld,
    retrying,
    seconds_asked_for,
    seconds_of,
)
from daemon.destination.signing import Signing
from daemon.destination_settings import NO_PROXY, RequestSettings
from daemon.secret import masked_text

USER_AGENT = f"commerce-feed-sync/{version('commerce-feed-sync')}"


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
        self._verify = str(settings.ca_file) if settings.ca_file else settings.verify
        self._proxies = proxies_of(settings.proxy)
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._closing = threading.Event()

    def post(self, url: str, body: bytes, cost: Cost, gate: Gate) -> Attempt:
        """The reply to the body, or why there is none, after all attempts that the settings allow.

        Raises:
            Exception: whatever the gate raises; each attempt passes it.
        """
        sent = body
        if self._settings.gzip:
            sent = gzip.compress(body, self._settings.gzip_level, mtime=0)

        def attempt() -> Attempt:
            closed_seconds = gate.enter(cost)
            if closed_seconds is not None:
                return Withheld(closed_seconds)
            began = time.monotonic()
            found = self._attempt(url, sent)
            gate.leave(self._sign(found, time.monotonic() - began), seconds_of(found))
            return found

        return retrying(self._settings, self._closing)(attempt)

    def close(self) -> None:
        """End waits and let go of all connections."""
        self._closing.set()
        for session in self._sessions:
            session.close()

    def _sign(self, found: Attempt, seconds: float) -> Sign:
        sign = sign_of(found) if isinstance(found, Reply) else Sign.DOWN
        return Sign.SLOW if sign is Sign.WELL and seconds > self._slow_seconds else sign

    def _attempt(self, url: str, body: bytes) -> Attempt:
        try:
            response = self._session().post(
                url,
                data=body,
                headers={**self._headers, **self._signing.headers(), **self._overriding},
                timeout=(self._settings.connect_timeout, self._settings.read_timeout),
                allow_redirects=False,
                stream=True,
                # Both said per request: otherwise requests lets the environment and ~/.netrc win.
                verify=self._verify,
                auth=unchanged,
                proxies=self._proxies,
            )
            with response:
                return reply_of(response, content_of_response(response), dt.datetime.now(dt.UTC))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return unreached(error, self._settings)

    def _session(self) -> requests.Session:
        """The session of this thread; a forked process must not share its parent's sockets."""
        if getattr(self._local, "process", None) != os.getpid():
            self._local.process = os.getpid()
            self._local.session = session_of(self._settings)
            self._sessions.append(self._local.session)
        session: requests.Session = self._local.session
        return session


def session_of(settings: RequestSettings) -> requests.Session:
    """A session whose requests end in time."""
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, TimedAdapter(settings.whole_timeout, settings.read_timeout))
    return session


def proxies_of(proxy: str | None) -> dict[str, str] | None:
    """The proxies as requests wants them: None asks the environment, empty texts forbid that."""
    if proxy is None:
        return None
    address = "" if proxy == NO_PROXY else proxy
    return {"http": address, "https": address}


def unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The request as it is: the signing has been done."""
    return request


def reply_of(response: requests.Response, body: bytes, now: dt.datetime) -> Reply:
    """What matters of a response with this body."""
    headers = response.headers
    return Reply(
        status=response.status_code,
        body=body,
        content_type=headers.get("Content-Type", ""),
        location=headers.get("Location"),
        request_id=headers.get("x-request-id"),
        retry_after_seconds=seconds_asked_for(headers.get("Retry-After"), now),
    )


def unreached(error: Exception, settings: RequestSettings) -> Unreached:
    """Why there was no reply, in words, and whether another attempt may help."""
    root = root_of(error)
    cause = said_by(root)
    if isinstance(error, requests.exceptions.SSLError):
        untrusted = "CERTIFICATE_VERIFY_FAILED" in str(error)
        advice = "; check request.ca_file" if untrusted else ""
        return Unreached(f"no TLS connection: {cause}{advice}", may_pass=not untrusted)
    if isinstance(error, requests.Timeout) or isinstance(root, TimeoutError):
        return Unreached(too_late(error, root, settings))
    if isinstance(error, requests.exceptions.ProxyError):
        return Unreached(f"the proxy can't be used: {cause}")
    if isinstance(error, ValueError):
        return Unreached(
            f"the request can't be made: {cause}; check url and headers", may_pass=False
        )
    return Unreached(f"the connection failed: {cause}")


def too_late(error: Exception, root: BaseException, settings: RequestSettings) -> str:
    """Which of the times ran out."""
    if isinstance(root, TookTooLongError):
        return f"no whole reply within {settings.whole_timeout:g} s"
    if isinstance(error, requests.ConnectTimeout):
        return f"no connection within {settings.connect_timeout:g} s"
    return f"no reply within {settings.read_timeout:g} s"


def root_of(error: BaseException) -> BaseException:
    """The innermost cause; the outer ones quote addresses, perhaps with passwords."""
    seen = {id(error)}
    while (inner := error.__cause__ or error.__context__) is not None and id(inner) not in seen:
        seen.add(id(inner))
        error = inner
    return error


def said_by(error: BaseException) -> str:
    """What an error says, or at least what it is; never the password of an address."""
    return masked_text(getattr(error, "strerror", None) or str(error) or type(error).__name__)
