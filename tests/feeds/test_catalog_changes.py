"""Edits of a shop, and which items of scopes, attributes and categories they make stale."""

import pytest
from catalog_rows import CATEGORY_ATTRIBUTE_IDS, CATEGORY_ATTRIBUTES
from changes import WHOLE, edit, stale

from daemon.feeds import categories, product_attributes, scopes_customer_group, scopes_website

FEEDS = (
    scopes_website.FEED,
    scopes_customer_group.FEED,
    product_attributes.FEED,
    categories.FEED,
)
ATTRIBUTES, CATEGORIES = "productAttributes", "categories"
WEBSITES, GROUPS = "scopesWebsite", "scopesCustomerGroup"
MOVE = """
    UPDATE {p}catalog_category_entity SET path = '1/2/30/12', parent_id = 30, level = 3
    WHERE entity_id = 12"""
OF_ALL_STORES = {ATTRIBUTES: WHOLE, CATEGORIES: WHOLE}


@pytest.fixture(scope="module")
def shop(own_shop):
    own_shop.attribute(100, "color_code", frontend_label="Color")
    own_shop.add("eav_attribute_label", attribute_id=100, store_id=1, value="Color")
    own_shop.add("store", store_id=4, code="lost", website_id=2, group_id=1)
    own_shop.add("customer_group", customer_group_id=4, customer_group_code="VIP")
    own_shop.add("customer_group_excluded_website", customer_group_id=4, website_id=2)
    if own_shop.layout.staged:
        for number in (1, 2, 10, 11, 12, 20, 30, 40):
            own_shop.add("sequence_catalog_category", sequence_value=number)
    for path in ("1", "1/2", "1/20", "1/2/10", "1/2/10/11", "1/2/10/11/12", "1/2/30"):
        own_shop.category(path, name=path, url_key="key", is_active=1)
    own_shop.watch(FEEDS)
    return own_shop


def stale_after(shop, statement):
    """Feed → the ids that an edit makes stale, or WHOLE. The edit is undone."""
    links = {f"l{number}": shop.link(number) for number in (10, 12)}
    edit(shop, statement, **links)
    found = stale(shop, FEEDS)
    shop.forget()
    return found


def value(code, category, new):
    """Set the default value of an attribute."""
    backend, number = CATEGORY_ATTRIBUTES[code], CATEGORY_ATTRIBUTE_IDS[code]
    where = f"attribute_id = {number} AND {{link}} = {{l{category}}}"
    return f"UPDATE {{p}}catalog_category_entity_{backend} SET value = {new} WHERE {where}"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE {p}store SET name = 'x', is_active = 1 WHERE store_id = 2", {}),
        ("UPDATE {p}store SET code = 'x' WHERE store_id = 2", {WEBSITES: {1}, **OF_ALL_STORES}),
        ("UPDATE {p}store SET code = 'x' WHERE store_id = 4", {WEBSITES: {1}, **OF_ALL_STORES}),
        (
            "UPDATE {p}store SET website_id = 1 WHERE store_id = 4",
            {WEBSITES: {1}, **OF_ALL_STORES},
        ),
        (
            "UPDATE {p}store_group SET code = 'x' WHERE group_id = 2",
            {WEBSITES: {2}, **OF_ALL_STORES},
        ),
        (
            "UPDATE {p}store_website SET code = 'x' WHERE website_id = 2",
            {WEBSITES: {2}, GROUPS: WHOLE, **OF_ALL_STORES},
        ),
        ("UPDATE {p}customer_group SET customer_group_code = 'x' WHERE customer_group_id = 4", {}),
        ("INSERT INTO {p}customer_group (customer_group_id) VALUES (9)", {GROUPS: {9}}),
        (
            "UPDATE {p}eav_attribute SET is_required = 1 WHERE attribute_id = 100",
            {ATTRIBUTES: {100}},
        ),
        ("UPDATE {p}eav_attribute SET note = 'x' WHERE attribute_id = 100", {}),
        (
            "UPDATE {p}catalog_eav_attribute SET is_filterable = 1 WHERE attribute_id = 100",
            {ATTRIBUTES: {100}},
        ),
        (
            "UPDATE {p}catalog_eav_attribute SET used_for_sort_by = 1 WHERE attribute_id = 100",
            {ATTRIBUTES: {100}, CATEGORIES: WHOLE},
        ),
        ("INSERT INTO {p}core_config_data (path, value) VALUES ('a/b/c', 'x')", {}),
        (value("name", 10, "'x'"), {CATEGORIES: {10}}),
        (value("is_active", 10, 0), {CATEGORIES: {2, 10, 11, 12}}),
        (value("is_active", 12, 0), {CATEGORIES: {11, 12}}),
        (
            "UPDATE {p}catalog_category_entity SET position = 7 WHERE entity_id = 11",
            {CATEGORIES: {11}},
        ),
        ("UPDATE {p}catalog_category_entity SET children_count = 7", {}),
    ],
)
def test_an_edit_makes_stale_what_it_shows_in(shop, statement, expected):
    assert stale_after(shop, statement) == expected


