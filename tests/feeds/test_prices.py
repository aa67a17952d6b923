import datetime as dt
import hashlib

import orjson
import pytest

from daemon.errors import ShopError
from daemon.feeds.prices import FEED

LAST_SECOND = dt.datetime(2026, 11, 23, 7, 59, 59, tzinfo=dt.UTC)
MIDNIGHT = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
TIMEZONE = "general/locale/timezone"


@pytest.fixture
def shop(shop):
    shop.config(TIMEZONE, "UTC")
    return shop


def code(group):
    return hashlib.sha1(str(group).encode(), usedforsecurity=False).hexdigest()


def by_group(shop, *ids, website="base", **options):
    """The items of one website by customer group code."""
    items = shop.items(FEED, *ids, **options)
    return {one["customerGroupCode"]: one for one in items if one["websiteCode"] == website}


def fallback(shop, *ids, website="base"):
    return by_group(shop, *ids, website=website)["0"]


def rules_at(shop, now, *ids):
    """Website code → rule price of group 1 at a moment."""
    built = FEED.build(shop.connection, shop.read(), ids, now)
    bodies = [orjson.loads(item.body) for item in built]
    return {
        one["websiteCode"]: one["discounts"][-1]["price"]
        for one in bodies
        if one["customerGroupCode"] == code(1)
    }


def test_a_product_has_one_item_per_website(shop):
    shop.product(1, 'a"1é', websites=(1, 2), price="34.5")
    shared = {
        "productId": 1,
        "sku": 'a"1é',
        "type": "SIMPLE",
        "customerGroupCode": "0",
        "regular": 34.5,
        "discounts": None,
        "deleted": False,
        "updatedAt": "2026-11-23T16:00:00+00:00",
    }
    assert shop.items(FEED, 1) == [
        {**shared, "websiteCode": "base"},
        {**shared, "websiteCode": "eu"},
    ]


def test_the_time_of_assembly_does_not_count_as_a_change(shop):
    shop.product(1, "a", price=1)
    (item,) = shop.built(FEED, 1)
    assert orjson.loads(item.volatile) == {"updatedAt": "2026-11-23T16:00:00+00:00"}
    assert b"updatedAt" not in item.content


def test_a_tombstone_carries_the_identity(shop):
    shop.product(1, "a", price=1)
    (item,) = shop.built(FEED, 1)
    identity = {"sku": "a", "customerGroupCode": "0", "websiteCode": "base"}
    assert orjson.loads(item.minimal) == identity
    assert item.feed_id == hashlib.sha1(b"a\x000\x00base", usedforsecurity=False).hexdigest()
    assert item.entity_id == 1


@pytest.mark.parametrize(
    ("type_id", "price_type", "expected"),
    [
        ("simple", None, "SIMPLE"),
        ("virtual", None, "SIMPLE"),
        ("of_a_module", None, "SIMPLE"),
        ("downloadable", None, "DOWNLOADABLE"),
        ("grouped", None, "GROUPED"),
        ("bundle", 1, "BUNDLE_FIXED"),
        ("bundle", 0, "BUNDLE_DYNAMIC"),
        ("bundle", None, "BUNDLE_DYNAMIC"),
    ],
)
def test_the_type_is_that_of_the_reference(shop, type_id, price_type, expected):
    shop.product(1, "a", type_id)
    if price_type is not None:
        shop.product_values(1, price_type=price_type)
    assert fallback(shop, 1)["type"] == expected


@pytest.mark.parametrize("type_id", ["configurable", "giftcard"])
def test_products_without_a_price_of_their_own_have_no_items(shop, type_id):
    shop.product(1, "a", type_id, price=5)
    assert shop.items(FEED, 1) == []
    assert shop.ids(FEED.ids(shop.read())) == []


def test_without_a_price_the_regular_price_is_zero(shop):
    shop.product(1, "a")
    assert fallback(shop, 1)["regular"] == 0


def test_a_product_on_no_website_has_no_items(shop):
    shop.product(1, "a", websites=(), price=5)
    assert shop.items(FEED, 1) == []


def test_a_store_view_speaks_for_its_whole_website(shop):
    shop.product(1, "a", websites=(1, 2), price=10)
    shop.product_values(1, store=3, price=12)
    assert [one["regular"] for one in shop.items(FEED, 1)] == [10, 12]


def test_of_several_store_views_the_last_one_wins(shop):
    shop.product(1, "a", price=10)
    shop.product_values(1, store=2, price=13)
    shop.product_values(1, store=1, price=12)
    assert fallback(shop, 1)["regular"] == 13


def test_a_store_view_without_a_price_keeps_the_one_of_all(shop):
    shop.product(1, "a", price=10)
    shop.product_values(1, store=1, price=None)
    assert fallback(shop, 1)["regular"] == 10


