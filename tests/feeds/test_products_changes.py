"""Edits of a shop: whichever items they change, the feed's edges lead to them."""

import re

import pytest
from changes import WHOLE, edit, stale
from feed_shop import NOW
from showcase_world import (
    ALL,
    BAG,
    CASE,
    COURSE,
    KIT,
    PRODUCTS,
    RED_SHIRT,
    SET,
    SHIRT,
    fill,
)

from daemon.commerce.attributes import BOOLEAN_SOURCE
from daemon.core.item import FeedItem
from daemon.feeds.products import FEED


@pytest.fixture(scope="module")
def tables(own_shop):
    fill(own_shop)
    own_shop.watch([FEED])
    return own_shop


@pytest.fixture
def shop(tables):
    yield tables
    tables.forget()


def items(shop):
    """Product → what is sent of it."""
    found = {}
    for one in FEED.build(shop.connection, shop.read(), PRODUCTS, NOW):
        assert isinstance(one, FeedItem)
        found.setdefault(one.entity_id, {})[one.feed_id] = one.hash
    return found


IDENTITY = {
    False: "{p}catalog_product_entity WHERE entity_id",
    True: "{p}sequence_product WHERE sequence_value",
}
"""What is deleted with a product, by edition: all versions of it hang on the sequence."""


def edit_products(shop, statement):
    """Run an edit: `{product}` is where products are deleted, `{l1}` product 1's link id."""
    links = {f"l{number}": shop.link(number) for number in PRODUCTS}
    edit(shop, statement.replace("{product}", IDENTITY[shop.layout.staged]), **links)


def reached(shop):
    """The products that the changelogs lead to."""
    found = stale(shop, [FEED]).get("products", set())
    return ALL if found == WHOLE else found & ALL


def check(shop, statement, expected):
    """The products that an edit reaches: all that it changes, and no others than expected."""
    before = items(shop)
    edit_products(shop, statement)
    after, found = items(shop), reached(shop)
    changed = {one for one in ALL if before.get(one) != after.get(one)}
    assert changed, "the edit changes no item"
    assert changed <= found
    assert found == expected
    return found


