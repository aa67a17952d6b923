"""Where it is measured: a private database server, sample shops in it, settings files."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import sqlalchemy as sa

from benchmarks.machine import Meter, Spent, run_command
from daemon.app import App, all_feeds
from daemon.sandbox.demo.stage import published_feeds
from daemon.sandbox.mariadb import PrivateServer, private_server
from daemon.sandbox.shop import create_shop
from daemon.settings import load_settings


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured.

    products, few: of a large and of a small shop. edits_seconds: how long edits are made.
    rows: of a bulk update. rounds: how often each statement is repeated.
    """

    name: str
    products: int
    few: int
    edits_seconds: int
    rows: int
    rounds: int


SIZES = {
    "full": Size("full", 20_000, 5_000, 30, 20_000, 7),
    "small": Size("small", 2_000, 500, 8, 2_000, 5),
}


@dataclass
class Place:
    """One run's server, and the shops that were made in it so far."""

    directory: Path
    server: PrivateServer
    size: Size
    made: dict[int, Spent] = field(default_factory=dict)

    @property
    def process(self) -> psutil.Process:
        """The database server's process."""
        file = self.server.directory / "server.pid"
        return psutil.Process(int(file.read_text(encoding="ascii")))

    def meter(self) -> Meter:
        """A meter that runs from now."""
        return Meter(self.process)

    def create_schema(self, name: str) -> str:
        """The address of a new schema."""
        engine = sa.create_engine(self.server.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        engine.dispose()
        return self.url(name)

    def url(self, schema: str) -> str:
        """The address of a schema."""
        return f"{self.server.url}{schema}?charset=utf8mb4"

    def shop(self, products: int) -> str:
        """The address of a sample shop of so many products; made where it isn't there yet."""
        name = f"shop{products}"
        if products in self.made:
            return self.url(name)
        engine = sa.create_engine(self.create_schema(name))
        meter = self.meter()
        create_shop(engine, products)
        self.made[products] = meter.read()
        engine.dispose()
        return self.url(name)

    def settings(self, name: str, url: str, receiver: str = "", now: str = "") -> Path:
        """A settings file in which everything else has its default; every feed has a route.

        Requests are not paced: a service's own limit would be all that is measured.

        now: the moment to build for, where it isn't the real one.
        """
        lines = [f"[database]\nurl = {json.dumps(url)}"]
        if now:
            lines.append(f"[clock]\nnow = {json.dumps(now)}")
        if receiver:
            lines.append(f"[destinations.receiver]\nurl = {json.dumps(receiver)}")
            lines.append("[destinations.receiver.rate]\nrequests_per_minute = 0")
            lines.append("[destinations.receiver.routes]")
            lines += [f'{name} = "/feeds/{name}"' for name in without_published_route()]
        file = self.directory / f"{name}.toml"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        file.chmod(0o600)
        return file

    @contextlib.contextmanager
    def installed(self, name: str, url: str, receiver: str = "") -> Iterator[Path]:
        """A settings file whose shop has our tables and triggers, until the end."""
        config = self.settings(name, url, receiver)
        run_command(config, "install")
        try:
            yield config
        finally:
            run_command(config, "uninstall", "--yes")


def without_published_route() -> list[str]:
    """The feeds that the classic protocol has no route for."""
    published = set(published_feeds())
    return [feed.name for feed in all_feeds() if feed.name not in published]


@contextlib.contextmanager
def app_of(config: Path) -> Iterator[App]:
    """The installation as a command sees it."""
    app = App(load_settings(config))
    try:
        yield app
    finally:
        app.engine.dispose()


@contextlib.contextmanager
def set_place(directory: Path, size: Size) -> Iterator[Place]:
    """A place with a running server, stopped at the end."""
    with private_server(directory / "database", "--innodb-buffer-pool-size=1G") as server:
        yield Place(directory, server, size)
