"""`python -m soak --minutes 10`: a daemon under edits, faults and kills that never cease.

At the end the faults do, and the receiver must hold what a full build gives.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import itertools
import logging
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

import psutil
import structlog
from installation import LOOK_SECONDS, Installation, create_schema, wait_until

from daemon.errors import FeedSyncError
from daemon.sandbox import edits
from daemon.sandbox.mariadb import private_server
from daemon.sandbox.receiver import Fault

PRODUCTS = 60
SETTLING_SECONDS = 180.0
FINAL_EDITS = (edits.delete_product, edits.disable_product)
"""Those that can't be taken back are rare, or little of the shop would be left."""

REPEATABLE = tuple(one for one in edits.EDITS if one not in FINAL_EDITS)
FAULTS = (
    Fault(status=503),
    Fault(status=429, retry_after="1"),
    Fault(status=413),
    Fault(status=500),
    Fault(drop=True),
    Fault(reset=True),
    Fault(partial=True),
    Fault(partial=True, status=400),
    Fault(latency_ms=300),
)
SETTINGS = {
    "sync": {
        "executor": "processes",
        "workers": 2,
        "claim": "8s",
        "batch_entities": {"default": 20},
    },
    "retry": {"attempts": 1000},
}
LATE_SECONDS = 10.0
"""The time of a claim, which is how long a request may take, and until what is due is sent."""

MOST_GROWTH = 1.25
KILLING_SHARE = 0.5
"""Nobody is killed in the rest of the time: what is to grow must live."""

ENOUGH_SAMPLES = 60
"""One a second; in less time processes only get warm."""

SLACK_BYTES = 16 * 1024 * 1024
SLACK_CONNECTIONS = 2


@dataclass(frozen=True)
class Sample:
    """A moment: the memory of the daemon and its largest worker; connections of the server."""

    bytes: int
    connections: int


