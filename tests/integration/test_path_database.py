"""The path while the database fails it: killed connections, locks, a server that refuses."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa
from world import World

from daemon.database.connect import make_engine
from daemon.errors import ServerUnavailableError


class Killer:
    """Kills a connection of an engine on the server, just before its n-th statement from now on."""

    def __init__(self, world: World, statement: int) -> None:
        self._shop = world.shop
        self._left = itertools.count(1)
        self._statement = statement
        self.killed: str | None = None

    def __call__(self, connection, _cursor, statement, *_):
        if self.killed is None and next(self._left) == self._statement:
            self.killed = statement
            thread = connection.connection.dbapi_connection.thread_id()
            with self._shop.connect() as other, contextlib.suppress(sa.exc.DBAPIError):
                other.exec_driver_sql(f"KILL {thread}")


@contextlib.contextmanager
def killing(world, engine, statement):
    """While it lasts, the engine's n-th statement finds its connection dead."""
    killer = Killer(world, statement)
    sa.event.listen(engine, "before_cursor_execute", killer)
    try:
        yield killer
    finally:
        sa.event.remove(engine, "before_cursor_execute", killer)


def edit(world, number):
    """A new thing, a rename, a change and a deletion, all in one transaction."""
    world.run(
        f"INSERT INTO thing (sku, name) VALUES ('new{number}', 'new')",
        "INSERT INTO thing_scope SELECT MAX(entity_id), 'web' FROM thing",
        f"UPDATE thing SET sku = 'renamed{number}' WHERE sku LIKE 'renamed%%'",
        f"UPDATE thing SET name = 'changed {number}' WHERE sku = 'steady'",
        f"DELETE FROM thing_scope WHERE entity_id = (SELECT entity_id FROM thing WHERE sku ="
        f" 'new{number - 2}')",
    )


def settle(world):
    """What another process would do some time later."""
    world.expire_claims()
    world.make_due()
    world.new_engine().drain()


def assert_sound(world, since):
    assert world.shelf.items == world.expected()
    assert world.pending() == []
    assert {outcome for outcome, _ in world.outcomes().values()} == {"exported"}
    tombstones = Counter(one["sku"] for one in world.shelf.log[since:] if one["tombstone"])
    assert max(tombstones.values(), default=0) <= 2, "sent again at most once, where in doubt"


def test_a_connection_that_is_killed_before_any_statement_of_the_path_loses_nothing(world):
    world.add("steady", "renamed0")
    world.drain()
    killed = []
    for number in itertools.count(1):
        edit(world, number)
        since = len(world.shelf.log)
        with (
            killing(world, world.context.engine, number) as killer,
            contextlib.suppress(ServerUnavailableError),
        ):
            world.new_engine().drain()
        if killer.killed is None:
            break
        killed.append(killer.killed.split()[0])
        settle(world)
        assert_sound(world, since)
    assert len(killed) > 25
    assert {"SELECT", "INSERT", "UPDATE", "DELETE"} <= set(killed)
    assert world.context.engine.pool.checkedout() == 0


def impatient(engine):
    """Let the engine's new connections wait one second for a lock."""
    engine.dispose()
    wait = "SET SESSION innodb_lock_wait_timeout = 1"
    sa.event.listen(engine, "connect", lambda raw, _: raw.cursor().execute(wait))


def test_rows_that_somebody_else_has_locked_for_long_are_only_late(world):
    world.add("a", "b")
    world.drain()
    impatient(world.context.engine)
    world.run("UPDATE thing SET name = 'new'")
    with world.shop.connect() as other:
        query = sa.select(world.own.pending).with_for_update()
        world.shelf.meanwhile = lambda: other.execute(query).all() and None
        with pytest.raises(sa.exc.DBAPIError, match="Lock wait timeout"):
            world.drain()
    world.shelf.meanwhile = lambda: None
    assert {outcome for outcome, _ in world.outcomes().values()} == {"sending"}
    settle(world)
    assert world.shelf.items == world.expected()
    assert world.pending() == []


