"""Builds entities so that one that can't be built costs no other."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
import structlog

from daemon.commerce.shop import Shop
from daemon.core.feed import Feed
from daemon.core.item import Built, Unbuildable, feed_id
from daemon.errors import FeedSyncError, place_of
from daemon.sync.context import Context

log = structlog.get_logger()


def build_all(
    context: Context, connection: sa.Connection, shop: Shop, feed: Feed, ids: Sequence[int]
) -> list[Built]:
    """Build these entities; where one can't be built, the others still are.

    An entity whose rows break the feed's code is found by halving the batch, and is unbuildable.
    """
    try:
        return list(feed.build(connection, shop, ids, context.clock(connection)))
    except (sa.exc.SQLAlchemyError, FeedSyncError):
        raise
    except Exception as error:  # noqa: BLE001 — whatever it is, the other entities are built
        if len(ids) == 1:
            reason = place_of(error)
            log.error("unbuildable", feed=feed.name, entity_id=ids[0], reason=reason)  # noqa: TRY400
            stand_in = feed_id(["unbuildable", feed.name, ids[0]])
            return [Unbuildable(ids[0], stand_in, b"{}", reason)]
        half = len(ids) // 2
        parts = (ids[:half], ids[half:])
        return [one for part in parts for one in build_all(context, connection, shop, feed, part)]