@dataclass
class Soak:
    """One run. in_a_row: identity → when it last came to the receiver, and how often in a row it
    was deleted there, with no item between that the records may tell of.
    """

    installation: Installation
    rng: random.Random
    samples: list[Sample] = field(default_factory=list)
    killing_share: float = KILLING_SHARE
    kills: int = 0
    excused: int = 0
    made: int = 0
    mark: int = 0
    in_a_row: dict[str, tuple[dt.datetime, int]] = field(default_factory=dict)
    most_in_a_row: int = 0

    def run(self, seconds: float) -> None:
        """Edits, faults and kills for so long; then wait, and compare."""
        self.installation.configure(**SETTINGS)
        self.mark = self.installation.mark
        daemon = self.installation.run()
        begin = time.monotonic()
        for second in itertools.count():
            part = (time.monotonic() - begin) / seconds
            if part >= 1:
                break
            self.misbehave()
            if part < self.killing_share:
                daemon = self.perhaps_kill(daemon)
            self.edit_until(begin + second + 1)
            self.watch_tombstones()
            if part >= self.killing_share:
                self.samples.append(self.sample(daemon.pid))
        assert daemon.poll() is None, self.installation.log[-3000:]
        self.settle()

    def misbehave(self) -> None:
        """Put some faults in force, or none."""
        some = self.rng.sample(FAULTS, k=self.rng.randint(0, 3))
        seeded = (replace(one, probability=0.4, seed=self.rng.randrange(10**9)) for one in some)
        self.installation.receiver.fail(*seeded)

    def edit_until(self, moment: float) -> None:
        """Change the shop again and again."""
        while time.monotonic() < moment:
            kinds = FINAL_EDITS if self.rng.random() < 0.005 else REPEATABLE
            with contextlib.suppress(FeedSyncError):
                self.installation.edit(self.rng.choice(kinds))
                self.made += 1
            time.sleep(LOOK_SECONDS)

    def perhaps_kill(self, daemon: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
        """Kill the daemon, or a worker, or nobody; the daemon that runs then."""
        dice = self.rng.random()
        if dice < 0.05:
            self.installation.kill(daemon)
            self.kills += 1
            return self.installation.run()
        if dice < 0.2:
            self.kill_worker(daemon.pid)
        return daemon

    def kill_worker(self, pid: int) -> None:
        """Kill -9 one of the processes that build batches."""
        if found := workers(pid):
            with contextlib.suppress(psutil.NoSuchProcess):
                self.rng.choice(found).kill()
                self.kills += 1

    def sample(self, pid: int) -> Sample:
        """What is taken up now."""
        taken = psutil.Process(pid).memory_info().rss + max(map(memory_of, workers(pid)), default=0)
        count = "SELECT COUNT(*) FROM information_schema.processlist"
        return Sample(taken, self.installation.column(count)[0])

    def watch_tombstones(self) -> None:
        """Count how often in a row each identity was deleted."""
        for one in self.installation.receiver.log(self.mark):
            self.mark = one.number
            key = f"{one.feed} {dict(one.identity)}"
            before, count = self.in_a_row.get(key, (one.received_at, 0))
            if one.deleted and count and self.failed_between(one.feed, before, one.received_at):
                count, self.excused = 0, self.excused + 1
            count = count + 1 if one.deleted else 0
            self.in_a_row[key] = one.received_at, count
            self.most_in_a_row = max(self.most_in_a_row, count)

    def failed_between(self, feed: str, since: dt.datetime, until: dt.datetime) -> bool:
        """True where a batch of the feed failed: the item may have come back in it and gone again.

        Or its request got no reply and may come after the deletion, which is then made once more.
        """
        since -= dt.timedelta(seconds=LATE_SECONDS)
        moments = " AND ".join(f"'{one:%Y-%m-%d %H:%M:%S.%f}'" for one in (since, until))
        query = "SELECT COUNT(*) FROM cfs_run WHERE failed + refused > 0"
        found = self.installation.column(
            f"{query} AND feed = '{feed}' AND ended_at BETWEEN {moments}"
        )
        return bool(found[0])

    def settle(self) -> None:
        """No faults any more: all that failed comes back, what was refused by order."""
        installation = self.installation
        installation.receiver.fail()

        def open_ones() -> list[str]:
            return [one for one in installation.left() if not one.endswith((" refused", " dead"))]

        wait_until(lambda: not open_ones(), lambda: str(installation.left()), SETTLING_SECONDS)
        self.watch_tombstones()
        done = installation.command("dead-letters", "requeue", "--yes")
        assert done.returncode in {0, 1}, done.stderr
        installation.wait_until_settled(SETTLING_SECONDS)
        again = f"deleted {self.most_in_a_row} times in a row, after {self.kills} kills"
        assert self.most_in_a_row <= 1 + self.kills, again
        assert installation.column("SELECT COUNT(*) FROM cfs_pending WHERE claimed_by <> ''") == [0]
        if len(self.samples) >= ENOUGH_SAMPLES:
            check_growth(self.samples)


def workers(pid: int) -> list[psutil.Process]:
    """The processes that build batches; not Python's tracker of shared resources."""
    found = []
    with contextlib.suppress(psutil.NoSuchProcess):
        for one in psutil.Process(pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                if "spawn_main" in " ".join(one.cmdline()):
                    found.append(one)
    return found


def memory_of(process: psutil.Process) -> int:
    """Its bytes; none where it has just ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return int(process.memory_info().rss)
    return 0


def check_growth(samples: list[Sample]) -> None:
    """Make sure that the last third usually takes up no more than the first."""
    memory, _, last_memory = thirds([one.bytes for one in samples])
    grown = f"{memory:.0f} {last_memory:.0f}"
    assert last_memory <= memory * MOST_GROWTH + SLACK_BYTES, f"memory grows: {grown}"
    opened, _, last_opened = thirds([one.connections for one in samples])
    grown = f"{opened:.0f} {last_opened:.0f}"
    assert last_opened <= opened + SLACK_CONNECTIONS, f"connections grow: {grown}"


def thirds(numbers: list[int]) -> list[float]:
    """What is usual in the first, the second and the last third."""
    third = len(numbers) // 3
    return [median(part) for part in (numbers[:third], numbers[third:-third], numbers[-third:])]


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """A soak on a server of its own."""
    parser = argparse.ArgumentParser(prog="soak")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--no-kills", action="store_true", help="kill nobody")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    arguments = parser.parse_args()
    say(f"seed {arguments.seed}")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as directory, private_server(Path(directory)) as server:
        installation = Installation(create_schema(server.url, "soak"), Path(directory), PRODUCTS)
        try:
            installation.configure()
            installation.install()
            installation.first_sync()
            soak = Soak(installation, random.Random(arguments.seed))  # noqa: S311 — chance that repeats
            soak.killing_share = 0.0 if arguments.no_kills else KILLING_SHARE
            soak.run(arguments.minutes * 60)
        finally:
            installation.close()
    memory = thirds([one.bytes // 1_000_000 for one in soak.samples])
    opened = thirds([one.connections for one in soak.samples])
    say(
        f"{soak.made} edits, {soak.kills} kills, {soak.excused} deletions repeated for an item that"
        f" may have come back between, all agrees; after the kills, by thirds:"
        f" {memory} MB, {opened} connections"
    )


if __name__ == "__main__":
    main()
