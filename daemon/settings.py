"""Settings from TOML and environment: frozen, and refused at start where they are wrong."""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from daemon.errors import ConfigurationError
from daemon.faults import explained
from daemon.overrides import overridden
from daemon.secret import masked, secret
from daemon.timing import seconds_of, trigger_of

__all__ = ["Settings", "load_settings", "parse_settings", "secret"]


def checked_schedule(value: str) -> str:
    """The expression, if it is a duration or a cron expression of five fields."""
    trigger_of(value)
    return value


def checked_url(value: str) -> str:
    """The address, if it is that of a schema on a MySQL or MariaDB server; never quotes it."""
    import sqlalchemy as sa  # noqa: PLC0415 — costs more than all other settings together

    try:
        url = sa.make_url(value)
    except (sa.exc.ArgumentError, ValueError):
        raise ValueError(f"is not a database URL; {URL_FORM}") from None
    if url.get_backend_name() not in {"mysql", "mariadb"}:
        raise ValueError(f"{url.get_backend_name()} is not a database of a shop; {URL_FORM}")
    if not url.database:
        raise ValueError(f"names no schema; {URL_FORM}")
    return value


URL_FORM = "it looks like mysql+pymysql://USER:PASSWORD@HOST:3306/SCHEMA?charset=utf8mb4"
Seconds = Annotated[float, BeforeValidator(seconds_of), Field(gt=0)]
Schedule = Annotated[str, AfterValidator(checked_schedule)]


class Section(BaseModel):
    """A part of the settings: frozen, no unknown keys, and no secret in its repr."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True
    )

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            yield name, masked(value, name or "")


class DatabaseSettings(Section):
    """Where the shop's database is."""

    url: Annotated[str, AfterValidator(checked_url)] | None = None
    """SQLAlchemy URL of the shop's schema; `url_file` keeps the password out of this file."""
    url_file: Path | None = None
    """A file that holds the URL, or credential:NAME for one of systemd's credentials."""
    table_prefix: Annotated[str, Field(pattern=r"^\w*$")] = ""
    """What all table names of the shop begin with (`table_prefix` of app/etc/env.php)."""
    own_schema: Annotated[str, Field(pattern=r"^\w*$")] = ""
    """Another schema of the same server for this product's own tables; empty: the shop's."""

    @model_validator(mode="after")
    def _one_of_both(self) -> DatabaseSettings:
        if (self.url is None) == (self.url_file is None):
            raise ValueError("set either url or url_file")
        return self

    @property
    def address(self) -> str:
        """The SQLAlchemy URL.

        Raises:
            ConfigurationError: the file that holds it can't be read, or holds something else.
        """
        if self.url is not None:
            return self.url
        try:
            return checked_url(secret(self.url_file, "database.url_file"))
        except ValueError as error:
            raise ConfigurationError(f"database.url_file: its text {error}") from error


