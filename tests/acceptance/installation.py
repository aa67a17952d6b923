"""A real installation: a sample shop, a receiver, and the daemon as processes of their own."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from drift_checks import drift

from daemon.app import App
from daemon.database.schema import OwnTables
from daemon.sandbox.agreement import Disagreement, disagreements
from daemon.sandbox.receiver import Receiver
from daemon.sandbox.shop import create_shop
from daemon.settings import load_settings
from daemon.sync.audit import install_triggers
from daemon.sync.baseline import request_baselines

PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.03
READY = '"after": "ready"'
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "destinations": {
        "receiver": {
            "preset": "plain",
            "request": {"attempts": 1, "read_timeout": 20},
            "environment_id": "test",
            "breaker": {"first_pause": "300ms", "longest_pause": "1s"},
        }
    },
    "schedule": {"sync": "200ms", "recovery": "200ms"},
    "sync": {"executor": "inline", "workers": 1, "claim": "60s"},
    "retry": {"first_delay": "200ms", "longest_delay": "500ms", "attempts": 50},
    "brake": {"share": 1.0},
    "log": {"format": "json"},
}


def merged(base: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The values of one mapping laid over those of another, level by level."""
    both = {**base, **other}
    for key in base.keys() & other.keys():
        if isinstance(base[key], Mapping):
            both[key] = merged(base[key], other[key])
    return both


def toml(values: Mapping[str, Any], path: str = "") -> str:
    """Nested values as TOML."""
    plain = {key: value for key, value in values.items() if not isinstance(value, Mapping)}
    text = f"[{path}]\n" if path and plain else ""
    text += "".join(f"{json.dumps(key)} = {json.dumps(value)}\n" for key, value in plain.items())
    inner = {key: value for key, value in values.items() if isinstance(value, Mapping)}
    return text + "".join(toml(value, f"{path}.{key}".lstrip(".")) for key, value in inner.items())


