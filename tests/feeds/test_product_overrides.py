import hashlib

import orjson
import pytest
from feed_shop import feed_shop
from permission_rows import ALLOW, DENY, OPEN
from permission_rows import PERMISSION_PATH as PATH
from permission_rows import PRODUCT_INDEX as INDEX

from daemon.app import has_tables
from daemon.feeds.product_overrides import FEED

ALL, NONE = (True, True, True), (False, False, False)
NO_SALE, NO_PRICE = (True, True, False), (True, False, False)


@pytest.fixture
def shop(permitting_shop):
    return permitting_shop


def code(group):
    return hashlib.sha1(str(group).encode(), usedforsecurity=False).hexdigest()


def told(shop, *ids, group=0):
    """Website code → the three answers for a customer group."""
    names = ("displayable", "priceDisplayable", "addToCartAllowed")
    return {
        one["websiteCode"]: tuple(one[name] for name in names)
        for one in shop.items(FEED, *ids)
        if one["customerGroupCode"] == code(group)
    }


def test_a_product_has_an_item_for_each_website_and_customer_group(shop):
    shop.listed_product(7, 'a"1é', websites=(1, 2))
    shop.permission_index(7, 1, 4, ALLOW, ALLOW, DENY)
    shop.permission_index(7, 3, 0, DENY, DENY, DENY)
    shared = {
        "sku": 'a"1é',
        "productId": "7",
        "displayable": True,
        "priceDisplayable": True,
        "addToCartAllowed": True,
        "deleted": False,
        "modifiedAt": "2026-11-23 16:00:00",
    }
    denied = dict.fromkeys(("displayable", "priceDisplayable", "addToCartAllowed"), False)
    assert shop.items(FEED, 7) == [
        {**shared, "websiteCode": "base", "customerGroupCode": code(0)},
        {**shared, "websiteCode": "base", "customerGroupCode": code(1)},
        {**shared, "websiteCode": "base", "customerGroupCode": code(4), "addToCartAllowed": False},
        {**shared, "websiteCode": "eu", "customerGroupCode": code(0), **denied},
        {**shared, "websiteCode": "eu", "customerGroupCode": code(1)},
        {**shared, "websiteCode": "eu", "customerGroupCode": code(4)},
    ]


def test_a_tombstone_carries_the_identity(shop):
    shop.listed_product(7, "a")
    item = shop.built(FEED, 7)[0]
    identity = {"sku": "a", "websiteCode": "base", "customerGroupCode": code(0)}
    assert orjson.loads(item.minimal) == identity
    assert (item.entity_id, b"modifiedAt" in item.content) == (7, False)


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        ((ALLOW, ALLOW, ALLOW), ALL),
        ((ALLOW, ALLOW, DENY), NO_SALE),
        ((ALLOW, DENY, ALLOW), NO_PRICE),
        ((DENY, ALLOW, ALLOW), NONE),
        ((DENY, DENY, DENY), NONE),
        ((ALLOW, DENY, OPEN), NO_PRICE),
        ((OPEN, OPEN, DENY), NO_SALE),
        ((None, None, None), ALL),
    ],
)
def test_the_index_decides(shop, grants, expected):
    shop.listed_product(7, "a")
    shop.permission_index(7, 1, 0, *grants)
    assert told(shop, 7) == {"base": expected}


@pytest.mark.difference(
    "Commerce's index of products decides, and where it is silent the website's configuration"
)
@pytest.mark.parametrize(
    ("settings", "own", "expected"),
    [
        ({}, None, ALL),
        ({"catalog_category_view": "0"}, None, NONE),
        ({"catalog_product_price": "0"}, None, NO_PRICE),
        ({"checkout_items": "0"}, None, NO_SALE),
        ({"catalog_category_view": "2"}, None, NONE),
        ({"catalog_category_view": "2", "catalog_category_view_groups": "0,4"}, None, ALL),
        ({"catalog_category_view": "2", "catalog_category_view_groups": "4,10"}, None, NONE),
        ({"catalog_category_view": "0"}, (ALLOW, ALLOW, ALLOW), ALL),
        ({"catalog_category_view": "0"}, (OPEN, ALLOW, ALLOW), NONE),
        ({"catalog_product_price": "0"}, (ALLOW, OPEN, ALLOW), NO_PRICE),
        ({"checkout_items": "0"}, (ALLOW, ALLOW, None), NO_SALE),
        ({"checkout_items": "0"}, (ALLOW, ALLOW, ALLOW), ALL),
        ({"checkout_items": "1"}, (ALLOW, ALLOW, DENY), NO_SALE),
    ],
)
def test_what_the_index_leaves_open_the_configuration_decides(shop, settings, own, expected):
    shop.listed_product(7, "a")
    for name, value in settings.items():
        shop.permission_setting(f"grant_{name}", value)
    if own is not None:
        shop.permission_index(7, 1, 0, *own)
    assert told(shop, 7) == {"base": expected}


