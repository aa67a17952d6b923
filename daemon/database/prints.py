"""Checksums of the rows of swapped tables: what the tables held when all changes were seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.dialects.mysql import insert

from changelog_triggers.model import Changelog, KeyType
from daemon.core.prints import Difference, Print
from daemon.database.changelogs import changelog_table
from daemon.database.schema import OwnTables

WITNESSES = 1000
"""So many entities are asked at most whether rows are gone."""

BARE = 0
"""The checksum of an entity that is known to have no rows."""

EVENTS = ("INSERT", "UPDATE", "DELETE")
TRIGGERS = sa.table(
    "triggers",
    *map(
        sa.column,
        ("trigger_schema", "trigger_name", "event_object_table", "event_manipulation"),
    ),
    schema="information_schema",
)
HEX_DIGITS = 15
"""Of a row's hash; 60 bits, so that millions of rows add up to a number that fits."""


@dataclass(frozen=True)
class Printed:
    """A table whose checksums are kept.

    name: unprefixed. table: the key, day and watched columns stand in its `.c`. key: the column of
    the entity id. columns: those that count. day: the column of the day that a row counts for, or
    None. changelogs: where its changes are written.
    """

    name: str
    table: sa.TableClause
    key: str
    columns: tuple[str, ...]
    day: str | None
    changelogs: tuple[Changelog, ...]

    def id_of(self, entity_id: bytes) -> int | str:
        """An entity id as its column has it."""
        text = entity_id.decode()
        return int(text) if self.changelogs[0].key_type is KeyType.ID else text


def select_checksums(one: Printed, ids: Sequence[int | str] | None = None) -> sa.Select[Any]:
    """Entity id, day and checksum of all rows, or of these entities', in their order.

    Checksums are added, so the order of rows makes no difference, and equal rows don't cancel.
    """
    c = one.table.c
    as_text = sa.cast(c[one.key], mysql.CHAR(charset="utf8mb4"))
    row = sa.func.concat_ws(",", *(sa.func.quote(c[column]) for column in one.columns))
    digits = sa.func.left(sa.func.sha2(row, 256), HEX_DIGITS)
    rows = sa.select(
        sa.cast(as_text, sa.BINARY).label("entity"),
        (sa.cast(c[one.day], sa.CHAR(10)) if one.day else sa.literal("")).label("day"),
        sa.cast(sa.func.conv(digits, 16, 10), mysql.INTEGER(unsigned=True)).label("number"),
    )
    if ids is not None:
        rows = rows.where(c[one.key].in_(ids))
    r = rows.subquery().c
    grouped = sa.select(r.entity, r.day, sa.func.sum(r.number)).group_by(r.entity, r.day)
    return grouped.order_by(r.entity, r.day)


def select_prints(own: OwnTables, source: str) -> sa.Select[Any]:
    """Entity id, day and checksum of what is kept of a table, in their order."""
    c = own.prints.c
    kept = sa.select(c.entity_id, c.day, c.checksum).where(c.source == source)
    return kept.order_by(c.entity_id, c.day)


