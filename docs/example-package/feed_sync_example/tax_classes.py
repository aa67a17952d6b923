"""Feed taxClasses: one item per tax class."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from changelog_triggers.model import Changelog, Key, Subscription
from daemon.commerce.shop import Shop
from daemon.core.feed import Edge, Feed
from daemon.core.item import Built, make_item

TABLE = "tax_class"
COLUMNS = ("class_name", "class_type")
CHANGED = Subscription(Changelog("tax_class"), TABLE, Key("class_id"), COLUMNS)
"""Which rows are watched, by which columns, and where the id of what changed stands."""


def edges(_shop: Shop) -> tuple[Edge, ...]:
    """A change of a tax class makes its own item stale, and no other."""
    return (Edge(CHANGED, "the tax class"),)


def select_ids(shop: Shop) -> sa.Select[tuple[int]]:
    """Every tax class."""
    return sa.select(shop.tables(TABLE).c.class_id)


def select_owners(shop: Shop, keys: Sequence[str]) -> sa.Select[tuple[str, int]]:
    """The tax classes of these names."""
    c = shop.tables(TABLE).c
    return sa.select(c.class_name, c.class_id).where(c.class_name.in_(keys))


def read(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> Sequence[Any]:
    """The rows of these tax classes: one query, whatever their number."""
    c = shop.tables(TABLE).c
    return connection.execute(
        sa.select(c.class_id, c.class_name, c.class_type).where(c.class_id.in_(ids))
    ).all()


def assemble(rows: Sequence[Any], _shop: Shop, now: dt.datetime) -> Iterator[Built]:
    """An item for each row; a class that has no row is gone, and gets a tombstone."""
    for class_id, name, kind in rows:
        minimal = {"classId": str(class_id), "className": name}
        content = {**minimal, "classType": kind, "deleted": False}
        times = {"modifiedAt": f"{now:%Y-%m-%d %H:%M:%S}"}
        yield make_item(class_id, (class_id,), content, times, minimal)


FEED = Feed(
    name="taxClasses",
    edges=edges,
    ids=select_ids,
    read=read,
    assemble=assemble,
    natural_key="className",
    owners=select_owners,
    requires=(TABLE,),
)
"""What the tax classes of the shop are called."""