def test_a_special_price_is_a_discount_whatever_its_dates(shop):
    shop.product(1, "a", price=10, special_price=8)
    assert fallback(shop, 1)["discounts"] == [{"code": "special_price", "price": 8}]


@pytest.mark.parametrize("price_type", [0, 1])
def test_the_special_price_of_a_bundle_is_a_percentage(shop, price_type):
    shop.product(1, "a", "bundle", price_type=price_type, special_price=80)
    assert fallback(shop, 1)["discounts"] == [{"code": "special_price", "percentage": 80}]


@pytest.mark.parametrize("attribute", ["price", "special_price"])
def test_a_null_of_a_store_view_takes_the_special_price_back(shop, attribute):
    shop.product(1, "a", websites=(1, 2), price=10, special_price=8)
    shop.product_values(1, store=3, **{attribute: None})
    assert [one["discounts"] is None for one in shop.items(FEED, 1)] == [False, True]


def test_a_special_price_beside_a_null_price_counts(shop):
    shop.product(1, "a", price=10, special_price=8)
    shop.product_values(1, store=1, price=None, special_price=7)
    assert fallback(shop, 1)["discounts"] == [{"code": "special_price", "price": 7}]


def test_a_special_price_of_null_for_all_is_none(shop):
    shop.product(1, "a", price=10, special_price=None)
    assert fallback(shop, 1)["discounts"] is None


def test_a_tier_of_one_piece_is_a_discount_and_others_are_tiers(shop):
    shop.product(1, "a", price=10)
    shop.tier(1, "0.5", 3)
    shop.tier(1, 1, 9)
    shop.tier(1, "2.5", 8)
    item = fallback(shop, 1)
    assert item["discounts"] == [{"code": "group", "price": 9}]
    assert item["tierPrices"] == [{"qty": 2.5, "price": 8}]


def test_a_price_of_zero_is_a_price(shop):
    shop.product(1, "a", price=10)
    shop.tier(1, 1, 0)
    assert fallback(shop, 1)["discounts"] == [{"code": "group", "price": 0}]


@pytest.mark.difference("A tier is of its own kind")
def test_each_tier_is_of_its_own_kind(shop):
    shop.product(1, "a", price=10)
    shop.tier(1, 5, 8)
    shop.tier(1, 10, percentage_value=15)
    rows = [(5, 8, None), (10, 0, 15)]
    reference = (
        [{"qty": qty, "price": price} for qty, price, _ in rows],
        [{"qty": qty, "percentage": cut} for qty, _, cut in rows if cut is not None],
    )
    here = fallback(shop, 1)["tierPrices"]
    assert here == [{"qty": 5, "price": 8}, {"qty": 10, "percentage": 15}]
    assert here not in reference, "one of the two, by the row that the server picks"


def test_tiers_of_all_websites_come_first_and_the_same_quantity_replaces_in_place(shop):
    shop.product(1, "a", websites=(1, 2), price=10)
    shop.tier(1, 2, 7, website_id=2)
    shop.tier(1, 10, 5, website_id=2)
    shop.tier(1, 10, 6)
    shop.tier(1, 5, percentage_value=30)
    assert fallback(shop, 1, website="eu")["tierPrices"] == [
        {"qty": 5, "percentage": 30},
        {"qty": 10, "price": 5},
        {"qty": 2, "price": 7},
    ]
    assert fallback(shop, 1)["tierPrices"] == [
        {"qty": 5, "percentage": 30},
        {"qty": 10, "price": 6},
    ]


def test_a_group_starts_with_the_whole_fallback(shop):
    shop.product(1, "a", price=10, special_price=9)
    shop.tier(1, 1, 8)
    shop.tier(1, 10, 5)
    shop.tier(1, 3, 7, group=2)
    items = by_group(shop, 1)
    assert items.keys() == {"0", code(2)}
    assert items[code(2)] == {
        **items["0"],
        "customerGroupCode": code(2),
        "tierPrices": [{"qty": 10, "price": 5}, {"qty": 3, "price": 7}],
    }


def test_the_tiers_of_a_group_replace_those_of_all(shop):
    shop.product(1, "a", price=10)
    shop.tier(1, 1, 8)
    shop.tier(1, 1, percentage_value=50, group=0)
    items = by_group(shop, 1)
    assert items["0"]["discounts"] == [{"code": "group", "price": 8}]
    assert items[code(0)]["discounts"] == [{"code": "group", "percentage": 50}]


def test_tiers_of_a_group_for_all_websites_make_an_item_on_each(shop):
    shop.product(1, "a", websites=(1, 2), price=10)
    shop.tier(1, 2, 8, group=3)
    assert code(3) in by_group(shop, 1)
    assert code(3) in by_group(shop, 1, website="eu")


