"""Holds the deletions of a batch where they are too many at once, and says so."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa
import structlog

from daemon.core.brake import fresh, goes_out, held_back, spent_now
from daemon.core.delivery import Destination
from daemon.core.plan import Plan
from daemon.database.brakes import (
    count_held,
    count_living,
    lock_tally,
    open_brakes,
    release_brake,
    write_tally,
)
from daemon.sync.context import Context

log = structlog.get_logger()

CURE = "feed-sync deletions list, then confirm or recheck"


def braked(
    context: Context, connection: sa.Connection, feed: str, destination: int, made: Plan
) -> tuple[Plan, bool]:
    """The plan with its deletions held where they are too many, and whether that is news.

    Living items are counted only where the minimum doesn't settle it. The allowance is locked until
    the transaction ends, so that batches at the same time can't use it twice.
    """
    rows = fresh(made)
    if not rows:
        return made, False
    own, brake = context.own, context.brake
    tally = lock_tally(connection, own, feed, destination)
    if not tally.holds and not goes_out(brake, tally, len(rows)):
        tally = replace(tally, living=count_living(connection, own.items[feed], destination))
    goes, spent = goes_out(brake, tally, len(rows)), spent_now(brake, tally)
    after = replace(tally, spent=spent + (len(rows) if goes else 0), holds=tally.holds or not goes)
    write_tally(connection, own, feed, destination, after)
    return (made, False) if goes else (held_back(made, rows), not tally.holds)


def warn(feed: str, destination: Destination, held: int) -> None:
    """Say loudly that deletions wait from now on."""
    facts = {"destination": destination.name, "environment": destination.environment}
    log.warning("deletions held", feed=feed, **facts, held=held, cure=CURE)


def remind(context: Context) -> int:
    """Say again what waits to be confirmed, and let brakes go that hold nothing; what waits."""
    total = 0
    with context.engine.connect() as connection:
        brakes = [one for one in open_brakes(connection, context.own) if one.feed in context.feed]
        counts = [
            count_held(connection, context.own.items[one.feed], one.destination_id)
            for one in brakes
        ]
    for one, held in zip(brakes, counts, strict=True):
        facts = {"feed": one.feed, "destination": one.name, "environment": one.environment}
        if held:
            log.warning("deletions held", **facts, held=held, since=f"{one.held_since}", cure=CURE)
        elif context.transact(release_brake, context.own, one.feed, one.destination_id):
            log.info("transition", what="brake", before="held", after="free", **facts)
        total += held
    return total
