"""Brings failed items that are due back to pending, and clears away what is old enough."""

from __future__ import annotations

from daemon.database.items import purge_tombstones, select_due
from daemon.database.pending import Cause, Priority, enqueue_select
from daemon.database.resyncs import purge_resyncs
from daemon.database.runs import purge_runs
from daemon.sync.context import Context
from daemon.sync.gate import closed_destinations

ROWS_PER_DELETE = 5000

RETRY = Cause("recovery", Priority.RECOVERY)
REPEAT = Cause("sent after a request without a reply", Priority.RECOVERY)


def recover(context: Context) -> int:
    """Make the entities of items that are due pending again; how many rows that touched.

    Those that failed; and those that were accepted before an older request may have come.
    Those of a destination that is to be left alone wait until it isn't any more.
    """
    with context.engine.connect() as connection:
        closed = closed_destinations(connection, context.own)
    total = 0
    for feed in context.feeds:
        table, longest = context.own.items[feed.name], context.longest_seconds
        for cause in (RETRY, REPEAT):
            due = select_due(table, longest, closed.keys(), is_accepted=cause is REPEAT)
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
