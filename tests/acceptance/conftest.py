"""One shop for all tests that leave it a shop; a new one for those that don't."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from installation import Installation, create_schema, drop_schema

PRODUCTS = 40


@pytest.fixture(scope="session")
def shared(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A shop that drifts from test to test."""
    name = f"acceptance_{os.getpid()}"
    url = create_schema(server_url, name)
    made = Installation(url, tmp_path_factory.mktemp("installation"), PRODUCTS)
    try:
        yield made
    finally:
        made.close()
        drop_schema(server_url, name)


@pytest.fixture
def installation(shared: Installation) -> Iterator[Installation]:
    """The shared shop, installed and delivered, with no process running."""
    shared.refresh()
    yield shared
    shared.kill_all()


@pytest.fixture
def fresh(database_url: str, tmp_path) -> Iterator[Installation]:
    """A shop of the test's own, not installed yet."""
    made = Installation(database_url, tmp_path, 25)
    made.configure()
    try:
        yield made
    finally:
        made.close()
