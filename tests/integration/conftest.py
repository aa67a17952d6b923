from collections.abc import Iterator

import pytest
from world import World


@pytest.fixture(params=["", "m2_"], ids=["", "prefix"])
def world(database_url: str, request: pytest.FixtureRequest) -> Iterator[World]:
    """A very small shop with triggers installed, once without and once with a table prefix."""
    made = World(database_url, request.param)
    yield made
    made.close()
