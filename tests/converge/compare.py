"""What a destination holds against a full build, item by item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa
from follower import IDENTITY, Follower

from converge.site import Site
from daemon.core.feed import Feed
from daemon.core.item import FeedItem, Unbuildable
from daemon.sandbox.agreement import content
from daemon.sandbox.receiver.routes import understood
from daemon.sync.build import build_all
from daemon.sync.context import Context
from daemon.sync.dry_run import id_windows

Key = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """An identity of which the destination holds something else than a full build gives.

    built, held: the content, None where there is none.
    """

    feed: str
    entity_id: int | None
    built: bytes | None
    held: bytes | None

    @property
    def words(self) -> str:
        """Only the fields that differ."""
        pair = [orjson.loads(one) if one else {} for one in (self.built, self.held)]
        sides = [
            {key: value for key, value in one.items() if other.get(key, ...) != value}
            for one, other in (pair, pair[::-1])
        ]
        built, held = (str(one)[:600] if one else "nothing" for one in sides)
        return f"{self.feed} {self.entity_id} {self.identity}: built {built}, held {held}"

    @property
    def identity(self) -> dict[str, Any]:
        """The fields that name the item."""
        body = orjson.loads(self.built or self.held or b"{}")
        return {name: body.get(name) for name in IDENTITY[self.feed]}


def differences(follower: Follower) -> list[Difference]:
    """All feeds of a path in this process."""
    found: list[Difference] = []
    for feed in follower.context.feeds:
        whole = Whole(follower.context, feed)
        built = [one.body for one in whole.items if isinstance(one, FeedItem)]
        found += whole.compared(built, follower.warehouse.held[feed.name].values())
    return found


def differences_at(site: Site) -> tuple[int, list[Difference]]:
    """All feeds of a site: how many items a dry run builds there, and what differs from them.

    What the receiver can't but refuse, for it isn't as the contract says, doesn't count.
    """
    context, built = site.app.preview_context, site.built()
    found = [
        one
        for feed in context.feeds
        for one in Whole(context, feed).compared(built[feed.name], site.held(feed.name))
        if not (one.built and understood(feed.name, orjson.loads(one.built)).faults)
    ]
    return sum(map(len, built.values())), found


class Whole:
    """A feed as the shop and the records hold it now.

    times: fields that are sent, but don't count. spared: entities that can't be built; of those the
    destination may hold what it held before. owners: the entity that an identity is recorded of.
    """

    def __init__(self, context: Context, feed: Feed) -> None:
        self.feed = feed
        self.items = list(everything(context, feed))
        self._times = {
            name
            for one in self.items
            if isinstance(one, FeedItem)
            for name in orjson.loads(one.volatile)
        }
        faults = [one for one in self.items if isinstance(one, Unbuildable)]
        broken = [f"{one.entity_id}: {one.reason}" for one in faults if one.minimal == b"{}"]
        assert not broken, f"{feed.name} fails on these entities: {broken}"
        self._spared = {one.entity_id for one in faults}
        self._owners = owners_of(context, feed)

    def compared(self, built: Iterable[bytes], held: Iterable[bytes]) -> Iterator[Difference]:
        """Where what is held is not what was built; of one that is built twice, either will do."""
        wanted: dict[Key, set[bytes]] = {}
        for body in built:
            wanted.setdefault(self._key(body), set()).add(self._content(body))
        there = {self._key(body): self._content(body) for body in held}
        for key, bodies in wanted.items():
            if there.get(key) not in bodies:
                yield self._differs(key, min(bodies), there.get(key))
        for key in there.keys() - wanted.keys():
            if self._owners.get(key) not in self._spared:
                yield self._differs(key, None, there[key])

    def _differs(self, key: Key, built: bytes | None, held: bytes | None) -> Difference:
        return Difference(self.feed.name, self._owners.get(key), built, held)

    def _content(self, body: bytes) -> bytes:
        return content(orjson.loads(body), self._times)

    def _key(self, body: bytes) -> Key:
        return key_of(self.feed, body)


def everything(context: Context, feed: Feed) -> Iterator[FeedItem | Unbuildable]:
    """All items of a feed as the shop holds them now, and what can't be built."""
    for ids in id_windows(context, feed, 500):
        with context.looking() as (connection, shop):
            yield from build_all(context, connection, shop, feed, ids)


def key_of(feed: Feed, body: bytes | str) -> Key:
    """The identity of an item, by its JSON."""
    item = orjson.loads(body)
    return tuple(str(item[name]) for name in IDENTITY[feed.name])


def owners_of(context: Context, feed: Feed) -> dict[Key, int]:
    """The entity that each recorded identity came from; of stand-ins nobody knows an identity."""
    c = context.own.items[feed.name].c
    query = sa.select(c.minimal, c.entity_id).where(c.minimal != "{}")
    with context.engine.connect() as connection:
        return {key_of(feed, row.minimal): row.entity_id for row in connection.execute(query)}
