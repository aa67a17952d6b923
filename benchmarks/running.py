"""The real daemon as a process, and when it has nothing left to do."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from benchmarks.machine import tail
from daemon.app import App
from daemon.database.resyncs import open_resyncs
from daemon.database.status import pending_backlog

LOOK_SECONDS = 0.1


@contextlib.contextmanager
def daemon(config: Path) -> Iterator[psutil.Process]:
    """The daemon as a process of its own, told to stop at the end and waited for.

    Raises:
        RuntimeError: it ended before.
    """
    log = config.with_suffix(".daemon.log")
    command = [sys.executable, "-m", "daemon", "--config", str(config), "run"]
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, env=dict(os.environ))
    try:
        yield psutil.Process(process.pid)
        if process.poll() is not None:
            raise RuntimeError(f"the daemon ended:\n{tail(log)}")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def is_idle(app: App) -> bool:
    """True where the first sync was asked for and nothing of it is left."""
    own = app.context.own
    with app.engine.connect() as connection:
        left, _ = pending_backlog(connection, own)
        return bool(app.living_daemons()) and not left and not open_resyncs(connection, own)


def wait(is_done: Callable[[], bool], seconds: float) -> None:
    """Look until it is done.

    Raises:
        TimeoutError: it takes too long.
    """
    deadline = time.monotonic() + seconds
    for _ in itertools.takewhile(lambda _: not is_done(), itertools.count()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not done after {seconds} s")
        time.sleep(LOOK_SECONDS)