def read_prints(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[Print]:
    """The rows of one of these queries, as they come from the server."""
    with connection.execution_options(stream_results=True).execute(query) as rows:
        for entity_id, day, checksum in rows:
            yield bytes(entity_id), str(day), int(checksum)


def write_prints(
    connection: sa.Connection, own: OwnTables, source: str, found: Iterable[Difference]
) -> None:
    """Keep what was found of a table."""
    table, rows, gone = own.prints, [], []
    for one in found:
        if one.now is None:
            gone.append((source, one.entity_id, one.day))
        else:
            rows.append(
                {
                    "source": source,
                    "entity_id": one.entity_id,
                    "day": one.day,
                    "checksum": one.now,
                }
            )
    if gone:
        key = sa.tuple_(table.c.source, table.c.entity_id, table.c.day)
        connection.execute(sa.delete(table).where(key.in_(gone)))
    if rows:
        added = insert(table)
        connection.execute(added.on_duplicate_key_update(checksum=added.inserted.checksum), rows)


def forget_prints(connection: sa.Connection, own: OwnTables, source: str) -> None:
    """Take what is kept of a table for nothing."""
    c = own.watched.c
    connection.execute(sa.update(own.watched).where(c.name == source).values(is_printed=0))


def touch(
    connection: sa.Connection, own: OwnTables, touched: Iterable[tuple[str, int | str]]
) -> None:
    """Note that these entities (table and id) are no longer as their checksums say."""
    rows = sorted({(source, str(entity_id).encode()) for source, entity_id in touched})
    if rows:
        names = ("source", "entity_id")
        added = insert(own.touched).prefix_with("IGNORE")
        connection.execute(added, [dict(zip(names, row, strict=True)) for row in rows])


def is_touched(connection: sa.Connection, own: OwnTables, source: str) -> bool:
    """True where checksums of a table are no longer true."""
    c = own.touched.c
    return connection.scalar(sa.select(c.source).where(c.source == source).limit(1)) is not None


def pin(connection: sa.Connection, own: OwnTables, one: Printed) -> bool:
    """Keep the table where it is until the transaction ends; True where its triggers stand.

    Nobody can rename or empty a table that an open transaction has read.
    """
    connection.execute(sa.select(sa.literal(1)).select_from(one.table).limit(1))
    c = TRIGGERS.c
    events = sa.select(sa.func.count(c.event_manipulation.distinct())).where(
        c.trigger_schema == sa.func.database(),
        c.event_object_table == one.table.name,
        c.trigger_name.startswith(f"{own.prefix}cfs_", autoescape=True),
    )
    return connection.scalar(events) == len(EVENTS)


@dataclass(frozen=True, slots=True)
class Reprinted:
    """Touched entities of which new checksums were taken; those that are `bare` have no rows now,
    which may be news.
    """

    ids: tuple[bytes, ...] = ()
    bare: tuple[bytes, ...] = ()


def reprint_touched(
    connection: sa.Connection, own: OwnTables, one: Printed, limit: int
) -> Reprinted:
    """Take new checksums of the first touched entities of a table.

    The notes go first, and are locked until the end: whoever touches an entity from now on waits,
    and notes it anew.
    """
    c = own.touched.c
    some = sa.select(c.entity_id).where(c.source == one.name).order_by(c.entity_id).limit(limit)
    touched = [bytes(row) for row in connection.scalars(some.with_for_update())]
    if not touched:
        return Reprinted()
    p = own.prints.c
    mine = (p.source == one.name, p.entity_id.in_(touched))
    known = sa.select(p.entity_id).where(*mine, p.checksum == BARE)
    known_bare = {bytes(row) for row in connection.scalars(known)}
    connection.execute(sa.delete(own.touched).where(c.source == one.name, c.entity_id.in_(touched)))
    connection.execute(sa.delete(own.prints).where(*mine))
    query = select_checksums(one, [one.id_of(entity_id) for entity_id in touched])
    rows = [(bytes(row[0]), str(row[1]), int(row[2])) for row in connection.execute(query)]
    bare = sorted({*touched} - {row[0] for row in rows})
    rows += [(entity_id, "", BARE) for entity_id in bare]
    write_prints(connection, own, one.name, (Difference(*row[:2], None, row[2]) for row in rows))
    return Reprinted(tuple(touched), tuple(sorted({*bare} - known_bare)))


def write_changes(
    connection: sa.Connection, own: OwnTables, one: Printed, ids: Iterable[bytes]
) -> None:
    """Write changes of these entities, as the table's triggers would have done."""
    rows = [
        {"entity_id": one.id_of(entity_id), "source": one.name} for entity_id in sorted(set(ids))
    ]
    for changelog in one.changelogs:
        if rows:
            table = changelog_table(changelog, own.prefix, own.schema)
            connection.execute(sa.insert(table), rows)


def is_emptied(connection: sa.Connection, own: OwnTables, one: Printed) -> bool:
    """True where rows are gone that nobody was seen to delete.

    One entity tells it for all, if no change of it was seen or is about to be: after a TRUNCATE
    those that are still there, or there again, are the ones that were seen to come.
    """
    c, touched = own.prints.c, own.touched.c
    is_noted = sa.exists().where(touched.source == one.name, touched.entity_id == c.entity_id)
    true = (c.source == one.name, c.checksum != BARE, ~is_noted)
    for witness in connection.scalars(sa.select(c.entity_id).where(*true).limit(WITNESSES)).all():
        is_there = has_rows(connection, one, bytes(witness))
        if not is_told(connection, own, one, bytes(witness)):
            return not is_there
    return False


def is_told(connection: sa.Connection, own: OwnTables, one: Printed, entity_id: bytes) -> bool:
    """True where a change of the entity waits to be collected, or has been since the last audit.

    It is looked for twice where it goes, for it may go there meanwhile.
    """
    touched = own.touched.c
    mine = (touched.source == one.name, touched.entity_id == entity_id)
    noted = sa.select(sa.exists().where(*mine))
    return bool(
        connection.scalar(noted)
        or is_changed(connection, own, one, entity_id)
        or connection.scalar(noted)
    )


def has_rows(connection: sa.Connection, one: Printed, entity_id: bytes) -> bool:
    """True where the table has rows of the entity."""
    key = one.table.c[one.key]
    query = sa.select(sa.literal(1)).where(key == one.id_of(entity_id)).limit(1)
    return connection.scalar(query) is not None


def is_changed(connection: sa.Connection, own: OwnTables, one: Printed, entity_id: bytes) -> bool:
    """True where a change of the entity waits to be collected."""
    c = changelog_table(one.changelogs[0], own.prefix, own.schema).c
    query = sa.select(c.version).where(c.source == one.name, c.entity_id == one.id_of(entity_id))
    return connection.scalar(query.limit(1)) is not None
