"""What stands beside items for translations, and the edits that make it stale."""

from dataclasses import replace

import orjson
import pytest
from changes import WHOLE, edit, stale

from daemon.core.aside import with_aside
from daemon.core.item import FeedItem
from daemon.feeds import products, scopes_website
from daemon.feeds.asides import ASIDES

RED, BLUE, LARGE = 49, 50, 169
COLOR_RED, COLOR_BLUE = "Y29uZmlndXJhYmxlLzkzLzQ5", "Y29uZmlndXJhYmxlLzkzLzUw"
SIZE_LARGE = "Y29uZmlndXJhYmxlLzE0NC8xNjk="
GENERAL = "356a192b7913b04c54574d18c28d46e6395428ab"
PRODUCTS = with_aside(products.FEED, ASIDES["products"])
WEBSITES = with_aside(scopes_website.FEED, ASIDES["scopesWebsite"])
ALONE = (
    replace(products.FEED, edges=ASIDES["products"].edges),
    replace(scopes_website.FEED, edges=ASIDES["scopesWebsite"].edges),
)
"""The two feeds as if they depended on their asides alone."""


def fill(shop):
    if shop.layout.staged:
        for number in (1, 2, 3, 10):
            shop.add("sequence_product", sequence_value=number)
    shop.product(10, "shirt", "configurable", status=1)
    shop.varies(10, "color", "size")
    for number in (1, 2):
        shop.product(number, f"shirt-{number}", status=1)
        shop.variant(10, number, color=RED)
    shop.product_values(1, size=LARGE)
    shop.product(3, "bag", status=1, color=RED)
    shop.add("customer_group", customer_group_id=1, customer_group_code="General")


@pytest.fixture(scope="module")
def tables(own_shop):
    fill(own_shop)
    own_shop.watch(ALONE)
    return own_shop


@pytest.fixture
def shop(tables):
    yield tables
    tables.forget()


def asides(shop, feed, *ids, **options):
    """Entity → what stands beside its items."""
    built = shop.built(feed, *ids, **options)
    return {one.entity_id: orjson.loads(one.aside) for one in built if isinstance(one, FeedItem)}


def references(shop, **options):
    found = asides(shop, PRODUCTS, 1, 2, 3, 10, **options)
    return {number: one["variant_references"] for number, one in found.items()}


TURN_BLUE = "UPDATE {p}catalog_product_entity_int SET value = 50 WHERE {link} = {l1} AND value = 49"
BEFORE = {
    1: {"color": COLOR_RED, "size": SIZE_LARGE},
    2: {"color": COLOR_RED},
    3: {},
    10: {},
}


def test_a_variant_refers_to_the_values_of_what_its_parent_varies_by(shop):
    assert references(shop) == BEFORE


def test_the_default_value_counts_whatever_store_views_say(shop):
    shop.product_values(1, store=1, color=BLUE)
    assert references(shop)[1]["color"] == COLOR_RED


def test_items_and_their_hashes_are_the_same_with_and_without(shop):
    plain = shop.built(products.FEED, 1, 3)
    beside = shop.built(PRODUCTS, 1, 3)
    assert [one._replace(aside=b"{}") for one in beside] == plain
    assert {one.aside for one in plain} == {b"{}"}


def test_what_stands_beside_costs_the_same_queries_for_any_number_of_products(shop):
    assert shop.count_queries(PRODUCTS, [1, 10]) == shop.count_queries(PRODUCTS, [1, 2, 3, 10])


def test_a_shop_without_configurable_products_has_no_references(shop):
    without = ["catalog_product_super_attribute", "catalog_product_super_link"]
    assert references(shop, without=without) == {1: {}, 2: {}, 3: {}, 10: {}}
    assert ASIDES["products"].edges(shop.read(without=without)) == ()


@pytest.mark.parametrize(
    ("statement", "after"),
    [
        (
            TURN_BLUE,
            {1: {"color": COLOR_BLUE, "size": SIZE_LARGE}},
        ),
        ("DELETE FROM {p}catalog_product_super_link WHERE product_id = 2", {2: {}}),
        (
            "INSERT INTO {p}catalog_product_super_link (parent_id, product_id) VALUES ({l10}, 3)",
            {3: {"color": COLOR_RED}},
        ),
        (
            "DELETE FROM {p}catalog_product_super_attribute WHERE attribute_id = 93",
            {1: {"size": SIZE_LARGE}, 2: {}},
        ),
        (
            "UPDATE {p}eav_attribute SET attribute_code = 'colour' WHERE attribute_id = 93",
            {1: {"colour": COLOR_RED, "size": SIZE_LARGE}, 2: {"colour": COLOR_RED}},
        ),
    ],
)
def test_an_edit_of_references_leads_to_the_products_that_have_them(shop, statement, after):
    edit(shop, statement, **{f"l{number}": shop.link(number) for number in (1, 10)})
    assert references(shop) == BEFORE | after
    assert stale(shop, ALONE)["products"] >= after.keys()


def websites(shop):
    return asides(shop, WEBSITES, 1, 2)


def test_a_website_has_a_currency_and_all_groups_those_too_that_are_kept_from_it(shop):
    shop.add("customer_group_excluded_website", customer_group_id=1, website_id=2)
    shop.config("currency/options/base", "EUR", "websites", 2)
    group = {"code": GENERAL, "name": "General"}
    assert websites(shop) == {
        1: {"currency": "USD", "groups": [group]},
        2: {"currency": "EUR", "groups": [group]},
    }


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO {p}customer_group (customer_group_id, customer_group_code) VALUES (2, 'VIP')",
        "UPDATE {p}customer_group SET customer_group_code = 'All' WHERE customer_group_id = 1",
        "DELETE FROM {p}customer_group WHERE customer_group_id = 1",
        "INSERT INTO {p}core_config_data SET path = 'currency/options/base', value = 'EUR'",
    ],
)
def test_an_edit_of_groups_or_currencies_leads_to_all_websites(shop, statement):
    before = websites(shop)
    edit(shop, statement)
    assert websites(shop) != before
    assert stale(shop, ALONE)["scopesWebsite"] == WHOLE
