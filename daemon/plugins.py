"""Feeds, and fields of feeds, from other packages: values that their entry points name."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar

from daemon.core.addition import Addition, with_additions
from daemon.core.feed import Feed
from daemon.errors import ConfigurationError
from daemon.feeds import FEEDS
from daemon.log import one_line

FEED_GROUP = "commerce_feed_sync.feeds"
"""The entry points that name a Feed."""

FIELD_GROUP = "commerce_feed_sync.fields"
"""The entry points that name an Addition."""

FEED_NAME = re.compile(r"[a-z][A-Za-z0-9]{0,39}")
T = TypeVar("T", Feed, Addition)


@dataclass(frozen=True, slots=True)
class Plugin(Generic[T]):
    """A value from another package. place: the package and the entry point, for messages."""

    place: str
    name: str
    value: T


def all_feeds() -> tuple[Feed, ...]:
    """The feeds of this product and of other packages, with the fields that packages add.

    Raises:
        ConfigurationError: something of a package can't be used; the message names the package.
    """
    feeds = with_feeds(FEEDS, loaded(FEED_GROUP, Feed))
    return with_fields(feeds, loaded(FIELD_GROUP, Addition))


def loaded(group: str, kind: type[T]) -> list[Plugin[T]]:
    """What the entry points of a group name, in the order of their names.

    Raises:
        ConfigurationError: one can't be loaded, or names a value of another kind.
    """
    points = sorted(entry_points(group=group), key=lambda point: (point.name, point.value))
    return [Plugin(place_of(point), point.name, value_of(point, kind)) for point in points]


def place_of(point: EntryPoint) -> str:
    """`package weather (rain = "weather.feeds:RAIN")`."""
    package = f"package {point.dist.name}" if point.dist else "a package"
    return f'{package} ({point.name} = "{point.value}")'


def value_of(point: EntryPoint, kind: type[T]) -> T:
    """The value that an entry point names.

    Raises:
        ConfigurationError: it can't be loaded, or is of another kind.
    """
    try:
        value = point.load()
    except Exception as error:
        raise ConfigurationError(
            f"{place_of(point)}: it can't be loaded: {one_line(error)}. Mend the package or "
            "uninstall it."
        ) from error
    if isinstance(value, kind):
        return value
    raise ConfigurationError(
        f"{place_of(point)}: it is a {type(value).__name__}, and {point.group} takes a "
        f"{kind.__module__}.{kind.__name__}"
    )


def with_feeds(own: Sequence[Feed], plugins: Sequence[Plugin[Feed]]) -> tuple[Feed, ...]:
    """Our feeds and those of other packages.

    Raises:
        ConfigurationError: a name can't be that of a feed, or is taken.
    """
    owners = {feed.name.lower(): "this product" for feed in own}
    for plugin in plugins:
        name = plugin.value.name
        if not FEED_NAME.fullmatch(name):
            raise ConfigurationError(
                f"{plugin.place}: {name!r} can't be the name of a feed: a small letter, then "
                "letters and digits, 40 in all at most"
            )
        if name.lower() in owners:
            raise ConfigurationError(
                f"{plugin.place}: there is a feed {name} already, of {owners[name.lower()]}"
            )
        owners[name.lower()] = plugin.place
    return (*own, *(plugin.value for plugin in plugins))


def with_fields(feeds: Sequence[Feed], plugins: Sequence[Plugin[Addition]]) -> tuple[Feed, ...]:
    """The feeds with the fields that packages add to them.

    Raises:
        ConfigurationError: an addition is for no feed, or two give the same field.
    """
    names = [feed.name for feed in feeds]
    owners: dict[tuple[str, str], str] = {}
    by_feed: defaultdict[str, dict[str, Addition]] = defaultdict(dict)
    for plugin in plugins:
        feed = plugin.value.feed
        if feed not in names:
            raise ConfigurationError(
                f"{plugin.place}: there is no feed {feed}. {cure(feed, names)}"
            )
        for field in sorted(plugin.value.names):
            if (feed, field) in owners:
                raise ConfigurationError(
                    f"{plugin.place}: the field {field} of {feed} is given already, by "
                    f"{owners[feed, field]}"
                )
            owners[feed, field] = plugin.place
        by_feed[feed][plugin.place] = plugin.value
    return tuple(
        with_additions(feed, by_feed[feed.name]) if feed.name in by_feed else feed for feed in feeds
    )


def cure(name: str, known: Sequence[str]) -> str:
    """The nearest known name, or all of them."""
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"Did you mean {nearest[0]}?" if nearest else f"There are {', '.join(known)}."
