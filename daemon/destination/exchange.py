"""One exchange over HTTP: a body goes out, and a reply or the reason for none comes back."""

from __future__ import annotations

import datetime as dt
import http.client
from collections.abc import Iterator, Mapping
from importlib.metadata import version

import requests
import urllib3

from daemon.destination.connection import TimedAdapter, TookTooLongError, content_of_response
from daemon.destination.reply import Reply
from daemon.destination.retry import Unreached, moment_of, seconds_asked_for
from daemon.destination_settings import NO_PROXY, RequestSettings
from daemon.secret import masked_text

USER_AGENT = f"commerce-feed-sync/{version('commerce-feed-sync')}"


def post(
    session: requests.Session,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    settings: RequestSettings,
) -> Reply | Unreached:
    """Post a body once, within the times and over the proxies that the settings name."""
    try:
        response = session.post(
            url,
            data=body,
            headers=dict(headers),
            timeout=(settings.connect_timeout, settings.read_timeout),
            allow_redirects=False,
            stream=True,
            # Both said per request: otherwise requests lets the environment and ~/.netrc win.
            verify=str(settings.ca_file) if settings.ca_file else settings.verify,
            auth=unchanged,
            proxies=proxies_of(settings.proxy),
        )
        with response:
            return reply_of(response, content_of_response(response), dt.datetime.now(dt.UTC))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return unreached(error, settings)


class Session(requests.Session):
    """A session that takes a redirection for an answer like any other.

    Another one would read it to its end into memory, though it doesn't follow it.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere."""


def session_of(settings: RequestSettings) -> requests.Session:
    """A session whose requests end in time."""
    session = Session()
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
    """What matters of a response with this body.

    A date that it names is taken by its own clock, or by ours (`now`) where it doesn't tell that.
    """
    headers = response.headers
    now = moment_of(headers.get("Date")) or now
    return Reply(
        status=response.status_code,
        body=body,
        content_type=headers.get("Content-Type", ""),
        location=headers.get("Location"),
        request_id=headers.get("x-request-id"),
        retry_after_seconds=seconds_asked_for(headers.get("Retry-After"), now),
    )


def unreached(error: Exception, settings: RequestSettings) -> Unreached:
    """Why there was no reply, in words, whether another attempt may help, and whether the request
    may have gone out.
    """
    chain = list(causes(error))
    root = chain[-1]
    cause = said_by(root)
    if isinstance(error, requests.exceptions.SSLError):
        trusted = "CERTIFICATE_VERIFY_FAILED" not in str(error)
        advice = "" if trusted else "; check request.ca_file"
        return Unreached(f"no TLS connection: {cause}{advice}", may_pass=trusted, is_sent=trusted)
    is_connected = not any(isinstance(one, urllib3.exceptions.ConnectTimeoutError) for one in chain)
    if isinstance(error, requests.Timeout) or isinstance(root, TimeoutError):
        return Unreached(too_late(error, root, settings), is_sent=is_connected)
    if isinstance(error, requests.exceptions.ProxyError):
        return Unreached(f"the proxy can't be used: {cause}", is_sent=False)
    if isinstance(error, ValueError):
        reason = f"the request can't be made: {cause}; check url and headers"
        return Unreached(reason, may_pass=False, is_sent=False)
    return Unreached(f"the connection failed: {cause}", is_sent=is_connected)


def too_late(error: Exception, root: BaseException, settings: RequestSettings) -> str:
    """Which of the times ran out."""
    if isinstance(root, TookTooLongError):
        return f"no whole reply within {settings.whole_timeout:g} s"
    if isinstance(error, requests.ConnectTimeout):
        return f"no connection within {settings.connect_timeout:g} s"
    return f"no reply within {settings.read_timeout:g} s"


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what caused it, the innermost last; the outer ones quote addresses, perhaps with
    passwords.
    """
    seen = set[int]()
    inner: BaseException | None = error
    while inner is not None and id(inner) not in seen:
        seen.add(id(inner))
        yield inner
        inner = inner.__cause__ or inner.__context__


def said_by(error: BaseException) -> str:
    """What an error says, or at least what it is; never the password of an address."""
    return masked_text(getattr(error, "strerror", None) or str(error) or type(error).__name__)
