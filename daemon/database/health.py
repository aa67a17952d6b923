"""How each destination stands, shared by all workers on all hosts: one row per destination."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import Insert, insert

from daemon.core.health import SOUND, Health
from daemon.database.schema import OwnTables

CLOCK: sa.ColumnElement[float] = sa.func.unix_timestamp(sa.func.sysdate(sa.text("6")))
"""Seconds since 1970 by the server's clock, at this very moment."""


def server_seconds(connection: sa.Connection) -> float:
    """The server's clock; asked after a lock was had, not before."""
    return float(connection.scalar(sa.select(CLOCK)) or 0.0)


def read_health(
    connection: sa.Connection, own: OwnTables, destination: int, *, lock: bool = False
) -> Health:
    """How a destination stands; sound where nothing was ever wrong. lock: to change it."""
    query = select_health(own, lock=lock)
    row = connection.execute(query, {"destination": destination}).one_or_none()
    return SOUND if row is None else health_of(row)


@cache
def select_health(own: OwnTables, *, lock: bool) -> sa.Select[Any]:
    """The row of a destination, a parameter. Made once: every request asks for it."""
    mine = own.health.c.destination_id == sa.bindparam("destination")
    query = sa.select(*columns(own)).where(mine)
    return query.with_for_update() if lock else query


def write_health(
    connection: sa.Connection, own: OwnTables, destination: int, health: Health
) -> None:
    """Keep how a destination stands."""
    connection.execute(upsert_health(own), {"destination_id": destination, **asdict(health)})


@cache
def upsert_health(own: OwnTables) -> Insert:
    """The statement that keeps a row. Made once, as `select_health` is."""
    statement = insert(own.health)
    new = {field.name: statement.inserted[field.name] for field in fields(Health)}
    return statement.on_duplicate_key_update(new)


@cache
def select_all_health(own: OwnTables) -> sa.Select[Any]:
    """The rows of all destinations, with the server's clock. Made once: each turn asks for it."""
    return sa.select(own.health.c.destination_id, CLOCK.label("now"), *columns(own))


def columns(own: OwnTables) -> list[sa.ColumnElement[Any]]:
    """The columns of a Health."""
    return [own.health.c[field.name] for field in fields(Health)]


def health_of(row: sa.Row[Any]) -> Health:
    """The Health of a row that has its columns."""
    return Health(*(getattr(row, field.name) for field in fields(Health)))


def read_all_health(
    connection: sa.Connection, own: OwnTables
) -> Iterator[tuple[int, Health, float]]:
    """Each destination that anything was ever wrong with, how it stands, and the server's clock."""
    for row in connection.execute(select_all_health(own)):
        yield row.destination_id, health_of(row), float(row.now)
