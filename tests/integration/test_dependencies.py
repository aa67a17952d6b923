"""The page of dependencies says what the feeds declare."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from daemon.sandbox.dependencies import page, samples

PAGE = Path(__file__).parents[2] / "docs" / "dependencies.md"


@pytest.fixture
def shops(server_url):
    yield tuple(samples(server_url, "dependencies"))
    server = sa.create_engine(server_url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        for staged in (0, 1):
            connection.exec_driver_sql(f"DROP DATABASE dependencies_{staged}")


def test_the_page_of_dependencies_is_current(shops):
    """Where it isn't, `make docs` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == page(*shops)
