"""Feed items: what is sent for one identity, and the hash that tells whether it must be sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson


def feed_id(identity: Sequence[object]) -> str:
    """The identity of an item: sha1 hex of the values joined by NUL, as in the reference."""
    return hashlib.sha1("\0".join(map(str, identity)).encode(), usedforsecurity=False).hexdigest()


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no white space. Fragments must be canonical already.

    Half a surrogate pair, which no JSON in UTF-8 can carry, becomes the replacement character.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return orjson.dumps(repaired(value), option=orjson.OPT_SORT_KEYS)


def repaired(value: Any) -> Any:
    """The value with texts that can be written in UTF-8; pairs that stand apart are joined."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {repaired(key): repaired(inner) for key, inner in value.items()}
    return list(map(repaired, value)) if isinstance(value, list | tuple) else value


def ordered(value: Any) -> bytes:
    """The same of a value whose keys are in order already, in a third of the time."""
    return orjson.dumps(value)


def content_hash(content: bytes) -> str:
    """128 bits of BLAKE2b of the canonical content, in hex."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


class FeedItem(NamedTuple):
    """One finished item of a feed.

    A tuple, for a frozen dataclass takes three times as long to make.

    entity_id: the source entity it was built from.
    feed_id: its identity at the destination (see `feed_id`).
    content: canonical JSON object of everything that counts as a change.
    hash: `content_hash(content)`.
    volatile: canonical JSON object of what is sent but doesn't count (times of assembly).
    minimal: canonical JSON object of the fields that a tombstone carries, without `deleted`.
    unrendered: True where a text in it has directives that only the shop's own code can render.
    aside: canonical JSON object of facts that are not in it, and that only translations use.
    """

    entity_id: int
    feed_id: str
    content: bytes
    hash: str
    volatile: bytes
    minimal: bytes
    unrendered: bool = False
    aside: bytes = b"{}"

    @property
    def body(self) -> bytes:
        """The JSON object that is sent."""
        return joined(self.content, self.volatile)


def joined(one: bytes, other: bytes) -> bytes:
    """Two JSON objects with distinct keys as one."""
    if one == b"{}":
        return other
    return one if other == b"{}" else one[:-1] + b"," + other[1:]


def make_item(
    entity_id: int,
    identity: Sequence[object],
    content: Mapping[str, Any],
    volatile: Mapping[str, Any],
    minimal: Mapping[str, Any],
) -> FeedItem:
    """A FeedItem from its parts; values may be `orjson.Fragment`s of canonical JSON."""
    text = canonical(content)
    return FeedItem(
        entity_id,
        feed_id(identity),
        text,
        content_hash(text),
        canonical(volatile) if volatile else b"{}",
        canonical(minimal),
    )


@dataclass(frozen=True, slots=True)
class Unbuildable:
    """An item that exists but can't be built from what the shop holds, and why.

    The feed_id is that of the item if it were built, so that the destination's last good version is
    kept and the reason can be shown. is_double: another entity is sent in its place; what else was
    sent of this one may be gone.
    """

    entity_id: int
    feed_id: str
    minimal: bytes
    reason: str
    is_double: bool = False


Built = FeedItem | Unbuildable