def test_tiers_of_a_group_for_one_website_make_an_item_there_only(shop):
    shop.product(1, "a", websites=(1, 2), price=10)
    shop.tier(1, 2, 8, group=3, website_id=2)
    assert by_group(shop, 1).keys() == {"0"}
    assert by_group(shop, 1, website="eu").keys() == {"0", code(3)}


def test_a_groups_tiers_of_all_websites_come_before_those_of_the_website(shop):
    shop.product(1, "a", websites=(1, 2), price=10)
    shop.tier(1, 2, 8, group=3)
    shop.tier(1, 5, 7, group=3)
    shop.tier(1, 2, 6, group=3, website_id=2)
    assert by_group(shop, 1)[code(3)]["tierPrices"] == [
        {"qty": 2, "price": 8},
        {"qty": 5, "price": 7},
    ]
    assert by_group(shop, 1, website="eu")[code(3)]["tierPrices"] == [
        {"qty": 2, "price": 6},
        {"qty": 5, "price": 7},
    ]


def test_a_rule_price_makes_an_item_for_its_group_and_website(shop):
    shop.product(1, "a", websites=(1, 2), price=10, special_price=9)
    shop.rule(1, "6.5", group=1, website=2)
    assert by_group(shop, 1).keys() == {"0"}
    assert by_group(shop, 1, website="eu")[code(1)]["discounts"] == [
        {"code": "special_price", "price": 9},
        {"code": "catalog_rule", "price": 6.5},
    ]


@pytest.mark.difference("A customer group's price is one item")
def test_tiers_and_a_rule_price_of_a_group_stand_in_one_item(shop):
    shop.product(1, "a", price=10)
    shop.tier(1, 1, 8, group=1)
    shop.tier(1, 4, 7, group=1)
    shop.rule(1, 6)
    reference = [[{"code": "catalog_rule", "price": 6}], [{"code": "group", "price": 8}]]
    _, item = shop.items(FEED, 1)
    assert item["customerGroupCode"] == code(1)
    assert item["discounts"] == [*reference[1], *reference[0]]
    assert item["discounts"] not in reference
    assert item["tierPrices"] == [{"qty": 4, "price": 7}]


def test_rule_prices_of_websites_without_the_product_count_for_nothing(shop):
    shop.product(1, "a", price=10)
    shop.rule(1, 6, website=2)
    assert len(shop.items(FEED, 1)) == 1


@pytest.mark.difference("Rule prices of today, by the website's own clock")
def test_rule_prices_change_at_the_midnight_of_the_website(shop):
    shop.product(1, "a", websites=(1, 2), price=10)
    for website in (1, 2):
        shop.rule(1, 6, date="2026-11-22", website=website)
        shop.rule(1, 7, date="2026-11-23", website=website)
    shop.change("store_group", "group_id = 1", default_store_id=1)
    shop.change("store_group", "group_id = 2", default_store_id=3)
    shop.change("store_website", "website_id = 1", default_group_id=1)
    shop.change("store_website", "website_id = 2", default_group_id=2)
    shop.config(TIMEZONE, "America/Los_Angeles", "websites", 1)
    before = rules_at(shop, LAST_SECOND, 1)
    reference = before  # until a full sync: no row was written
    assert before == {"base": 6, "eu": 7}
    assert rules_at(shop, MIDNIGHT, 1) == {"base": 7, "eu": 7} != reference


def test_a_website_without_a_default_store_view_goes_by_utc(shop):
    shop.product(1, "a", price=10)
    shop.rule(1, 7, date="2026-11-23")
    shop.change("core_config_data", f"path = '{TIMEZONE}'", value="America/Los_Angeles")
    assert rules_at(shop, LAST_SECOND, 1) == {"base": 7}


def test_an_unknown_timezone_is_named(shop):
    shop.product(1, "a")
    shop.change("store_group", "group_id = 1", default_store_id=1)
    shop.change("store_website", "website_id = 1", default_group_id=1)
    shop.config(TIMEZONE, "Mars/Olympus", "websites", 1)
    with pytest.raises(ShopError, match=r"store view en is 'Mars/Olympus'"):
        shop.items(FEED, 1)


def test_without_the_table_of_rule_prices_there_are_none(shop):
    shop.product(1, "a", price=10)
    shop.rule(1, 7)
    assert by_group(shop, 1, without=["catalogrule_product_price"]).keys() == {"0"}


