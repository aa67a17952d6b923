"""The main loop of the daemon process: signals in, and word to systemd out."""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import queue
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NoReturn, Protocol

import structlog

from daemon.errors import FeedSyncError
from daemon.log import one_line
from daemon.notify import notify, watchdog_seconds

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
TURN_SECONDS = 0.5
HEARTBEAT = "alive"


class Service(Protocol):
    """What the process runs, in threads or processes of its own."""

    def start(self) -> None:
        """Check configuration, database and triggers, then begin to work.

        Raises:
            FeedSyncError: a check failed; its exit code is that of the process.
        """

    def stop(self, timeout_seconds: float) -> bool:
        """Take no more work and finish the batch in hand; False if it was not done in time."""

    def progress(self) -> int:
        """A number that grows whenever something was done, if only to find that nothing is due."""

    def follow_clock(self) -> None:
        """See to it that nothing waits for a moment that a clock which was put back made distant.

        Called twice a second.
        """

    def status_line(self) -> str:
        """What an operator wants to know, on one line; touches no database."""

    def reload(self) -> None:
        """Read the settings again and follow them.

        Raises:
            FeedSyncError: they are wrong; then those before stay in force.
        """


class Signals:
    """Signals as a queue that the main loop reads; a second request to stop ends the process."""

    def __init__(self, abandon: Callable[[int], object]) -> None:
        self._queue: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._abandon = abandon
        self._is_stopping = False

    def listen(self) -> None:
        """Take the signals from now on."""
        for number in (*STOP_SIGNALS, signal.SIGHUP):
            signal.signal(number, self._received)

    def wait(self, seconds: float) -> int | None:
        """The next signal, or None when the time is over."""
        try:
            return self._queue.get(timeout=seconds)
        except queue.Empty:
            return None

    def _received(self, number: int, _frame: FrameType | None) -> None:
        if number in STOP_SIGNALS:
            if self._is_stopping:
                self._abandon(128 + number)
            self._is_stopping = True
        self._queue.put(number)


class Pulse:
    """Shows the daemon's progress to the outside: nothing is shown where none was made.

    watchdog: seconds within which systemd wants a sign, or None.
    heartbeat: the file whose time `feed-sync healthcheck` reads, or None.
    """

    def __init__(self, now: float, watchdog: float | None, heartbeat: Path | None) -> None:
        self._pause = None if watchdog is None else watchdog / 2
        self._due = now
        self._pinged_at: int | None = None
        self._shown = ""
        self._heartbeat = heartbeat
        self._seen: int | None = None

    def beat(self, now: float, progress: int, status: str) -> list[str]:
        """What systemd should be told now."""
        if progress != self._seen and self._heartbeat is not None:
            self._heartbeat.touch()
        self._seen = progress
        told = []
        if self._pause is not None and now >= self._due and progress != self._pinged_at:
            self._due, self._pinged_at = now + self._pause, progress
            told.append("WATCHDOG=1")
        if status != self._shown:
            self._shown = status
            told.append(f"STATUS={status}")
        return told


def serve(service: Service, stop_timeout: Callable[[], float]) -> int:
    """Run the service until SIGTERM or SIGINT; the exit code.

    stop_timeout: how many seconds a stop may take, asked when it begins.

    Raises:
        FeedSyncError: the service can't start.
    """
    faulthandler.register(signal.SIGUSR1)
    signals = Signals(abandon)
    signals.listen()
    start(service)
    turn_until_stopped(service, signals)
    notify("STOPPING=1", "STATUS=Finishing the batch in hand")
    structlog.get_logger(__name__).info("transition", what="daemon", before="ready", after="stop")
    if not service.stop(stop_timeout()):
        structlog.get_logger(__name__).warning("stopped before the batch in hand was done")
        abandon(0)
    return 0


def start(service: Service) -> None:
    """Start the service, and tell systemd that it is ready, or why it is not."""
    notify("STATUS=Checking settings, database and triggers")
    try:
        service.start()
    except FeedSyncError as error:
        notify(f"STATUS={one_line(error)}")
        raise
    structlog.get_logger(__name__).info("transition", what="daemon", before="start", after="ready")
    notify("READY=1", f"STATUS={service.status_line()}")


def turn_until_stopped(service: Service, signals: Signals) -> None:
    """The main loop: reload on SIGHUP, show progress, until a signal to stop."""
    pulse = Pulse(time.monotonic(), watchdog_seconds(), heartbeat_file())
    while (number := signals.wait(TURN_SECONDS)) not in STOP_SIGNALS:
        if number == signal.SIGHUP:
            reload(service)
        service.follow_clock()
        told = pulse.beat(time.monotonic(), service.progress(), service.status_line())
        if told:
            notify(*told)


def reload(service: Service) -> None:
    """Reload the settings; wrong ones are refused, and the daemon goes on with those it has."""
    notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
    log = structlog.get_logger(__name__)
    try:
        service.reload()
    except FeedSyncError as error:
        refusal = one_line(error)
        log.error("reload refused", error=refusal)  # noqa: TRY400 — the message says it all
        notify("READY=1", f"STATUS=Reload refused: {refusal}")
    else:
        log.info("transition", what="settings", before="old", after="reloaded")
        notify("READY=1")


def heartbeat_file() -> Path | None:
    """The file that shows other processes that this one makes progress, where there is a place."""
    directory = os.environ.get("RUNTIME_DIRECTORY")
    return Path(directory) / HEARTBEAT if directory else None


def abandon(code: int) -> NoReturn:
    """End at once, worker processes too; claims they held run out and are taken over."""
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(code)
