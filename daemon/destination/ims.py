"""Access tokens of Adobe's identity service (IMS): fetched with client credentials, kept in memory.

POST of a form (grant_type client_credentials), answered with access_token and the seconds that it
is good for: a day. All threads of a process share one token; nothing of it is written down.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode

import structlog

from daemon.destination.exchange import USER_AGENT, post, session_of
from daemon.destination.reply import Reply, content_of, message_of, titled
from daemon.destination.retry import Unreached, Withheld, retrying
from daemon.destination.signing import NoTokenError, authorization
from daemon.destination_settings import RequestSettings

log = structlog.get_logger()

DAY_SECONDS = 86400.0
"""No token is taken to be good for longer."""

RENEWED_BEFORE_END = 0.1
"""This share of its life is left, and up to as much again by chance, when a token is renewed."""

AGAIN_SECONDS = 60.0
"""After a renewal that failed, the token that is still good is used so long before the next."""

HEADERS = {
    "User-Agent": USER_AGENT,
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "application/json",
}


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks for a token, and where. key: the destination's settings, for messages."""

    key: str
    url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str

    @property
    def form(self) -> bytes:
        """The body of the request."""
        fields = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scope": self.scope,
        }
        return urlencode(fields).encode()


@dataclass(frozen=True, slots=True)
class Token:
    """A token, and for how many seconds from now it is good."""

    text: str = field(repr=False)
    seconds: float


class TokenService:
    """Asks for tokens, as often as the settings of the destination's requests allow."""

    def __init__(self, credentials: Credentials, settings: RequestSettings) -> None:
        self._credentials = credentials
        self._settings = settings
        self._closing = threading.Event()

    def fetch(self) -> Token:
        """A new token.

        Raises:
            NoTokenError: there is none to be had.
        """
        with session_of(self._settings) as session:
            who = self._credentials

            def ask() -> Reply | Unreached | Withheld:
                return post(session, who.url, who.form, HEADERS, self._settings)

            return token_of(retrying(self._settings, self._closing)(ask), who)

    def close(self) -> None:
        """End a wait between two attempts."""
        self._closing.set()


def token_of(answer: Reply | Unreached | Withheld, who: Credentials) -> Token:
    """The token of an answer.

    Raises:
        NoTokenError: it holds none; the text quotes nothing of the request.
    """
    if not isinstance(answer, Reply):
        reason = answer.reason if isinstance(answer, Unreached) else "it is left alone"
        raise NoTokenError(f"no access token from {who.key}.token_url: {reason}")
    content = content_of(answer)
    if answer.status == HTTPStatus.OK and isinstance(content, Mapping):
        text, seconds = content.get("access_token"), content.get("expires_in")
        if isinstance(text, str) and text.isascii() and text.isprintable() and text:
            known = float(seconds) if isinstance(seconds, int | float) else DAY_SECONDS
            return Token(text, min(known, DAY_SECONDS))
    said = message_of(content)
    raise NoTokenError(
        f"no access token from {who.key}.token_url: {titled(answer.status)}"
        f"{f': {said}' if said else ''}; check client_id, client_secret and scope there"
    )


class ImsToken:
    """The token that requests carry; see `daemon.destination.signing.Signing`.

    fetch: gives a new token, or raises NoTokenError. jitter: random numbers of [0, 1).
    """

    def __init__(
        self,
        service: TokenService,
        prefix: str,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._service = service
        self._prefix = prefix
        self._clock = clock
        self._jitter = jitter
        self._lock = threading.Lock()
        self._headers: dict[str, str] | None = None
        self._renew_at = self._end = float("-inf")

    def headers(self) -> Mapping[str, str]:
        """The header with the token; one thread fetches it, and the others wait for that.

        Raises:
            NoTokenError: there is none, and none to be had.
        """
        with self._lock:
            now = self._clock()
            if self._headers is None or now >= self._renew_at:
                self._fetch(now)
            assert self._headers is not None  # noqa: S101 — fetched, or raised
            return self._headers

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Drop the token unless another thread has done so already; another may be had."""
        with self._lock:
            if self._headers == refused:
                self._headers = None
        return True

    def close(self) -> None:
        """End waits."""
        self._service.close()

    def _fetch(self, now: float) -> None:
        """Fetch a token; where that fails, one that is still good is kept for a while."""
        try:
            token = self._service.fetch()
        except NoTokenError as error:
            if self._headers is None or now >= self._end:
                raise
            log.warning("access token not renewed", reason=str(error))
            self._renew_at = now + AGAIN_SECONDS
            return
        self._headers = authorization(token.text, self._prefix)
        self._end = now + token.seconds
        early = RENEWED_BEFORE_END * (1 + self._jitter())
        self._renew_at = now + token.seconds * (1 - early)
