"""Builds whole feeds and writes them to files: sends nothing, records nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from daemon.commerce.columns import packed_keys, unpacked_keys
from daemon.core.feed import Feed
from daemon.sync import worker
from daemon.sync.context import Context

WINDOWS = 40
"""So many windows of ids are read at once: reading the shop for each would cost more than they."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a dry run made of one feed."""

    feed: str
    entities: int
    items: int
    unbuildable: int


@dataclass(frozen=True)
class Workforce:
    """Who builds: an executor, the entities of a batch, and how many batches are under way."""

    executor: Executor
    batch_entities: int
    at_once: int


def dry_run(
    context: Context,
    workforce: Workforce,
    feed: Feed,
    directory: Path,
    progress: Callable[[Built], None] = lambda _: None,
) -> Built:
    """Write every item of a feed to `<directory>/<feed>.jsonl`, replacing what was there.

    The file takes its name only when it is whole.
    """
    directory.mkdir(parents=True, exist_ok=True)
    target = directory / f"{feed.name}.jsonl"
    part = target.with_suffix(".part")
    done = Built(feed.name, 0, 0, 0)
    with part.open("wb") as file:
        for ids, bodies, faults in previews(context, workforce, feed):
            file.writelines(body + b"\n" for body in bodies)
            done = Built(
                feed.name,
                done.entities + len(ids),
                done.items + len(bodies),
                done.unbuildable + len(faults),
            )
            progress(done)
    part.replace(target)
    return done


Preview = tuple[list[int], list[bytes], list[str]]


def previews(context: Context, workforce: Workforce, feed: Feed) -> Iterator[Preview]:
    """The batches of a feed in order, each built by a worker, a bounded number at a time."""
    running: deque[tuple[list[int], Future[tuple[list[bytes], list[str]]]]] = deque()
    for ids in id_windows(context, feed, workforce.batch_entities):
        running.append((ids, workforce.executor.submit(worker.preview, feed.name, ids)))
        if len(running) >= workforce.at_once:
            yield finished(*running.popleft())
    while running:
        yield finished(*running.popleft())


def finished(ids: list[int], future: Future[tuple[list[bytes], list[str]]]) -> Preview:
    """The batch that the future makes."""
    bodies, faults = future.result()
    return ids, bodies, faults


def id_windows(context: Context, feed: Feed, size: int) -> Iterator[list[int]]:
    """All ids of the feed's source in ascending order, so many at a time."""
    return windows(partial(read_ids, context, feed), size)


def windows(read: Callable[[int, int], list[int]], size: int) -> Iterator[list[int]]:
    """All ids, so many at a time. read: the next ids after one, at most so many."""
    last, most = -1, size * WINDOWS
    while ids := read(last, most):
        yield from (ids[start : start + size] for start in range(0, len(ids), size))
        if len(ids) < most:
            return
        last = ids[-1]


def read_ids(context: Context, feed: Feed, after: int, limit: int) -> list[int]:
    """The next ids of the feed's source in ascending order."""
    with context.looking() as (connection, shop):
        return next_ids(connection, feed.ids(shop), after, limit)


def next_ids(
    connection: sa.Connection, ids: sa.Select[tuple[int]], after: int, limit: int
) -> list[int]:
    """The next of these ids in ascending order, at most so many.

    ids: of entities of the shop.
    """
    every = ids.subquery().c[0]
    page = sa.select(every.label("id")).where(every > after).distinct().order_by(every).limit(limit)
    packed = connection.scalar(sa.select(packed_keys(page.subquery().c.id)))
    if packed is None:  # there are none, or MySQL's max_allowed_packet is too small for all
        return list(connection.scalars(page))
    return unpacked_keys(packed)