def test_a_website_has_a_configuration_of_its_own(shop):
    shop.listed_product(7, "a", websites=(1, 2))
    shop.permission_setting("grant_checkout_items", "0")
    shop.permission_setting("grant_checkout_items", "2", website=2)
    shop.permission_setting("grant_checkout_items_groups", "1", website=2)
    assert told(shop, 7, group=0) == {"base": NO_SALE, "eu": NO_SALE}
    assert told(shop, 7, group=1) == {"base": NO_SALE, "eu": ALL}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((ALLOW, ALLOW, ALLOW), (DENY, DENY, DENY), ALL),
        ((ALLOW, ALLOW, DENY), (ALLOW, DENY, DENY), NO_SALE),
        ((DENY, DENY, DENY), (DENY, DENY, DENY), NONE),
        ((DENY, DENY, DENY), (None, None, None), NONE),
        ((ALLOW, ALLOW, ALLOW), (None, OPEN, OPEN), ALL),
        ((ALLOW, OPEN, OPEN), (OPEN, OPEN, DENY), NO_SALE),
        ((DENY, DENY, DENY), None, NONE),
    ],
)
def test_what_any_store_view_allows_is_allowed_on_the_website(shop, one, other, expected):
    shop.listed_product(7, "a")
    shop.permission_index(7, 1, 0, *one)
    if other is not None:
        shop.permission_index(7, 2, 0, *other)
    assert told(shop, 7) == {"base": expected}


def test_the_index_of_one_website_says_nothing_on_another(shop):
    shop.listed_product(7, "a", websites=(1, 2))
    shop.permission_index(7, 3, 0, DENY, DENY, DENY)
    assert told(shop, 7) == {"base": ALL, "eu": NONE}


def test_rows_of_products_groups_and_store_views_do_not_mix(shop):
    shop.listed_product(7, "a")
    shop.listed_product(8, "b")
    for row in ((8, 1, 0), (7, 1, 4), (7, 1, 99), (7, 77, 0)):
        shop.permission_index(*row, DENY, DENY, DENY)
    assert told(shop, 7) == {"base": ALL}
    assert told(shop, 7, group=4) == {"base": NONE}
    assert told(shop, 7, group=99) == {}
    assert told(shop, 8) == {"base": NONE}


@pytest.fixture(scope="module")
def split_shop(server_url):
    """A shop whose index has a table for each customer group."""
    with feed_shop(server_url, "m2_", staged=True) as made:
        for name in (f"{INDEX}_0", f"{INDEX}_12", f"{INDEX}_12_replica"):
            made.execute(f"CREATE TABLE {made.layout(name)} LIKE {made.layout(INDEX)}")
        made.permits((0, 4, 12))
        yield made


def test_an_index_that_is_split_by_customer_group_is_read_whole(split_shop):
    split_shop.listed_product(7, "a")
    split_shop.permission_index(7, 1, 0, DENY, DENY, DENY, table=f"{INDEX}_0")
    split_shop.permission_index(7, 1, 12, ALLOW, ALLOW, DENY, table=f"{INDEX}_12")
    split_shop.permission_index(7, 1, 4, ALLOW, DENY, DENY)
    split_shop.permission_index(7, 2, 12, ALLOW, ALLOW, ALLOW, table=f"{INDEX}_12_replica")
    found = {group: told(split_shop, 7, group=group)["base"] for group in (0, 4, 12)}
    assert found == {0: NONE, 4: NO_PRICE, 12: NO_SALE}


