from collections.abc import Iterator

import pytest
from world import World


@pytest.fixture
def world(database_url: str, request: pytest.FixtureRequest) -> Iterator[World]:
    """A very small shop with triggers installed; a test may ask for a table prefix."""
    made = World(database_url, getattr(request, "param", ""))
    yield made
    made.close()