def test_parents_are_those_on_the_same_website(shop):
    shop.product(1, "child", websites=(1, 2))
    shop.product(2, "conf", "configurable", websites=(1, 2))
    shop.product(3, "set", "bundle", websites=(1,), price_type=1)
    shop.product(4, "group", "grouped", websites=())
    for parent in (2, 3, 4):
        shop.part(parent, 1)
    configurable = {"type": "CONFIGURABLE", "sku": "conf"}
    assert fallback(shop, 1)["parents"] == [configurable, {"type": "BUNDLE", "sku": "set"}]
    assert fallback(shop, 1, website="eu")["parents"] == [configurable]


def test_parents_are_absent_where_there_are_none(shop):
    shop.product(1, "a")
    assert "parents" not in fallback(shop, 1)


def test_prices_of_other_products_do_not_mix(shop):
    shop.product(1, "a", price=1, special_price=0)
    shop.product(2, "b", price=2)
    shop.tier(2, 3, 1)
    shop.rule(1, "0.5")
    assert [
        (one["sku"], one["regular"], "tierPrices" in one) for one in shop.items(FEED, 1, 2)
    ] == [
        ("a", 1, False),
        ("a", 1, False),
        ("b", 2, True),
    ]


def test_a_product_that_is_gone_has_no_items(shop):
    assert shop.items(FEED, 999) == []


def test_a_staged_price_counts_when_its_version_is_in_force(staged_shop):
    shop = staged_shop
    shop.product(1, "a", price=10)
    shop.change("catalog_product_entity", "row_id = 2", updated_in=1000)
    shop.version(1, "a", "simple", 77, (1000, 2147483647))
    shop.add("catalog_product_entity_decimal", row_id=77, attribute_id=77, store_id=0, value=5)
    assert [one["regular"] for one in shop.items(FEED, 1)] == [10]
    shop.add("flag", flag_code="staging", flag_data='{"current_version": 1000}')
    assert [one["regular"] for one in shop.items(FEED, 1)] == [5]


def test_the_number_of_queries_does_not_depend_on_that_of_products(shop):
    for number in range(1, 501):
        shop.product(number, f"p{number}", price=number)
        shop.tier(number, 2, 1)
    batches = [range(1, 2), range(1, 11), range(1, 501)]
    assert [shop.count_queries(FEED, ids) for ids in batches] == [8, 8, 8]


def test_the_owner_of_a_sku_is_the_living_product(shop):
    shop.product(1, "a")
    shop.product(2, "b")
    assert shop.rows(FEED.owners(shop.read(), ["b", "c"])) == [("b", 2)]


def test_each_product_of_a_batch_has_its_own_parents(shop):
    for child, parent in ((1, 11), (2, 12)):
        shop.product(child, f"child {child}")
        shop.product(parent, f"parent {parent}", "configurable")
        shop.part(parent, child)
    skus = [[one["sku"] for one in item["parents"]] for item in shop.items(FEED, 1, 2)]
    assert skus == [["parent 11"], ["parent 12"]]


@pytest.mark.difference("Websites, store views, parents and time zones make prices stale")
@pytest.mark.parametrize("table", ["catalog_product_entity", "catalog_product_website"])
def test_a_change_of_a_parent_makes_its_children_stale(shop, table):
    shop.product(1, "child")
    shop.product(2, "conf", "configurable")
    shop.product(3, "other")
    shop.part(2, 1)
    reference = []  # none but the parent itself, which has no item
    assert shop.widened(FEED, table, 2, 3) == [1] != reference


def test_only_the_attributes_that_are_read_count(shop):
    (decimals,) = shop.edges_on(FEED, "catalog_product_entity_decimal")
    (integers,) = shop.edges_on(FEED, "catalog_product_entity_int")
    assert decimals.attributes == {"price", "special_price"}
    assert integers.attributes == {"price_type"}


@pytest.mark.difference("Websites, store views, parents and time zones make prices stale")
def test_scopes_and_the_timezone_make_the_whole_feed_stale(shop):
    whole = [edge.on.table for edge in FEED.edges(shop.read()) if edge.whole]
    reference = []
    assert whole == ["store_website", "store_group", "store", "core_config_data"] != reference
    (config,) = shop.edges_on(FEED, "core_config_data")
    assert config.values == {TIMEZONE}


def test_a_parent_of_a_version_that_is_not_in_force_is_none(staged_shop):
    shop = staged_shop
    shop.product(1, "a")
    shop.product(10, "shirt", "configurable")
    shop.change("catalog_product_entity", "row_id = 20", updated_in=1000)
    shop.version(10, "shirt", "configurable", 88, (1000, 2147483647))
    shop.add("catalog_product_relation", parent_id=88, child_id=1)
    assert "parents" not in fallback(shop, 1)
    shop.add("flag", flag_code="staging", flag_data='{"current_version": 1000}')
    assert fallback(shop, 1)["parents"] == [{"type": "CONFIGURABLE", "sku": "shirt"}]
