import base64
import hashlib

import orjson
import pytest

from daemon.commerce.attributes import BOOLEAN_SOURCE
from daemon.feeds.variants import FEED

RED, BLUE, LARGE = 49, 50, 169


@pytest.fixture
def shop(shop):
    shop.product(10, "shirt", "configurable")
    shop.varies(10, "color", "size")
    shop.label(RED, "Red")
    shop.label(BLUE, "Blue")
    shop.label(LARGE, "L")
    return shop


def add_red(shop, **values):
    shop.product(1, 'shirt-"é', **values)
    shop.variant(10, 1, color=RED)


def option(attribute, attribute_code, value, label):
    uid = base64.b64encode(f"configurable/{attribute}/{value}".encode()).decode()
    return {
        "attributeCode": attribute_code,
        "uid": uid,
        "label": label,
        "valueIndex": str(value),
    }


def values_of(shop, *ids):
    return [one["optionValues"] for one in shop.items(FEED, *ids)]


def test_a_variant_names_its_parent_and_its_options(shop):
    add_red(shop)
    shop.product_values(1, size=LARGE)
    assert shop.items(FEED, 1) == [
        {
            "id": hashlib.md5(
                'configurable/shirt/shirt-"é'.encode(), usedforsecurity=False
            ).hexdigest(),
            "optionValues": [
                {
                    "attributeCode": "color",
                    "uid": "Y29uZmlndXJhYmxlLzkzLzQ5",
                    "label": "Red",
                    "valueIndex": "49",
                },
                option(144, "size", LARGE, "L"),
            ],
            "parentId": "10",
            "productId": "1",
            "parentSku": "shirt",
            "productSku": 'shirt-"é',
            "deleted": False,
            "modifiedAt": "2026-11-23 16:00:00",
        }
    ]


def test_the_time_does_not_count_as_a_change(shop):
    add_red(shop)
    (item,) = shop.built(FEED, 1)
    assert orjson.loads(item.volatile) == {"modifiedAt": "2026-11-23 16:00:00"}
    assert b"modifiedAt" not in item.content


def test_a_tombstone_tells_what_the_variant_was(shop):
    add_red(shop)
    (built,) = shop.built(FEED, 1)
    sent = orjson.loads(built.body)
    names = ("id", "optionValues", "parentSku", "productSku", "productId")
    assert orjson.loads(built.minimal) == {name: sent[name] for name in names}
    assert (
        built.feed_id == hashlib.sha1('shirt\0shirt-"é'.encode(), usedforsecurity=False).hexdigest()
    )
    assert built.entity_id == 1


def test_an_option_is_repeated_for_each_of_its_labels_in_the_order_they_were_made(shop):
    add_red(shop)
    shop.label(RED, "Rot", store=3)
    shop.label(RED, "Rouge", store=2)
    assert values_of(shop, 1) == [
        [option(93, "color", RED, label) for label in ("Red", "Rot", "Rouge")]
    ]


def test_an_option_is_repeated_for_each_store_view_with_a_value_of_its_own(shop):
    add_red(shop)
    shop.product_values(1, store=2, color=BLUE)
    shop.product_values(1, store=1, color=RED)
    red, blue = option(93, "color", RED, "Red"), option(93, "color", BLUE, "Blue")
    assert values_of(shop, 1) == [[red, red, blue]]


@pytest.mark.parametrize("has_row", [True, False])
def test_an_option_without_a_label_says_null(shop, has_row):
    if has_row:
        shop.label(77, None)
    shop.product(1, "s")
    shop.variant(10, 1, color=77)
    assert values_of(shop, 1) == [[option(93, "color", 77, None)]]


def test_a_value_of_null_is_passed_over(shop):
    add_red(shop)
    shop.product_values(1, size=None)
    assert values_of(shop, 1) == [[option(93, "color", RED, "Red")]]


@pytest.mark.parametrize("values", [{}, {"color": None}, {"status": 1}])
def test_a_child_without_an_option_is_no_variant(shop, values):
    shop.product(1, "s")
    shop.variant(10, 1, **values)
    assert shop.items(FEED, 1) == []


def test_only_the_attributes_that_the_parent_varies_by_count(shop):
    add_red(shop)
    shop.product(20, "cap", "configurable")
    shop.varies(20, "size")
    shop.variant(20, 1, size=LARGE)
    colour, size = option(93, "color", RED, "Red"), option(144, "size", LARGE, "L")
    assert [(one["parentSku"], one["optionValues"]) for one in shop.items(FEED, 1)] == [
        ("shirt", [colour, size]),
        ("cap", [size]),
    ]


def test_an_attribute_that_no_longer_exists_counts_for_nothing(shop):
    add_red(shop)
    shop.product_values(1, size=LARGE)
    shop.delete("eav_attribute", "attribute_code = 'size'")
    assert values_of(shop, 1) == [[option(93, "color", RED, "Red")]]


def test_a_child_that_is_unlinked_or_gone_has_no_items(shop):
    add_red(shop)
    shop.product(2, "alone", color=RED)
    assert [one["productId"] for one in shop.items(FEED, 1, 2, 999)] == ["1"]


