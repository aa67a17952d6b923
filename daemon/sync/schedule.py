"""The duties of the daemon, each at its own times, none ever twice at once."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from daemon.errors import FeedSyncError
from daemon.log import one_line
from daemon.timing import trigger_of

JUMP_SECONDS = 1.0
"""A clock that was put back by less only makes duties so much later, once."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to be done again and again.

    schedule: an interval (`5m`) or a cron expression of five fields, in UTC.
    run: returns when it is done for this time; may raise, and is called again at its next time.
    at_start: whether it also runs at once.
    """

    name: str
    schedule: str
    run: Callable[[], object]
    at_start: bool = False


class Duties:
    """Runs each duty at its times: one run at once, missed runs made up by a single one.

    failures: how often each duty has raised since the start, by name.
    """

    def __init__(self, duties: Sequence[Duty]) -> None:
        self.failures: Counter[str] = Counter()
        self._schedules = {duty.name: duty.schedule for duty in duties}
        self._clock_ahead = clock_ahead()
        self._at_start = [duty.name for duty in duties if duty.at_start]
        self._running: set[str] = set()
        self._changed = threading.Condition()
        self._stopping = False
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(max(1, len(duties)))},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        for duty in duties:
            self._scheduler.add_job(
                self._run, trigger_of(duty.schedule), args=[duty], id=duty.name, name=duty.name
            )

    def start(self) -> None:
        """Begin: each duty runs at its first time from now on."""
        for name in self._at_start:
            self._scheduler.modify_job(name, next_run_time=dt.datetime.now(dt.UTC))
        self._scheduler.start()

    def reschedule(self, schedules: Mapping[str, str]) -> None:
        """Give duties other times, by name; those whose times stay are left alone.

        Raises:
            ValueError: a schedule is wrong; then nothing has been changed.
        """
        changed = {
            name: trigger_of(schedule)
            for name, schedule in schedules.items()
            if self._schedules.get(name, schedule) != schedule
        }
        for name, trigger in changed.items():
            self._scheduler.reschedule_job(name, trigger=trigger)
            self._schedules[name] = schedules[name]

    def follow_clock(self) -> None:
        """Find new times for all duties where the clock was put back: theirs are far off then."""
        ahead = clock_ahead()
        if ahead < self._clock_ahead - JUMP_SECONDS:
            structlog.get_logger(__name__).warning(
                "the clock was put back", seconds=round(self._clock_ahead - ahead)
            )
            for job in self._scheduler.get_jobs():
                job.reschedule(trigger_of(self._schedules[job.id]))
        self._clock_ahead = ahead

    def stop(self, timeout_seconds: float) -> bool:
        """Begin no more runs and wait for those in hand; False if some are still not done."""
        with self._changed:
            self._stopping = True
            self._scheduler.remove_all_jobs()
            ended = self._changed.wait_for(lambda: not self._running, timeout_seconds)
            late = sorted(self._running)
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if late:
            structlog.get_logger(__name__).warning("duties not finished", duties=late)
        return ended

    def _run(self, duty: Duty) -> None:
        with self._in_hand(duty.name) as allowed:
            if allowed:
                self._attempt(duty)

    def _attempt(self, duty: Duty) -> None:
        try:
            duty.run()
        except Exception as error:  # noqa: BLE001 — whatever it is, the duty runs again
            self.failures[duty.name] += 1
            structlog.get_logger(__name__).error(
                "duty failed",
                duty=duty.name,
                failures=self.failures[duty.name],
                error=one_line(error),
                exc_info=None if isinstance(error, FeedSyncError) else error,
            )

    @contextmanager
    def _in_hand(self, name: str) -> Iterator[bool]:
        with self._changed:
            allowed = not self._stopping
            self._running |= {name} if allowed else set()
        try:
            yield allowed
        finally:
            with self._changed:
                self._running.discard(name)
                self._changed.notify_all()


def clock_ahead() -> float:
    """By how many seconds this host's clock is ahead of the one that nobody can set."""
    return time.time() - time.monotonic()
