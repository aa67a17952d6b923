import hashlib
import itertools

import orjson
import pytest

from daemon.core.item import Unbuildable, feed_id
from daemon.feeds._stock_rows import StockSettings
from daemon.feeds.stock_status import FEED, is_infinite

MANAGE = "cataloginventory/item_options/manage_stock"
BACKORDERS = "cataloginventory/item_options/backorders"
OWN = {"use_config_backorders": 0, "use_config_min_qty": 0}


@pytest.fixture
def shop(shop):
    shop.add("inventory_stock", stock_id=1, name="Default")
    shop.add("inventory_stock", stock_id=2, name="EU")
    return shop


def stocked(shop, product_id=1, sku="a", qty="10.1", **settings):
    """A product in the default stock."""
    shop.product(product_id, sku)
    shop.settings(product_id, **settings)
    shop.stock(product_id, qty)
    shop.source_item(sku)


def in_eu(shop, sku, quantity, *, salable=1):
    shop.add("inventory_stock_2", sku=sku, quantity=quantity, is_salable=salable)


def test_a_product_has_one_item_per_stock(shop):
    stocked(shop, sku='a"é')
    in_eu(shop, 'a"é', 3, salable=0)
    shared = {
        "sku": 'a"é',
        "productId": 1,
        "infiniteStock": False,
        "deleted": False,
        "updatedAt": "2026-11-23 16:00:00",
    }
    assert sorted(shop.items(FEED, 1), key=lambda one: one["stockId"]) == [
        {**shared, "stockId": "1", "qty": 10.1, "qtyForSale": 10.1, "isSalable": True},
        {**shared, "stockId": "2", "qty": 3, "qtyForSale": 3, "isSalable": False},
    ]


def test_neither_the_time_nor_the_product_id_counts_as_a_change(shop):
    stocked(shop)
    (item,) = shop.built(FEED, 1)
    volatile = {"productId": 1, "updatedAt": "2026-11-23 16:00:00"}
    assert orjson.loads(item.volatile) == volatile
    assert orjson.loads(item.content).keys().isdisjoint(volatile)


def test_the_hash_does_not_depend_on_the_order_of_fields(shop):
    stocked(shop)
    (item,) = shop.built(FEED, 1)
    assert item.content == orjson.dumps(orjson.loads(item.content), option=orjson.OPT_SORT_KEYS)


def test_a_tombstone_tells_the_last_known_values(shop):
    stocked(shop)
    (item,) = shop.built(FEED, 1)
    assert orjson.loads(item.minimal) == {
        "stockId": "1",
        "sku": "a",
        "isSalable": True,
        "qty": 10.1,
        "qtyForSale": 10.1,
        "infiniteStock": False,
    }
    assert item.feed_id == hashlib.sha1(b"1\0a", usedforsecurity=False).hexdigest()
    assert item.entity_id == 1


def test_what_is_for_sale_is_the_quantity_with_the_sum_of_reservations(shop):
    stocked(shop, qty=5)
    in_eu(shop, "a", 5)
    stocked(shop, 2, "b", qty=5)
    shop.reserve("a", -8)
    shop.reserve("a", "0.5")
    shop.reserve("a", -1, stock=2)
    items = shop.items(FEED, 1, 2)
    assert {(one["sku"], one["stockId"]): one["qtyForSale"] for one in items} == {
        ("a", "1"): -2.5,
        ("a", "2"): 4,
        ("b", "1"): 5,
    }


def test_reservations_are_added_in_binary_floating_point(shop):
    stocked(shop)
    shop.reserve("a", "-0.3")
    assert shop.items(FEED, 1)[0]["qtyForSale"] == 9.799999999999999


def test_nothing_left_is_zero_and_not_minus_zero(shop):
    stocked(shop, qty=8)
    shop.reserve("a", -8)
    (item,) = shop.built(FEED, 1)
    assert b'"qtyForSale":0.0' in item.content


