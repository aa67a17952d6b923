"""Reading many rows fast: the driver's plain tuples, without a row object for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa


class Integers(sa.types.UserDefinedType[tuple[int, ...]]):
    """A list of integers that is written into the statement as one literal.

    A bound parameter for each costs the driver six times as much, and a feed asks for the same
    thousand ids in twenty queries.
    """

    cache_ok = True

    def literal_processor(self, dialect: sa.Dialect) -> Callable[[tuple[int, ...]], str]:  # noqa: ARG002
        """The list as SQL; what isn't an integer raises."""
        return lambda values: f"({','.join(map(str, map(int, values))) or 'NULL'})"


LONGEST_LIST = 999
"""MariaDB turns a longer list into a temporary table, and reads and sorts by way of that."""


LEAST_RANGE = 50
"""Fewer ids are a list, however close they are."""

GAPS_SHARE = 0.25
"""So many ids may be missing in a range: rows of theirs are read in vain."""


def among(column: sa.ColumnElement[Any], ids: Iterable[int]) -> sa.ColumnElement[bool]:
    """`column IN (ids)`, cheap for many ids; no row where there are none.

    Ids close together, as a whole feed's are, make one range without its gaps: the server reads it
    from one end to the other instead of looking for each id, and knows how many rows are in it
    where it guesses else. Adding 0 keeps it from making a range of what is between two gaps.
    """
    values = sorted({*ids})
    gaps = gaps_in(values)
    if gaps is None:
        chunks = [values[i : i + LONGEST_LIST] for i in range(0, len(values), LONGEST_LIST)]
        return sa.or_(*(column.bool_op("IN")(integers(chunk)) for chunk in chunks or [[]]))
    span = column.between(values[0], values[-1])
    return sa.and_(span, (column + 0).bool_op("NOT IN")(integers(gaps))) if gaps else span


def gaps_in(values: Sequence[int]) -> list[int] | None:
    """What ascending ids leave out between the first and the last; None where that is too much.

    >>> gaps_in([*range(1, 30), *range(31, 60)])
    [30]
    """
    if len(values) < LEAST_RANGE:
        return None
    missing = values[-1] - values[0] + 1 - len(values)
    if missing > min(len(values) * GAPS_SHARE, LONGEST_LIST):
        return None
    return sorted({*range(values[0], values[-1])}.difference(values))


def integers(values: Sequence[int]) -> sa.BindParameter[tuple[int, ...]]:
    """The list as a literal."""
    return sa.bindparam(None, tuple(values), type_=Integers(), literal_execute=True, unique=True)


def fetch(connection: sa.Connection, query: sa.Select[Any]) -> Sequence[tuple[Any, ...]]:
    """All rows of the query as tuples, straight from the driver.

    No result processors are applied: values are what the driver makes of the server's types, which
    is what the typeless columns of `shop.tables` give anyway.
    """
    result = connection.execute(query)
    cursor = result.cursor
    rows: Sequence[tuple[Any, ...]] = cursor.fetchall() if cursor is not None else ()
    result.close()
    return rows
