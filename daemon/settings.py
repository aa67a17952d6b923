"""Settings from TOML and environment: frozen, and refused at start where they are wrong."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    ValidationError,
    model_validator,
)

from daemon.destination_settings import DestinationSettings
from daemon.errors import ConfigurationError
from daemon.faults import explained
from daemon.feed_settings import FeedSettings
from daemon.overrides import overridden
from daemon.secret import secret
from daemon.section import Seconds, Section
from daemon.timing import trigger_of


def checked_schedule(value: str) -> str:
    """The expression, if it is a duration or a cron expression of five fields."""
    trigger_of(value)
    return value


def checked_url(value: str) -> str:
    """The address, if it is that of a schema on a MySQL or MariaDB server; never quotes it.

    User and password are escaped, so that wherever it is shown the password can be told.
    """
    import sqlalchemy as sa  # noqa: PLC0415 — costs more than all other settings together

    if re.search(r"\s", value):
        raise ValueError(f"holds white space; write a space as %20; {URL_FORM}")
    try:
        url = sa.make_url(value)
    except (sa.exc.ArgumentError, ValueError):
        raise ValueError(f"is not a database URL; {URL_FORM}") from None
    if url.get_backend_name() not in {"mysql", "mariadb"}:
        raise ValueError(f"{url.get_backend_name()} is not a database of a shop; {URL_FORM}")
    if not url.database:
        raise ValueError(f"names no schema; {URL_FORM}")
    return re.sub(r"\s", "%20", url.render_as_string(hide_password=False))


URL_FORM = "it looks like mysql+pymysql://USER:PASSWORD@HOST:3306/SCHEMA?charset=utf8mb4"
Schedule = Annotated[str, AfterValidator(checked_schedule)]
DestinationName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
"""What records and logs call a destination by."""


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


class ScheduleSettings(Section):
    """When each duty runs: every so often (`1s`, `5m`), or a cron expression (`0 2 * * *`, UTC)."""

    sync: Schedule = "1s"
    """Collect changes and send what they affect."""
    boundaries: Schedule = "1m"
    """Rebuild what time alone has changed: rule prices at midnight, staging versions."""
    recovery: Schedule = "1m"
    """Bring back failed items that are due."""
    audit: Schedule = "1m"
    """Compare the installed triggers with the wanted ones, and repair."""
    purge: Schedule = "0 2 * * *"
    """Forget delivered tombstones that are older than sync.keep_tombstones."""
    run_history_purge: Schedule = "30 2 * * *"
    """Forget batches that are older than sync.keep_runs."""
    verify: Schedule = "1m"
    """Compare a little more of what is recorded with the shop; see verify.period."""
    held_reminder: Schedule = "10m"
    """Say again which deletions wait to be confirmed."""


class SyncSettings(Section):
    """How work is cut, and by whom it is done."""

    executor: Literal["processes", "threads", "inline"] = "processes"
    """Who builds batches: worker processes, threads, or the daemon itself, one after the other."""
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    """How many batches are in hand at once."""
    batch_entities: dict[str, Annotated[int, Field(ge=1, le=10000)]] = {}
    """Source entities per batch, by feed; `default` for the others. Unset: 500, or 1000."""
    weights: dict[str, Annotated[float, Field(gt=0, le=100)]] = {}
    """A feed's share of the workers while others have work of the same priority: 4 for prices and
    inventoryStockStatus, 1 for the others, unless set here.
    """
    collect_rows: Annotated[int, Field(ge=1)] = 5000
    """Changelog rows per collecting transaction."""
    claim: Annotated[Seconds, Field(ge=5)] = 300.0
    """After this time without a sign of life, a worker's batch is taken over by another. At least
    5 s: a new worker process needs a second or two before it can give one."""
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
    attempts: Annotated[int, Field(ge=1, le=1000)] = 50
    """After so many attempts an item is a dead letter."""
    give_up_after: Seconds = 7 * 86400.0
    """An item that still fails after so long is a dead letter, however few attempts it had."""


class BrakeSettings(Section):
    """When deletions wait for `feed-sync deletions confirm`: too many of one feed, soon after each
    other. Everything else goes on meanwhile.
    """

    share: Annotated[float, Field(gt=0, le=1)] = 0.1
    """The part of a feed's living items at a destination that may go unasked; 1 for all."""
    minimum: Annotated[int, Field(ge=0)] = 100
    """So many deletions go unasked, however small the feed is."""
    window: Seconds = 3600.0
    """Within this time what was used up of the above comes back."""


class VerifySettings(Section):
    """The daemon's own comparison of what the destinations were told with what the shop holds."""

    enabled: bool = True
    """Compare by itself; `feed-sync verify` does so by order."""
    period: Seconds = 86400.0
    """In this time every entity is compared once, but only while nothing waits to be built."""
    repair: bool = True
    """Make what has drifted pending."""


class ShopSettings(Section):
    """What the database doesn't tell about the shop."""

    config: dict[str, str] = {}
    """Configuration paths that app/etc/env.php or the environment fix, path = value."""


class ClockSettings(Section):
    """A fixed moment to build for: previews and tests. Absent in real life: the database server's
    clock then tells it, to all hosts alike.
    """

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
    destinations: dict[DestinationName, DestinationSettings] = {}
    schedule: ScheduleSettings = ScheduleSettings()
    sync: SyncSettings = SyncSettings()
    retry: RetrySettings = RetrySettings()
    brake: BrakeSettings = BrakeSettings()
    verify: VerifySettings = VerifySettings()
    shop: ShopSettings = ShopSettings()
    feeds: FeedSettings = FeedSettings()
    clock: ClockSettings = ClockSettings()
    log: LogSettings = LogSettings()


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