@pytest.mark.parametrize("source", [None, "elsewhere"])
def test_the_default_stock_needs_an_item_of_the_default_source(shop, source):
    shop.product(1, "a")
    shop.settings(1)
    shop.stock(1, 5)
    if source:
        shop.source_item("a", source)
    in_eu(shop, "a", 3)
    assert [one["stockId"] for one in shop.items(FEED, 1)] == ["2"]


def test_the_default_stock_needs_settings_and_others_do_not(shop):
    shop.product(1, "a")
    shop.stock(1, 5)
    shop.source_item("a")
    in_eu(shop, "a", 3)
    assert [(one["stockId"], one["infiniteStock"]) for one in shop.items(FEED, 1)] == [("2", False)]


@pytest.mark.parametrize(
    ("config", "expected"), [({}, False), ({MANAGE: 0}, True), ({BACKORDERS: 1}, True)]
)
def test_a_product_without_settings_goes_by_the_configuration(shop, config, expected):
    shop.product(1, "a")
    in_eu(shop, "a", 3)
    for path, value in config.items():
        shop.config(path, value)
    assert [one["infiniteStock"] for one in shop.items(FEED, 1)] == [expected]


def test_the_default_stock_is_that_of_website_zero(shop):
    stocked(shop, qty=5)
    shop.stock(1, 9, website=1)
    assert [one["qty"] for one in shop.items(FEED, 1)] == [5]


def test_the_default_stock_is_told_by_rows_of_its_own(shop):
    stocked(shop, qty=5)
    shop.add("cataloginventory_stock_status", product_id=1, website_id=0, stock_id=3, qty=9)
    apart = {"product_id": 1, "stock_id": 3, "use_config_manage_stock": 0, "manage_stock": 0}
    shop.add("cataloginventory_stock_item", **apart)
    assert [(one["qty"], one["infiniteStock"]) for one in shop.items(FEED, 1)] == [(5, False)]


def test_a_stock_that_no_longer_exists_has_no_items(shop):
    stocked(shop)
    in_eu(shop, "a", 3)
    shop.delete("inventory_stock", "stock_id = 2")
    assert [one["stockId"] for one in shop.items(FEED, 1)] == ["1"]


@pytest.mark.difference("What leaves a stock is deleted there")
def test_a_product_that_is_gone_has_no_items(shop):
    stocked(shop)
    reference = shop.items(FEED, 1)  # stay as they were sent
    shop.delete("catalog_product_entity", "entity_id = 1")
    in_eu(shop, "gone", 3)
    assert shop.items(FEED, 1, 999) == [] != reference
    assert [item["stockId"] for item in reference] == ["1"]


@pytest.mark.difference("A missing index table deletes nothing")
def test_the_products_of_a_stock_without_an_index_table_are_unbuildable(shop):
    stocked(shop)
    stocked(shop, 2, "b")
    shop.source_item("a", "eu_source")
    shop.add("inventory_source_stock_link", stock_id=2, source_code="eu_source", priority=1)
    built = shop.built(FEED, 1, 2, without=["inventory_stock_2"])
    reference = []
    here = [one.entity_id for one in built if not isinstance(one, Unbuildable)]
    assert here == [1, 2] != reference
    assert [one for one in built if isinstance(one, Unbuildable)] == [
        Unbuildable(
            1,
            feed_id((2, "a")),
            b'{"sku":"a","stockId":"2"}',
            "the shop has no table inventory_stock_2; let Commerce reindex its inventory",
        )
    ]


def test_the_feed_is_off_without_several_stocks():
    assert "inventory_stock" in FEED.requires
    assert "inventory_source_item" in FEED.requires


