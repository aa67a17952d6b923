import orjson
import pytest

from daemon.core.item import feed_id
from daemon.feeds.reviews import FEED


def test_a_review_is_one_item_with_its_ratings(shop):
    shop.rating(4, "Quality", values=(1, 5))
    shop.rating(12, "Price", values=(1, 3))
    shop.review(9, (0, 1, 3), product=8, customer_id=77)
    shop.vote(9, 4, 5)
    shop.vote(9, 12, 3)
    assert shop.items(FEED, 9) == [
        {
            "reviewId": "9",
            "productId": 8,
            "visibility": ["en", "de"],
            "title": "Good",
            "nickname": "Ann",
            "text": "Very good.",
            "customerId": "77",
            "ratings": [
                {"ratingId": "NA==", "value": "5"},
                {"ratingId": "MTI=", "value": "3"},
            ],
        }
    ]


def test_a_guest_who_rates_nothing_leaves_no_customer_and_no_ratings(shop):
    shop.review(9)
    assert shop.items(FEED, 9) == [
        {
            "reviewId": "9",
            "productId": 5,
            "visibility": ["en"],
            "title": "Good",
            "nickname": "Ann",
            "text": "Very good.",
        }
    ]


@pytest.mark.difference("A review that is not shown any more is deleted")
@pytest.mark.parametrize(
    "row",
    [
        {"status": 2},
        {"status": 3},
        {"entity": 2},
        {"stores": (0,)},
        {"stores": ()},
        {"stores": (99,)},
    ],
)
def test_a_review_that_is_not_shown_has_no_item(shop, row):
    shop.review(9, **row)
    shop.review(10)
    reference = ["9", "10"]  # the first stays as it was sent
    assert [item["reviewId"] for item in shop.items(FEED, 9, 10)] == ["10"] != reference


def test_a_review_that_is_gone_has_no_item(shop):
    assert shop.built(FEED, 9) == []


def test_of_two_votes_for_one_rating_the_last_counts(shop):
    shop.rating(4, "Quality")
    shop.review(9)
    shop.vote(9, 4, 2)
    shop.vote(9, 4, 1)
    (item,) = shop.items(FEED, 9)
    assert item["ratings"] == [{"ratingId": "NA==", "value": "1"}]


def test_a_tombstone_names_the_review(shop):
    shop.review(9)
    (built,) = shop.built(FEED, 9)
    assert orjson.loads(built.minimal) == {"reviewId": "9"}
    assert (built.entity_id, built.feed_id, built.volatile) == (9, feed_id([9]), b"{}")


def test_a_resync_looks_at_reviews_that_are_not_approved_too(shop):
    shop.review(9, status=2)
    shop.review(10)
    assert shop.ids(FEED.ids(shop.read())) == [9, 10]


def test_five_hundred_reviews_cost_as_many_queries_as_one(shop):
    shop.rating(4, "Quality")
    for review_id in range(1, 501):
        shop.review(review_id)
        shop.vote(review_id, 4, 1)
    counted = []
    for count in (1, 10, 500):
        assert len(shop.built(FEED, *range(1, count + 1))) == count
        counted.append(shop.queries)
    assert counted == [3, 3, 3]


def test_a_change_of_a_reviews_tables_concerns_the_review(shop):
    edges = [one for one in FEED.edges(shop.read()) if one.on.changelog.entity == "review"]
    assert {one.on.table: (one.on.key.column, set(one.on.columns)) for one in edges} == {
        "review": ("review_id", {"status_id", "entity_id", "entity_pk_value"}),
        "review_detail": ("review_id", {"title", "detail", "nickname", "customer_id"}),
        "review_store": ("review_id", {"store_id"}),
        "rating_option_vote": ("review_id", {"rating_id", "option_id"}),
    }


@pytest.mark.difference("The value of a rating option counts")
def test_a_rating_whose_values_change_concerns_the_reviews_that_gave_it(shop):
    for rating_id in (4, 5):
        shop.rating(rating_id, f"rating {rating_id}")
    for review_id, rating_id in ((8, 4), (9, 5), (10, 4)):
        shop.review(review_id)
        shop.vote(review_id, rating_id, 1)
    shop.vote(None, 4, 2)
    (edge,) = [one for one in FEED.edges(shop.read()) if one.on.table == "rating_option"]
    assert (edge.on.changelog.entity, edge.on.columns) == ("rating", ("value",))
    reference = []  # its reviews watch the votes, not what these point to
    assert shop.ids(edge.widen(shop.read(), [4])) == [8, 10] != reference


def test_the_code_of_a_store_view_concerns_all_reviews(shop):
    assert [one.on.table for one in FEED.edges(shop.read()) if one.whole] == ["store"]


def test_a_shop_without_reviews_has_no_such_feed(shop):
    assert all(table in shop.read().tables for table in FEED.requires)
    assert {"review", "review_detail", "review_store"} <= set(FEED.requires)
