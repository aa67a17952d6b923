"""Edits of permissions, and of what they stand on, and which items they make stale."""

import pytest
from changes import WHOLE, edit, stale
from feed_shop import feed_shop
from permission_rows import DENY, PERMISSION_PATH

from daemon.feeds import category_permissions, product_overrides

FEEDS = (category_permissions.FEED, product_overrides.FEED)
CATEGORIES, PRODUCTS = "categoryPermissions", "productOverrides"
ROWS, INDEX = "{p}magento_catalogpermissions", "{p}magento_catalogpermissions_index_product"
SETTING = "INSERT INTO {p}core_config_data (scope, scope_id, path, value) VALUES"


@pytest.fixture(scope="module", params=["", "m2_"], ids=["no prefix", "prefix"])
def shop(request, server_url):
    """Two products: 7 in category 10, 8 in 11; rows of categories 10 and 12."""
    with feed_shop(server_url, request.param, staged=True) as made:
        made.permits()
        for category in (2, 10, 11, 12):
            made.add("sequence_catalog_category", sequence_value=category)
        for number, category in ((7, 10), (8, 11)):
            made.add("sequence_product", sequence_value=number)
            made.product(number, f"p{number}", websites=(1, 2))
            made.add("catalog_category_product", category_id=category, product_id=number)
            made.permission_index(number, 1, 4, DENY, DENY, DENY)
        made.permission(10, 2, 4, DENY, DENY, DENY)
        made.permission(12, None, 1, DENY, DENY, DENY)
        made.watch(FEEDS)
        yield made


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (f"UPDATE {ROWS} SET grant_checkout_items = 0 WHERE category_id = 10", {CATEGORIES: {10}}),
        (f"UPDATE {ROWS} SET website_id = 1 WHERE category_id = 12", {CATEGORIES: {12}}),
        (f"UPDATE {ROWS} SET category_id = 11 WHERE category_id = 12", {CATEGORIES: {11, 12}}),
        (f"UPDATE {ROWS} SET customer_group_id = NULL WHERE category_id = 10", {CATEGORIES: {10}}),
        (f"UPDATE {ROWS} SET permission_id = permission_id + 70", {}),
        (f"DELETE FROM {ROWS}", {CATEGORIES: {10, 12}}),
        (f"UPDATE {INDEX} SET grant_checkout_items = -1 WHERE product_id = 8", {PRODUCTS: {8}}),
        (f"UPDATE {INDEX} SET store_id = 2 WHERE product_id = 8", {PRODUCTS: {8}}),
        (f"UPDATE {INDEX} SET grant_checkout_items = -2", {}),
        (f"DELETE FROM {INDEX}", {PRODUCTS: {7, 8}}),
        ("DELETE FROM {p}catalog_product_website WHERE product_id = 7", {PRODUCTS: {7}}),
        ("DELETE FROM {p}catalog_category_product WHERE product_id = 7", {PRODUCTS: {7}}),
        ("UPDATE {p}catalog_category_product SET position = 5", {}),
        (
            "INSERT INTO {p}catalog_category_product (category_id, product_id) VALUES (12, 8)",
            {PRODUCTS: {8}},
        ),
        ("UPDATE {p}catalog_product_entity SET sku = 'x' WHERE entity_id = 8", {PRODUCTS: {8}}),
        ("UPDATE {p}catalog_product_entity SET type_id = 'x'", {}),
        ("DELETE FROM {p}sequence_product WHERE sequence_value = 7", {PRODUCTS: {7}}),
        (
            "DELETE FROM {p}sequence_catalog_category WHERE sequence_value = 10",
            {CATEGORIES: {10}, PRODUCTS: {7}},
        ),
        (
            "INSERT INTO {p}customer_group (customer_group_id, customer_group_code) VALUES (9, '')",
            {CATEGORIES: {0}, PRODUCTS: WHOLE},
        ),
        ("UPDATE {p}customer_group SET customer_group_code = 'x'", {}),
        (
            "DELETE FROM {p}customer_group WHERE customer_group_id = 0",
            {CATEGORIES: {0}, PRODUCTS: WHOLE},
        ),
        (
            "DELETE FROM {p}customer_group WHERE customer_group_id = 4",
            {CATEGORIES: WHOLE, PRODUCTS: WHOLE},
        ),
        (
            "UPDATE {p}store_website SET code = 'x' WHERE website_id = 2",
            {CATEGORIES: {0, 10}, PRODUCTS: WHOLE},
        ),
        ("UPDATE {p}store_website SET name = 'x'", {}),
        (
            "DELETE FROM {p}store_website WHERE website_id = 2",
            {CATEGORIES: WHOLE, PRODUCTS: WHOLE},
        ),
        ("UPDATE {p}store SET website_id = 2 WHERE store_id = 2", {PRODUCTS: WHOLE}),
        ("UPDATE {p}store SET code = 'x' WHERE store_id = 2", {}),
        ("DELETE FROM {p}store WHERE store_id = 2", {PRODUCTS: WHOLE}),
        (
            f"{SETTING} ('websites', 2, '{PERMISSION_PATH}grant_checkout_items_groups', '1')",
            {CATEGORIES: {0}, PRODUCTS: WHOLE},
        ),
        (
            f"UPDATE {{p}}core_config_data SET value = '0' WHERE path = '{PERMISSION_PATH}enabled'",
            {CATEGORIES: WHOLE, PRODUCTS: WHOLE},
        ),
        (f"{SETTING} ('default', 0, '{PERMISSION_PATH}deny_catalog_search', '0')", {}),
    ],
)
def test_an_edit_makes_stale_what_it_shows_in(shop, statement, expected):
    edit(shop, statement)
    found = stale(shop, FEEDS)
    shop.forget()
    assert found == expected