@pytest.mark.parametrize(
    ("settings", "config", "expected"),
    [
        ({}, {}, False),
        ({}, {MANAGE: 0}, True),
        ({}, {BACKORDERS: 1}, True),
        ({"use_config_manage_stock": 0, "manage_stock": 1}, {MANAGE: 0}, False),
        ({"use_config_manage_stock": 0, "manage_stock": 1}, {BACKORDERS: 1}, False),
        ({"use_config_manage_stock": 0, "manage_stock": 0}, {}, True),
        ({"backorders": 2, **OWN}, {}, True),
        ({"backorders": 0, **OWN}, {}, False),
        ({"backorders": 2, **OWN, "min_qty": "-1"}, {}, False),
        ({"backorders": 2, **OWN, "use_config_min_qty": 1}, {}, False),
        ({"backorders": 2, **OWN, "use_config_backorders": 1}, {}, False),
        ({"min_qty": 5}, {BACKORDERS: 1}, True),
    ],
)
def test_stock_is_infinite_by_its_settings_and_the_configuration(shop, settings, config, expected):
    stocked(shop, **settings)
    in_eu(shop, "a", 1)
    for path, value in config.items():
        shop.config(path, value)
    assert {one["infiniteStock"] for one in shop.items(FEED, 1)} == {expected}


def test_the_truth_table_of_infinite_stock():
    flags = list(itertools.product([False, True], repeat=7))
    assert len(flags) == 128
    for manages, backorders, *own in flags:
        manage, by_config, own_backorders, *rest = own
        settings = StockSettings(manage, by_config, own_backorders, rest[0], 0.0, rest[1])
        base = (not manages or backorders) if by_config else not manage
        expected = base or (own_backorders and not rest[0] and not rest[1])
        found = is_infinite(settings, manages_stock=manages, allows_backorders=backorders)
        assert found is expected, (manages, backorders, settings)


def test_the_number_of_queries_does_not_depend_on_that_of_products(shop):
    for number in range(1, 501):
        stocked(shop, number, f"p{number}")
        in_eu(shop, f"p{number}", number)
    batches = [range(1, 2), range(1, 11), range(1, 501)]
    assert [shop.count_queries(FEED, ids) for ids in batches] == [5, 5, 5]
    assert len(shop.items(FEED, *batches[-1])) == 1000


@pytest.mark.parametrize("table", ["inventory_source_item", "inventory_reservation"])
def test_changes_by_sku_make_the_living_product_stale(shop, table):
    shop.product(1, "a")
    assert shop.widened(FEED, table, "a", "gone") == [1]


@pytest.mark.difference("What counts is read when it is there")
def test_what_the_index_takes_in_later_makes_the_living_product_stale(shop):
    shop.product(1, "a")
    reference = []  # it had its look when the source item changed
    assert shop.widened(FEED, "inventory_stock_2", "a", "gone") == [1] != reference


def test_only_columns_that_are_read_are_watched(shop):
    watched = {edge.on.table: edge.on.columns for edge in FEED.edges(shop.read())}
    assert watched["inventory_source_item"] == ("source_code",)
    assert watched["inventory_stock_2"] == ("quantity", "is_salable")
    assert "inventory_stock_1" not in watched


def test_stocks_their_sources_and_the_configuration_make_the_whole_feed_stale(shop):
    whole = {edge.on.table: edge.values for edge in FEED.edges(shop.read()) if edge.whole}
    assert whole == {
        "inventory_stock": None,
        "inventory_source_stock_link": None,
        "core_config_data": {MANAGE, BACKORDERS},
    }


def test_a_staged_product_is_listed_once_by_the_version_in_force(staged_shop):
    shop = staged_shop
    shop.add("inventory_stock", stock_id=2, name="EU")
    shop.product(1, "a")
    in_eu(shop, "a", 3)
    shop.version(1, "later", "simple", 77, (1000, 2147483647))
    shop.change("catalog_product_entity", "row_id = 2", updated_in=1000)
    assert [one["sku"] for one in shop.items(FEED, 1)] == ["a"]
    assert shop.ids(FEED.ids(shop.read())) == [1]
