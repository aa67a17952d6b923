import hashlib

import orjson
import pytest
from permission_rows import ALLOW, DENY, OPEN
from permission_rows import PERMISSION_PATH as PATH

from daemon.app import has_tables
from daemon.feeds.category_permissions import FEED

TABLE = "magento_catalogpermissions"
ALL_ALLOWED = (True, True, True)


@pytest.fixture
def shop(permitting_shop):
    return permitting_shop


def code(group):
    return hashlib.sha1(str(group).encode(), usedforsecurity=False).hexdigest()


def told(shop, *ids):
    """(website code, customer group code) → the three answers."""
    names = ("displayable", "priceDisplayable", "addToCartAllowed")
    return {
        (one["websiteCode"], one["customerGroupCode"]): tuple(one[name] for name in names)
        for one in shop.items(FEED, *ids)
    }


@pytest.mark.difference("A category's permissions are its rows, as they stand")
def test_a_row_is_an_item(shop):
    shop.permission(10, 2, 4, ALLOW, DENY, OPEN)
    assert shop.items(FEED, 10) == [
        {
            "categoryId": "10",
            "websiteCode": "eu",
            "customerGroupCode": code(4),
            "displayable": True,
            "priceDisplayable": False,
            "addToCartAllowed": None,
            "deleted": False,
            "modifiedAt": "2026-11-23 16:00:00",
        }
    ]


def test_null_stands_for_all_websites_and_for_all_customer_groups(shop):
    shop.permission(10, None, 0, DENY, DENY, DENY)
    shop.permission(10, 1, None, ALLOW, OPEN, DENY)
    shop.permission(10, None, None, OPEN, OPEN, ALLOW)
    assert told(shop, 10) == {
        (None, code(0)): (False, False, False),
        ("base", None): (True, None, False),
        (None, None): (None, None, True),
    }


def test_a_tombstone_carries_the_identity_with_its_nulls(shop):
    shop.permission(10, None, 0, DENY, DENY, DENY)
    shop.permission(10, None, None, DENY, DENY, DENY)
    one, other = shop.built(FEED, 10)
    identity = {"categoryId": "10", "websiteCode": None, "customerGroupCode": code(0)}
    assert orjson.loads(one.minimal) == identity
    assert orjson.loads(other.minimal) == identity | {"customerGroupCode": None}
    assert one.feed_id != other.feed_id
    assert (one.entity_id, b"modifiedAt" in one.content) == (10, False)


def test_of_two_rows_with_the_same_nulls_the_later_one_counts(shop):
    shop.permission(10, None, 0, DENY, DENY, DENY)
    shop.permission(10, None, 0, ALLOW, DENY, DENY)
    assert told(shop, 10) == {(None, code(0)): (True, False, False)}


def test_a_row_that_is_written_anew_stays_the_same_item(shop):
    shop.permission(10, None, 0, DENY, DENY, DENY)
    (before,) = shop.built(FEED, 10)
    shop.delete(TABLE, "category_id = 10")
    shop.permission(10, None, 0, DENY, DENY, DENY)
    assert shop.built(FEED, 10) == [before]


def test_a_category_without_rows_has_no_items(shop):
    assert shop.items(FEED, 10) == []


@pytest.mark.parametrize(
    ("settings", "guest", "member"),
    [
        ({}, ALL_ALLOWED, ALL_ALLOWED),
        ({"catalog_category_view": "0"}, (False, True, True), (False, True, True)),
        ({"catalog_product_price": "0"}, (True, False, True), (True, False, True)),
        ({"checkout_items": "0"}, (True, True, False), (True, True, False)),
        ({"checkout_items": "2"}, (True, True, False), (True, True, False)),
        (
            {"checkout_items": "2", "checkout_items_groups": "1, 4"},
            (True, True, False),
            ALL_ALLOWED,
        ),
        (
            {"checkout_items": "2", "checkout_items_groups": "14,0"},
            ALL_ALLOWED,
            (True, True, False),
        ),
        ({"checkout_items": "1", "checkout_items_groups": "4"}, ALL_ALLOWED, ALL_ALLOWED),
        (
            {"checkout_items": "0", "checkout_items_groups": "4"},
            (True, True, False),
            (True, True, False),
        ),
    ],
)
def test_the_fallback_says_what_the_configuration_grants_each_group(shop, settings, guest, member):
    for name, value in settings.items():
        shop.permission_setting(f"grant_{name}", value)
    assert told(shop, 0) == {
        (None, code(0)): guest,
        (None, code(1)): member,
        (None, code(4)): member,
    }


