"""Whether a receiver holds exactly what a full build of the shop gives now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from daemon.core.feed import Feed
from daemon.core.item import FeedItem, canonical
from daemon.core.translation import Translation, translated
from daemon.sync.context import Context
from daemon.sync.dry_run import id_windows

ENVELOPES = ("website", "customerGroup")
"""Fields in which the classic protocol wraps the items of the scopes feeds."""

EXAMPLE_CHARACTERS = 500

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How a receiver's items of one feed differ from a full build.

    missing: content that was built and isn't held. surplus: content that is held and wasn't built.
    """

    feed: str
    missing: tuple[bytes, ...]
    surplus: tuple[bytes, ...]

    def example(self) -> str:
        """The first missing and the first surplus item: only the fields in which they differ."""
        pair = [orjson.loads(one[0]) if one else {} for one in (self.missing, self.surplus)]
        differing = [
            {key: value for key, value in one.items() if other.get(key, ...) != value}
            for one, other in (pair, pair[::-1])
        ]
        return " ≠ ".join(canonical(one).decode()[:EXAMPLE_CHARACTERS] for one in differing)


def disagreements(
    context: Context,
    held: Callable[[str], Sequence[Item]],
    feeds: Iterable[Feed],
    translation: Callable[[str], Translation | None] = lambda _: None,
) -> list[Disagreement]:
    """Compare whole items, times of assembly left out; an empty list means that all agree.

    held: the living items of a feed that the receiver has, by the feed's name. translation: how the
    receiver knows them.
    """
    found = []
    for feed in feeds:
        known = translated(translation(feed.name), list(build(context, feed)))
        built = [one for one in known if isinstance(one, FeedItem)]
        times = {name for item in built for name in orjson.loads(item.volatile)}
        wanted = {content(orjson.loads(item.content), times) for item in built}
        there = {content(item, times) for item in held(feed.name)}
        if wanted != there:
            missing, surplus = wanted - there, there - wanted
            found.append(Disagreement(feed.name, tuple(sorted(missing)), tuple(sorted(surplus))))
    return found


def build(context: Context, feed: Feed) -> Iterator[FeedItem]:
    """All items of a feed as the shop holds them now."""
    for ids in id_windows(context, feed, 500):
        with context.looking() as (connection, shop):
            for one in feed.build(connection, shop, ids, context.clock(connection)):
                if isinstance(one, FeedItem):
                    yield one


def content(item: Item, times: set[str]) -> bytes:
    """What counts of a received item: unwrapped, without times of assembly."""
    inner = next((item[name] for name in ENVELOPES if isinstance(item.get(name), dict)), item)
    return canonical({key: value for key, value in inner.items() if key not in times})
