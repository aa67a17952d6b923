"""What the demonstration runs on: database, shop, receiver and daemon, started and stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from daemon.app import App
from daemon.errors import FeedSyncError, ServerUnavailableError
from daemon.plugins import all_feeds
from daemon.sandbox.mariadb import private_server
from daemon.sandbox.receiver import Receiver
from daemon.settings import load_settings

SCHEMA = "feed_sync_demo"
STOP_SECONDS = 60
COMPOSE_FILES = ("docker-compose.yml", "deploy/docker/demo.yml")

SETTINGS = """\
# The demonstration's settings; `feed-sync --config {file} status` works while it runs.
[database]
url = "{url}"

[destinations.receiver]
kind = "http"
preset = "classic"
url = "{receiver}"
environment_id = "demo"

[destinations.receiver.rate]
requests_per_minute = 0

[destinations.receiver.routes]
{routes}

[schedule]
sync = "250ms"

[sync]
workers = 1

# The shop is small and edited all the time: in an hour most of it is deleted and made again.
[brake]
share = 1.0

[log]
format = "console"
"""


@dataclass(frozen=True)
class Stage:
    """All that is running.

    server: the database's version, for people. url: the shop's database.
    """

    directory: Path
    url: str
    server: str
    receiver: Receiver

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.directory / "feed-sync.toml"

    def app(self) -> App:
        """The installation as a command sees it."""
        return App(load_settings(self.config))

    def write_settings(self) -> None:
        """Write the settings: published routes by the preset, the others by name."""
        published = set(published_feeds())
        routes = [
            f'{feed.name} = "/feeds/{feed.name}"'
            for feed in all_feeds()
            if feed.name not in published
        ]
        text = SETTINGS.format(
            file=self.config, url=self.url, receiver=self.receiver.url, routes="\n".join(routes)
        )
        self.config.write_text(text, encoding="utf-8")
        self.config.chmod(0o600)

    def run(self, *arguments: str) -> str:
        """Run a command of ours to its end; what it printed.

        Raises:
            FeedSyncError: it failed; its last words.
        """
        command = [sys.executable, "-m", "daemon", "--config", str(self.config), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise FeedSyncError(f"feed-sync {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
        return done.stdout

    @contextlib.contextmanager
    def daemon(self) -> Iterator[subprocess.Popen[bytes]]:
        """The daemon, running; told to stop at the end, and waited for."""
        command = [sys.executable, "-m", "daemon", "--config", str(self.config), "run"]
        plain = {**os.environ, "NO_COLOR": "1"}
        with (self.directory / "daemon.log").open("wb") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, env=plain, start_new_session=True
            )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_SECONDS)


def published_feeds() -> list[str]:
    """The feeds that the classic protocol has published routes for."""
    from daemon.destination.presets import PRESETS  # noqa: PLC0415

    return list(PRESETS["classic"].routes)


@contextlib.contextmanager
def set_stage(directory: Path) -> Iterator[Stage]:
    """A database with an empty schema, and a receiver."""
    directory.mkdir(parents=True, exist_ok=True)
    with database(directory) as server_url, Receiver() as receiver:
        version = make_schema(server_url)
        url = f"{server_url}{SCHEMA}?charset=utf8mb4"
        stage = Stage(directory, url, version, receiver)
        stage.write_settings()
        yield stage


@contextlib.contextmanager
def database(directory: Path) -> Iterator[str]:
    """The address of a server, ending in a slash.

    In this order: DATABASE_URL; a running Docker engine, through docker-compose.yml; a private
    server of the machine's MariaDB, installed from Debian's packages where there is none.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given.rstrip("/") + "/"
    elif has_docker():
        with compose_database() as url:
            yield url
    else:
        with private_server(directory / "database") as server:
            yield server.url


def has_docker() -> bool:
    """True where a Docker engine with compose answers."""
    return all(answers("docker", *words) for words in (["info"], ["compose", "version"]))


def answers(*command: str) -> bool:
    """True where the command can be run and ends well."""
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


@contextlib.contextmanager
def compose_database() -> Iterator[str]:
    """The database service of docker-compose.yml, removed at the end."""
    files = [f"--file={name}" for name in COMPOSE_FILES]
    compose = ["docker", "compose", "--project-name", "feed-sync-demo", *files]
    up = [*compose, "up", "--detach", "--wait", "database"]
    done = subprocess.run(up, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerUnavailableError(f"{' '.join(up)} failed: {done.stderr[-500:]}")
    port = subprocess.run(
        [*compose, "port", "database", "3306"], capture_output=True, text=True, check=True
    ).stdout.rpartition(":")[2]
    try:
        yield f"mysql+pymysql://root:root@127.0.0.1:{int(port)}/"
    finally:
        subprocess.run([*compose, "down", "--volumes"], capture_output=True, check=False)


def make_schema(server_url: str) -> str:
    """Make the demonstration's schema anew, dropping an older one; the server's version."""
    engine = sa.create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {SCHEMA}")
        connection.exec_driver_sql(f"CREATE DATABASE {SCHEMA} CHARACTER SET utf8mb4")
        return str(connection.exec_driver_sql("SELECT VERSION()").scalar())
