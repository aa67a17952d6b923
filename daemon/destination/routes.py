"""The preset with the settings laid over it: how one feed goes to one destination."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from daemon.core.translation import Translation
from daemon.destination.bodies import Nul
from daemon.destination.presets import (
    DEFAULT_TIME_FIELD,
    PRESETS,
    Preset,
    TimeField,
    TimeFormat,
)
from daemon.destination_settings import DestinationSettings
from daemon.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Deletion:
    """Where tombstones go, and the fields that they name."""

    url: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """How the items of a feed are sent.

    most_bytes: of one request, before compression.
    envelope: the key that each item is wrapped in, None for none.
    nul: what becomes of the character NUL in texts.
    deletion: how tombstones are sent; None: as items are.
    item_bytes: of one item at most; None for any number.
    """

    url: str
    most_items: int
    most_bytes: int
    envelope: str | None
    time_field: TimeField
    nul: Nul = Nul.KEEP
    deletion: Deletion | None = None
    item_bytes: int | None = None


def route_of(feed: str, settings: DestinationSettings, key: str) -> Route | None:
    """The route of a feed, or None where it is off.

    key: the settings' own key, for the message.

    Raises:
        ConfigurationError: the path has a placeholder that nothing fills, or the preset has no
            place for the feed.
    """
    preset = PRESETS[settings.preset]
    path = settings.routes.get(feed, preset.routes.get(feed, preset.default_route))
    if not path or (settings.feeds is not None and feed not in settings.feeds):
        return None
    if preset.translations is not None and translation_of(feed, settings) is None:
        raise ConfigurationError(
            f'{key}.routes.{feed}: preset = "{settings.preset}" has no place for this feed'
        )
    url = f"{(settings.url or '').rstrip('/')}/{filled(path, feed, settings, key).lstrip('/')}"
    fields = preset.deletions.get(feed)
    return Route(
        url=url,
        most_items=batch_items(feed, settings, preset),
        most_bytes=settings.batch_bytes,
        envelope=settings.envelopes.get(feed, preset.envelopes.get(feed)) or None,
        time_field=time_field_of(feed, settings),
        nul=Nul(settings.nul),
        deletion=Deletion(f"{url}/delete", fields) if fields else None,
        item_bytes=preset.item_bytes.get(feed),
    )


def translation_of(feed: str, settings: DestinationSettings) -> Translation | None:
    """How the items of a feed are translated, by preset and settings; None: they are not."""
    translations = PRESETS[settings.preset].translations
    return None if translations is None else translations(feed, settings)


def filled(path: str, feed: str, settings: DestinationSettings, key: str) -> str:
    """The path with its placeholders filled in."""
    environment = quote(settings.environment_id, safe="")
    try:
        return path.format(environment_id=environment, feed=quote(feed, safe=""))
    except (KeyError, IndexError, ValueError) as error:
        raise ConfigurationError(
            f"{key}.routes.{feed}: {path!r} may hold {{environment_id}} and {{feed}} only"
        ) from error


def batch_items(feed: str, settings: DestinationSettings, preset: Preset) -> int:
    """Items per request: of the feed by setting or preset, else the default of either."""
    for values in (settings.batch_items, preset.batch_items):
        if feed in values:
            return values[feed]
    return settings.batch_items.get("default", preset.batch_items["default"])


def time_field_of(feed: str, settings: DestinationSettings) -> TimeField:
    """The time field of a feed, by setting or preset."""
    chosen = settings.time_fields.get(feed)
    if chosen is None:
        return PRESETS[settings.preset].time_fields.get(feed, DEFAULT_TIME_FIELD)
    return TimeField(chosen.name, TimeFormat[chosen.format.upper()])
