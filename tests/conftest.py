"""One real database server per test run, a clean database per test."""

from __future__ import annotations

import itertools
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from daemon.sandbox.mariadb import private_server

SHARED = Path(__file__).resolve().parents[2] / "shared"
GOLD = SHARED / "gold"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the server, ending in a slash: TEST_DATABASE_URL, a container, or a private
    MariaDB.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given.rstrip("/") + "/"
        return
    if has_docker():
        from testcontainers.mysql import MySqlContainer

        with MySqlContainer("mariadb:10.11", username="root", password="test") as container:
            yield (
                container.get_connection_url()
                .rsplit("/", 1)[0]
                .replace("mysql://", "mysql+pymysql://")
                + "/"
            )
        return
    with private_server(tmp_path_factory.mktemp("mariadb")) as server:
        yield server.url


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


def needs_gold() -> pytest.MarkDecorator:
    """Skips a test where the reference data are not beside the checkout."""
    return pytest.mark.skipif(not GOLD.is_dir(), reason=f"no reference data in {GOLD}")
