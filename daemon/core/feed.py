"""A feed as a value: what it depends on, how its rows are read, how items are assembled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection, Select

    from changelog_triggers.model import Subscription
    from daemon.commerce.shop import Shop
    from daemon.core.item import Built

Widen = Callable[["Shop", Sequence[Any]], "Select[tuple[int]]"]
"""From the ids of changed source entities to a query of the feed's own entity ids (one column)."""

BATCH_ENTITIES = 500
URGENT_WEIGHT = 4.0
"""Of feeds that a sale hangs on: what is there, and what it costs."""

LIGHT_BATCH_ENTITIES = 1000
"""Of feeds whose items are small: what a batch costs, whatever is in it, is half of theirs else."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One dependency: a change caught by `on` makes items of the feed stale.

    attributes: the attribute codes (of `entity_type`) that count; None means any change of the
        table.
    values: the changelog's ids that count (configuration paths, say); None means any.
    widen: None where the changelog's ids are the feed's own; else the query that finds them.
    whole: True where any such change makes the whole feed stale; it is then rebuilt at low
        priority.
    why: what is affected, in words, for the documentation and for `explain`.
    """

    on: Subscription
    why: str
    attributes: frozenset[str] | None = None
    entity_type: str = "catalog_product"
    widen: Widen | None = None
    whole: bool = False
    values: frozenset[str] | frozenset[int] | None = None


Position = Mapping[str, str]
"""Where time stands: by part of the shop (a website, say) the date or version that counts."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """What a step of time makes stale.

    reason: in a few words, shown to people.
    ids: query of the feed's entity ids (one column); None where the whole feed is stale.
    """

    reason: str
    ids: Select[tuple[int]] | None


Cross = Callable[["Connection", "Shop", "Position | None", "Position"], "Iterable[Crossing]"]
"""What differs between where time stood and where it stands, be that later or earlier; None stands
for not known: then all counts that time can make differ.
"""


@dataclass(frozen=True, slots=True)
class Boundary:
    """Something by which items change though nothing is written.

    kind: one word; where time stood is remembered under it.
    position: where time stands at a moment, in one query at most. Equal positions, equal items.
    """

    kind: str
    position: Callable[[Connection, Shop, dt.datetime], Position]
    crossed: Cross


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, as data. Nothing else in the product knows a feed by name.

    name: as the destinations know it.
    edges: its dependencies in this shop (edition, prefix and stores decide); pure.
    ids: query of the ids of all source entities, one integer column, for a full resync; what it
        leaves out by an option is not gone.
    read: fetches the rows of a batch in a fixed number of queries, whatever its size.
    assemble: pure; rows to items and unbuildables. What it does not mention is gone.
    natural_key: the field of the identity that people know an entity by (sku, attributeCode, …).
    owners: query of (natural key, entity id): the living entities that own these keys now. Asked
        for a resync by ids, before a tombstone is sent, for an identity can pass to another entity
        (a sku renamed, swapped or reused), and where several have one. None where the natural key
        is the entity id itself.
    requires: tables without which the feed is off in this shop.
    options: the fields of FeedOptions that its items are built by.
    version: of its rules; raise it where the same rows make other items than before, and every
        shop gets what differs.
    additions: what other packages have added to its items, and in which version.
    redacted: the fields that are left out of its items.
    is_personal: items hold personal data: of a failure only our own words are kept.
    boundaries: how items depend on the moment they are built for; staging versions aside, which
        follow from the edges.
    batch_entities: source entities per batch, where the settings don't say: more where they are
        light.
    weight: its share of the workers beside other feeds' that have work of the same priority.
    """

    name: str
    edges: Callable[[Shop], tuple[Edge, ...]]
    ids: Callable[[Shop], Select[tuple[int]]]
    read: Callable[[Connection, Shop, Sequence[int]], Any]
    assemble: Callable[[Any, Shop, dt.datetime], Iterable[Built]]
    natural_key: str
    owners: Callable[[Shop, Sequence[str]], Select[tuple[str, int]]] | None = None
    requires: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    version: int = 1
    additions: tuple[str, ...] = ()
    redacted: tuple[str, ...] = ()
    is_personal: bool = False
    boundaries: tuple[Boundary, ...] = ()
    batch_entities: int = BATCH_ENTITIES
    weight: float = 1.0

    def build(
        self, connection: Connection, shop: Shop, ids: Sequence[int], now: dt.datetime
    ) -> Iterable[Built]:
        """The items of these entities as the shop holds them now."""
        return self.assemble(self.read(connection, shop, ids), shop, now)
