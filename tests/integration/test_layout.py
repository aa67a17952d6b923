"""An installation of an older version gets what the new one needs, and keeps what it has."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from changelog_triggers import CaptureError, Step, run_steps
from daemon.database.layout import lacks
from daemon.database.schema import OwnTables

COLUMNS = (
    "SELECT table_name, column_name, column_type, is_nullable, column_default,"
    " character_set_name, collation_name FROM information_schema.columns"
    " WHERE table_schema = '{}' ORDER BY 1, 2"
)
INDEXES = (
    "SELECT table_name, index_name, seq_in_index, column_name, non_unique"
    " FROM information_schema.statistics WHERE table_schema = '{}' ORDER BY 1, 2, 3"
)


def make_up(engine, own):
    with engine.begin() as connection:
        found = lacks(connection, own)
        for lack in found:
            connection.exec_driver_sql(lack.sql)
    return [lack.what for lack in found]


def layout(engine, schema):
    with engine.connect() as connection:
        return [
            tuple(row)
            for query in (COLUMNS, INDEXES)
            for row in connection.exec_driver_sql(query.format(schema))
        ]


@pytest.fixture(params=["", "m2_"])
def own(request):
    return OwnTables(["products", "scopesWebsite"], request.param)


def test_an_empty_schema_gets_every_table(engine, own):
    assert make_up(engine, own) == [f"table {table.name}" for table in own.metadata.sorted_tables]
    by_hand = layout(engine, engine.url.database)
    assert make_up(engine, own) == []
    own.metadata.drop_all(engine)
    own.metadata.create_all(engine)
    assert layout(engine, engine.url.database) == by_hand


def test_tables_are_looked_for_in_the_schema_that_is_theirs(engine):
    other = f"{engine.url.database}_own"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {other}")
    try:
        OwnTables(["products"]).metadata.create_all(engine)
        own = OwnTables(["products"], "", other)
        assert len(make_up(engine, own)) == len(own.metadata.sorted_tables)
        assert make_up(engine, own) == []
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {other}")


def test_an_older_installation_gets_the_columns_it_lacks_and_keeps_its_rows(engine, own):
    own.metadata.create_all(engine)
    wanted = layout(engine, engine.url.database)
    items, runs = own.items["products"].name, own.runs.name
    with engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO {own.meta.name} VALUES ('kept', 'yes')")
        connection.exec_driver_sql(
            f"INSERT INTO {runs} (batch, feed, reason, ended_at, elapsed_ms)"
            " VALUES ('b', 'products', 'r', NOW(), 1)"
        )
        for table, column in ((items, "failing_since"), (runs, "held"), (runs, "unrendered")):
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.exec_driver_sql(f"DROP TABLE {own.health.name}")
    lacked = make_up(engine, own)
    assert sorted(lacked) == sorted(
        [
            f"column failing_since of {items}",
            f"column held of {runs}",
            f"column unrendered of {runs}",
            f"table {own.health.name}",
        ]
    )
    assert layout(engine, engine.url.database) == wanted
    with engine.connect() as connection:
        assert connection.scalar(sa.select(own.meta.c.value)) == "yes"
        assert connection.execute(sa.select(own.runs.c.held, own.runs.c.unrendered)).all() == [
            (0, 0)
        ]


@pytest.fixture
def account(engine):
    """An account that may only look at the schema."""
    name = engine.url.database
    hosts = ("%%", "localhost")
    with engine.begin() as connection:
        for host in hosts:
            connection.exec_driver_sql(f"CREATE USER {name}@'{host}' IDENTIFIED BY 'guest'")
            connection.exec_driver_sql(f"GRANT SELECT ON {name}.* TO {name}@'{host}'")
    guest = sa.create_engine(engine.url.set(username=name, password="guest"))
    yield guest
    guest.dispose()
    with engine.begin() as connection:
        for host in hosts:
            connection.exec_driver_sql(f"DROP USER {name}@'{host}'")


def test_what_the_message_says_to_grant_is_enough(engine, account, own):
    def steps(connection):
        return [Step(lack.sql, lack.table) for lack in lacks(connection, own)]

    with account.connect() as connection, pytest.raises(CaptureError) as error:
        run_steps(connection, steps(connection))
    with engine.begin() as connection:
        for grant in re.findall(r"GRANT .*?;", str(error.value)):
            connection.exec_driver_sql(grant.replace("%", "%%"))
    account.dispose()  # a connection keeps the rights that it began with
    with account.connect() as connection:
        run_steps(connection, steps(connection))
        assert lacks(connection, own) == []
        connection.exec_driver_sql(f"ALTER TABLE {own.runs.name} DROP COLUMN held")
        run_steps(connection, steps(connection))
        assert lacks(connection, own) == []
