"""The settings of one place that feeds are sent to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from daemon.section import Seconds, Section

NO_PROXY = "none"
IMS_URL = "https://ims-na1.adobelogin.com/ims/token/v3"
ADDRESS = r"^https?://[^/\s]+\S*$"


class RequestSettings(Section):
    """How one HTTP request is made and repeated: whether and how long is the retry's, until its
    end.
    """

    connect_timeout: Seconds = 5.0
    """How long a connection may take to come about."""
    read_timeout: Seconds = 60.0
    """How long the destination may be silent before it has answered."""
    whole_timeout: Seconds = 80.0
    """How long one request and its reply may take in all, however busily they drip; less than three
    quarters of `sync.claim`, so that the batch is still ours at its end.
    """
    attempts: Annotated[int, Field(ge=1)] = 3
    """How often one request is made before its items count as failed."""
    first_wait: Seconds = 0.5
    """The wait after the first failed attempt; it doubles from one to the next."""
    longest_wait: Seconds = 10.0
    """The longest wait between two attempts. A destination that asks for more (Retry-After) is left
    alone for as long as it asks (an hour at most), and the items count as failed until then.
    """
    give_up_after: Seconds = 60.0
    """No further attempt begins later than this after the first one."""
    gzip: bool = True
    """Compress what is sent."""
    gzip_level: Annotated[int, Field(ge=1, le=9)] = 4
    """1 is fastest, 9 is smallest."""
    verify: bool = True
    """Check the destination's certificate."""
    ca_file: Path | None = None
    """The authorities to trust instead of the usual ones (PEM)."""
    proxy: Annotated[str, Field(pattern=r"^(none|https?://[^/\s]+/?)$")] | None = None
    """The proxy to go through, http://user:password@host:port; none: never one. Absent: what the
    environment says (HTTPS_PROXY, HTTP_PROXY, NO_PROXY).
    """


class RateSettings(Section):
    """How fast a destination is sent to, by all workers on all hosts together.

    The pace is halved when it says 429 and creeps up again to what is set here.
    """

    requests_per_minute: Annotated[float, Field(ge=0)] | None = None
    """Requests a minute at most; 0 for any number. Absent: the preset's (classic: 120,
    optimizer: 300).
    """
    items_per_minute: Annotated[float, Field(gt=0)] | None = None
    """Items a minute at most."""
    bytes_per_minute: Annotated[float, Field(gt=0)] | None = None
    """Bytes a minute at most, before compression."""
    save_up: Seconds = 5.0
    """Unused allowance of so much time may be used later at once."""
    slow_after: Seconds = 15.0
    """A reply that takes longer slows the pace."""


class BreakerSettings(Section):
    """When a destination that is down is left alone. Meanwhile its work stays pending."""

    failures: Annotated[int, Field(ge=1)] = 5
    """So many requests in a row must find it down."""
    first_pause: Seconds = 10.0
    """The first pause; it doubles each time that a probe finds it down still."""
    longest_pause: Seconds = 300.0
    """The longest pause."""


class TimeFieldSettings(Section):
    """The field that tells when an item was sent."""

    name: Annotated[str, Field(min_length=1)]
    """`modifiedAt`, `updatedAt` or another."""
    format: Literal["plain", "rfc3339"] = "plain"
    """plain: 2026-11-23 16:00:00; rfc3339: 2026-11-23T16:00:00+00:00. Both are UTC."""


