"""A shop with everything around it as processes of its own: receiver, daemons, commands."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import psutil
import requests
import sqlalchemy as sa
from follower import NOW
from installation import DEFAULTS, merged, toml, wait_until

from converge.history import Plot
from converge.state import State
from daemon.app import App
from daemon.sandbox.mariadb import free_port
from daemon.sandbox.receiver import Fault
from daemon.sandbox.shop import create_shop
from daemon.settings import load_settings

READY = '"after": "ready"'
SETTLING_SECONDS = 120.0
COMMAND_SECONDS = 300.0
CLAIM_SECONDS = 8
WORKERS = 2
WORKER_ALONE = 0.3
"""How often a worker is killed alone; else the whole daemon."""

QUICK = {"read_timeout": 5, "whole_timeout": 5, "connect_timeout": 1}
"""What may follow a request without a reply is sent once more, but not before its longest time."""

SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "destinations": {"receiver": {"request": QUICK}},
    "schedule": {"sync": "100ms", "recovery": "300ms", "audit": "1s", "boundaries": "1s"},
    "sync": {"workers": WORKERS, "claim": f"{CLAIM_SECONDS}s", "batch_entities": {"default": 25}},
    "retry": {"longest_delay": "2s", "attempts": 1000},
    "verify": {"enabled": False},
    "clock": {"now": NOW.isoformat()},
}
"""Beside the defaults: shorter still, and without verification, which would put right what is to
be found here.
"""


class Site:
    """A sample shop whose every item is delivered, once `begin` is done.

    close: ends every process.
    """

    def __init__(self, url: str, directory: Path, plot: Plot) -> None:
        self.plot = plot
        self.directory = directory
        self.engine = sa.create_engine(url, pool_pre_ping=True)
        create_shop(
            self.engine, plot.products, prefix=plot.prefix, staged=plot.staged, today=NOW.date()
        )
        self._port = free_port()
        self._logs: list[Path] = []
        self._write_settings(url)
        self.app = App(load_settings(self.config))
        self.state = State(self.engine, self.app.context)
        self._receiver = self._start(
            "sandbox", "receiver", "--port", str(self._port), "--directory", str(directory / "held")
        )
        self.daemons: list[subprocess.Popen[bytes]] = []

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.directory / "feed-sync.toml"

    @property
    def feeds(self) -> list[str]:
        """The feeds that are on."""
        return [feed.name for feed in self.app.context.feeds]

    def _write_settings(self, url: str) -> None:
        executor = "threads" if self.plot.seed % 2 else "processes"
        own = {
            "database": {"url": url, "table_prefix": self.plot.prefix},
            "destinations": {"receiver": {"url": self._receiver_url}},
            "sync": {"executor": executor},
        }
        self.config.write_text(toml(merged(merged(DEFAULTS, SETTINGS), own)), encoding="utf-8")
        self.config.chmod(0o600)

    @property
    def _receiver_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "daemon", "--config", str(self.config), *arguments]
        self._logs.append(self.directory / f"{len(self._logs)}.log")
        with self._logs[-1].open("wb") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    def begin(self) -> None:
        """Install, start a daemon, and wait until it has delivered everything."""
        wait_until(lambda: self._answers() or self._receiver.poll() is not None, self._log)
        self.command("install")
        self.start()
        self.settle()

    def _answers(self) -> bool:
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(f"{self._receiver_url}/_control/status", timeout=9).ok
        return False

    def command(self, *arguments: str) -> str:
        """Run a command of ours to its end; what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "daemon", "--config", str(self.config), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout

    def start(self) -> None:
        """Start one more daemon."""
        daemon = self._start("run")
        self.daemons.append(daemon)
        wait_until(lambda: READY in self._log() or daemon.poll() is not None, self._log)
        self.check()

    def kill(self, rng: random.Random) -> None:
        """Kill -9 a daemon with its workers and start another one, or one worker alone."""
        daemon = rng.choice(self.daemons)
        below = psutil.Process(daemon.pid).children(recursive=True)
        if below and rng.random() < WORKER_ALONE:
            with contextlib.suppress(psutil.NoSuchProcess):
                rng.choice(below).kill()
            return
        self._end(daemon, signal.SIGKILL)
        self.start()

    def stop_one(self) -> None:
        """Tell the daemon that runs for longest to stop."""
        self._end(self.daemons[0], signal.SIGTERM)

    def _end(self, daemon: subprocess.Popen[bytes], how: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(daemon.pid, how) if how == signal.SIGKILL else daemon.send_signal(how)
        daemon.wait(COMMAND_SECONDS)
        self.daemons.remove(daemon)

    def check(self) -> None:
        """Make sure that no process has ended by itself."""
        for one in (*self.daemons, self._receiver):
            assert one.poll() is None, f"{one.args} ended: {self._log()[-4000:]}"

    def _log(self) -> str:
        """What the process that was started last has said."""
        return self._logs[-1].read_text(encoding="utf-8")

    def fail(self, *faults: Fault) -> None:
        """Have the receiver misbehave in these ways; none: behave."""
        url = f"{self._receiver_url}/_control/faults"
        reply = requests.post(url, json=[asdict(one) for one in faults], timeout=30)
        reply.raise_for_status()

    def settle(self) -> None:
        """Let the receiver behave, and wait until the daemons have nothing left to do.

        What was refused by order is ordered again.
        """
        self.fail()
        looks = self.state.looks()
        self._wait(lambda: self.state.looks() >= looks + 2)
        self._wait(lambda: not self.state.left())
        if self.state.letters():
            self.command("dead-letters", "requeue", "--yes", "--no-wait")
            self._wait(lambda: not self.state.left())

    def _wait(self, holds: Callable[[], bool]) -> None:
        def is_over() -> bool:
            self.check()
            return holds()

        def told() -> str:
            return f"left: {self.state.left()}\n{self.state.stuck()}\n{self._log()[-3000:]}"

        wait_until(is_over, told, SETTLING_SECONDS)

    def held(self, feed: str) -> list[bytes]:
        """The living items that the receiver holds."""
        reply = requests.get(f"{self._receiver_url}/_control/items/{feed}", timeout=COMMAND_SECONDS)
        reply.raise_for_status()
        return reply.content.splitlines()

    def taken(self, feed: str, identity: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What the receiver took of an identity, in its order."""
        reply = requests.get(f"{self._receiver_url}/_control/log", timeout=COMMAND_SECONDS)
        reply.raise_for_status()
        log = map(orjson.loads, reply.content.splitlines())
        return [one for one in log if one["feed"] == feed and one["identity"] == identity]

    def built(self) -> dict[str, list[bytes]]:
        """All items of a dry run, by feed."""
        output = self.directory / "dry-run"
        self.command("resync", "--all", "--dry-run", "--output", str(output))
        return {feed: (output / f"{feed}.jsonl").read_bytes().splitlines() for feed in self.feeds}

    def close(self) -> None:
        """End every process."""
        for process in (*self.daemons, self._receiver):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.app.close()
        self.engine.dispose()
