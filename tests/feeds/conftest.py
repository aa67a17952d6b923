"""Two shops for all feeds: one of Open Source without a table prefix, one staged with a prefix.

A test that asks for `shop` runs on both. What it adds is taken back when it ends.
"""

import pytest
from feed_shop import feed_shop

PREFIX = "m2_"


@pytest.fixture(scope="session")
def plain_tables(server_url):
    with feed_shop(server_url) as made:
        yield made


@pytest.fixture(scope="session")
def staged_tables(server_url):
    with feed_shop(server_url, PREFIX, staged=True) as made:
        yield made


@pytest.fixture(params=["plain", "staged"])
def shop(request):
    made = request.getfixturevalue(f"{request.param}_tables")
    yield made
    made.forget()


@pytest.fixture
def staged_shop(staged_tables):
    yield staged_tables
    staged_tables.forget()


@pytest.fixture(scope="session")
def commerce_tables(server_url):
    """Staged without a prefix, as most shops of Adobe Commerce are."""
    with feed_shop(server_url, staged=True) as made:
        yield made


@pytest.fixture(params=["commerce", "staged"])
def permitting_shop(request):
    """A shop of Adobe Commerce with category permissions, without and with a prefix."""
    made = request.getfixturevalue(f"{request.param}_tables")
    made.permits()
    yield made
    made.forget()


@pytest.fixture(scope="module", params=["plain", "staged"])
def own_shop(request, server_url):
    """A shop of the module's own, for what can't be taken back: triggers, and rows that stay."""
    layout = {"plain": ("", False), "staged": (PREFIX, True)}[request.param]
    with feed_shop(server_url, layout[0], staged=layout[1]) as made:
        yield made