class DestinationSettings(Section):
    """One place that feeds are sent to.

    What is set by feed is laid over the values of the preset, feed by feed.
    """

    kind: Literal["http", "file"] = "http"
    """http: a service; file: JSON lines in a directory."""
    preset: Literal["classic", "plain", "optimizer"] = "classic"
    """classic: the published routes of classic feed ingestion; plain: every feed to /feeds/<feed>;
    optimizer: the Catalog Data Ingestion API of Adobe Commerce Optimizer, in its own terms.
    """
    url: Annotated[str, Field(pattern=ADDRESS)] | None = None
    """Where the routes begin (kind http)."""
    directory: Path | None = None
    """Where the files are written (kind file)."""
    environment_id: Annotated[str, Field(pattern=r"^[!-~]{1,128}$")] = "default"
    """The data space behind the destination; another one starts from nothing. With preset =
    "optimizer" the tenant id.
    """
    auth: Literal["none", "bearer", "ims", "gateway"] = "none"
    """none; bearer: a token in Authorization; ims: the same, with a token that is fetched from
    token_url and renewed; gateway: x-api-key and a signature of each request.
    """
    token: str | None = None
    """The token itself; better in `token_file`."""
    token_file: Path | None = None
    """A file that holds the token."""
    token_prefix: str = "Bearer"  # noqa: S105 — it stands before the token, it isn't one
    """The word before the token; empty for none."""
    token_url: Annotated[str, Field(pattern=ADDRESS)] = IMS_URL
    """Where auth = "ims" fetches tokens, with client credentials."""
    client_id: str | None = None
    """The client id of auth = "ims"."""
    client_id_file: Path | None = None
    """A file that holds the client id."""
    client_secret: str | None = None
    """The client secret of auth = "ims"; better in `client_secret_file`."""
    client_secret_file: Path | None = None
    """A file that holds the client secret."""
    scope: str = "openid,AdobeID,profile,email,commerce.aco.ingestion"
    """What the token of auth = "ims" is asked for."""
    api_key: str | None = None
    """The public key of the gateway."""
    api_key_file: Path | None = None
    """A file that holds the public key of the gateway."""
    private_key_file: Path | None = None
    """The RSA key that signs (PEM, without a passphrase)."""
    signature_lifetime: Annotated[Seconds, Field(ge=10)] = 300.0
    """How long a signature is good for."""
    headers: dict[str, str] = {}
    """More headers for every request; they win over the product's own."""
    routes: dict[str, str] = {}
    """Feed → path, with {environment_id} and {feed} filled in; an empty path switches the feed off.
    """
    envelopes: dict[str, str] = {}
    """Feed → the key that each of its items is wrapped in; empty for none."""
    time_fields: dict[str, TimeFieldSettings] = {}
    """Feed → the field that tells when a tombstone (or a wrapped item) was sent."""
    feeds: tuple[str, ...] | None = None
    """Only these feeds; absent: all that have a route."""
    batch_items: dict[str, Annotated[int, Field(ge=1)]] = {}
    """Feed → items per request at most; `default` for the others."""
    locales: dict[str, str] = {}
    """Store view code → the locale that its catalogue has at the service (preset optimizer), its
    code if absent; empty: the store view is left out. Each locale is that of one store view.
    """
    currencies: dict[str, str] = {}
    """Website code → the currency of its price book (preset optimizer), its base currency if
    absent.
    """
    nul: Literal["strip", "keep", "refuse"] = "keep"
    """What becomes of the character NUL in a text, which JSON can carry and few services can store:
    keep it, as the reference does, strip it, or refuse the item.
    """
    batch_bytes: Annotated[int, Field(ge=1024)] = 8 * 1024 * 1024
    """Bytes per request at most, before compression."""
    payload_log: Path | None = None
    """A file to which each request is added with its items as they are sent, personal data too;
    for looking into something, not for good (kind http).
    """
    request: RequestSettings = RequestSettings()
    """How a request is made and repeated."""
    rate: RateSettings = RateSettings()
    """How fast it is sent to."""
    breaker: BreakerSettings = BreakerSettings()
    """When it is left alone."""

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> DestinationSettings:
        needs = {"http": ("url", self.url), "file": ("directory", self.directory)}
        key, value = needs[self.kind]
        if value is None:
            raise ValueError(f'kind = "{self.kind}" needs {key}')
        if self.preset == "optimizer" and self.environment_id == "default":
            raise ValueError('preset = "optimizer" needs environment_id, the tenant id')
        if doubled := doubled_locale(self.locales):
            raise ValueError(f"locales: {doubled} is that of two store views")
        if self.kind == "file" and self.payload_log:
            raise ValueError('payload_log is for kind = "http"; the files hold all that is sent')
        if self.auth == "bearer" and not (self.token or self.token_file):
            raise ValueError('auth = "bearer" needs token_file (or token)')
        if self.auth == "ims" and not (
            (self.client_id or self.client_id_file)
            and (self.client_secret or self.client_secret_file)
        ):
            raise ValueError(
                'auth = "ims" needs client_id (or client_id_file) and client_secret_file (or '
                "client_secret)"
            )
        if self.auth == "gateway" and not (
            (self.api_key or self.api_key_file) and self.private_key_file
        ):
            raise ValueError(
                'auth = "gateway" needs api_key_file (or api_key) and private_key_file'
            )
        return self


def doubled_locale(locales: Mapping[str, str]) -> str | None:
    """A locale that two store views have, if there is one."""
    chosen = [locale for locale in locales.values() if locale]
    return next((one for one in chosen if chosen.count(one) > 1), None)