def test_a_lock_that_is_let_go_after_a_time_out_costs_no_second_request(world):
    world.add("a", "b")
    world.drain()
    impatient(world.context.engine)
    world.run("UPDATE thing SET name = 'new'")
    since, failed = len(world.shelf.log), []
    with world.shop.connect() as other:
        query = sa.select(world.own.items["things"]).with_for_update()
        world.shelf.meanwhile = lambda: other.execute(query).all() and None

        def let_go(context):
            failed.append(str(context.original_exception))
            other.rollback()

        sa.event.listen(world.context.engine, "handle_error", let_go)
        world.drain()
    assert ["Lock wait timeout" in one for one in failed] == [True]
    assert [one["sku"] for one in world.shelf.log[since:]] == ["a", "b"]
    assert {outcome for outcome, _ in world.outcomes().values()} == {"exported"}
    assert world.shelf.items == world.expected()
    assert world.pending() == []


def test_a_deadlock_while_outcomes_are_recorded_is_repeated(world):
    """Another transaction has locked what the path needs next, and wants what the path holds.

    It has written more, so the server rolls back the path's.
    """
    world.add("a", "b")
    world.drain()
    world.run("UPDATE thing SET name = 'new'", "CREATE TABLE heavy (n INT PRIMARY KEY)")
    pending, items = world.own.pending, world.own.items["things"]
    other = world.shop.connect()
    contender = threading.Thread(target=lambda: contend(other, pending))
    recorded = []

    def lock_items():
        other.exec_driver_sql(f"INSERT INTO heavy VALUES {', '.join(f'({n})' for n in range(500))}")
        other.execute(sa.select(items).with_for_update()).all()

    def cross(_connection, _cursor, statement, *_):
        if statement.startswith(f"UPDATE {items.name} SET"):
            recorded.append(statement)
            if len(recorded) == 1:
                contender.start()
                wait_for_a_lock(world)

    world.shelf.meanwhile = lock_items
    sa.event.listen(world.context.engine, "before_cursor_execute", cross)
    world.drain()
    contender.join()
    assert len(recorded) == 2
    assert world.shelf.items == world.expected()
    assert {outcome for outcome, _ in world.outcomes().values()} == {"exported"}
    assert world.pending() == []


def contend(connection, pending):
    """Wait for the rows of pending, and let everything go."""
    connection.execute(sa.select(pending).with_for_update()).all()
    connection.close()


def wait_for_a_lock(world):
    """Until some transaction waits for a row."""
    with world.shop.connect() as connection:
        while "LOCK WAIT" not in connection.exec_driver_sql("SHOW ENGINE INNODB STATUS").one()[2]:
            pass


@pytest.fixture
def mortal(world, server_url):
    """The world's address for an account that a read-only server refuses."""
    name = f"mortal_{world.shop.url.database}"[:32]
    with world.shop.connect() as connection:
        connection.exec_driver_sql(f"CREATE USER '{name}'@'%%' IDENTIFIED BY 'mortal'")
        connection.exec_driver_sql(
            f"GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER, CREATE, DROP ON"
            f" `{world.shop.url.database}`.* TO '{name}'@'%%'"
        )
    yield world.shop.url.set(username=name, password="mortal")
    with world.shop.connect() as connection:
        connection.exec_driver_sql("SET GLOBAL read_only = 0")
        connection.exec_driver_sql(f"DROP USER '{name}'@'%%'")


def test_a_server_that_takes_no_writes_for_a_while_loses_nothing(world, mortal):
    world.add("a", "b")
    world.drain()
    engine = make_engine(mortal.render_as_string(hide_password=False))
    context = replace(world.context, engine=engine)
    world.run("UPDATE thing SET name = 'new'")
    with engine.connect() as connection:
        old = connection.exec_driver_sql("SELECT CONNECTION_ID()").scalar_one()
    with world.shop.connect() as connection:
        connection.exec_driver_sql("SET GLOBAL read_only = 1")
    with pytest.raises(ServerUnavailableError, match="read-only"):
        world.new_engine(context).drain()
    with world.shop.connect() as connection:
        connection.exec_driver_sql("SET GLOBAL read_only = 0")
    with engine.connect() as connection:
        new = connection.exec_driver_sql("SELECT CONNECTION_ID()").scalar_one()
    assert new != old, "after a failover the address leads elsewhere, but a connection doesn't"
    world.new_engine(context).drain()
    engine.dispose()
    assert world.shelf.items == world.expected()
    assert world.pending() == []
