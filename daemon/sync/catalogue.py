"""All entities that a comparison must look at: those of the shop, and those that are recorded."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from daemon.core.feed import Feed
from daemon.database.items import select_destination, select_entities
from daemon.sync.context import Context
from daemon.sync.dry_run import next_ids, windows


def every_window(context: Context, feed: Feed, size: int) -> Iterator[list[int]]:
    """All entities in ascending order, so many at a time."""
    return windows(partial(read_every_id, context, feed), size)


def read_every_id(context: Context, feed: Feed, after: int, limit: int) -> list[int]:
    """The next entities of the shop and of the records, ascending; none where that is all.

    Each list is asked for by itself, for an index gives each in this order; a union has none.
    """
    with context.looking() as (connection, shop):
        lists = [next_ids(connection, feed.ids(shop), after, limit)]
        table = context.own.items[feed.name]
        for one in context.taking(feed.name):
            number = connection.scalar(select_destination(context.own, one.name, one.environment))
            if number is not None:
                query = select_entities(table, number, after, limit)
                lists.append(list(connection.scalars(query)))
    return merged(lists, limit)


def merged(lists: Iterable[Sequence[int]], limit: int) -> list[int]:
    """The ids of ascending lists as one, as far as all of them are known.

    A list that is full may go on, so nothing beyond its end can be told yet.

    >>> merged([[1, 3], [2, 8]], 2)
    [1, 2, 3]
    """
    known = list(lists)
    ends = [one[-1] for one in known if len(one) >= limit]
    every = {entity_id for one in known for entity_id in one}
    return sorted(one for one in every if not ends or one <= min(ends))


def sampled(batches: Iterable[Sequence[int]], number: int, rng: random.Random) -> list[int]:
    """So many of all ids by chance, each as likely as any other; holds no more than that."""
    kept: list[int] = []
    seen = 0
    for batch in batches:
        for entity_id in batch:
            seen += 1
            if len(kept) < number:
                kept.append(entity_id)
            elif (place := rng.randrange(seen)) < number:
                kept[place] = entity_id
    return sorted(kept)
