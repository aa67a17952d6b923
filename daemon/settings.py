"""Settings from TOML and environment: frozen, and refused at start where they are wrong."""

from __future__ import annotations

import datetime as dt
import difflib
import os
import re
import tomllib
from collections.abc import Mapping
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

ENVIRONMENT_PREFIX = "FEED_SYNC__"
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds_of(value: object) -> object:
    """Seconds of a duration such as `1s`, `500ms`, `5m`, `2h`, `7d`, or of a plain number."""
    if isinstance(value, str):
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)", value.strip())
        if not found:
            raise ValueError(f"{value!r} is not a duration such as 500ms, 1s, 5m, 2h or 7d")
        return float(found[1]) * UNITS[found[2]]
    return value


Seconds = Annotated[float, BeforeValidator(seconds_of), Field(gt=0)]


def checked_schedule(value: str) -> str:
    """The expression, if it is a duration or a cron expression of five fields."""
    if len(value.split()) != 5:  # noqa: PLR2004 — minute, hour, day, month, weekday
        seconds_of(value)
    return value


Schedule = Annotated[str, AfterValidator(checked_schedule)]


class Section(BaseModel):
    """A part of the settings: frozen, and no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DatabaseSettings(Section):
    """Where the shop's database is."""

    url: str | None = None
    url_file: Path | None = None
    table_prefix: Annotated[str, Field(pattern=r"^\w*$")] = ""
    own_schema: Annotated[str, Field(pattern=r"^\w*$")] = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> DatabaseSettings:
        if (self.url is None) == (self.url_file is None):
            raise ValueError("set either url or url_file")
        return self

    @property
    def address(self) -> str:
        """The SQLAlchemy URL."""
        return self.url if self.url is not None else secret(self.url_file, "database.url_file")


class RequestSettings(Section):
    """How one HTTP request is made and repeated: whether and how long is the retry's, until its
    end.
    """

    connect_timeout: Seconds = 5.0
    read_timeout: Seconds = 60.0
    attempts: Annotated[int, Field(ge=1)] = 3
    first_wait: Seconds = 0.5
    longest_wait: Seconds = 10.0
    give_up_after: Seconds = 60.0
    gzip: bool = True
    verify: bool = True
    ca_file: Path | None = None


class DestinationSettings(Section):
    """One place that feeds are sent to."""

    kind: Literal["http", "file"] = "http"
    preset: Literal["classic", "plain"] = "classic"
    url: str | None = None
    directory: Path | None = None
    environment_id: str = "default"
    auth: Literal["none", "bearer", "gateway"] = "none"
    token: str | None = None
    token_file: Path | None = None
    api_key: str | None = None
    api_key_file: Path | None = None
    private_key_file: Path | None = None
    headers: dict[str, str] = {}
    routes: dict[str, str] = {}
    feeds: tuple[str, ...] | None = None
    batch_items: dict[str, int] = {}
    batch_bytes: Annotated[int, Field(ge=1024)] = 8 * 1024 * 1024
    request: RequestSettings = RequestSettings()

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
    """When each duty of the daemon runs: an interval or a cron expression."""

    sync: Schedule = "1s"
    recovery: Schedule = "1m"
    audit: Schedule = "1m"
    purge: Schedule = "0 2 * * *"
    run_history_purge: Schedule = "30 2 * * *"


class SyncSettings(Section):
    """How work is cut and by whom it is done.

    batch_entities: source entities per batch, by feed; `default` for the others.
    collect_rows: changelog rows per collecting transaction.
    """

    executor: Literal["processes", "threads", "inline"] = "processes"
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    batch_entities: dict[str, Annotated[int, Field(ge=1, le=10000)]] = {}
    collect_rows: Annotated[int, Field(ge=1)] = 5000
    claim: Seconds = 300.0
    stop_timeout: Seconds = 30.0
    keep_tombstones: Seconds = 7 * 86400.0
    keep_runs: Seconds = 30 * 86400.0


class RetrySettings(Section):
    """How failed items come back across requests: exponential, jittered, capped."""

    first_delay: Seconds = 60.0
    longest_delay: Seconds = 3600.0
    attempts: Annotated[int, Field(ge=1)] = 50


class ShopSettings(Section):
    """What the database doesn't tell about the shop.

    config: configuration paths that app/etc/env.php or the environment fix, path → value.
    """

    config: dict[str, str] = {}


class ClockSettings(Section):
    """A fixed moment to build for: previews and tests. Absent in real life."""

    now: AwareDatetime | None = None


class LogSettings(Section):
    """What is logged and how."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["auto", "console", "json", "journal"] = "auto"


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


def secret(path: Path | None, key: str) -> str:
    """The text of a secret file, without the line end.

    Raises:
        ConfigurationError: it can't be read.
    """
    try:
        return Path(str(path)).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(f"{key}: can't read {path}: {error.strerror}") from error


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
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not TOML: {error}") from error
    return parse_settings(overridden(data, os.environ if environment is None else environment))


def overridden(data: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """The data with the environment's values put in."""
    for name, value in environment.items():
        if name.startswith(ENVIRONMENT_PREFIX):
            *sections, key = name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__")
            place = data
            for section in sections:
                place = place.setdefault(section, {})
            place[key] = value
    return data


def parse_settings(data: Mapping[str, Any]) -> Settings:
    """Settings from plain data.

    Raises:
        ConfigurationError: naming every key that is wrong.
    """
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        lines = [explained(fault) for fault in error.errors()]
        raise ConfigurationError("\n".join(lines)) from error


def explained(fault: Mapping[str, Any]) -> str:
    """One line for one fault: the key, what is wrong, and the nearest known key if unknown."""
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] != "extra_forbidden":
        return f"{where}: {fault['msg'].removeprefix('Value error, ')}"
    known = known_keys(fault["loc"][:-1])
    nearest = difflib.get_close_matches(str(fault["loc"][-1]), known, n=1, cutoff=0.5)
    hint = f" Did you mean {nearest[0]}?" if nearest else f" Known here: {', '.join(known)}."
    return f"{where}: unknown setting.{hint}"


def known_keys(location: tuple[Any, ...]) -> list[str]:
    """The keys that the section at this location knows."""
    section: type[BaseModel] = Settings
    for part in location:
        if part == "destinations":
            section = DestinationSettings
        elif part in section.model_fields:
            found = section.model_fields[part].annotation
            if isinstance(found, type) and issubclass(found, BaseModel):
                section = found
    return sorted(section.model_fields)
