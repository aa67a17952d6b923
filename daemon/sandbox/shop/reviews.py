"""The rows of reviews, their votes and what is summed up of them."""

from __future__ import annotations

from collections.abc import Sequence

from daemon.sandbox.shop.loader import NULL, Loader
from daemon.sandbox.shop.product import Product
from daemon.sandbox.shop.scopes import CUSTOMERS
from daemon.sandbox.shop.values import Setting
from daemon.sandbox.shop.words import FIRST_NAMES, REVIEW_TITLES, REVIEWS

APPROVED, PENDING, NOT_APPROVED = 1, 2, 3
RATINGS = ("Quality", "Value", "Price", "Rating")
OF_PRODUCT = 1


def add_ratings(load: Loader, setting: Setting) -> None:
    """What can be rated, and the words of it."""
    for id_, code in ((1, "product"), (2, "customer"), (3, "category")):
        load.add("review_entity", id_, code)
    for id_, code in ((APPROVED, "Approved"), (PENDING, "Pending"), (NOT_APPROVED, "Not Approved")):
        load.add("review_status", id_, code)
    for id_, code in ((1, "product"), (2, "product_review"), (3, "review")):
        load.add("rating_entity", id_, code)
    stores = [store for site in setting.websites for store in site.stores]
    for id_, code in enumerate(RATINGS, 1):
        load.add("rating", id_, OF_PRODUCT, code, id_ - 1, int(code != "Price"))
        for value in range(1, 6):
            load.add("rating_option", option_of(id_, value), id_, str(value), value, value)
        for store in stores:
            load.add("rating_store", id_, store.id)
            if store.language == "de":
                german = ("Qualität", "Wert", "Preis", "Wertung")[id_ - 1]
                load.add("rating_title", id_, store.id, german)


def option_of(rating_id: int, value: int) -> int:
    """The id of the option of a rating that gives so many stars."""
    return 5 * (rating_id - 1) + value


def add_reviews(load: Loader, setting: Setting, products: Sequence[Product]) -> None:
    """Two or three reviews of each product, most of them approved."""
    for p in products:
        given = [_add_review(load, setting, p, n) for n in range(2 + p.id % 2)]
        counted = [value for value in given if value]
        if counted:
            _add_summary(load, setting, p, counted)


def _add_review(load: Loader, setting: Setting, p: Product, number: int) -> int:
    id_ = load.next_id("review")
    status = (APPROVED, APPROVED, APPROVED, PENDING, NOT_APPROVED)[id_ % 5]
    stores = setting.stores_of(p)[: 1 + id_ % 3]
    customer = id_ % CUSTOMERS + 1 if id_ % 2 else NULL
    day = setting.day(-(id_ % 200))
    load.add("review", id_, f"{day} 1{number}:20:00", OF_PRODUCT, p.id, status)
    title, text = REVIEW_TITLES[id_ % len(REVIEW_TITLES)], REVIEWS[id_ % len(REVIEWS)]
    load.add("review_detail", id_, stores[0].id, title, text, FIRST_NAMES[id_ % 10], customer)
    for store in (0, *(store.id for store in stores)):
        load.add("review_store", id_, store)
    value = 3 + id_ % 3
    for rating in (1, 2, 4) if id_ % 7 else ():
        load.add("rating_option_vote", option_of(rating, value), "203.0.113.7", 3405803783,
                 customer, p.id, rating, id_, 20 * value, value)  # fmt: skip
    return value if status == APPROVED and id_ % 7 else 0


def _add_summary(load: Loader, setting: Setting, p: Product, counted: Sequence[int]) -> None:
    total = sum(counted)
    percent = 20 * total // len(counted)
    for store in (0, *(store.id for store in setting.stores_of(p))):
        load.add("review_entity_summary", p.id, OF_PRODUCT, len(counted), percent, store)
        for rating in (1, 2, 4):
            load.add("rating_option_vote_aggregated", rating, p.id, len(counted), total, percent,
                     percent, store)  # fmt: skip
