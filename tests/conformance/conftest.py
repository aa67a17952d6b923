"""The reference shop, loaded once for all tests that only read it."""

import os

import pytest
import sqlalchemy as sa
from dump import load
from reference import GOLD


@pytest.fixture(scope="session")
def shop_url(server_url):
    """The reference shop in a schema of its own."""
    name = f"gold_{os.getpid()}"
    server = sa.create_engine(server_url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    url = f"{server_url}{name}?charset=utf8mb4"
    load(url, GOLD / "luma.sql.gz")
    yield url
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}")