@pytest.mark.parametrize(
    ("statement", "here", "reference"),
    [
        pytest.param(
            "DELETE FROM {p}customer_group_excluded_website",
            {GROUPS: {4}},
            {},
            marks=pytest.mark.difference("Websites of a customer group are kept up to date"),
        ),
        pytest.param(
            "UPDATE {p}store SET website_id = 2, group_id = 2 WHERE store_id = 2",
            {WEBSITES: {1, 2}, **OF_ALL_STORES},
            {WEBSITES: {2}},
            marks=pytest.mark.difference("A store that moves to another website changes both"),
        ),
        pytest.param(
            "UPDATE {p}eav_attribute_label SET value = 'x'",
            {ATTRIBUTES: {100}},
            {},
            marks=pytest.mark.difference("Labels of store views count as changes"),
        ),
        pytest.param(
            value("url_key", 10, "'x'"),
            {CATEGORIES: {10, 11, 12}},
            {CATEGORIES: {10}},
            marks=pytest.mark.difference("All categories below a renamed one are sent"),
        ),
        pytest.param(
            MOVE,
            {CATEGORIES: {11, 12, 30}},
            {CATEGORIES: {12}},
            marks=pytest.mark.difference("A parent's list of children follows"),
        ),
        pytest.param(
            "UPDATE {p}core_config_data SET value = 'x' WHERE path = 'web/unsecure/base_url'",
            {CATEGORIES: WHOLE},
            {},
            marks=pytest.mark.difference("Settings that items are made of are watched"),
        ),
    ],
)
def test_an_edit_makes_stale_what_the_reference_leaves_as_it_was(shop, statement, here, reference):
    assert stale_after(shop, statement) == here != reference


def test_a_new_category_concerns_its_parent(shop):
    columns = "entity_id, parent_id, path, level, position, children_count"
    statement = (
        f"INSERT INTO {{p}}catalog_category_entity ({columns}) VALUES (40, 2, '1/2/40', 2, 1, 0)"
    )
    assert stale_after(shop, statement) == {CATEGORIES: {2, 40}}


def test_a_category_deleted_with_what_lies_below_concerns_its_parent(shop):
    statement = "DELETE FROM {p}catalog_category_entity WHERE entity_id IN (11, 12)"
    assert stale_after(shop, statement) == {CATEGORIES: {10, 11, 12}}


def test_a_deleted_attribute_takes_its_settings_and_labels_along(shop):
    statement = "DELETE FROM {p}eav_attribute WHERE attribute_id = 100"
    found = stale_after(shop, statement)
    assert found[ATTRIBUTES] == {100}
    assert found.keys() <= {ATTRIBUTES, CATEGORIES}
