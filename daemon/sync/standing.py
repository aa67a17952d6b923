"""What others hold of a batch's identities: asked before anything is planned."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import sqlalchemy as sa

from daemon.core.feed import Feed
from daemon.core.item import Built, Unbuildable
from daemon.core.outcome import Recorded
from daemon.core.plan import Standing, contested, vanished
from daemon.database.claims import Batch, held_by_others, held_revisions
from daemon.sync.context import Context
from daemon.sync.resync import as_owners


def read_standing(
    context: Context,
    connection: sa.Connection,
    batch: Batch,
    built: Sequence[Built],
    recorded: dict[str, Recorded],
) -> Standing:
    """What others hold of this batch's identities; asks only where an identity is contested."""
    own = context.own
    owners = set(contested(built, recorded).values())
    others = owners - batch.entities.keys()
    busy = held_by_others(connection, own, batch, others)
    outdated: set[int] = set()
    if owners:
        now = held_revisions(connection, own, batch)
        outdated = {
            key for key, claimed in batch.entities.items() if now.get(key) != claimed.revision
        }
    return Standing(busy, outdated, read_heirs(context, connection, batch, built, recorded))


def read_heirs(
    context: Context,
    connection: sa.Connection,
    batch: Batch,
    built: Sequence[Built],
    recorded: dict[str, Recorded],
) -> dict[str, int]:
    """Which vanished identities have passed to another living entity by now: feed_id → entity."""
    feed = context.feed[batch.feed]
    faults = [one for one in built if isinstance(one, Unbuildable)]
    gone = vanished({one.feed_id for one in built}, faults, batch.entities, recorded)
    keys = {row.feed_id: natural_key(feed, row) for row in gone}
    if feed.owners is None or not keys:
        return {}
    shop = context.reader.read(connection)
    owners = as_owners(connection.execute(feed.owners(shop, sorted(set(keys.values())))))
    return {
        row.feed_id: owners[keys[row.feed_id]]
        for row in gone
        if owners.get(keys[row.feed_id], row.entity_id) != row.entity_id
    }


def natural_key(feed: Feed, row: Recorded) -> str:
    """The natural key that a recorded item carries."""
    return str(orjson.loads(row.minimal).get(feed.natural_key, ""))
