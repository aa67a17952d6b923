"""Schemas that a test has for itself on the server of all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa


@contextlib.contextmanager
def schema_of_its_own(server_url: str, name: str) -> Iterator[str]:
    """The address of a new schema, which is dropped in the end."""
    server = sa.create_engine(server_url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    yield f"{server_url}{name}?charset=utf8mb4"
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}")
