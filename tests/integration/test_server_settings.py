"""What a server's settings would decide and must not: what is read, followed and sent."""

import contextlib

import pytest
import sqlalchemy as sa
from follower import NOW, Follower, own_schema, told
from world import World

from daemon.database.packed import unpack
from daemon.errors import ShopError
from daemon.sandbox.mariadb import private_server
from daemon.sandbox.shop import create_shop
from daemon.sync.dry_run import next_ids

MODES = "ANSI_QUOTES,NO_BACKSLASH_ESCAPES,ONLY_FULL_GROUP_BY,PIPES_AS_CONCAT,HIGH_NOT_PRECEDENCE"
OPTIONS = (
    f"--sql-mode={MODES},STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE",
    "--group-concat-max-len=4",
    "--max-allowed-packet=1M",
    "--default-time-zone=+09:30",
    "--log-bin=log",
    "--server-id=1",
)
EDITS = (
    "UPDATE catalog_product_entity_varchar SET value = CONCAT(value, CHAR(92), CHAR(34), CHAR(39))",
    "UPDATE catalog_product_entity SET created_at = '2026-03-29 02:30:00' WHERE entity_id = 3",
    "UPDATE sales_order SET created_at = '2026-10-25 00:30:00'",
    "DELETE FROM catalog_product_website WHERE product_id = 5",
)
BATCH = 2000


@pytest.fixture(scope="module")
def odd_url(program, tmp_path_factory):
    """The address of a server that has nearly everything set otherwise."""
    with private_server(tmp_path_factory.mktemp("odd"), *OPTIONS, program=program) as server:
        yield server.url


@contextlib.contextmanager
def shop(server_url):
    """A sample shop, and what follows it in one large batch; nothing is delivered yet."""
    with own_schema(server_url, "settings") as url:
        create_shop(sa.create_engine(url, poolclass=sa.NullPool), 60, today=NOW.date())
        follower = Follower(url, BATCH)
        follower.install()
        yield follower
        follower.close()


def edited(follower):
    """What is delivered after edits by sessions as the server makes them."""
    follower.resync()
    session = "SET time_zone = '+00:00'"  # as Commerce has it
    own = sa.create_engine(
        follower.url, poolclass=sa.NullPool, connect_args={"init_command": session}
    )
    with own.begin() as connection:
        for edit in EDITS:
            connection.exec_driver_sql(edit)
    follower.drain()
    assert told(follower.disagreements()) == ""
    times = {"modifiedAt", "updatedAt"}
    return {
        feed: sorted(
            str({key: value for key, value in item.items() if key not in times})
            for item in follower.warehouse.items(feed)
        )
        for feed in follower.warehouse.held
    }


def test_a_server_with_other_settings_gives_the_same_items(odd_url, server_url):
    with shop(odd_url) as odd, shop(server_url) as usual:
        assert edited(odd) == edited(usual)


def test_ids_that_are_too_many_for_one_packet_are_read_all_the_same(odd_url):
    numbers = unpack({"n": "INT"}, [[number] for number in range(90000)])
    ids = sa.select(numbers.c.n + 10**9)
    with sa.create_engine(odd_url).connect() as connection:
        found = next_ids(connection, ids, 10**9 + 5, 80000)
    assert found == list(range(10**9 + 6, 10**9 + 80006))


def test_a_binary_log_by_statements_is_refused_with_the_cure_and_the_shop_goes_on(odd_url):
    with own_schema(odd_url, "binary_log") as url, sa.create_engine(odd_url).connect() as server:
        world = World(url)
        server.exec_driver_sql("SET GLOBAL binlog_format = 'STATEMENT'")
        with sa.create_engine(url, poolclass=sa.NullPool).begin() as session:
            session.exec_driver_sql("INSERT INTO thing (sku, name) VALUES ('a', 'the a')")
            session.exec_driver_sql("INSERT INTO thing_scope SELECT entity_id, 'web' FROM thing")
        with pytest.raises(ShopError, match="SET GLOBAL binlog_format = 'MIXED'"):
            world.new_engine(world.new_context(world.shelf)).drain()
        server.exec_driver_sql("SET GLOBAL binlog_format = 'MIXED'")
        world.new_engine(world.new_context(world.shelf)).drain()
        assert world.shelf.items == {("a", "web"): "the a"}