@pytest.mark.difference("With a configurable its variants go")
def test_a_child_whose_parent_is_gone_has_no_items(shop):
    add_red(shop)
    reference = shop.items(FEED, 1)  # stay as they were sent
    shop.delete("catalog_product_entity", "entity_id = 10")
    assert shop.items(FEED, 1) == [] != reference
    assert len(reference) == 1


def test_every_child_is_a_source_once(shop):
    add_red(shop)
    shop.product(20, "cap", "configurable")
    shop.variant(20, 1)
    assert shop.ids(FEED.ids(shop.read())) == [1]


def test_the_owner_of_a_sku_is_the_living_product(shop):
    add_red(shop)
    assert shop.rows(FEED.owners(shop.read(), ['shirt-"é', "gone"])) == [('shirt-"é', 1)]


def test_the_number_of_queries_does_not_depend_on_that_of_products(shop):
    for number in range(100, 600):
        shop.product(number, f"s{number}")
        shop.variant(10, number, color=RED)
    batches = [range(100, 101), range(100, 110), range(100, 600)]
    assert [shop.count_queries(FEED, ids) for ids in batches] == [4, 4, 4]
    assert len(shop.items(FEED, *batches[-1])) == 500


@pytest.mark.parametrize("table", ["catalog_product_entity", "catalog_product_super_attribute"])
def test_a_change_of_a_configurable_makes_its_children_stale(shop, table):
    add_red(shop)
    shop.product(2, "alone", color=RED)
    assert shop.widened(FEED, table, 10, 2) == [1]


@pytest.mark.difference("A label, an attribute's code and a configurable's SKU make variants stale")
def test_a_label_makes_the_products_with_the_option_stale_even_when_it_is_gone(shop):
    add_red(shop)
    shop.product(2, "blue", color=BLUE)
    shop.product(3, "red in French", color=BLUE)
    shop.product_values(3, store=2, color=RED)
    shop.product(4, "a status of the same number", status=RED)
    shop.delete("eav_attribute_option_value", f"option_id = {RED}")
    reference = []
    assert shop.widened(FEED, "eav_attribute_option_value", RED) == [1, 3] != reference


@pytest.mark.difference("A label, an attribute's code and a configurable's SKU make variants stale")
def test_the_code_of_an_attribute_makes_the_children_that_vary_by_it_stale(shop):
    add_red(shop)
    shop.product(20, "cap", "configurable")
    shop.varies(20, "size")
    shop.product(2, "cap-l")
    shop.variant(20, 2, size=LARGE)
    reference = []
    assert shop.widened(FEED, "eav_attribute", 93) == [1] != reference


def test_only_attributes_that_configurables_may_vary_by_count(shop):
    (options,) = shop.edges_on(FEED, "catalog_product_entity_int")
    assert options.attributes == {"color", "size"}


@pytest.mark.parametrize("change", [{"backend_type": "varchar"}, {"source_model": BOOLEAN_SOURCE}])
def test_what_has_no_options_makes_its_items_stale_where_it_had_some(shop, change):
    add_red(shop)
    assert shop.items(FEED, 1)
    shop.change("eav_attribute", "attribute_code = 'color'", **change)
    assert shop.items(FEED, 1) == []
    (code,) = [one for one in FEED.edges(shop.read()) if one.on.table == "eav_attribute"]
    assert change.keys() <= set(code.on.columns)


@pytest.mark.parametrize("shown", ["text", "radio", None])
def test_labels_are_followed_whatever_the_input_of_their_attribute(shop, shown):
    add_red(shop)
    before = shop.items(FEED, 1)
    shop.change("eav_attribute", "attribute_code = 'color'", frontend_input=shown)
    assert shop.items(FEED, 1) == before
    assert shop.widened(FEED, "eav_attribute_option_value", RED) == [1]


def test_a_link_is_noted_by_its_child(shop):
    (link,) = shop.edges_on(FEED, "catalog_product_super_link")
    assert (link.on.key.column, link.on.columns, link.widen) == ("product_id", ("parent_id",), None)


def test_a_staged_variant_is_that_of_the_versions_in_force(staged_shop):
    shop = staged_shop
    shop.product(10, "shirt", "configurable")
    shop.varies(10, "color")
    add_red(shop)
    shop.change("catalog_product_entity", "row_id = 2", updated_in=1000)
    shop.version(1, "later", "simple", 77, (1000, 2147483647))
    shop.add("catalog_product_entity_int", row_id=77, attribute_id=93, store_id=0, value=BLUE)
    assert [one["productSku"] for one in shop.items(FEED, 1)] == ['shirt-"é']
    shop.add("flag", flag_code="staging", flag_data='{"current_version": 1000}')
    (item,) = shop.items(FEED, 1)
    assert item["productSku"] == "later"
    assert item["optionValues"] == [option(93, "color", BLUE, None)]


def test_a_link_of_a_version_that_is_not_in_force_counts_for_nothing(staged_shop):
    shop = staged_shop
    shop.version(10, "shirt", "configurable", 88, (1000, 2147483647))
    shop.add("catalog_product_super_attribute", product_id=88, attribute_id=93)
    shop.product(1, "a", color=RED)
    shop.add("catalog_product_super_link", parent_id=88, product_id=1)
    assert shop.items(FEED, 1) == []
    shop.add("flag", flag_code="staging", flag_data='{"current_version": 1000}')
    assert [one["parentSku"] for one in shop.items(FEED, 1)] == ["shirt"]
