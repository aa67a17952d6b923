"""Fields that another package adds to the items of a feed, as a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from daemon.core.feed import Edge, Feed
from daemon.core.item import Built, FeedItem, Unbuildable, canonical, content_hash

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection

    from daemon.commerce.shop import Shop


class Identified(NamedTuple):
    """The item that fields are asked for: its source entity, and the fields of its tombstone, which
    tell product, store view and the like.
    """

    entity_id: int
    minimal: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Addition:
    """Fields that another package adds to the items of a feed.

    feed: the name of the feed.
    names: the fields that it may give; no other addition may give them, nor the feed itself.
    edges: what these fields depend on in this shop, as in Feed: they lead to entities of the feed.
    read: fetches the rows of a batch in a fixed number of queries, whatever its size.
    fields: pure; the fields of one item from these rows, none where there is nothing to say.
    version: of its rules; raise it where the same rows make other fields than before.
    """

    feed: str
    names: frozenset[str]
    edges: Callable[[Shop], tuple[Edge, ...]]
    read: Callable[[Connection, Shop, Sequence[int]], Any]
    fields: Callable[[Any, Identified], Mapping[str, Any]]
    version: int = 1


class Rows(NamedTuple):
    """What a batch reads: the feed's own rows, and those of each addition."""

    own: Any
    more: tuple[Any, ...]


Named = Mapping[str, Addition]
"""Additions of one feed by what people know them by."""


def with_additions(feed: Feed, named: Named) -> Feed:
    """The feed whose items carry the fields of these additions too."""
    added = tuple(named.values())

    def edges(shop: Shop) -> tuple[Edge, ...]:
        return (*feed.edges(shop), *(edge for one in added for edge in one.edges(shop)))

    def read(connection: Connection, shop: Shop, ids: Sequence[int]) -> Rows:
        own = feed.read(connection, shop, ids)
        return Rows(own, tuple(one.read(connection, shop, ids) for one in added))

    def assemble(rows: Rows, shop: Shop, now: dt.datetime) -> Iterator[Built]:
        for one in feed.assemble(rows.own, shop, now):
            yield one if isinstance(one, Unbuildable) else enriched(one, rows.more, named)

    versions = tuple(f"{name} {one.version}" for name, one in named.items())
    return replace(feed, edges=edges, read=read, assemble=assemble, additions=versions)


def enriched(item: FeedItem, rows: Sequence[Any], named: Named) -> Built:
    """The item with the fields of these additions; unbuildable where one may not give a field."""
    content = orjson.loads(item.content)
    taken = content.keys() | orjson.loads(item.volatile).keys()
    identified = Identified(item.entity_id, orjson.loads(item.minimal))
    for (name, addition), found in zip(named.items(), rows, strict=True):
        fields = addition.fields(found, identified)
        fault = fault_of(fields, addition, taken)
        if fault:
            return Unbuildable(item.entity_id, item.feed_id, item.minimal, f"{name} {fault}")
        content |= fields
    text = canonical(content)
    return item._replace(content=text, hash=content_hash(text))


def fault_of(fields: Mapping[str, Any], addition: Addition, taken: set[str]) -> str | None:
    """Why an addition may not give these fields to an item that has those; None where it may."""
    undeclared, doubled = fields.keys() - addition.names, fields.keys() & taken
    if undeclared:
        return f"gives the field {min(undeclared)}, which its names don't list"
    return f"gives the field {min(doubled)}, which the item has already" if doubled else None