def test_an_index_that_is_split_by_customer_group_is_watched_whole(split_shop):
    watched = [edge.on.table for edge in FEED.edges(split_shop.read()) if INDEX in edge.on.table]
    assert watched == [INDEX, f"{INDEX}_0", f"{INDEX}_12"]


def test_what_commerce_makes_the_index_anew_in_is_not_read(shop):
    shop.listed_product(7, "a")
    shop.permission_index(7, 1, 0, DENY, DENY, DENY, table=f"{INDEX}_replica")
    assert told(shop, 7) == {"base": ALL}


def test_a_product_in_no_category_has_no_items(shop):
    shop.product(7, "a")
    shop.permission_index(7, 1, 0, DENY, DENY, DENY)
    assert shop.items(FEED, 7) == []


def test_a_product_on_no_website_has_no_items(shop):
    shop.listed_product(7, "a", websites=())
    assert shop.items(FEED, 7) == []


def test_a_product_that_is_gone_has_no_items(shop):
    shop.add("catalog_category_product", category_id=10, product_id=7)
    shop.add("catalog_product_website", product_id=7, website_id=1)
    shop.permission_index(7, 1, 0, DENY, DENY, DENY)
    assert shop.items(FEED, 7) == []


def test_where_permissions_are_switched_off_there_are_no_items(shop):
    shop.listed_product(7, "a")
    shop.permission_index(7, 1, 0, DENY, DENY, DENY)
    assert shop.ids(FEED.ids(shop.read())) == [7]
    shop.change("core_config_data", f"path = '{PATH}enabled'", value="0")
    assert shop.items(FEED, 7) == []
    assert shop.ids(FEED.ids(shop.read())) == []


def test_a_website_with_permissions_switched_off_has_no_items(shop):
    shop.listed_product(7, "a", websites=(1, 2))
    shop.permission_setting("enabled", "0", website=2)
    assert told(shop, 7).keys() == {"base"}


def test_the_sku_is_that_of_the_version_in_force(shop):
    shop.listed_product(7, "a")
    shop.change("catalog_product_entity", "row_id = 14", updated_in=1000)
    shop.version(7, "b", "simple", 77, (1000, 2147483647))
    assert {one["sku"] for one in shop.items(FEED, 7)} == {"a"}
    shop.add("flag", flag_code="staging", flag_data='{"current_version": 1000}')
    assert {one["sku"] for one in shop.items(FEED, 7)} == {"b"}


def test_the_number_of_queries_does_not_depend_on_that_of_products(shop):
    for number in range(1, 501):
        shop.listed_product(number, f"p{number}")
        shop.permission_index(number, 1, 0, DENY, DENY, DENY)
    batches = [range(1, 2), range(1, 11), range(1, 501)]
    assert [shop.count_queries(FEED, ids) for ids in batches] == [4, 4, 4]


def test_the_owner_of_a_sku_is_the_living_product(shop):
    shop.listed_product(7, "a")
    assert shop.rows(FEED.owners(shop.read(), ["a", "c"])) == [("a", 7)]


def test_a_product_is_concerned_by_its_own_rows_only(shop):
    edges = FEED.edges(shop.read())
    assert [edge.on.table for edge in edges if not edge.whole] == [
        "catalog_product_entity",
        "catalog_product_website",
        "catalog_category_product",
        INDEX,
    ]
    assert [edge for edge in edges if edge.widen is not None] == []


def test_groups_scopes_and_settings_concern_all_products(shop):
    whole = [edge for edge in FEED.edges(shop.read()) if edge.whole]
    tables = ["customer_group", "store_website", "store", "core_config_data"]
    assert [edge.on.table for edge in whole] == tables
    grants = {f"{PATH}grant_{one}" for one in ("catalog_category_view", "catalog_product_price")}
    grants.add(f"{PATH}grant_checkout_items")
    assert whole[-1].values == {f"{PATH}enabled", *grants, *(f"{one}_groups" for one in grants)}


def test_the_feed_is_off_on_open_source(plain_tables):
    assert not has_tables(FEED, plain_tables.read())
