"""Destinations from settings: everything that can be wrong with them is found here, at start."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from daemon.core.delivery import Destination
from daemon.core.health import BreakerPolicy, Care, Limits
from daemon.destination.client import Client
from daemon.destination.file import FileDestination
from daemon.destination.http import HttpDestination
from daemon.destination.ims import Credentials, ImsToken, TokenService
from daemon.destination.payload_log import PayloadLog
from daemon.destination.presets import PRESETS
from daemon.destination.routes import Route, route_of, time_field_of, translation_of
from daemon.destination.signing import Fixed, Gateway, Signing, bearer, private_key_of
from daemon.destination_settings import DestinationSettings
from daemon.errors import ConfigurationError
from daemon.secret import secret


def make_destination(name: str, settings: DestinationSettings) -> Destination:
    """The destination that these settings describe.

    Raises:
        ConfigurationError: a value is wrong or a file can't be read; names the key.
    """
    key = f"destinations.{name}"
    if settings.kind == "file":
        return file_destination(name, settings, key)

    @cache
    def route(feed: str) -> Route | None:
        return route_of(feed, settings, key)

    for feed in settings.routes:
        route(feed)
    for feed, needed in PRESETS[settings.preset].needs.items():
        if route(feed) and not route(needed):
            raise ConfigurationError(
                f"{key}: the service takes no notice of {feed} without {needed}; switch both on"
                " or off (feeds, routes)"
            )
    client = Client(
        settings.request,
        signing_of(settings, key),
        PRESETS[settings.preset].headers,
        checked_headers(settings.headers, f"{key}.headers"),
        settings.rate.slow_after,
    )
    check_authorities(settings, key)
    payload_log = PayloadLog(settings.payload_log) if settings.payload_log else None
    care = care_of(settings)
    return HttpDestination(
        name,
        settings.environment_id,
        route,
        client,
        care,
        payload_log,
        translations=cache(lambda feed: translation_of(feed, settings)),
    )


def care_of(settings: DestinationSettings) -> Care:
    """The limits that the destination keeps, and when it is left alone."""
    rate, breaker = settings.rate, settings.breaker
    usual = PRESETS[settings.preset].requests_per_minute if settings.kind == "http" else None
    requests = usual if rate.requests_per_minute is None else rate.requests_per_minute
    limits = Limits(requests or None, rate.items_per_minute, rate.bytes_per_minute, rate.save_up)
    policy = BreakerPolicy(
        breaker.failures,
        breaker.first_pause,
        breaker.longest_pause,
        settings.request.connect_timeout + settings.request.whole_timeout,
    )
    return Care(limits, policy)


def file_destination(name: str, settings: DestinationSettings, key: str) -> FileDestination:
    """The destination in a directory, which is made where it is missing."""
    directory = settings.directory or Path()
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"{key}.directory: can't make {directory}: {error.strerror}"
        ) from error

    return FileDestination(
        name,
        settings.environment_id,
        directory,
        settings.feeds,
        lambda feed: time_field_of(feed, settings),
        care_of(settings),
    )


def signing_of(settings: DestinationSettings, key: str) -> Signing:
    """The signing that `auth` asks for."""
    if settings.auth == "none":
        return Fixed({})
    if settings.auth == "bearer":
        token = chosen(settings.token, settings.token_file, f"{key}.token")
        return bearer(token, settings.token_prefix)
    if settings.auth == "ims":
        return ImsToken(
            TokenService(credentials(settings, key), settings.request), settings.token_prefix
        )
    api_key = chosen(settings.api_key, settings.api_key_file, f"{key}.api_key")
    where = f"{key}.private_key_file"
    try:
        private_key = private_key_of(secret(settings.private_key_file, where))
    except ValueError as error:
        raise ConfigurationError(f"{where}: {error}") from error
    return Gateway(api_key, private_key, settings.signature_lifetime)


def credentials(settings: DestinationSettings, key: str) -> Credentials:
    """Who asks for access tokens."""
    return Credentials(
        key,
        settings.token_url,
        chosen(settings.client_id, settings.client_id_file, f"{key}.client_id"),
        chosen(settings.client_secret, settings.client_secret_file, f"{key}.client_secret"),
        settings.scope,
    )


def chosen(value: str | None, file: Path | None, key: str) -> str:
    """The secret itself, or what its file holds; fit for a header."""
    where = key if value else f"{key}_file"
    text = value or secret(file, where)
    if not text:
        raise ConfigurationError(f"{where}: it is empty")
    return checked_headers({"": text}, where)[""]


def checked_headers(headers: Mapping[str, str], key: str) -> Mapping[str, str]:
    """The headers, if HTTP can carry them; the message doesn't quote a value."""
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable() and value == value.strip()):
            where = f"{key}.{name}" if name else key
            raise ConfigurationError(f"{where}: a header is one line of ASCII text")
    return headers


def check_authorities(settings: DestinationSettings, key: str) -> None:
    """Refuse a file of authorities that isn't there."""
    file = settings.request.ca_file
    if file is not None and not file.exists():
        raise ConfigurationError(f"{key}.request.ca_file: there is no {file}")
