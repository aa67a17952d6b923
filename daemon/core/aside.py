"""Facts beside the items of a feed: translations use them, and no item or hash holds them.

They cost queries, so a feed is given them only where a destination translates it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from daemon.core.feed import Edge, Feed
from daemon.core.item import Built, FeedItem, canonical

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection

    from daemon.commerce.shop import Shop


@dataclass(frozen=True, slots=True)
class Aside:
    """Facts beside the items of a feed, the same for all items of an entity.

    edges: what they depend on in this shop, as in Feed: they lead to entities of the feed.
    read: fetches the rows of a batch in a fixed number of queries, whatever its size.
    facts: pure; what is to be known of one entity.
    """

    edges: Callable[[Shop], tuple[Edge, ...]]
    read: Callable[[Connection, Shop, Sequence[int]], Any]
    facts: Callable[[Any, Shop, int], Mapping[str, Any]]


class Rows(NamedTuple):
    """What a batch reads: the feed's own rows, and those of the aside."""

    own: Any
    aside: Any


def with_aside(feed: Feed, aside: Aside) -> Feed:
    """The feed whose items have these facts beside them."""

    def edges(shop: Shop) -> tuple[Edge, ...]:
        return (*feed.edges(shop), *aside.edges(shop))

    def read(connection: Connection, shop: Shop, ids: Sequence[int]) -> Rows:
        return Rows(feed.read(connection, shop, ids), aside.read(connection, shop, ids))

    def assemble(rows: Rows, shop: Shop, now: dt.datetime) -> Iterator[Built]:
        known: dict[int, bytes] = {}
        for one in feed.assemble(rows.own, shop, now):
            if isinstance(one, FeedItem):
                if one.entity_id not in known:
                    known[one.entity_id] = canonical(aside.facts(rows.aside, shop, one.entity_id))
                yield one._replace(aside=known[one.entity_id])
            else:
                yield one

    return replace(feed, edges=edges, read=read, assemble=assemble)
