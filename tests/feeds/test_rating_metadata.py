import orjson
import pytest

from daemon.core.item import feed_id
from daemon.feeds.rating_metadata import FEED

VALUES = [
    {"valueId": "NDE=", "value": "1", "position": 101},
    {"valueId": "NDI=", "value": "2", "position": 102},
]


def test_a_rating_has_an_item_in_each_store_view_with_its_title_there(shop):
    shop.rating(4, "Quality", (0, 1, 3))
    shop.add("rating_title", rating_id=4, store_id=0, value="of the admin")
    shop.add("rating_title", rating_id=4, store_id=3, value="Qualität")
    assert shop.items(FEED, 4) == [
        {"ratingId": "NA==", "storeViewCode": "en", "name": "Quality", "values": VALUES},
        {"ratingId": "NA==", "storeViewCode": "de", "name": "Qualität", "values": VALUES},
    ]


@pytest.mark.difference("A rating that can't be given any more is deleted")
@pytest.mark.parametrize(
    "row",
    [{"is_active": 0}, {"values": ()}, {"stores": (0,)}, {"stores": ()}, {"stores": (99,)}],
)
def test_a_rating_that_nobody_can_give_has_no_item(shop, row):
    shop.rating(4, "Quality", **row)
    shop.rating(5, "Price")
    reference = ["NA==", "NQ=="]  # the first stays as it was sent
    assert [item["ratingId"] for item in shop.items(FEED, 4, 5)] == ["NQ=="] != reference


def test_a_rating_that_is_gone_has_no_item(shop):
    assert shop.built(FEED, 4) == []


def test_a_tombstone_names_the_rating_and_the_store_view(shop):
    shop.rating(4, "Quality")
    (built,) = shop.built(FEED, 4)
    assert orjson.loads(built.minimal) == {"ratingId": "NA==", "storeViewCode": "en"}
    identity = feed_id(["NA==", "en"])
    assert (built.entity_id, built.feed_id, built.volatile) == (4, identity, b"{}")


def test_a_resync_looks_at_ratings_that_are_not_active_too(shop):
    shop.rating(4, "Quality", is_active=0)
    shop.rating(5, "Price")
    assert shop.ids(FEED.ids(shop.read())) == [4, 5]


def test_a_rating_is_found_by_its_id_as_items_carry_it(shop):
    shop.rating(4, "Quality")
    shop.rating(12, "Price")
    query = FEED.owners(shop.read(), ["MTI=", "NA", "Quality", "OTk="])
    assert shop.rows(query) == [("MTI=", 12)]


def test_five_hundred_ratings_cost_as_many_queries_as_one(shop):
    for rating_id in range(1, 501):
        shop.rating(rating_id, f"rating {rating_id}", (1,), (1,))
    counted = []
    for count in (1, 10, 500):
        assert len(shop.built(FEED, *range(1, count + 1))) == count
        counted.append(shop.queries)
    assert counted == [2, 2, 2]


def test_a_change_of_a_ratings_tables_concerns_the_rating(shop):
    edges = [one for one in FEED.edges(shop.read()) if not one.whole]
    assert {one.on.table: (one.on.key.column, set(one.on.columns)) for one in edges} == {
        "rating": ("rating_id", {"rating_code", "is_active"}),
        "rating_option": ("rating_id", {"value", "position"}),
        "rating_store": ("rating_id", {"store_id"}),
        "rating_title": ("rating_id", {"store_id", "value"}),
    }


def test_the_code_of_a_store_view_concerns_all_ratings(shop):
    assert [one.on.table for one in FEED.edges(shop.read()) if one.whole] == ["store"]


def test_a_shop_without_ratings_has_no_such_feed():
    assert set(FEED.requires) == {"rating", "rating_option", "rating_store", "rating_title"}