EAV = "UPDATE {{p}}catalog_product_entity_{} SET value = {} WHERE {{link}} = {{{}}}{}"
OWN_EDITS = [
    (
        "UPDATE {p}catalog_product_entity SET created_at = '2001-01-01' WHERE sku = 'kit'",
        {KIT, BAG},
    ),
    ("DELETE FROM {p}catalog_product_website WHERE product_id = 40", {COURSE}),
    ("INSERT INTO {p}catalog_product_website VALUES (40, 2)", {COURSE}),
    (EAV.format("varchar", "'Etui'", "l2", " AND attribute_id = 73"), {CASE}),
    (EAV.format("varchar", "'m'", "l1", " AND attribute_id = 157"), {BAG}),
    (EAV.format("text", "'4'", "l1", " AND attribute_id = 139"), {BAG}),
    ("DELETE FROM {p}catalog_product_entity_text WHERE {link} = {l1}", {BAG}),
    ("DELETE FROM {product} = 40", {COURSE}),
    ("UPDATE {p}url_rewrite SET request_path = 'x.html'", {BAG}),
    ("UPDATE {p}cataloginventory_stock_status SET stock_status = 0 WHERE product_id = 2", {CASE}),
    ("UPDATE {p}cataloginventory_stock_status SET qty = -1 WHERE product_id = 2", {CASE}),
    ("UPDATE {p}catalog_category_product_index_store1 SET position = 3", {BAG}),
    ("DELETE FROM {p}catalog_category_product_index_store1", {BAG}),
    ("DELETE FROM {p}catalog_product_relation WHERE parent_id = {l30}", {BAG}),
]
GALLERY = "catalog_product_entity_media_gallery"
MEDIA_EDITS = [
    (f"UPDATE {{p}}{GALLERY} SET value = '/b.jpg' WHERE value_id = 1", {BAG}),
    (f"UPDATE {{p}}{GALLERY} SET media_type = 'image' WHERE value_id = 2", {BAG}),
    (f"UPDATE {{p}}{GALLERY} SET attribute_id = 73 WHERE value_id = 1", {BAG}),
    (f"UPDATE {{p}}{GALLERY}_value SET label = 'x' WHERE value_id = 1", {BAG}),
    (f"DELETE FROM {{p}}{GALLERY}_value_to_entity WHERE value_id = 1", {BAG}),
    (f"UPDATE {{p}}{GALLERY}_value_video SET title = 'x'", {BAG}),
    (f"DELETE FROM {{p}}{GALLERY} WHERE value_id = 2", {BAG}),
]
OPTION_EDITS = [
    ("UPDATE {p}catalog_product_option SET sku = 'x' WHERE option_id = 9", {CASE}),
    ("UPDATE {p}catalog_product_option_title SET title = 'x' WHERE option_id = 7", {CASE}),
    ("UPDATE {p}catalog_product_option_price SET price = 5", {CASE}),
    ("UPDATE {p}catalog_product_option_type_value SET sku = 'x'", {CASE}),
    ("UPDATE {p}catalog_product_option_type_title SET title = 'x'", {CASE}),
    ("UPDATE {p}catalog_product_option_type_price SET price = 5", {CASE}),
    ("DELETE FROM {p}catalog_product_option WHERE option_id = 9", {CASE}),
    ("UPDATE {p}downloadable_link SET number_of_downloads = 5", {COURSE}),
    ("UPDATE {p}downloadable_link_title SET title = 'x'", {COURSE}),
    ("UPDATE {p}downloadable_link_price SET price = 5", {COURSE}),
    ("UPDATE {p}downloadable_sample SET sort_order = 5", {COURSE}),
    ("UPDATE {p}downloadable_sample_title SET title = 'x'", {COURSE}),
    ("DELETE FROM {p}downloadable_link", {COURSE}),
    ("UPDATE {p}catalog_product_bundle_option SET required = 0", {KIT}),
    ("UPDATE {p}catalog_product_bundle_option_value SET title = 'x'", {KIT}),
    ("UPDATE {p}catalog_product_bundle_selection SET position = 5", {KIT}),
    ("UPDATE {p}catalog_product_bundle_selection_price SET selection_price_value = 5", {KIT}),
    ("UPDATE {p}catalog_product_bundle_selection_price SET selection_id = 9", {KIT}),
    ("DELETE FROM {p}catalog_product_bundle_option", {KIT}),
    ("UPDATE {p}catalog_product_super_attribute SET position = 5", {SHIRT}),
    ("DELETE FROM {p}catalog_product_super_link", {SHIRT}),
]
NEIGHBOUR_EDITS = [
    ("UPDATE {p}catalog_product_entity SET sku = 'sac' WHERE sku = 'bag'", {BAG, KIT, SET}),
    ("UPDATE {p}catalog_product_entity SET sku = 'etui' WHERE sku = 'case'", {BAG, CASE}),
    ("UPDATE {p}catalog_product_entity SET sku = 'x' WHERE sku = 'set'", {BAG, SET}),
    ("DELETE FROM {p}catalog_product_website WHERE product_id = 2", {BAG, CASE}),
    ("DELETE FROM {p}catalog_product_website WHERE product_id = 30", {BAG, SET}),
    (EAV.format("varchar", "'Sac'", "l1", " AND attribute_id = 73"), {BAG, KIT}),
    (EAV.format("int", "1", "l20", " AND attribute_id = 125"), {BAG, KIT}),
    (EAV.format("int", "2", "l11", " AND attribute_id = 97"), {SHIRT, RED_SHIRT}),
    (EAV.format("int", "7", "l11", " AND attribute_id = 93"), {SHIRT, RED_SHIRT}),
    ("DELETE FROM {p}catalog_product_link WHERE link_type_id = 1", {BAG}),
    ("UPDATE {p}catalog_product_link_attribute_decimal SET value = 5", {SET}),
    ("UPDATE {p}catalog_product_link_attribute_int SET value = 5", {SET}),
    ("UPDATE {p}catalog_product_link_attribute_int SET product_link_attribute_id = 5", {SET}),
    ("DELETE FROM {product} = 11", {SHIRT, RED_SHIRT}),
    ("DELETE FROM {product} = 30", {SET, BAG}),
]
SOURCE = BOOLEAN_SOURCE.replace("\\", r"\\")
SHOP_EDITS = [
    ("UPDATE {p}eav_attribute_option_value SET value = 'Rot' WHERE option_id = 51", {10, 11}),
    ("UPDATE {p}eav_attribute_option_value SET value = 'Lin' WHERE option_id = 4", {BAG}),
    ("UPDATE {p}eav_attribute_option SET sort_order = 5 WHERE option_id = 51", {SHIRT}),
    ("DELETE FROM {p}eav_attribute_option WHERE option_id = 4", {BAG}),
    ("UPDATE {p}eav_attribute_option_swatch SET value = '#e00'", {SHIRT}),
    ("UPDATE {p}eav_attribute SET frontend_label = 'x' WHERE attribute_id = 93", {SHIRT}),
    ("UPDATE {p}eav_attribute_label SET value = 'x' WHERE attribute_id = 93", {SHIRT}),
    ("UPDATE {p}catalog_eav_attribute SET additional_data = 'x' WHERE attribute_id = 93", {SHIRT}),
    ("UPDATE {p}eav_attribute SET attribute_code = 'hue' WHERE attribute_id = 157", {BAG}),
    (
        "UPDATE {p}eav_attribute SET attribute_code = 'hue' WHERE attribute_id = 93",
        {SHIRT, RED_SHIRT},
    ),
    (
        "UPDATE {p}eav_attribute SET backend_type = 'varchar' WHERE attribute_id = 93",
        {SHIRT, RED_SHIRT},
    ),
    (
        f"UPDATE {{p}}eav_attribute SET source_model = '{SOURCE}' WHERE attribute_id = 93",
        {SHIRT, RED_SHIRT},
    ),
    ("UPDATE {p}tax_class SET class_name = 'x'", {BAG}),
    ("DELETE FROM {p}eav_attribute WHERE attribute_id = 157", ALL),
    ("UPDATE {p}store SET code = 'x' WHERE store_id = 1", ALL),
    ("UPDATE {p}core_config_data SET value = 'http://x.test/' WHERE value > '2'", ALL),
    ("UPDATE {p}inventory_stock_sales_channel SET stock_id = 2", ALL),
]
CATEGORY_EDITS = [
    ("UPDATE {p}catalog_category_entity_varchar SET value = 'x' WHERE value = 'bags'", {BAG}),
    ("UPDATE {p}catalog_category_entity_varchar SET value = 'x' WHERE value = 'gear'", {BAG}),
    (
        "UPDATE {p}catalog_category_entity SET path = '1/2/11', level = 2 WHERE entity_id = 11",
        {BAG},
    ),
]
EDITS = OWN_EDITS + MEDIA_EDITS + OPTION_EDITS + NEIGHBOUR_EDITS + SHOP_EDITS + CATEGORY_EDITS
WATCHED_THERE = (
    *("catalog_product_entity", "catalog_product_website", "catalog_product_relation"),
    *(f"catalog_product_entity_{one}" for one in ("int", "text", "varchar", "datetime", "decimal")),
    *("catalog_product_entity_gallery", "catalog_product_entity_media_gallery_value"),
    *("cataloginventory_stock_item", "catalog_category_product"),
    *("downloadable_link", "downloadable_sample"),
    *(f"catalog_product_bundle_{one}" for one in ("option", "option_value", "selection")),
    "catalog_product_bundle_selection_price",
)


