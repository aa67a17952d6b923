"""Feed ratingMetadata: one item per active rating and store view, with its possible values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from changelog_triggers.model import Key, Subscription
from daemon.commerce.shop import Shop
from daemon.core.feed import Edge, Feed
from daemon.core.item import FeedItem, make_item
from daemon.feeds._changelogs import RATING
from daemon.feeds._ratings import ADMIN_STORE, coded, decoded
from daemon.feeds._rows import fetch
from daemon.feeds._scopes import STORE


@dataclass(frozen=True, slots=True)
class Rows:
    """What a batch reads.

    names: (rating id, store id, name there), one for each active rating and store view that has it.
    options: rating id → (option id, value, position).
    """

    names: Sequence[tuple[int, int, str]]
    options: Mapping[int, Sequence[tuple[int, int, int]]]


def edges(_shop: Shop) -> tuple[Edge, ...]:
    """The rating's tables, and the codes of store views."""
    own = (
        ("rating", ("rating_code", "is_active")),
        ("rating_option", ("value", "position")),
        ("rating_store", ("store_id",)),
        ("rating_title", ("store_id", "value")),
    )
    return (
        *(
            Edge(Subscription(RATING, table, Key("rating_id"), read), "the rating")
            for table, read in own
        ),
        Edge(STORE, "all ratings, for each has an item per store view", whole=True),
    )


def select_ids(shop: Shop) -> sa.Select[tuple[int]]:
    """Every rating, active or not: one that no longer is must be looked at to be deleted."""
    return sa.select(shop.tables("rating").c.rating_id)


def select_owners(shop: Shop, keys: Sequence[str]) -> sa.Select[tuple[str, int]]:
    """The ratings of these ids as items carry them (base64)."""
    rating_id = shop.tables("rating").c.rating_id
    ids = [number for number in map(decoded, keys) if number is not None]
    as_carried = sa.func.to_base64(sa.cast(rating_id, sa.CHAR(20)))
    return sa.select(as_carried, rating_id).where(rating_id.in_(ids))


def select_names(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """The active ratings of each store view that has them, by their title there."""
    rating, store = shop.tables("rating"), shop.tables("rating_store")
    title = shop.tables("rating_title")
    of_both = sa.and_(title.c.rating_id == store.c.rating_id, title.c.store_id == store.c.store_id)
    return (
        sa.select(
            rating.c.rating_id,
            store.c.store_id,
            sa.func.coalesce(title.c.value, rating.c.rating_code),
        )
        .join_from(rating, store, store.c.rating_id == rating.c.rating_id)
        .outerjoin(title, of_both)
        .where(
            rating.c.rating_id.in_(ids), rating.c.is_active == 1, store.c.store_id != ADMIN_STORE
        )
        .order_by(rating.c.rating_id, store.c.store_id)
    )


def select_options(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """What can be chosen."""
    c = shop.tables("rating_option").c
    query = sa.select(c.rating_id, c.option_id, c.value, c.position)
    return query.where(c.rating_id.in_(ids)).order_by(c.option_id)


def read(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> Rows:
    """The ratings of a batch and their options."""
    options: dict[int, list[tuple[int, int, int]]] = {}
    for rating_id, *option in fetch(connection, select_options(shop, ids)):
        options.setdefault(rating_id, []).append((option[0], option[1], option[2]))
    return Rows(fetch(connection, select_names(shop, ids)), options)


def assemble(rows: Rows, shop: Shop, _now: dt.datetime) -> Iterator[FeedItem]:
    """An item for each rating and store view; a rating without options can't be given."""
    for rating_id, store_id, name in rows.names:
        store, options = shop.scopes.stores.get(store_id), rows.options.get(rating_id)
        if store is not None and options:
            yield rating_item(rating_id, store.code, name, options)


def rating_item(
    rating_id: int, store_code: str, name: str, options: Sequence[tuple[int, int, int]]
) -> FeedItem:
    """The item of one rating in one store view."""
    minimal = {"ratingId": coded(rating_id), "storeViewCode": store_code}
    values = [
        {"valueId": coded(option_id), "value": str(value), "position": position}
        for option_id, value, position in options
    ]
    content = {**minimal, "name": name, "values": values}
    return make_item(rating_id, tuple(minimal.values()), content, {}, minimal)


FEED = Feed(
    name="ratingMetadata",
    edges=edges,
    ids=select_ids,
    read=read,
    assemble=assemble,
    natural_key="ratingId",
    owners=select_owners,
    requires=("rating", "rating_option", "rating_store", "rating_title"),
)
"""What the ratings in reviews mean. A rating that is no longer active is deleted there."""
