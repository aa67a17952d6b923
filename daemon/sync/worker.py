"""What runs in a worker, in whatever process: one batch, with connections of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from daemon.core.item import FeedItem
from daemon.database.pending import Batch
from daemon.database.runs import Report
from daemon.sync.batch import build_all, process
from daemon.sync.context import Context

_context: list[Context] = []


def start(make_context: Callable[[], Context]) -> None:
    """Give this process its context; called once, before any work."""
    _context[:] = [make_context()]


def work(batch: Batch) -> Report:
    """Take a claimed batch to its end; see `batch.process`."""
    return process(_context[0], batch)


def preview(feed_name: str, ids: Sequence[int]) -> tuple[list[bytes], list[str]]:
    """The bodies of the items of these entities, and what could not be built; touches nothing."""
    context = _context[0]
    with context.looking() as (connection, shop):
        built = build_all(context, connection, shop, context.feed[feed_name], ids)
    bodies = [one.body for one in built if isinstance(one, FeedItem)]
    faults = [f"{one.entity_id}: {one.reason}" for one in built if not isinstance(one, FeedItem)]
    return bodies, faults
