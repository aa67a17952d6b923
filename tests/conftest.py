"""One real database server per test run, a clean database per test."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from servers import MAKES, Make, summary

from daemon.errors import ServerUnavailableError
from daemon.sandbox.apt import find_server
from daemon.sandbox.mariadb import Program, private_server

VERSION = pytest.StashKey[str]()
SERVER_VERSION = "server version"
HERE = Path(__file__).parent
LONGEST_FIRST = ("acceptance", "converge", "conformance", "integration", "feeds", "unit")
_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the command line say what kind of server the tests run on."""
    parser.addoption("--server", choices=sorted(MAKES), default="mariadb", help="kind of server")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders whose files take longest, so that no process is left with one alone.

    Within a folder the order stays, which is by chance.
    """
    items.sort(key=lambda item: LONGEST_FIRST.index(item.path.relative_to(HERE).parts[0]))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say on which server the tests ran, and on which they did not."""
    version = config.stash.get(VERSION, None)
    if version is not None:
        terminalreporter.write_line(summary(version))


@pytest.fixture(scope="session")
def server_url(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Address of the server, ending in a slash."""
    make = MAKES[pytestconfig.getoption("server")]
    with database_server(make, tmp_path_factory) as url:
        with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
            version = connection.exec_driver_sql("SELECT VERSION()").scalar_one()
        note_version(pytestconfig, version)
        yield url


def note_version(config: pytest.Config, version: str) -> None:
    """Keep the server's version for the summary, which the process that runs the workers writes."""
    getattr(config, "workeroutput", {})[SERVER_VERSION] = version
    config.stash[VERSION] = version


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker process has noted."""
    version = getattr(node, "workeroutput", {}).get(SERVER_VERSION)
    if version is not None:
        note_version(node.config, version)


@contextlib.contextmanager
def database_server(make: Make, directories: pytest.TempPathFactory) -> Iterator[str]:
    """TEST_DATABASE_URL, whatever it is; else a server of this make: a container or a private
    one.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given.rstrip("/") + "/"
    elif has_docker():
        from testcontainers.mysql import MySqlContainer

        with MySqlContainer(make.image, username="root", password="test") as container:
            url = sa.make_url(container.get_connection_url())
            plain = url.set(drivername="mysql+pymysql", database=None)
            yield plain.render_as_string(hide_password=False).rstrip("/") + "/"
    else:
        with private_server(directories.mktemp("server"), program=make.program()) as server:
            yield server.url


@pytest.fixture(scope="session")
def program(pytestconfig: pytest.Config) -> Program:
    """What starts a further server of the same make; skips where there is none."""
    name = pytestconfig.getoption("server")
    if name == "mariadb" and find_server() is None:
        pytest.skip("needs a server of its own, and mariadbd is not installed")
    try:
        return MAKES[name].program()
    except ServerUnavailableError as error:
        pytest.skip(f"needs a server of its own: {error}")


def has_docker() -> bool:
    """True where a Docker engine answers."""
    try:
        return (
            subprocess.run(
                ["docker", "info"], capture_output=True, check=False, timeout=20
            ).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


@pytest.fixture
def database_url(server_url: str) -> Iterator[str]:
    """Address of an empty schema of the test's own, dropped afterwards."""
    name = f"t{os.getpid()}_{next(_numbers)}"
    server = sa.create_engine(server_url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    try:
        yield f"{server_url}{name}?charset=utf8mb4"
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """An engine on the test's own schema."""
    engine = sa.create_engine(database_url, isolation_level="READ COMMITTED")
    yield engine
    engine.dispose()
