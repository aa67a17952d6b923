"""What a destination holds against a full build, item by item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson
import sqlalchemy as sa
from follower import IDENTITY, Follower

from daemon.core.feed import Feed
from daemon.core.item import FeedItem, Unbuildable
from daemon.sandbox.agreement import content
from daemon.sync.batch import build_all
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
        key = {name: (pair[0] or pair[1]).get(name) for name in IDENTITY[self.feed]}
        return f"{self.feed} {self.entity_id} {key}: built {built}, held {held}"


def differences(follower: Follower, feeds: Sequence[Feed] | None = None) -> list[Difference]:
    """All of these feeds; what can't be built may be held as it was when it could."""
    found: list[Difference] = []
    for feed in feeds or follower.context.feeds:
        found += differences_of(follower, feed)
    return found


def differences_of(follower: Follower, feed: Feed) -> Iterator[Difference]:
    """Where one identity is built twice, either content will do."""
    wanted: dict[Key, dict[bytes, int]] = {}
    times: set[str] = set()
    spared: set[int] = set()
    for one in everything(follower, feed):
        if isinstance(one, FeedItem):
            times |= orjson.loads(one.volatile).keys()
            body = content(orjson.loads(one.content), times)
            wanted.setdefault(key_of(feed, one.content), {})[body] = one.entity_id
        else:
            spared.add(one.entity_id)
    owners = owners_of(follower, feed)
    held = {
        key_of(feed, body): content(orjson.loads(body), times)
        for body in follower.warehouse.held[feed.name].values()
    }
    for key, bodies in wanted.items():
        if held.get(key) not in bodies:
            body, entity_id = next(iter(bodies.items()))
            yield Difference(feed.name, entity_id, body, held.get(key))
    for key in held.keys() - wanted.keys():
        if owners.get(key) not in spared:
            yield Difference(feed.name, owners.get(key), None, held[key])


def everything(follower: Follower, feed: Feed) -> Iterator[FeedItem | Unbuildable]:
    """All items of a feed as the shop holds them now, and what can't be built."""
    context = follower.context
    for ids in id_windows(context, feed, 500):
        with context.looking() as (connection, shop):
            yield from build_all(context, connection, shop, feed, ids)


def key_of(feed: Feed, body: bytes | str) -> Key:
    """The identity of an item, by its JSON."""
    item = orjson.loads(body)
    return tuple(str(item[name]) for name in IDENTITY[feed.name])


def owners_of(follower: Follower, feed: Feed) -> dict[Key, int]:
    """The entity that each recorded identity came from; of stand-ins nobody knows an identity."""
    table = follower.context.own.items[feed.name]
    query = sa.select(table.c.minimal, table.c.entity_id).where(table.c.minimal != "{}")
    with follower.context.engine.connect() as connection:
        return {key_of(feed, row.minimal): row.entity_id for row in connection.execute(query)}