def test_the_fallback_is_of_category_0(shop):
    assert shop.items(FEED, 0)[0] == {
        "categoryId": "0",
        "websiteCode": None,
        "customerGroupCode": code(0),
        "displayable": True,
        "priceDisplayable": True,
        "addToCartAllowed": True,
        "deleted": False,
        "modifiedAt": "2026-11-23 16:00:00",
    }


def test_a_website_is_told_of_where_its_own_configuration_differs(shop):
    shop.permission_setting("grant_checkout_items", "2", website=2)
    shop.permission_setting("grant_checkout_items_groups", "1,4", website=2)
    assert told(shop, 0) == {
        (None, code(0)): ALL_ALLOWED,
        (None, code(1)): ALL_ALLOWED,
        (None, code(4)): ALL_ALLOWED,
        ("eu", code(0)): (True, True, False),
    }


def test_what_a_store_view_is_configured_to_does_not_count(shop):
    shop.config(f"{PATH}grant_checkout_items", "0", "stores", 3)
    assert set(told(shop, 0).values()) == {ALL_ALLOWED}


@pytest.mark.difference("Where permissions are switched off, nothing is sent")
def test_where_permissions_are_switched_off_there_are_no_items(shop):
    shop.permission(10, None, 0, DENY, DENY, DENY)
    shop.change("core_config_data", f"path = '{PATH}enabled'", value="0")
    assert shop.items(FEED, 0, 10) == []
    assert shop.ids(FEED.ids(shop.read())) == []


def test_they_are_off_where_nobody_ever_switched_them_on(shop):
    shop.permission(10, None, 0, DENY, DENY, DENY)
    shop.delete("core_config_data", f"path = '{PATH}enabled'")
    assert shop.items(FEED, 0, 10) == []


def test_a_website_with_permissions_switched_off_allows_everything(shop):
    shop.permission(10, 2, 0, DENY, DENY, DENY)
    shop.permission(10, 1, 0, DENY, DENY, DENY)
    shop.permission_setting("enabled", "0", website=2)
    shop.permission_setting("grant_catalog_category_view", "0")
    assert told(shop, 10).keys() == {("base", code(0))}
    assert told(shop, 0)[None, code(0)] == (False, True, True)
    assert told(shop, 0)["eu", code(0)] == ALL_ALLOWED


def test_all_ids_are_those_of_categories_with_rows_and_the_fallback(shop):
    shop.permission(10, None, 0, DENY, DENY, DENY)
    shop.permission(10, None, 1, DENY, DENY, DENY)
    shop.permission(12, 1, None, DENY, DENY, DENY)
    assert shop.ids(FEED.ids(shop.read())) == [0, 10, 12]


def test_the_number_of_queries_does_not_depend_on_that_of_categories(shop):
    for category in range(1, 501):
        shop.permission(category, None, 0, DENY, DENY, DENY)
    batches = [range(1), range(10), range(500)]
    assert [shop.count_queries(FEED, ids) for ids in batches] == [2, 2, 2]


def test_a_website_concerns_the_categories_with_a_row_of_it_and_the_fallback(shop):
    shop.permission(10, 2, 0, DENY, DENY, DENY)
    shop.permission(11, 1, 0, DENY, DENY, DENY)
    shop.permission(12, None, 0, DENY, DENY, DENY)
    assert shop.widened(FEED, "store_website", 2) == [0, 10]


@pytest.mark.parametrize("table", ["customer_group", "core_config_data"])
def test_groups_and_settings_concern_the_fallback(shop, table):
    assert shop.widened(FEED, table, 7) == [0]


def test_switching_permissions_on_or_off_concerns_everything(shop):
    whole = [edge for edge in FEED.edges(shop.read()) if edge.whole]
    assert [(edge.on.table, edge.values) for edge in whole] == [
        ("core_config_data", {f"{PATH}enabled"})
    ]


def test_the_feed_is_off_on_open_source(plain_tables):
    assert not has_tables(FEED, plain_tables.read())
