"""What the daemon costs while nothing changes: its processes, and the server on its behalf."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psutil

from benchmarks.figures import Figure, at_most, under
from benchmarks.place import Place, app_of
from benchmarks.running import daemon, is_idle, wait
from daemon.sandbox.receiver import Receiver

START_SECONDS = 900
SETTLE_SECONDS = 10
WATCH_SECONDS = 60
"""A minute has each duty at least once."""

SECONDS_PER_MINUTE = 0.6
"""One percent of a core."""


def measure(place: Place) -> Iterator[list[Figure]]:
    """CPU seconds per minute at default settings, after a first sync that left workers behind."""
    url = place.shop(place.size.few)
    with (
        Receiver() as receiver,
        place.installed("idle", url, receiver.url) as config,
        app_of(config) as app,
        daemon(config) as process,
    ):
        wait(lambda: is_idle(app), START_SECONDS)
        app.engine.dispose()
        time.sleep(SETTLE_SECONDS)
        family = [process, *process.children(recursive=True)]
        before, meter = cpu_seconds(family), place.meter()
        time.sleep(WATCH_SECONDS)
        own, spent = cpu_seconds(family) - before, meter.read()
    note = f"{len(family)} processes, schedule.sync = 1s"
    figures = [
        Figure("idle.daemon", own, "s/min", at_most(SECONDS_PER_MINUTE), note),
        Figure("idle.server", spent.server_cpu, "s/min", note="the server's processor time"),
    ]
    yield under(figures, spent.load, max(0.0, spent.others - own / spent.seconds))


def cpu_seconds(family: list[psutil.Process]) -> float:
    """Processor seconds of these processes since they began."""
    times = [process.cpu_times() for process in family]
    return sum(one.user + one.system for one in times)
