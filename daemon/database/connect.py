"""Engines: how every connection of ours is set up."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from daemon.database.driver import BufferedConnection
from daemon.errors import ServerUnavailableError, ShopError

LOST = frozenset({2002, 2003, 2006, 2013, 2014, 1040, 1053, 1077, 1927, 4031})
"""Error numbers of a server that can't be reached, or of a connection that broke."""

DEMOTED = frozenset({1290, 1836})
"""A server that takes no writes any more: to it a connection leads on after a failover."""

AGAIN = frozenset({1205, 1213, 1020, 1062, 1412})
"""Lock wait time-out, deadlock, changed since the last read, a key that another transaction wrote
after this one had found it free, a table that was swapped or altered after the snapshot: repeat the
transaction.
"""

SESSION = "SET time_zone = '+00:00', group_concat_max_len = 1073741824"
"""What else the server's settings would decide. MariaDB cuts off JSON_OBJECTAGG as GROUP_CONCAT."""

BINLOG_BY_STATEMENT = 1665
BINLOG_CURE = (
    "The server keeps its binary log by statements, and so refuses to write in transactions that"
    " are READ COMMITTED, as ours are. Run as an administrator, and put it into the server's"
    " configuration as well:\n  SET GLOBAL binlog_format = 'MIXED';"
)


def make_engine(url: str, pool_size: int = 5) -> sa.Engine:
    """An engine whose connections are READ COMMITTED and the same on every server."""
    engine = sa.create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_size=pool_size,
        max_overflow=5,
        pool_pre_ping=True,
        pool_recycle=1800,
        hide_parameters=True,  # an error's text is logged, and values may be of customers
        connect_args={"init_command": SESSION, "connect_timeout": 10},
    )
    sa.event.listen(engine, "do_connect", connect)
    sa.event.listen(engine, "handle_error", name_the_server)
    return engine


def connect(
    _dialect: sa.Dialect, _record: object, arguments: Sequence[Any], parameters: Mapping[str, Any]
) -> BufferedConnection:
    """A connection of ours, from what SQLAlchemy would give the driver."""
    return BufferedConnection(*arguments, **parameters)


def name_the_server(context: sa.ExceptionContext) -> None:
    """Turn the many ways in which a server can be away into one error, without its credentials.

    A failed ping is left alone: the pool then makes a new connection in place of the stale one.

    Raises:
        ServerUnavailableError: it is away.
        ShopError: no try again will help, but an administrator can.
    """
    if context.is_pre_ping:
        return
    number = error_number(context.original_exception)
    if number == BINLOG_BY_STATEMENT:
        raise ShopError(BINLOG_CURE) from context.original_exception
    if number in DEMOTED:
        context.is_disconnect = True  # which empties the pool
    if number in LOST or context.is_disconnect:
        url = context.engine.url if context.engine else None
        where = f"{url.host or 'localhost'}:{url.port or 3306}" if url else "the database"
        raise ServerUnavailableError(
            f"can't reach the database server at {where}: {context.original_exception}"
        ) from context.original_exception


def error_number(error: BaseException | None) -> int:
    """The server's number of an error, or 0."""
    arguments = getattr(error, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else 0


def is_worth_repeating(error: BaseException) -> bool:
    """True for a transaction that only lost a race."""
    return isinstance(error, sa.exc.DBAPIError) and error_number(error.orig) in AGAIN


@contextlib.contextmanager
def snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A read-only connection that sees one consistent moment, however many queries it runs.

    The isolation level is that of its one transaction: the session's takes three statements more.
    """
    with engine.connect() as connection:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        yield connection
