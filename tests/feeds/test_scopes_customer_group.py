import pytest

from daemon.feeds.scopes_customer_group import FEED

VISITORS = "b6589fc6ab0dc82cf12099d1c2d40ab994e8410c"
GENERAL = "356a192b7913b04c54574d18c28d46e6395428ab"


@pytest.fixture
def shop(shop):
    shop.add("customer_group", customer_group_id=0, customer_group_code="NOT LOGGED IN")
    shop.add("customer_group", customer_group_id=1, customer_group_code="General")
    return shop


@pytest.mark.difference("Customer group 0 is sent")
def test_visitors_who_are_not_logged_in_are_a_group_too(shop):
    reference, here = [1], shop.ids(FEED.ids(shop.read()))
    assert here == [0, *reference]
    assert shop.items(FEED, 0, 1) == [
        {"customerGroupId": "0", "customerGroupCode": VISITORS, "websites": ["base", "eu"]},
        {"customerGroupId": "1", "customerGroupCode": GENERAL, "websites": ["base", "eu"]},
    ]


def test_a_group_lists_only_the_websites_it_is_not_kept_from(shop):
    shop.add("customer_group_excluded_website", customer_group_id=1, website_id=1)
    assert [item["websites"] for item in shop.items(FEED, 0, 1)] == [["base", "eu"], ["eu"]]


def test_a_group_that_is_kept_from_every_website_has_null(shop):
    for website_id in (1, 2):
        shop.add("customer_group_excluded_website", customer_group_id=1, website_id=website_id)
    assert shop.items(FEED, 1)[0]["websites"] is None


def test_a_shop_without_the_table_of_exclusions_has_none(shop):
    (item,) = shop.items(FEED, 1, without=["customer_group_excluded_website"])
    assert item["websites"] == ["base", "eu"]


def test_a_group_that_is_gone_has_no_item(shop):
    assert shop.items(FEED, 7) == []


def test_a_tombstone_says_which_group_it_was(shop):
    (built,) = shop.built(FEED, 1)
    assert built.minimal == f'{{"customerGroupCode":"{GENERAL}","customerGroupId":"1"}}'.encode()


def test_many_groups_cost_as_many_queries_as_one(shop):
    for number in range(101, 601):
        shop.add("customer_group", customer_group_id=number, customer_group_code=f"g{number}")
    batches = [range(101, 102), range(101, 111), range(101, 601)]
    assert [shop.count_queries(FEED, ids) for ids in batches] == [2, 2, 2]


def test_a_website_that_comes_goes_or_is_renamed_makes_every_group_stale(shop):
    edges = {one.on.table: one for one in FEED.edges(shop.read())}
    assert edges["store_website"].whole
    assert edges["store_website"].on.columns == ("code",)
    assert not edges["customer_group"].whole
    assert edges["customer_group_excluded_website"].on.key.column == "customer_group_id"
    assert edges["customer_group_excluded_website"].on.optional
