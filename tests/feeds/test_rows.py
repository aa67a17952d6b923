"""Reading rows by their ids."""

import pytest
import sqlalchemy as sa

from daemon.feeds._rows import LEAST_RANGE, LONGEST_LIST, among

LAST = 6 * LONGEST_LIST
EVERY = range(1, LAST + 1)

ASKED = {
    "none": [],
    "one": [7],
    "as many as a list at least": EVERY[: LEAST_RANGE - 1],
    "a whole range": EVERY[10 : 10 + LEAST_RANGE],
    "a range with a gap": [*range(20, 90), *range(91, 120)],
    "a range with as many gaps as may be": [one for one in EVERY[: 5 * 60] if one % 5],
    "a range with too many gaps": EVERY[::2],
    "more gaps than a list has room for": [one for one in EVERY if one % 5],
    "more than there are": range(LAST - 100, LAST + 100),
    "in no order, and twice": [*range(200, 100, -1), *range(100, 201)],
    "far apart": [1, *range(1000, 1100)],
}


@pytest.fixture(scope="module")
def table(server_url):
    engine = sa.create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE rows_among")
        connection.exec_driver_sql("USE rows_among")
        made = sa.table("numbers", sa.column("id"))
        connection.exec_driver_sql("CREATE TABLE numbers (id INT UNSIGNED PRIMARY KEY)")
        connection.execute(sa.insert(made), [{"id": one} for one in EVERY])
        yield connection, made
        connection.exec_driver_sql("DROP DATABASE rows_among")


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_rows_of_just_these_ids_are_read(table, asked):
    connection, numbers = table
    query = sa.select(numbers.c.id).where(among(numbers.c.id, asked)).order_by(numbers.c.id)
    assert list(connection.scalars(query)) == sorted({*asked} & {*EVERY})


def test_ids_close_together_are_read_as_a_range(table):
    _, numbers = table
    text = str(among(numbers.c.id, ASKED["a range with a gap"]))
    assert "BETWEEN" in text
    assert "NOT IN" in text
