"""What a measurement takes: time, processor time of all processes of it, memory at its peak."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

LOOK_SECONDS = 0.5
"""Each look goes through all processes of the machine, which takes some milliseconds."""

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class Spent:
    """What a stretch of time cost.

    own_cpu: processor seconds of this process and its ended children. server_cpu: of the database.
    others: cores that were busy with anything else, on average. load: the load average at the end.
    """

    seconds: float
    own_cpu: float
    server_cpu: float
    others: float
    load: float


class Meter:
    """Runs from when it is made."""

    def __init__(self, server: psutil.Process) -> None:
        self._server = server
        self._began = self._look()

    def read(self) -> Spent:
        """What was spent so far; children count once they ended."""
        now = self._look()
        seconds, own, server, busy = (
            after - before for after, before in zip(now, self._began, strict=True)
        )
        others = max(0.0, busy - own - server) / seconds
        return Spent(seconds, own, server, others, os.getloadavg()[0])

    def _look(self) -> tuple[float, float, float, float]:
        mine = os.times()
        own = mine.user + mine.system + mine.children_user + mine.children_system
        served = self._server.cpu_times()
        machine = psutil.cpu_times()
        busy = sum(machine) - machine.idle - machine.iowait - machine.guest - machine.guest_nice
        return time.perf_counter(), own, served.user + served.system, busy


@dataclass(frozen=True, slots=True)
class Memory:
    """Peak resident memory, in MiB: of the largest process, and of all together.

    What processes share (the interpreter's own code, mostly) counts once for each of them.
    """

    largest: float
    together: float


class MemoryWatch:
    """Looks at a process and its descendants, again and again, until it ends."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._peak = Memory(0.0, 0.0)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> Memory:
        """The peak until now; looks no more."""
        self._ended.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            sizes = resident(self._root)
            self._peak = Memory(
                max(self._peak.largest, max(sizes, default=0.0)),
                max(self._peak.together, sum(sizes)),
            )


def resident(root: psutil.Process) -> list[float]:
    """The resident memory of a process and of each of its descendants, in MiB."""
    try:
        family = (root, *root.children(recursive=True))
        return [process.memory_info().rss / MEBIBYTE for process in family]
    except psutil.Error:
        return []


def run_command(
    config: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> Memory:
    """Run a command of the product to its end; its peak memory.

    Raises:
        RuntimeError: it failed; its last words.
    """
    command = [sys.executable, "-m", "daemon", "--config", str(config), *arguments]
    log = config.with_suffix(".log")
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, stdout=file, stderr=file, env={**os.environ, **(environment or {})}
        )
        watch = MemoryWatch(process.pid)
        code = process.wait()
        memory = watch.stop()
    if code:
        raise RuntimeError(f"feed-sync {' '.join(arguments)} failed:\n{tail(log)}")
    return memory


def tail(file: Path) -> str:
    """The last lines of a file."""
    return file.read_text(encoding="utf-8", errors="replace")[-2000:]


def facts() -> Mapping[str, object]:
    """What the machine is."""
    return {
        "cores": os.cpu_count(),
        "memory_mib": psutil.virtual_memory().total // MEBIBYTE,
        "python": sys.version.split()[0],
        "load": os.getloadavg(),
    }


def lines_in(file: Path) -> int:
    """How many lines a file has."""
    with file.open("rb") as opened:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: opened.read(MEBIBYTE), b""))
