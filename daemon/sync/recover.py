"""Brings failed items that are due back to pending, and clears away what is old enough."""

from __future__ import annotations

from functools import partial

from daemon.database.items import purge_tombstones, select_due
from daemon.database.pending import Cause, Priority, enqueue_select
from daemon.database.resyncs import purge_resyncs
from daemon.database.runs import purge_runs
from daemon.sync.context import Context
from daemon.sync.gate import closed_destinations, down_destinations

ROWS_PER_DELETE = 5000

PROBE_ENTITIES = 100
"""So many come back of a feed for a destination that is to be probed."""

RETRY = Cause("recovery", Priority.RECOVERY)
REPEAT = Cause("sent after a request without a reply", Priority.RECOVERY)


def recover(context: Context) -> int:
    """Make the entities of items that are due pending again; how many rows that touched.

    Those that failed; and those that were accepted before an older request may have come.
    Those of a destination that is to be left alone wait until it isn't any more. One that was down
    is sent a probe and no more, so of its items only some come back: others would be built for
    nothing, ahead of what the other destinations wait for.
    """
    with context.engine.begin() as connection:
        closed = closed_destinations(connection, context.own).keys()
        down = down_destinations(connection, context.own)
        numbers = context.numbers(connection)
    total = 0
    for feed in context.feeds:
        mine = {numbers[one.name] for one in context.taking(feed.name)} - closed
        table, longest = context.own.items[feed.name], context.longest_seconds
        for cause in (RETRY, REPEAT):
            select = partial(select_due, table, longest, is_accepted=cause is REPEAT)
            queries = [select(mine - down)]
            queries += [select({number}).limit(PROBE_ENTITIES) for number in mine & down]
            for due in queries:
                total += context.transact(enqueue_select, context.own, feed.name, due, cause)
    return total


def purge(context: Context, keep_seconds: float) -> int:
    """Drop tombstones that were accepted long enough ago; how many there were."""
    total = 0
    for table in context.own.items.values():
        while dropped := context.transact(purge_tombstones, table, keep_seconds, ROWS_PER_DELETE):
            total += dropped
    return total


def purge_history(context: Context, keep_seconds: float) -> int:
    """Drop the history of batches and resyncs that is old enough; how many rows there were."""
    total = 0
    for drop in (purge_runs, purge_resyncs):
        while dropped := context.transact(drop, context.own, keep_seconds, ROWS_PER_DELETE):
            total += dropped
    return total
