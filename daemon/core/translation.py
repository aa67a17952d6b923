"""Items as a destination knows them: with other fields, under another identity, in another number.

A translation stands between what is built and what is planned, so all that follows (what is sent,
recorded, deleted, retried, held, verified) goes by the destination's own identities. Where an
identity there changes though the source entity stays, as when a category's slug does, the old one
is no longer built and ends in a tombstone of its own, like anything that is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from daemon.core.item import Built, FeedItem, Unbuildable, canonical, content_hash, feed_id
from daemon.errors import place_of

Fields = Mapping[str, Any]


class UntranslatableError(Exception):
    """The destination can't hold the item; the text says why, and what to change."""


@dataclass(frozen=True, slots=True)
class Echo:
    """Items that a destination must be told again, for what it was told changed what it holds.

    feed: of the items. fragments: pieces of the canonical JSON of their minimal fields; an item is
    meant where all of them stand in it.
    """

    feed: str
    fragments: tuple[str, ...]


def nothing(_told: Sequence[Fields]) -> tuple[Echo, ...]:
    """Nothing must be told again."""
    return ()


@dataclass(frozen=True, slots=True)
class Translation:
    """How a destination knows the items of a feed.

    made_by: what tells whether the same item would be translated otherwise (its rules' version, and
        settings); where it changes, the feed is built again for the destination.
    translate: pure; what one item is there: none, one or several. Of a feed with `owners` an
        identity there holds the natural key, for that is what others who may have it are asked by.
    after_deletion, after_creation: from the minimal fields of items that were deleted there, or are
        new there, to what must be told again.
    """

    made_by: str
    translate: Callable[[FeedItem], Iterable[Built]]
    after_deletion: Callable[[Sequence[Fields]], Iterable[Echo]] = nothing
    after_creation: Callable[[Sequence[Fields]], Iterable[Echo]] = nothing


def translated(translation: Translation | None, built: Sequence[Built]) -> Sequence[Built]:
    """What was built, as the destination knows it; None: as it is."""
    if translation is None:
        return built
    return [one for item in built for one in translated_one(translation, item)]


def translated_one(translation: Translation, one: Built) -> Iterator[Built]:
    """One item as the destination knows it; what breaks the translation's code is unbuildable."""
    if isinstance(one, Unbuildable):
        yield one
        return
    try:
        yield from list(translation.translate(one))
    except UntranslatableError as error:
        yield Unbuildable(one.entity_id, one.feed_id, one.minimal, str(error))
    except Exception as error:  # noqa: BLE001 — whatever it is, the other items are translated
        yield Unbuildable(one.entity_id, one.feed_id, one.minimal, place_of(error))


def known_as(item: FeedItem, identity: Fields, content: Fields) -> FeedItem:
    """The item under another identity, with other content.

    identity: the fields that tell it apart there, in its body and in its deletion; remembered
    beside the item's own minimal fields, by which people know it.
    """
    text = canonical({**content, **identity})
    return FeedItem(
        item.entity_id,
        feed_id([canonical(identity).decode()]),
        text,
        content_hash(text),
        b"{}",
        canonical({**orjson.loads(item.minimal), **identity}),
        item.unrendered,
    )
