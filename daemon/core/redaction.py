"""Fields that are left out of a feed's items before anything is hashed, remembered or sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson

from daemon.core.feed import Feed
from daemon.core.item import Built, FeedItem, Unbuildable, canonical, content_hash

if TYPE_CHECKING:
    import datetime as dt

    from daemon.commerce.shop import Shop


def with_redaction(feed: Feed, paths: Sequence[str]) -> Feed:
    """The feed whose items lack these fields.

    paths: names with dots (`payment.billingAddress.phone`); a list on the way stands for each of
        its elements.
    """

    def assemble(rows: Any, shop: Shop, now: dt.datetime) -> Iterator[Built]:
        for one in feed.assemble(rows, shop, now):
            yield one if isinstance(one, Unbuildable) else redacted(one, paths)

    return replace(feed, assemble=assemble, redacted=tuple(sorted(paths)))


def redacted(item: FeedItem, paths: Sequence[str]) -> Built:
    """The item without these fields; unbuildable where one of them must be told to delete it."""
    needed = orjson.loads(item.minimal).keys() & {path.split(".")[0] for path in paths}
    if needed:
        reason = f"feeds.redact: {min(needed)} can't be left out, for deletions must name it"
        return Unbuildable(item.entity_id, item.feed_id, item.minimal, reason)
    content, volatile = orjson.loads(item.content), orjson.loads(item.volatile)
    for path in paths:
        remove(content, path.split("."))
        remove(volatile, path.split("."))
    text = canonical(content)
    return item._replace(content=text, hash=content_hash(text), volatile=canonical(volatile))


def remove(value: Any, steps: Sequence[str]) -> None:
    """Take the field at the end of the steps out of a JSON value, wherever they lead."""
    if isinstance(value, list):
        for element in value:
            remove(element, steps)
    elif isinstance(value, dict) and steps[0] in value:
        if len(steps) == 1:
            del value[steps[0]]
        else:
            remove(value[steps[0]], steps[1:])
