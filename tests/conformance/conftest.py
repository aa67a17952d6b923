"""Shops that are made once for all tests that only read them."""

import datetime as dt
import os

import pytest
import sqlalchemy as sa
from dump import load
from reference import GOLD
from schemas import schema_of_its_own

from daemon.sandbox.shop import create_shop


@pytest.fixture(scope="session")
def shop_url(server_url):
    """The reference shop in a schema of its own."""
    with schema_of_its_own(server_url, f"gold_{os.getpid()}") as url:
        load(url, GOLD / "luma.sql.gz")
        yield url


@pytest.fixture(scope="session")
def commerce_shop(server_url):
    """A sample shop of Adobe Commerce, to be read on this connection.

    It holds no transaction open, for others wait until none is left on the server.
    """
    with schema_of_its_own(server_url, f"commerce_{os.getpid()}") as url:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        create_shop(engine, 60, staged=True, today=dt.date(2026, 11, 23))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection
