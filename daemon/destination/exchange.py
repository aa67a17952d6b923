"""One exchange over HTTP: a body goes out, and a reply or the reason for none comes back."""

from __future__ import annotations

import datetime as dt
import http.client
from collections.abc import Mapping
from importlib.metadata import version

import requests

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
