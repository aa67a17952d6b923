"""What runs in a worker, in whatever process: one batch, with connections of its own."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence

from daemon.core.delivery import Outgoing, Result
from daemon.core.drift import Comparison
from daemon.core.item import Built, FeedItem
from daemon.core.translation import translated
from daemon.database.claims import Batch
from daemon.database.runs import Report
from daemon.sync.batch import process
from daemon.sync.build import build_all
from daemon.sync.context import Context
from daemon.sync.examine import examine

_context: list[Context] = []


def start(make_context: Callable[[], Context]) -> None:
    """Give this process its context; called once, before any work."""
    _context[:] = [make_context()]


def start_process(make_context: Callable[[], Context]) -> None:
    """The same in a process of our own, which never outlives its parent."""
    threading.Thread(target=end_with_parent, name="parent", daemon=True).start()
    start(make_context)
    set_aside_what_is_loaded()


def set_aside_what_is_loaded() -> None:
    """Tell the garbage collector that what is loaded by now stays for good.

    It need not look at it again and again, which takes some 7 % of the time of building.
    """
    gc.collect()
    gc.freeze()


def end_with_parent() -> None:
    """Wait until the parent is gone, killed perhaps, and end at once."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def work(batch: Batch) -> Report:
    """Take a claimed batch to its end; see `batch.process`."""
    return process(_context[0], batch)


def preview(feed_name: str, ids: Sequence[int]) -> tuple[list[bytes], list[str]]:
    """The bodies of the items of these entities, and what could not be built; touches nothing.

    Where the context has a destination, they are as it would be sent them.
    """
    context = _context[0]
    with context.looking() as (connection, shop):
        now = context.clock(connection)
        feed = context.feed[feed_name]
        built: Sequence[Built] = build_all(context.at(now), connection, shop, feed, ids)
    for destination in context.destinations:
        built = translated(destination.translation(feed_name), built)
    items = [one for one in built if isinstance(one, FeedItem)]
    bodies: list[bytes | Result] = [one.body for one in items]
    for destination in context.destinations:
        bodies = destination.bodies(
            feed_name, [Outgoing(one.body, planned_at=now) for one in items]
        )
    faults = [(one.entity_id, one.reason) for one in built if not isinstance(one, FeedItem)]
    faults += [
        (item.entity_id, body.reason or "")
        for item, body in zip(items, bodies, strict=True)
        if isinstance(body, Result)
    ]
    sent = [body for body in bodies if isinstance(body, bytes)]
    return sent, [f"{entity_id}: {reason}" for entity_id, reason in faults]


def compare(feed_name: str, ids: Sequence[int]) -> dict[str, Comparison]:
    """Build these entities and compare them with what is recorded; see `examine.examine`."""
    context = _context[0]
    return examine(context, context.feed[feed_name], ids)
