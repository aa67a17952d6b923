"""The main loop as a real process, with a listener in systemd's place."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

PATIENCE = 30
PROGRAM = """
import itertools, sys, threading
from daemon.errors import ConfigurationError
from daemon.process import serve

class Service:
    turns = itertools.count()
    frozen = False
    def start(self):
        if "refuse" in sys.argv:
            raise ConfigurationError("database.url: is wrong")
    def stop(self, timeout_seconds):
        if "hang" in sys.argv:
            threading.Event().wait()
        return "late" not in sys.argv
    def progress(self):
        return 0 if "stuck" in sys.argv else next(self.turns)
    def follow_clock(self):
        pass
    def status_line(self):
        return "all sent"
    def reload(self):
        if "bad" in sys.argv:
            raise ConfigurationError("log.level: is wrong")

if "late" in sys.argv:
    threading.Thread(target=threading.Event().wait).start()
try:
    sys.exit(serve(Service(), lambda: 5.0))
except ConfigurationError as error:
    sys.exit(error.exit_code)
"""


class Supervised:
    def __init__(self, process, listener):
        self.process, self.listener = process, listener
        self.heard = []

    def hears(self, pattern):
        """Every assignment up to the one that matches."""
        while True:
            self.heard += self.listener.recv(4096).decode().split("\n")
            if any(re.fullmatch(pattern, line) for line in self.heard):
                heard, self.heard = self.heard, []
                return heard

    def ends(self):
        return self.process.wait(PATIENCE)


@pytest.fixture
def supervised(tmp_path):
    @contextmanager
    def start(*arguments, **environment):
        address = tmp_path / "notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
            listener.bind(str(address))
            listener.settimeout(PATIENCE)
            process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *arguments],
                env={**os.environ, "NOTIFY_SOCKET": str(address), **environment},
                stderr=subprocess.DEVNULL,
            )
            try:
                yield Supervised(process, listener)
            finally:
                process.kill()
                process.wait()

    return start


def test_it_is_ready_only_after_its_checks_and_ends_with_zero(supervised):
    with supervised() as daemon:
        assert daemon.hears("READY=1") == [
            "STATUS=Checking settings, database and triggers",
            "READY=1",
            "STATUS=all sent",
        ]
        daemon.process.send_signal(signal.SIGTERM)
        assert "STOPPING=1" in daemon.hears("STATUS=Finishing the batch in hand")
        assert daemon.ends() == 0


def test_it_ends_with_zero_on_an_interrupt(supervised):
    with supervised() as daemon:
        daemon.hears("READY=1")
        daemon.process.send_signal(signal.SIGINT)
        assert daemon.ends() == 0


def test_a_bad_configuration_ends_it_with_78_and_it_was_never_ready(supervised):
    with supervised("refuse") as daemon:
        heard = daemon.hears("STATUS=ConfigurationError.*")
        assert "READY=1" not in heard
        assert daemon.ends() == 78


def test_a_reload_is_announced_with_its_time_and_its_end(supervised):
    with supervised() as daemon:
        daemon.hears("READY=1")
        daemon.process.send_signal(signal.SIGHUP)
        heard = daemon.hears("READY=1")
        assert heard[0] == "RELOADING=1"
        assert re.fullmatch(r"MONOTONIC_USEC=\d+", heard[1])


def test_a_refused_reload_is_told_and_it_goes_on(supervised):
    with supervised("bad") as daemon:
        daemon.hears("READY=1")
        daemon.process.send_signal(signal.SIGHUP)
        assert "READY=1" in daemon.hears("STATUS=Reload refused: .*log.level: is wrong")
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.ends() == 0


def test_the_watchdog_hears_of_progress(supervised):
    with supervised(WATCHDOG_USEC="200000") as daemon:
        daemon.hears("READY=1")
        daemon.hears("WATCHDOG=1")
        assert daemon.hears("WATCHDOG=1") == ["WATCHDOG=1"]


def test_the_watchdog_hears_nothing_from_a_stuck_daemon(supervised):
    with supervised("stuck", WATCHDOG_USEC="200000") as daemon:
        daemon.hears("READY=1")
        daemon.hears("WATCHDOG=1")
        daemon.listener.settimeout(1.5)
        with pytest.raises(TimeoutError):
            daemon.listener.recv(4096)


def test_a_second_signal_ends_it_at_once(supervised):
    with supervised("hang") as daemon:
        daemon.hears("READY=1")
        daemon.process.send_signal(signal.SIGTERM)
        daemon.hears("STOPPING=1")
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.ends() == 128 + signal.SIGTERM


def test_what_is_not_done_in_time_is_left(supervised):
    with supervised("late") as daemon:
        daemon.hears("READY=1")
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.ends() == 0


def test_the_heartbeat_is_where_systemd_gave_a_directory(supervised, tmp_path):
    with supervised(RUNTIME_DIRECTORY=str(tmp_path), WATCHDOG_USEC="100000") as daemon:
        daemon.hears("READY=1")
        daemon.hears("WATCHDOG=1")
        assert (tmp_path / "alive").exists()
