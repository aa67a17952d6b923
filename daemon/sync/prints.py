"""Keeps checksums of swapped tables, and tells by them which entities a swap has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import Any

import sqlalchemy as sa

from changelog_triggers import Watch
from daemon.commerce.shop import Shop
from daemon.commerce.swapped import DAY, is_swapped
from daemon.core.affected import Change
from daemon.core.prints import Days, Difference, Print, differences
from daemon.database.prints import (
    BARE,
    Printed,
    forget_prints,
    is_touched,
    pin,
    read_prints,
    reprint_touched,
    select_checksums,
    select_prints,
    touch,
    write_changes,
    write_prints,
)
from daemon.database.watched import write_healed
from daemon.sync.context import Context

CHUNK = 1000
"""How many checksums one transaction writes."""

SPOOL_BYTES = 16_000_000
"""How much of a table's checksums is held in memory."""

Concerns = Callable[[str], bool]
"""True for the days whose rows are told of."""


def printed_tables(watches: Iterable[Watch], shop: Shop) -> dict[str, Printed]:
    """The swapped tables among those that are watched, by name; not one without ids of its own."""
    groups: dict[str, list[Watch]] = {}
    for watch in watches:
        if is_swapped(watch.table):
            groups.setdefault(watch.table, []).append(watch)
    return {
        name: printed(group, shop)
        for name, group in groups.items()
        if len({one.key for one in group}) == 1 and group[0].key.column and not group[0].key.hops
    }


def printed(group: list[Watch], shop: Shop) -> Printed:
    """A table with what its watches want of it.

    Its columns are theirs, which were read just now: those of the shop may be a minute old.
    """
    first, columns = group[0], {column for one in group for column in one.columns}
    key, day = str(first.key.column), DAY.get(first.table)
    names = {key, *columns, *filter(None, [day])}
    return Printed(
        name=first.table,
        table=sa.table(shop.tables.prefix + first.table, *map(sa.column, sorted(names))),
        key=key,
        columns=tuple(sorted(columns)),
        day=day,
        changelogs=tuple({one.changelog: None for one in group}),
    )


def note_touched(connection: sa.Connection, context: Context, changes: Iterable[Change]) -> None:
    """Note, in the transaction that collects changes, which checksums they made untrue."""
    ours = [change for change in changes if is_swapped(change.table)]
    for source in {change.table for change in ours if change.is_coarse}:
        forget_prints(connection, context.own, source)
    named = ((change.table, change.entity_id) for change in ours if not change.is_coarse)
    touch(connection, context.own, named)


def take_prints(context: Context, one: Printed) -> None:
    """Take the checksums of a whole table for the first time, if its triggers stand."""
    for _ in reprinted(context, one, lambda _: False):
        pass
    context.transact(note_printed, context, one)


def renew_prints(context: Context, one: Printed) -> int:
    """Take the checksums of what was touched anew; how many entities that were.

    Not while the table's triggers are gone: then what is touched is all that is known. Entities
    that lost all their rows are told of, for they may have lost them by a TRUNCATE.
    """
    return sum(map(len, touched_chunks(context, one, tell=False)))


def note_printed(connection: sa.Connection, context: Context, one: Printed) -> None:
    """Keep that all checksums of a table were taken, unless it was swapped meanwhile."""
    if pin(connection, context.own, one):
        write_healed(connection, context.own, one.name, is_printed=True)


def tell_differences(context: Context, one: Printed, days: Days) -> int:
    """Write changes of all entities whose rows are not as they were; how many.

    What was touched may have been read in between, so it is told in any case.
    """
    told: set[bytes] = set()
    for chunk in touched_chunks(context, one, tell=True):
        told.update(chunk)
    for ids in reprinted(context, one, days.__contains__):
        told.update(ids)
    return len(told)


def touched_chunks(context: Context, one: Printed, *, tell: bool) -> Iterator[tuple[bytes, ...]]:
    """Take new checksums of touched entities, transaction by transaction; the entities of each."""

    def renew(connection: sa.Connection) -> tuple[bytes, ...]:
        if not is_touched(connection, context.own, one.name):
            return ()
        if not (pin(connection, context.own, one) or tell):
            return ()
        found = reprint_touched(connection, context.own, one, CHUNK)
        write_changes(connection, context.own, one, found.ids if tell else found.bare)
        return found.ids

    ids = context.transact(renew)
    while ids:
        yield ids
        ids = context.transact(renew) if len(ids) == CHUNK else ()


def reprinted(context: Context, one: Printed, concerns: Concerns) -> Iterator[set[bytes]]:
    """Bring the kept checksums to what the table holds, and write changes of what concerns today.

    The entities told of, transaction by transaction: a crash leaves for next time what is not done.
    """
    with spooled(context, select_checksums(one)) as now, context.engine.connect() as kept:
        before = read_prints(kept, select_prints(context.own, one.name))
        found = (each for each in differences(before, now) if is_news(each))
        while chunk := list(islice(found, CHUNK)):
            yield context.transact(write_chunk, context, one, chunk, concerns)


def is_news(difference: Difference) -> bool:
    """False where an entity that was known to have no rows still has none."""
    return difference.before != BARE or difference.now is not None


@contextmanager
def spooled(context: Context, query: sa.Select[Any]) -> Iterator[Iterator[Print]]:
    """The rows of a query of the shop, out of a file, so that the shop's table is soon let go."""
    with SpooledTemporaryFile(SPOOL_BYTES, "w+") as file:
        with context.engine.connect() as shop:
            for entity_id, day, checksum in read_prints(shop, query):
                file.write(f"{entity_id.hex()},{day},{checksum}\n")
        file.seek(0)
        cells = (line.split(",") for line in file)
        yield ((bytes.fromhex(entity), day, int(checksum)) for entity, day, checksum in cells)


def write_chunk(
    connection: sa.Connection,
    context: Context,
    one: Printed,
    chunk: list[Difference],
    concerns: Concerns,
) -> set[bytes]:
    """Keep what was found, and write changes of what concerns today; the entities of these."""
    write_prints(connection, context.own, one.name, chunk)
    ids = {difference.entity_id for difference in chunk if concerns(difference.day)}
    write_changes(connection, context.own, one, ids)
    return ids
