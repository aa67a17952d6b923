"""What runs in a worker, in whatever process: one batch, with connections of its own."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence

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

    Where the context has a destination, they are as it is sent them.
    """
    context = _context[0]
    with context.looking() as (connection, shop):
        built: Sequence[Built] = build_all(context, connection, shop, context.feed[feed_name], ids)
    for destination in context.destinations:
        built = translated(destination.translation(feed_name), built)
    bodies = [one.body for one in built if isinstance(one, FeedItem)]
    faults = [f"{one.entity_id}: {one.reason}" for one in built if not isinstance(one, FeedItem)]
    return bodies, faults


def compare(feed_name: str, ids: Sequence[int]) -> dict[str, Comparison]:
    """Build these entities and compare them with what is recorded; see `examine.examine`."""
    context = _context[0]
    return examine(context, context.feed[feed_name], ids)
