"""Feed reviews: one item per approved product review, with the ratings that were given."""

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
from daemon.feeds._changelogs import RATING, REVIEW
from daemon.feeds._ratings import ADMIN_STORE, coded
from daemon.feeds._rows import fetch
from daemon.feeds._scopes import STORE

APPROVED = 1
"""The status of reviews that the shop shows."""

OPTIONS = Subscription(RATING, "rating_option", Key("rating_id"), ("value",))


@dataclass(frozen=True, slots=True)
class Rows:
    """What a batch reads.

    reviews: (review id, product id, title, nickname, text, customer id), once for each review.
    stores: review id → ids of the store views that show it.
    votes: review id → rating id → value of the chosen option.
    """

    reviews: Sequence[tuple[Any, ...]]
    stores: Mapping[int, Sequence[int]]
    votes: Mapping[int, Mapping[int, int]]


def edges(_shop: Shop) -> tuple[Edge, ...]:
    """The review's tables, the values of rating options, and the codes of store views."""
    own = (
        ("review", ("status_id", "entity_id", "entity_pk_value")),
        ("review_detail", ("title", "detail", "nickname", "customer_id")),
        ("review_store", ("store_id",)),
        ("rating_option_vote", ("rating_id", "option_id")),
    )
    return (
        *(
            Edge(Subscription(REVIEW, table, Key("review_id"), read), "the review")
            for table, read in own
        ),
        Edge(OPTIONS, "the reviews that gave this rating", widen=select_voters),
        Edge(STORE, "all reviews, for each names the store views that show it", whole=True),
    )


def select_voters(shop: Shop, ratings: Sequence[Any]) -> sa.Select[tuple[int]]:
    """The reviews that gave one of these ratings."""
    vote, option = shop.tables("rating_option_vote"), shop.tables("rating_option")
    query = sa.select(vote.c.review_id).join(option, option.c.option_id == vote.c.option_id)
    return query.where(option.c.rating_id.in_(ratings), vote.c.review_id.is_not(None)).distinct()


def select_ids(shop: Shop) -> sa.Select[tuple[int]]:
    """Every review, approved or not: one that no longer is must be looked at to be deleted."""
    return sa.select(shop.tables("review").c.review_id)


def select_reviews(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """The approved product reviews."""
    review, detail = shop.tables("review"), shop.tables("review_detail")
    kind = shop.tables("review_entity")
    said = (detail.c.title, detail.c.nickname, detail.c.detail, detail.c.customer_id)
    return (
        sa.select(review.c.review_id, review.c.entity_pk_value, *said)
        .join_from(review, detail, detail.c.review_id == review.c.review_id)
        .join(kind, kind.c.entity_id == review.c.entity_id)
        .where(
            review.c.review_id.in_(ids),
            review.c.status_id == APPROVED,
            kind.c.entity_code == "product",
        )
        .order_by(detail.c.detail_id)
    )


def select_stores(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """Where the reviews are shown, the admin's store view aside."""
    c = shop.tables("review_store").c
    query = sa.select(c.review_id, c.store_id)
    return query.where(c.review_id.in_(ids), c.store_id != ADMIN_STORE).order_by(c.store_id)


def select_votes(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """The ratings that were given with the reviews."""
    vote, option = shop.tables("rating_option_vote"), shop.tables("rating_option")
    return (
        sa.select(vote.c.review_id, vote.c.rating_id, option.c.value)
        .join(option, option.c.option_id == vote.c.option_id)
        .where(vote.c.review_id.in_(ids))
        .order_by(vote.c.vote_id)
    )


def read(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> Rows:
    """The reviews of a batch, where they are shown, and their ratings."""
    reviews = {row[0]: row for row in fetch(connection, select_reviews(shop, ids))}
    stores: dict[int, list[int]] = {}
    for review_id, store_id in fetch(connection, select_stores(shop, ids)):
        stores.setdefault(review_id, []).append(store_id)
    votes: dict[int, dict[int, int]] = {}
    for review_id, rating_id, value in fetch(connection, select_votes(shop, ids)):
        votes.setdefault(review_id, {})[rating_id] = value
    return Rows(list(reviews.values()), stores, votes)


def assemble(rows: Rows, shop: Shop, _now: dt.datetime) -> Iterator[FeedItem]:
    """An item for each review that at least one store view shows."""
    for row in rows.reviews:
        shown = [shop.scopes.stores.get(store_id) for store_id in rows.stores.get(row[0], ())]
        codes = [store.code for store in shown if store is not None]
        if codes:
            yield review_item(row, codes, rows.votes.get(row[0], {}))


def review_item(row: tuple[Any, ...], codes: Sequence[str], votes: Mapping[int, int]) -> FeedItem:
    """The item of one review."""
    review_id, product_id, title, nickname, text, customer_id = row
    minimal = {"reviewId": str(review_id)}
    content: dict[str, Any] = {
        **minimal,
        "productId": product_id,
        "visibility": codes,
        "title": title,
        "nickname": nickname,
        "text": text,
    }
    if customer_id is not None:
        content["customerId"] = str(customer_id)
    if votes:
        content["ratings"] = [
            {"ratingId": coded(rating_id), "value": str(value)}
            for rating_id, value in votes.items()
        ]
    return make_item(review_id, [review_id], content, {}, minimal)


FEED = Feed(
    name="reviews",
    edges=edges,
    ids=select_ids,
    read=read,
    assemble=assemble,
    natural_key="reviewId",
    requires=(
        "review",
        "review_detail",
        "review_entity",
        "review_store",
        "rating_option",
        "rating_option_vote",
    ),
    is_personal=True,
)
"""What customers say of products. A review that is no longer approved is deleted there."""
