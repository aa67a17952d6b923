"""Writing and approving one review."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from daemon.commerce.shop import Shop
from daemon.sandbox.shop.live import Picked
from daemon.sandbox.shop.reviews import APPROVED, OF_PRODUCT, PENDING, option_of

RATED = (1, 2, 4)


def write_review(connection: sa.Connection, shop: Shop, product: Picked, stars: int) -> int:
    """A review by a guest, in the first store view, that waits for approval; returns its id."""
    store = shop.scopes.store_views[0]
    head = {"entity_id": OF_PRODUCT, "entity_pk_value": product.id, "status_id": PENDING}
    review = sa.insert(shop.tables("review")).values(head)
    id_ = int(connection.execute(review).lastrowid)
    text = {"title": "A surprise", "detail": "Better than in the picture.", "nickname": "Guest"}
    detail = {"review_id": id_, "store_id": store.id, **text}
    connection.execute(sa.insert(shop.tables("review_detail")).values(detail))
    seen = [{"review_id": id_, "store_id": number} for number in (0, store.id)]
    connection.execute(sa.insert(shop.tables("review_store")), seen)
    vote = {"remote_ip": "203.0.113.9", "remote_ip_long": 3405803785, "review_id": id_}
    vote |= {"entity_pk_value": product.id, "percent": 20 * stars, "value": stars}
    votes = [{**vote, "rating_id": r, "option_id": option_of(r, stars)} for r in RATED]
    connection.execute(sa.insert(shop.tables("rating_option_vote")), votes)
    return id_


def approve(
    connection: sa.Connection, shop: Shop, review_id: int, product: Picked, stars: int
) -> None:
    """Approve a review and count it in."""
    review = shop.tables("review")
    same = review.c.review_id == review_id
    connection.execute(sa.update(review).where(same).values(status_id=APPROVED))
    summary = shop.tables("review_entity_summary")
    for store in (0, shop.scopes.store_views[0].id):
        mine = (summary.c.entity_pk_value == product.id, summary.c.store_id == store)
        more = sa.update(summary).where(*mine).values(reviews_count=summary.c.reviews_count + 1)
        if not connection.execute(more).rowcount:
            row = {"entity_pk_value": product.id, "entity_type": OF_PRODUCT, "store_id": store}
            row |= {"reviews_count": 1, "rating_summary": 20 * stars}
            connection.execute(mysql.insert(summary).values(row))
