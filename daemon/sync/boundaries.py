"""Makes pending what time alone has changed: no table is written when a rule price begins.

What items hold was built at some moment. Where time stood then is remembered, for each feed; it
moves in the transaction that makes all that differs pending, and nothing is built for a moment to
which it has not moved. So it does not matter how long nobody looked, or whether the clock went
forwards or back.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
import structlog

from daemon.commerce.shop import Shop
from daemon.core.feed import Boundary, Crossing, Feed, Position
from daemon.database.items import is_anything_recorded
from daemon.database.pending import Cause, Priority, enqueue_select
from daemon.database.resyncs import request
from daemon.database.runs import hold_fact, read_facts, write_fact
from daemon.errors import ShopError
from daemon.sync.context import Context
from daemon.sync.faultpoints import Faultpoint, reach
from daemon.sync.resync import count_ids
from daemon.sync.versions import crossed_versions, position_of_version

log = structlog.get_logger()

PREFIX = "boundary:"


@dataclass(frozen=True, slots=True)
class Step:
    """A boundary of a feed, and where time stands there now."""

    feed: Feed
    boundary: Boundary
    position: Position

    @property
    def fact(self) -> str:
        """The name under which the position is remembered."""
        return f"{PREFIX}{self.feed.name}:{self.boundary.kind}"

    def is_made(self, before: Position | None) -> bool:
        """True where time stood there already."""
        return before is not None and self.position.items() <= before.items()


def boundaries_of(feed: Feed, shop: Shop) -> tuple[Boundary, ...]:
    """Those that the feed declares, and the staging version in force."""
    if not shop.is_staged:
        return feed.boundaries
    versions = Boundary("version", position_of_version, partial(crossed_versions, feed))
    return (*feed.boundaries, versions)


def cross(context: Context) -> int:
    """Make pending what is stale by now in any feed; how many rows that touched.

    Raises:
        ShopError: where time stands can't be told for some feed; the others have been seen to.
    """
    touched, refusals = 0, []
    with context.looking() as (connection, shop):
        now = context.clock(connection)
        for feed in context.feeds:
            try:
                touched += cross_feed(context, connection, shop, feed, now)
            except ShopError as error:
                refusals.append(error)
    if refusals:
        raise refusals[0]
    return touched


def cross_feed(
    context: Context, connection: sa.Connection, shop: Shop, feed: Feed, now: dt.datetime
) -> int:
    """Make pending what is stale at this moment; how many rows that touched.

    connection: sees one moment of the shop and of what is remembered. A step that another process
    makes after that moment is no loss to a batch that was claimed before: it raises the revision of
    what it makes pending.
    """
    touched = 0
    for step in steps_left(context, connection, shop, feed, now):
        affected = context.transact(move, context, shop, step)
        if affected:
            log.info("boundary crossed", feed=feed.name, kind=step.boundary.kind,
                     position=dict(step.position), affected=affected)  # fmt: skip
        touched += affected
    return touched


def is_crossed(
    context: Context, connection: sa.Connection, shop: Shop, feed: Feed, now: dt.datetime
) -> bool:
    """True where all that is stale at this moment was made pending, as the snapshot shows it."""
    return not steps_left(context, connection, shop, feed, now)


def steps_left(
    context: Context, connection: sa.Connection, shop: Shop, feed: Feed, now: dt.datetime
) -> list[Step]:
    """The steps to this moment that nobody has made, as the snapshot shows it."""
    boundaries = boundaries_of(feed, shop)
    known = read_facts(connection, context.own, f"{PREFIX}{feed.name}:") if boundaries else {}
    steps = [Step(feed, one, one.position(connection, shop, now)) for one in boundaries]
    return [step for step in steps if not step.is_made(as_position(known.get(step.fact)))]


def move(connection: sa.Connection, context: Context, shop: Shop, step: Step) -> int:
    """Make the step in the connection's transaction; how many pending rows that touched.

    Nothing was built for another moment where nothing is recorded yet.
    """
    own, feed = context.own, step.feed
    before = as_position(hold_fact(connection, own, step.fact, as_text(step.position)))
    is_first = before is None and not is_anything_recorded(connection, own.items[feed.name])
    if is_first or step.is_made(before):
        return 0
    crossings = step.boundary.crossed(connection, shop, before, step.position)
    touched = sum(make_pending(connection, context, shop, feed, one) for one in crossings)
    reach(Faultpoint.CROSSED_ENQUEUED)
    write_fact(connection, own, step.fact, as_text({**(before or {}), **step.position}))
    return touched


def make_pending(
    connection: sa.Connection, context: Context, shop: Shop, feed: Feed, one: Crossing
) -> int:
    """Make the entities of a crossing pending, behind what people change; how many."""
    cause = Cause(one.reason, Priority.COARSE)
    if one.ids is not None:
        return enqueue_select(connection, context.own, feed.name, one.ids, cause)
    total = count_ids(connection, shop, feed)
    request(connection, context.own, feed.name, cause, total)
    return total


def as_text(position: Position) -> str:
    """A position as it is remembered."""
    return json.dumps(dict(position), sort_keys=True)


def as_position(text: str | None) -> Position | None:
    """What is remembered, None where nothing is."""
    found: Position | None = None if text is None else json.loads(text)
    return found
