"""Many rows as one parameter: they arrive as they were sent, whatever stands in them."""

import pytest
import sqlalchemy as sa

from daemon.core.item import canonical
from daemon.database.packed import unpack

TYPES = {"number": "BIGINT UNSIGNED", "code": "CHAR(40)", "text": "MEDIUMTEXT"}


@pytest.mark.parametrize(
    "sku",
    [
        "",
        "o'clock",
        'a "quoted" one',
        "back\\slash/slash",
        "äöü € 😀",
        "line\nfeed\ttab\x01",
        "%s %(text)s :packed $[0]",
        "\u2028",
        "long" * 20_000,
    ],
    ids=lambda sku: sku[:8],
)
def test_a_text_arrives_as_it_was_sent(world, sku):
    row = (2**63 + 1, "0" * 40, canonical({"sku": sku}).decode())
    with world.shop.connect() as connection:
        found = connection.execute(sa.select(*unpack(TYPES, [row]).c)).all()
    assert found == [row]


def test_many_rows_arrive_in_their_columns_and_what_is_null_stays_null(world):
    rows = [(number, f"{number:040}", f"text {number}") for number in range(1500)]
    with world.shop.connect() as connection:
        found = connection.execute(sa.select(*unpack(TYPES, [*rows, (1, None, None)]).c)).all()
    assert sorted(found[:-1]) == rows
    assert found[-1] == (1, None, None)
