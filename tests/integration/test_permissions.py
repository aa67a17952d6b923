"""What may no longer be asked for is deleted at the destination, and a swapped index is seen."""

from __future__ import annotations

import hashlib

import pytest
from follower import told
from test_convergence import following

CATEGORIES, PRODUCTS = "categoryPermissions", "productOverrides"
VIP, NINTH = 4, 9


@pytest.fixture(scope="module")
def follower(server_url):
    """A shop of Adobe Commerce in which everything is delivered, before the tests and after."""
    with following(server_url, "permitted", staged=True) as made:
        yield made
        assert told(made.disagreements()) == ""


def held(follower, feed, **fields):
    """The held items with these values, by identity."""
    wanted = fields.items()
    return {key for key, item in keyed(follower, feed) if wanted <= item.items()}


def keyed(follower, feed):
    return zip(follower.warehouse.held[feed], follower.warehouse.items(feed), strict=True)


def lost(follower, feed, *statements):
    """The identities that are no longer held after an edit."""
    before = set(follower.warehouse.held[feed])
    follower.sql(*statements)
    follower.drain()
    return before - set(follower.warehouse.held[feed])


def code(group):
    return hashlib.sha1(str(group).encode(), usedforsecurity=False).hexdigest()


def test_a_permission_that_is_deleted_is_deleted_there(follower):
    query = "SELECT MIN(category_id) FROM magento_catalogpermissions WHERE website_id IS NULL"
    ((category,),) = follower.rows(query)
    expected = held(follower, CATEGORIES, categoryId=str(category))
    assert expected
    delete = f"DELETE FROM magento_catalogpermissions WHERE category_id = {category}"
    assert lost(follower, CATEGORIES, delete) == expected


def test_a_customer_group_that_is_deleted_is_deleted_from_both_feeds(follower):
    delete = f"DELETE FROM customer_group WHERE customer_group_id = {VIP}"
    expected = held(follower, PRODUCTS, customerGroupCode=code(VIP))
    rows = held(follower, CATEGORIES, customerGroupCode=code(VIP))
    assert len(expected) > 50
    assert {key[0] for key in rows} > {"0"}
    assert lost(follower, PRODUCTS, delete) == expected
    assert held(follower, CATEGORIES, customerGroupCode=code(VIP)) == set()


def test_a_customer_group_that_comes_and_goes_leaves_nothing(follower):
    add = "INSERT INTO customer_group (customer_group_id, customer_group_code, tax_class_id)"
    assert lost(follower, PRODUCTS, f"{add} VALUES ({NINTH}, 'Ninth', 3)") == set()
    expected = held(follower, PRODUCTS, customerGroupCode=code(NINTH))
    assert expected
    delete = f"DELETE FROM customer_group WHERE customer_group_id = {NINTH}"
    assert lost(follower, PRODUCTS, delete) == expected


@pytest.mark.parametrize(
    ("leave", "where"),
    [
        ("catalog_product_website WHERE website_id = 2 AND", {"websiteCode": "eu"}),
        ("catalog_category_product WHERE", {}),
    ],
    ids=["website", "categories"],
)
def test_a_product_that_leaves_a_website_or_its_categories_is_deleted_there(follower, leave, where):
    query = """
        SELECT p.entity_id, p.sku FROM catalog_product_entity p
        JOIN catalog_product_website w ON w.product_id = p.entity_id AND w.website_id = 2
        JOIN catalog_category_product c ON c.product_id = p.entity_id
        ORDER BY p.entity_id LIMIT 1"""
    ((product, sku),) = follower.rows(query)
    expected = held(follower, PRODUCTS, sku=sku, **where)
    assert expected
    delete = f"DELETE FROM {leave} product_id = {product}"
    assert lost(follower, PRODUCTS, delete) == expected


def test_a_sku_that_passes_to_another_product_is_not_deleted(follower):
    query = """
        SELECT p.row_id, p.sku FROM catalog_product_entity p
        JOIN catalog_category_product c ON c.product_id = p.entity_id
        JOIN catalog_product_website w ON w.product_id = p.entity_id
        GROUP BY p.row_id, p.sku HAVING GROUP_CONCAT(DISTINCT w.website_id) = '1'
        ORDER BY p.row_id LIMIT 2"""
    (one, sku), (other, other_sku) = follower.rows(query)
    rename = "UPDATE catalog_product_entity SET sku = '{}' WHERE row_id = {}"
    swap = [rename.format(*pair) for pair in (("x", one), (sku, other), (other_sku, one))]
    assert lost(follower, PRODUCTS, *swap) == set()


def test_of_an_index_that_changed_places_only_what_differs_is_rebuilt(follower):
    index = "magento_catalogpermissions_index_product"
    follower.audit()
    follower.forget_past()
    query = f"SELECT DISTINCT product_id FROM {index}_replica ORDER BY 1 LIMIT 2"
    ids = ", ".join(str(row[0]) for row in follower.rows(query))
    follower.sql(
        f"DELETE FROM {index}_replica",
        f"INSERT INTO {index}_replica SELECT * FROM {index}",
        f"UPDATE {index}_replica SET grant_checkout_items = -3 - grant_checkout_items"
        f" WHERE product_id IN ({ids})",
        f"RENAME TABLE {index} TO {index}_old, {index}_replica TO {index},"
        f" {index}_old TO {index}_replica",
    )
    (found,) = follower.audit()
    assert found.tables == (index,)
    assert follower.rebuilt() == {"productOverrides": 2}


def test_where_permissions_are_switched_off_everything_is_deleted(follower):
    path = "catalog/magento_catalogpermissions/enabled"
    switch = f"UPDATE core_config_data SET value = '{{}}' WHERE path = '{path}'"
    before = {feed: set(follower.warehouse.held[feed]) for feed in (CATEGORIES, PRODUCTS)}
    assert lost(follower, PRODUCTS, switch.format(0)) == before[PRODUCTS] != set()
    assert follower.warehouse.items(CATEGORIES) == []
    lost(follower, PRODUCTS, switch.format(1))
    assert before == {feed: set(follower.warehouse.held[feed]) for feed in before}
