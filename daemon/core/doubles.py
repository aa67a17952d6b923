"""One identity that several living entities have: it belongs to the one with the lowest id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from daemon.core.item import Built, FeedItem, Unbuildable, feed_id
from daemon.core.plan import Plan

SAME = "has the same identity"
"""Stands in the reason of every double."""


def without_doubles(built: Sequence[Built], rivals: Mapping[str, int]) -> list[Built]:
    """What was built, with an unbuildable for each item whose identity belongs to another entity.

    So it doesn't matter which of them was built last. rivals: feed_id → another entity that has the
    identity too.
    """
    lowest = dict(rivals)
    for one in built:
        lowest[one.feed_id] = min(lowest.get(one.feed_id, one.entity_id), one.entity_id)
    return [
        one if lowest[one.feed_id] == one.entity_id else double(one, lowest[one.feed_id])
        for one in built
    ]


def double(one: Built, owner: int) -> Unbuildable:
    """What stands for an item whose identity belongs to another entity: an identity of its own."""
    stand_in = feed_id(["double", one.feed_id, one.entity_id])
    reason = f"entity {owner} {SAME}, and is sent in its place"
    is_double = isinstance(one, FeedItem)
    return Unbuildable(one.entity_id, stand_in, one.minimal, reason, is_double=is_double)


def passed_over(made: Plan, rivals: Mapping[str, int]) -> set[int]:
    """The entities that have an identity which belongs to another one now: they must be told of."""
    taken = [*(item.feed_id for item in made.send), *(feed_id for feed_id, _ in made.kept)]
    return {rivals[feed_id] for feed_id in taken if feed_id in rivals}