def is_watched_there(statement):
    """True where the reference has a trigger on the table."""
    return "{product}" in statement or re.search(r"\{p\}(\w+)", statement)[1] in WATCHED_THERE


@pytest.mark.parametrize(
    ("statement", "expected"), [edit for edit in EDITS if is_watched_there(edit[0])]
)
def test_an_edit_reaches_exactly_the_products_whose_items_it_can_change(shop, statement, expected):
    check(shop, statement, expected)


@pytest.mark.difference("What an item says of other things is watched")
@pytest.mark.parametrize(
    ("statement", "expected"), [edit for edit in EDITS if not is_watched_there(edit[0])]
)
def test_an_edit_of_a_table_that_the_reference_does_not_watch_does_so_too(
    shop, statement, expected
):
    reference = set()
    assert check(shop, statement, expected) != reference


def test_a_stock_of_its_own_is_known_by_sku(shop):
    edit(shop, "UPDATE {p}inventory_stock_sales_channel SET stock_id = 2")
    for changelog in ("stock", "sku"):
        edit(shop, f"DELETE FROM {{p}}cfs_cl_{changelog}")
    check(shop, "INSERT INTO {p}inventory_stock_2 VALUES ('case', 3, 1)", {CASE})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {p}catalog_product_entity SET updated_at = '2001-01-01'",
        "UPDATE {p}catalog_product_entity SET has_options = 1",
        EAV.format("int", "97", "l1", " AND attribute_id = 99999"),
        (
            "INSERT INTO {p}catalog_product_entity_decimal (attribute_id, store_id, {link}, value)"
            " VALUES (77, 0, {l1}, 5)"
        ),
        "UPDATE {p}eav_attribute SET is_required = 1",
        "UPDATE {p}eav_attribute SET frontend_label = 'x' WHERE attribute_id = 157",
        (
            "INSERT INTO {p}core_config_data (scope, scope_id, path, value)"
            " VALUES ('default', 0, 'a/b/c', 'x')"
        ),
        "UPDATE {p}catalog_category_entity SET position = 9",
    ],
)
def test_an_edit_of_what_no_item_says_reaches_no_product(shop, statement):
    edit_products(shop, statement)
    assert reached(shop) == set()


@pytest.mark.parametrize("shown", ["text", "radio", None])
@pytest.mark.parametrize(
    ("attribute", "option", "expected"), [(93, 51, {SHIRT, RED_SHIRT}), (139, 4, {BAG})]
)
def test_options_are_followed_whatever_the_input_of_their_attribute(
    shop, shown, attribute, option, expected
):
    shop.change("eav_attribute", f"attribute_id = {attribute}", frontend_input=shown)
    label = f"UPDATE {{p}}eav_attribute_option_value SET value = 'x' WHERE option_id = {option}"
    check(shop, label, expected)
    edit(shop, "DELETE FROM {p}cfs_cl_attribute_option")
    check(shop, f"DELETE FROM {{p}}eav_attribute_option WHERE option_id = {option}", expected)


def test_what_a_configurable_varies_by_is_followed_though_it_is_not_the_shops_own(shop):
    shop.change("eav_attribute", "attribute_id = 93", is_user_defined=0)
    edit(shop, "DELETE FROM {p}cfs_cl_attribute_meaning")
    check(
        shop, "UPDATE {p}eav_attribute_option_value SET value = 'x' WHERE option_id = 51", {SHIRT}
    )
    edit(shop, "DELETE FROM {p}cfs_cl_attribute_option")
    check(shop, EAV.format("int", "7", "l11", " AND attribute_id = 93"), {SHIRT})
