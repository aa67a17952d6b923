"""Reading many rows fast: the driver's plain tuples, without a row object for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa


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