def create_schema(server_url: str, name: str) -> str:
    """The address of a new, empty schema."""
    engine = sa.create_engine(server_url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    return f"{server_url}{name}?charset=utf8mb4"


def drop_schema(server_url: str, name: str) -> None:
    """Drop a schema."""
    engine = sa.create_engine(server_url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")


class Installation:
    """One shop with everything around it; the daemon runs only where a test starts it."""

    def __init__(self, url: str, directory: Path, products: int) -> None:
        self.url = url
        self.directory = directory
        self.engine = sa.create_engine(url, pool_pre_ping=True)
        if products:
            create_shop(self.engine, products)
        self.receiver = Receiver(directory=directory / "held")
        self.receiver.start()
        self.changed: Mapping[str, Any] = {}
        self.processes: list[subprocess.Popen[bytes]] = []
        self.is_sound = False
        self._app: App | None = None
        self._seeds = iter(range(1_000_000))

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.directory / "feed-sync.toml"

    @property
    def app(self) -> App:
        """The installation as a command sees it; made once per settings."""
        if self._app is None:
            self._app = App(load_settings(self.config))
        return self._app

    @property
    def own(self) -> OwnTables:
        """The tables of our own."""
        return self.app.context.own

    def configure(self, **sections: Any) -> None:
        """Write the settings file: the defaults with these sections laid over them."""
        given = {"database": {"url": self.url}, "destinations": {"receiver": {"url": self.url_to}}}
        text = toml(merged(merged(DEFAULTS, given), sections))
        self.config.write_text(text, encoding="utf-8")
        self.config.chmod(0o600)
        if self._app is not None:
            self._app.close()
            self._app = None

    @property
    def url_to(self) -> str:
        """The receiver's address."""
        return self.receiver.url

    def install(self) -> None:
        """Tables and triggers, in this process."""
        self.app.create_tables()
        install_triggers(self.app.context)

    def refresh(self) -> None:
        """Put everything back to the state after a first sync, where it isn't so."""
        (self.directory / "daemon.log").unlink(missing_ok=True)
        self.receiver.fail()
        self.configure()
        if not (self.is_sound and self.is_settled()):
            self.install()
            self.drain()
            if self.left() or self.disagreements():
                self.forget()
        self.first_sync()
        self.forget_late_requests()
        self.is_sound = False

    def forget_late_requests(self) -> None:
        """Count none of the requests without a reply: nothing is sent again because of them."""
        nothing = "next_attempt_at = NULL, late_until = NULL, is_late_other = 0"
        for table in self.own.items.values():
            self.sql(f"UPDATE {table.name} SET {nothing} WHERE outcome = 'exported'")

    def forget(self) -> None:
        """Empty all tables of our own, and the receiver."""
        self.receiver.clear()
        tables = self.column("SHOW TABLES LIKE 'cfs\\_%'")
        self.sql(*(f"DELETE FROM {table}" for table in tables))

    def first_sync(self) -> None:
        """Deliver everything that these settings ask for, in this process; a daemon won't do so
        again.
        """
        self.app.adopt_terms()
        request_baselines(self.app.context)
        self.drain()

    def drain(self) -> int:
        """What `feed-sync sync` does, in this process."""
        return self.app.make_sync_engine().drain()

    def recover(self) -> None:
        """Drain in this process until nothing is left, and compare."""

        def is_done() -> bool:
            self.drain()
            return self.is_settled()

        wait_until(is_done, lambda: str(self.left()))
        self.assert_agreement()
        assert drift(self.app.context) == []

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """A command of ours (`run` unless another is given) as a process group of its own."""
        command = [sys.executable, "-m", "daemon", "--config", str(self.config)]
        with (self.directory / "daemon.log").open("ab") as log:
            process = subprocess.Popen(
                [*command, *(arguments or ("run",))],
                stdout=log,
                stderr=log,
                env={**os.environ, **environment},
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def run(self, **environment: str) -> subprocess.Popen[bytes]:
        """A daemon that is ready."""
        before = self.log.count(READY)
        process = self.start("run", **environment)
        wait_until(
            lambda: self.log.count(READY) > before or process.poll() is not None,
            lambda: self.log[-3000:],
        )
        assert process.poll() is None, self.log[-3000:]
        return process

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of ours to its end."""
        return subprocess.run(
            [sys.executable, "-m", "daemon", "--config", str(self.config), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill -9 a process with all that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE_SECONDS)

    def stop(self, process: subprocess.Popen[bytes]) -> int:
        """Tell a daemon to stop; its exit code."""
        process.send_signal(signal.SIGTERM)
        return process.wait(PATIENCE_SECONDS)

    def kill_all(self) -> None:
        """Kill every process that was started here."""
        for process in self.processes:
            self.kill(process)
        self.processes.clear()

    @property
    def log(self) -> str:
        """What the processes said."""
        file = self.directory / "daemon.log"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def edit(self, *makers: Callable[..., Any]) -> list[Any]:
        """Make these edits in the shop; what they did."""
        return [self._edit(make) for make in makers]

    def _edit(self, make: Callable[..., Any]) -> Any:
        with self.engine.connect() as connection:
            shop = self.app.context.reader.read(connection)
            connection.rollback()
            return make(connection, shop, random.Random(next(self._seeds)))  # noqa: S311 — repeatable

    def sql(self, *statements: str) -> None:
        """Run statements in one transaction."""
        with self.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement.replace("%", "%%"))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query.replace("%", "%%"))]

    def column(self, query: str) -> list[Any]:
        """The first column of a query."""
        return [row[0] for row in self.rows(query)]

    def left(self) -> dict[str, int]:
        """What is not done yet or ended badly, by table and outcome; empty when all is well.

        Read in the order of the path, so that nothing can slip past from one table to the next.
        """
        found: Counter[str] = Counter()
        for table in self.column("SHOW TABLES LIKE 'cfs\\_cl\\_%'"):
            found[table] = self.column(f"SELECT COUNT(*) FROM {table}")[0]
        unfilled = "SELECT COUNT(*) FROM cfs_resync WHERE filled_at IS NULL"
        found["resyncs"] = self.column(unfilled)[0]
        found["pending"] = self.column("SELECT COUNT(*) FROM cfs_pending")[0]
        for feed, table in self.own.items.items():
            query = f"SELECT outcome, COUNT(*) FROM {table.name} GROUP BY outcome"
            found |= {f"{feed} {outcome}": number for outcome, number in self.rows(query)}
        return {what: n for what, n in found.items() if n and not what.endswith(" exported")}

    def is_settled(self) -> bool:
        """True where nothing is left to do and nothing ended badly."""
        return not self.left()

    def disagreements(self) -> list[Disagreement]:
        """How the receiver differs from a full build, over all feeds."""
        context = self.app.context
        return disagreements(context, self.receiver.items, context.feeds)

    def wait_until_settled(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until nothing is left, and compare the receiver with a full build."""
        wait_until(self.is_settled, lambda: f"left: {self.left()}\n{self.log[-3000:]}", seconds)
        self.assert_agreement()

    def assert_delivered(self) -> None:
        """Make sure that nothing is left, and that the receiver holds what a full build gives."""
        assert self.left() == {}
        self.assert_agreement()

    def assert_agreement(self) -> None:
        """Compare the receiver with a full build."""
        found = self.disagreements()
        assert not found, "\n".join(map(shown, found))[:6000]
        self.is_sound = True

    def tombstones_since(self, number: int) -> Counter[str]:
        """How often each identity was deleted at the receiver after this entry of its log."""
        log = self.receiver.log(number)
        return Counter(f"{one.feed} {dict(one.identity)}" for one in log if one.deleted)

    @property
    def mark(self) -> int:
        """The number of the receiver's last log entry."""
        log = self.receiver.log()
        return log[-1].number if log else 0

    def close(self) -> None:
        """End everything."""
        self.kill_all()
        self.receiver.stop()
        if self._app is not None:
            self._app.close()
        self.engine.dispose()


IDENTIFYING = (
    "sku",
    "parentSku",
    "productSku",
    "storeViewCode",
    "websiteCode",
    "customerGroupCode",
)


def by_identity(bodies: Iterable[bytes]) -> dict[str, dict[str, Any]]:
    """Items by the fields that most identities are made of, else by themselves."""
    items = [json.loads(body) for body in bodies]
    return {" ".join(str(it[k]) for k in IDENTIFYING if k in it) or str(it): it for it in items}


def differing(built: dict[str, Any], held: dict[str, Any]) -> Any:
    """The fields that differ: what was built, and what is held."""
    if not (built and held):
        return "missing" if built else "surplus"
    return {
        key: (built.get(key), held.get(key))
        for key in built.keys() | held.keys()
        if built.get(key) != held.get(key)
    }


def shown(one: Disagreement) -> str:
    """Of each differing identity, the fields that were built and those that are held."""
    built, held = (by_identity(bodies) for bodies in (one.missing, one.surplus))
    lines = [
        f"{one.feed} {key}: {differing(built.get(key, {}), held.get(key, {}))}"
        for key in sorted(built.keys() | held.keys())
    ]
    return "\n".join(lines)


def wait_until(
    holds: Callable[[], Any],
    otherwise: Callable[[], str] = lambda: "",
    seconds: float = PATIENCE_SECONDS,
) -> Any:
    """Look again and again until it holds; what it gave.

    Raises:
        AssertionError: it doesn't hold in time; what `otherwise` says.
    """
    until = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < until, f"not within {seconds:g} s: {otherwise()}"
        time.sleep(LOOK_SECONDS)
    return found