class RequestSettings(Section):
    """How one HTTP request is made and repeated: whether and how long is the retry's, until its
    end.
    """

    connect_timeout: Seconds = 5.0
    """How long a connection may take to come about."""
    read_timeout: Seconds = 60.0
    """How long the destination may be silent before it has answered."""
    attempts: Annotated[int, Field(ge=1)] = 3
    """How often one request is made before its items count as failed."""
    first_wait: Seconds = 0.5
    """The wait after the first failed attempt; it doubles from one to the next."""
    longest_wait: Seconds = 10.0
    """The longest wait between two attempts. A destination that asks for more (Retry-After) is left
    alone for as long as it asks, and the items count as failed until then.
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
    preset: Literal["classic", "plain"] = "classic"
    """classic: the published routes of classic feed ingestion; plain: every feed to /feeds/<feed>.
    """
    url: Annotated[str, Field(pattern=r"^https?://[^/\s]+\S*$")] | None = None
    """Where the routes begin (kind http)."""
    directory: Path | None = None
    """Where the files are written (kind file)."""
    environment_id: Annotated[str, Field(min_length=1)] = "default"
    """The data space behind the destination; another one starts from nothing."""
    auth: Literal["none", "bearer", "gateway"] = "none"
    """none; bearer: a token in Authorization; gateway: x-api-key and a signature of each request.
    """
    token: str | None = None
    """The token itself; better in `token_file`."""
    token_file: Path | None = None
    """A file that holds the token."""
    token_prefix: str = "Bearer"  # noqa: S105 — it stands before the token, it isn't one
    """The word before the token; empty for none."""
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
    batch_bytes: Annotated[int, Field(ge=1024)] = 8 * 1024 * 1024
    """Bytes per request at most, before compression."""
    request: RequestSettings = RequestSettings()
    """How a request is made and repeated."""

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> DestinationSettings:
        needs = {"http": ("url", self.url), "file": ("directory", self.directory)}
        key, value = needs[self.kind]
        if value is None:
            raise ValueError(f'kind = "{self.kind}" needs {key}')
        if self.auth == "bearer" and not (self.token or self.token_file):
            raise ValueError('auth = "bearer" needs token_file (or token)')
        if self.auth == "gateway" and not (
            (self.api_key or self.api_key_file) and self.private_key_file
        ):
            raise ValueError(
                'auth = "gateway" needs api_key_file (or api_key) and private_key_file'
            )
        return self


class ScheduleSettings(Section):
    """When each duty runs: every so often (`1s`, `5m`), or a cron expression (`0 2 * * *`, UTC)."""

    sync: Schedule = "1s"
    """Collect changes and send what they affect."""
    recovery: Schedule = "1m"
    """Bring back failed items that are due."""
    audit: Schedule = "1m"
    """Compare the installed triggers with the wanted ones, and repair."""
    purge: Schedule = "0 2 * * *"
    """Forget delivered tombstones that are older than sync.keep_tombstones."""
    run_history_purge: Schedule = "30 2 * * *"
    """Forget batches that are older than sync.keep_runs."""


class SyncSettings(Section):
    """How work is cut, and by whom it is done."""

    executor: Literal["processes", "threads", "inline"] = "processes"
    """Who builds batches: worker processes, threads, or the daemon itself, one after the other."""
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    """How many batches are in hand at once."""
    batch_entities: dict[str, Annotated[int, Field(ge=1, le=10000)]] = {}
    """Source entities per batch, by feed; `default` for the others."""
    collect_rows: Annotated[int, Field(ge=1)] = 5000
    """Changelog rows per collecting transaction."""
    claim: Seconds = 300.0
    """After this time without a sign of life, a worker's batch is taken over by another."""
    stop_timeout: Seconds = 30.0
    """How long a stopping daemon waits for the batches in hand."""
    keep_tombstones: Seconds = 7 * 86400.0
    """How long delivered tombstones are remembered."""
    keep_runs: Seconds = 30 * 86400.0
    """How long the figures of batches are kept."""


class RetrySettings(Section):
    """How failed items come back across requests: exponential, jittered, capped."""

    first_delay: Seconds = 60.0
    """The first wait; it doubles with each attempt."""
    longest_delay: Seconds = 3600.0
    """The longest wait."""
    attempts: Annotated[int, Field(ge=1)] = 50
    """After so many attempts an item is a dead letter."""


class ShopSettings(Section):
    """What the database doesn't tell about the shop."""

    config: dict[str, str] = {}
    """Configuration paths that app/etc/env.php or the environment fix, path = value."""


class ClockSettings(Section):
    """A fixed moment to build for: previews and tests. Absent in real life."""

    now: AwareDatetime | None = None
    """For instance 2026-11-23T16:00:00Z."""


class LogSettings(Section):
    """What is logged, on standard error, and how."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least severe level that is logged."""
    format: Literal["auto", "console", "json", "journal"] = "auto"
    """auto: for people on a terminal, for the journal under systemd, JSON lines elsewhere."""


class Settings(Section):
    """Everything that can be set."""

    database: DatabaseSettings
    destinations: dict[str, DestinationSettings] = {}
    schedule: ScheduleSettings = ScheduleSettings()
    sync: SyncSettings = SyncSettings()
    retry: RetrySettings = RetrySettings()
    shop: ShopSettings = ShopSettings()
    clock: ClockSettings = ClockSettings()
    log: LogSettings = LogSettings()

    def now(self) -> dt.datetime:
        """The moment that items are built for."""
        return self.clock.now or dt.datetime.now(dt.UTC)


def load_settings(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of a TOML file, overridden by FEED_SYNC__SECTION__KEY of the environment.

    Raises:
        ConfigurationError: the file is missing or not TOML, a key is unknown (the nearest known one
            is named), a value is wrong.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"can't read {path}: {error.strerror}. `feed-sync init` writes a first one."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not TOML: it is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not TOML: {error}") from error
    variables = os.environ if environment is None else environment
    return parse_settings(overridden(data, variables, Settings))


def parse_settings(data: Mapping[str, Any]) -> Settings:
    """Settings from plain data.

    Raises:
        ConfigurationError: naming every key that is wrong.
    """
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        lines = [explained(fault, Settings) for fault in error.errors()]
        raise ConfigurationError("\n".join(lines)) from None
