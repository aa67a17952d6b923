"""Rows taken apart by the buffer are those that the driver itself makes of them."""

import pymysql
import pytest
import sqlalchemy as sa

from daemon.database.driver import BufferedConnection

FOUR_ROWS = "(SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3)"
MANY = f"{FOUR_ROWS} a, {FOUR_ROWS} b, {FOUR_ROWS} c, {FOUR_ROWS} d, {FOUR_ROWS} e"

QUERIES = {
    "no row": "SELECT 1 FROM dual WHERE 1 = 0",
    "a row of NULL": "SELECT NULL",
    "every type": (
        "SELECT 1, -1, 18446744073709551615, 1.50, 1e300, 'äöü 😀', '', NULL, x'00ff',"
        " CAST('2026-01-02 03:04:05' AS DATETIME), CAST('2026-01-02' AS DATE),"
        " CAST('01:02:03' AS TIME), JSON_OBJECT('a', 'ü')"
    ),
    "more rows than packets are numbered": f"SELECT a.n, b.n, NULL, c.n FROM {MANY}",
    "rows of very different lengths": (
        f"SELECT REPEAT('ü', POW(2, a.n * 5 + b.n)), e.n, REPEAT('x', 4094 + c.n) FROM {MANY}"
    ),
    "lengths about those that take more bytes": (
        "SELECT REPEAT('x', 250), REPEAT('x', 251), REPEAT('x', 252), REPEAT('x', 253),"
        " REPEAT('x', 255), REPEAT('x', 256), REPEAT('x', 65535), REPEAT('x', 65536), 7"
    ),
    "a row that begins with a huge value": "SELECT REPEAT('x', 70000), 1 UNION ALL SELECT 'y', 2",
    "a packet that goes on in another": "SELECT REPEAT('x', 16777210), 1 UNION ALL SELECT 'y', 2",
}


def rows_of(connection, query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.rowcount, cursor.fetchall()


@pytest.fixture
def ours(server_url):
    url = sa.make_url(server_url)
    where = {"host": url.host, "port": url.port, "user": url.username, "password": url.password}
    with BufferedConnection(**where) as made, pymysql.Connection(**where) as driver:
        yield made, driver


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_rows_are_those_of_the_driver(ours, query):
    made, driver = ours
    assert rows_of(made, query) == rows_of(driver, query)


def test_a_query_that_fails_among_its_rows_raises_and_the_next_one_is_answered(ours):
    made, _ = ours
    failing = f"SELECT a.n, (SELECT 1 UNION SELECT a.n + 1) FROM {MANY}"
    with pytest.raises(pymysql.err.OperationalError, match="Subquery returns more than 1 row"):
        rows_of(made, failing)
    assert rows_of(made, "SELECT 7") == (1, ((7,),))
