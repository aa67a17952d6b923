"""What others hold of a batch's identities: asked before anything is planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson
import sqlalchemy as sa

from daemon.core.feed import Feed
from daemon.core.item import Built, Unbuildable
from daemon.core.outcome import Outcome, Recorded
from daemon.core.plan import Standing, contested, vanished
from daemon.core.translation import Translation, translated
from daemon.database.claims import Batch, held_by_others, held_revisions
from daemon.sync.build import build_all
from daemon.sync.context import Context
from daemon.sync.resync import read_holders


def read_rivals(  # noqa: PLR0913, PLR0917 — all that may tell whose it is
    context: Context,
    connection: sa.Connection,
    feed: Feed,
    built: Sequence[Built],
    recorded: Mapping[str, Recorded],
    translation: Translation | None,
) -> dict[str, int]:
    """The entities that have an identity of what was built as well: feed_id → entity.

    It is recorded as theirs, and they live and still have its natural key; where a translation
    makes the identity of something else, they still build it. Asks only where one is contested.
    """
    others = {
        feed_id: owner
        for feed_id, owner in contested(built, recorded).items()
        if not recorded[feed_id].is_deleted and recorded[feed_id].outcome is not Outcome.HELD
    }
    if not others:
        return {}
    shop = context.reader.read(connection)
    if feed.owners is None and translation is not None:
        away = sorted(set(others.values()) - {one.entity_id for one in built})
        theirs = translated(translation, build_all(context, connection, shop, feed, away))
        still = {(one.feed_id, one.entity_id) for one in theirs}
        return {key: owner for key, owner in others.items() if (key, owner) in still}
    keys = {feed_id: natural_key(feed, recorded[feed_id]) for feed_id in others}
    holders = read_holders(connection, shop, feed, set(keys.values()))
    return {key: owner for key, owner in others.items() if owner in holders.get(keys[key], ())}


def read_standing(
    context: Context,
    connection: sa.Connection,
    batch: Batch,
    built: Sequence[Built],
    recorded: Mapping[str, Recorded],
) -> Standing:
    """What others hold of this batch's identities; asks only where one is contested or gone."""
    own = context.own
    owners = set(contested(built, recorded).values())
    others = owners - batch.entities.keys()
    busy = held_by_others(connection, own, batch, others)
    faults = [one for one in built if isinstance(one, Unbuildable)]
    gone = vanished({one.feed_id for one in built}, faults, batch.entities, recorded)
    outdated: set[int] = set()
    if owners or gone:
        now = held_revisions(connection, own, batch)
        outdated = {
            key for key, claimed in batch.entities.items() if now.get(key) != claimed.revision
        }
    return Standing(busy, outdated, read_heirs(context, connection, batch, gone))


def read_heirs(
    context: Context, connection: sa.Connection, batch: Batch, gone: Sequence[Recorded]
) -> dict[str, int]:
    """Which vanished identities have passed to another living entity by now: feed_id → entity.

    Of several that have the natural key it is the first, and after an entity that still has it the
    next: each is asked once, should none of them make this item.
    """
    feed = context.feed[batch.feed]
    keys = {row.feed_id: natural_key(feed, row) for row in gone}
    if feed.owners is None or not keys:
        return {}
    holders = read_holders(connection, context.reader.read(connection), feed, set(keys.values()))
    heirs = {
        row.feed_id: heir(holders.get(keys[row.feed_id], set()), row.entity_id) for row in gone
    }
    return {feed_id: entity_id for feed_id, entity_id in heirs.items() if entity_id is not None}


def heir(holders: set[int], entity_id: int) -> int | None:
    """Who has a natural key after this entity, of all that have it."""
    others = [one for one in holders if one > entity_id or entity_id not in holders]
    return min(others, default=None)


def natural_key(feed: Feed, row: Recorded) -> str:
    """The natural key that a recorded item carries."""
    return str(orjson.loads(row.minimal).get(feed.natural_key, ""))
