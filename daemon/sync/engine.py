"""Keeps work flowing: collects, claims for free workers, and takes back what failed."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from functools import partial

import sqlalchemy as sa
import structlog

from daemon.core.discretion import wordless
from daemon.core.feed import Feed
from daemon.database import claims
from daemon.database.claims import Batch
from daemon.database.runs import Report
from daemon.errors import ClaimLostError, FeedSyncError, ServerUnavailableError
from daemon.sync import worker
from daemon.sync.claiming import Claimer, Pace
from daemon.sync.collect import Collector
from daemon.sync.context import Context
from daemon.sync.processes import is_dead
from daemon.sync.resync import fill_next

log = structlog.get_logger()

FAILED_BATCH_SECONDS = 5.0
EXPIRY_SECONDS = 5.0
"""How often dead claims are looked for."""

KEPT = 10
"""A batch that waits for a worker, or whose items are long in building, is waited for so many times
as long as a claim lasts. After that its worker counts as stuck.
"""

TURN_SECONDS = 0.5
"""How long a turn waits for a worker while all of them are busy."""


@dataclass
class InHand:
    """A batch that the executor has, since when, and when its claim is to be kept next."""

    batch: Batch
    since: float
    keep_at: float


class Engine:
    """Drains pending through an executor. One thread drives it; `stop` may come from another.

    make_executor: called at first use, and again when a process pool broke.
    turns: grows with every look for work. totals: what was done, by the names of a report's counts.
    watch: called after every turn.
    """

    def __init__(self, context: Context, make_executor: Callable[[], Executor], pace: Pace) -> None:
        self.context = context
        self.turns = 0
        self.totals: Counter[str] = Counter()
        self._make_executor = make_executor
        self._pace = pace
        self._collector = Collector(context)
        self._claimer = Claimer(context, pace)
        self._executor: Executor | None = None
        self._running: dict[Future[Report], InHand] = {}
        self._to_release: set[str] = set()
        self._fault: Exception | None = None
        self.watch: Callable[[], object] = lambda: None
        self._stopping = threading.Event()
        self._expiry_at = 0.0

    def drain(self) -> int:
        """Work until nothing is left that is due; how many batches were done.

        Changes that come meanwhile are collected and go first. Those that can't be collected hold
        up nothing that is pending; why they can't is raised at the end.
        """
        done = 0
        while not self._stopping.is_set():
            busy = self.turn()
            self.watch()
            reaped = self._reap(TURN_SECONDS)
            done += reaped
            if not (busy or reaped or self._running):
                break
        while self._running:
            self.turns += 1
            self._keep_claims()
            done += self._reap(TURN_SECONDS)
        fault, self._fault = self._fault, None
        if fault is not None:
            raise fault
        return done

    def turn(self) -> bool:
        """Collect, fill, give free workers their batches; False where there was nothing to do."""
        self.turns += 1
        self._keep_claims()
        self._release()
        collected = self._attempted(self._collector.collect)
        filled = self._attempted(partial(fill_next, self.context))
        started = self._dispatch()
        return bool(collected or filled or started)

    def stop(self) -> None:
        """Let `drain` start nothing more; it returns when what is in hand is done."""
        self._stopping.set()

    def close(self) -> None:
        """Let the workers go. Nothing may be in hand."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None

    def free_dead_claims(self) -> None:
        """Give back at once what processes had claimed that ran here and are dead by now."""
        with self.context.engine.connect() as connection:
            tokens = claims.claim_tokens(connection, self.context.own)
        if dead := [token for token in tokens if is_dead(token)]:
            freed = self.context.transact(claims.release, self.context.own, dead)
            log.info("claims of dead processes freed", entities=freed)

    def _attempted(self, work: Callable[[], int]) -> int:
        """What the work comes to; what it raises waits until all else is done."""
        try:
            return work()
        except ServerUnavailableError:
            raise
        except (sa.exc.SQLAlchemyError, FeedSyncError) as error:
            self._fault = error
            return 0

    def _dispatch(self) -> int:
        started = 0
        while self._has_room() and not self._stopping.is_set():
            batch = self._claimer.next_batch(len(self._running))
            if batch is None:
                break
            self._submit(batch)
            started += 1
        return started

    def _has_room(self) -> bool:
        return len(self._running) <= self._pace.workers

    def _submit(self, batch: Batch) -> None:
        if self._executor is None:
            self._executor = self._make_executor()
        try:
            future = self._executor.submit(worker.work, batch)
        except BrokenProcessPool:
            self._executor = None
            self._to_release.add(batch.token)
        else:
            now = time.monotonic()
            keep_at = now + self.context.claim_seconds / 2
            self._running[future] = InHand(batch, now, keep_at)

    def _keep_claims(self) -> None:
        """Hold on to what the executor has had for long; a worker does so only once it sends."""
        now, seconds = time.monotonic(), self.context.claim_seconds
        for one in self._running.values():
            if one.keep_at <= now < one.since + KEPT * seconds:
                with contextlib.suppress(ServerUnavailableError):
                    self.context.transact(claims.extend, self.context.own, one.batch.token, seconds)
                    one.keep_at = now + seconds / 2

    def _reap(self, timeout_seconds: float) -> int:
        if not self._running:
            return 0
        running = list(self._running)
        finished = wait(running, timeout=timeout_seconds, return_when=FIRST_COMPLETED).done
        for future in finished:
            self._settle(self._running.pop(future).batch, future)
        return len(finished)

    def _settle(self, batch: Batch, future: Future[Report]) -> None:
        error = future.exception()
        if error is None:
            self.totals.update(counts_of(future.result()))
            return
        if isinstance(error, BrokenProcessPool):
            self._executor = None
        self._to_release.add(batch.token)
        facts = {"feed": batch.feed, "batch": batch.token, "affected": len(batch.entities)}
        if isinstance(error, ClaimLostError | ServerUnavailableError):
            log.warning("batch given back", **facts, reason=str(error))
        else:
            log.error("batch failed", **facts, **told(error, self.context.feed[batch.feed]))

    def _release(self) -> None:
        own = self.context.own
        if self._to_release:
            self.context.transact(
                claims.release, own, sorted(self._to_release), FAILED_BATCH_SECONDS
            )
            self._to_release.clear()
        if time.monotonic() - self._expiry_at > EXPIRY_SECONDS:
            self.free_dead_claims()
            freed = self.context.transact(claims.release_expired, own, self.context.longest_seconds)
            self._expiry_at = time.monotonic()
            if freed:
                log.warning("claims of dead workers freed", entities=freed)


def told(error: BaseException, feed: Feed) -> dict[str, object]:
    """What the log says of an error: all of it, unless its words may quote personal data."""
    return {"exception": wordless(error)} if feed.is_personal else {"exc_info": error}


def counts_of(report: Report) -> dict[str, int]:
    """The counts of a report, by name, and one batch."""
    numbers = {key: value for key, value in asdict(report).items() if isinstance(value, int)}
    return {**numbers, "batches": 1}
