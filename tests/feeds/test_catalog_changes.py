"""Edits of a shop, and which items of scopes, attributes and categories they make stale."""

import pytest
from catalog_shop import catalog_shop

from changelog_triggers import install
from daemon.core.affected import affected
from daemon.database.changelogs import changelog_table, read_changes
from daemon.feeds import categories, product_attributes, scopes_customer_group, scopes_website
from daemon.sync.collect import attribute_codes

FEEDS = (
    scopes_website.FEED,
    scopes_customer_group.FEED,
    product_attributes.FEED,
    categories.FEED,
)
ALL = "all"
ATTRIBUTES, CATEGORIES = "productAttributes", "categories"
WEBSITES, GROUPS = "scopesWebsite", "scopesCustomerGroup"
MOVE = """
    UPDATE catalog_category_entity SET path = '1/2/30/12', parent_id = 30, level = 3
    WHERE entity_id = 12"""
OF_ALL_STORES = {ATTRIBUTES: ALL, CATEGORIES: ALL}


@pytest.fixture(scope="module")
def shop(server_url):
    with catalog_shop(server_url) as made:
        made.attribute(100, "color", frontend_label="Color")
        made.add("eav_attribute_label", attribute_id=100, store_id=1, value="Color")
        made.add("customer_group", customer_group_id=4, customer_group_code="VIP")
        made.add("customer_group_excluded_website", customer_group_id=4, website_id=2)
        for path in ("1", "1/2", "1/20", "1/2/10", "1/2/10/11", "1/2/10/11/12", "1/2/30"):
            made.category(path, name=path, url_key="key", is_active=1)
        made.connection.commit()
        autocommit = made.connection.execution_options(isolation_level="AUTOCOMMIT")
        install(autocommit, [edge.on for feed in FEEDS for edge in feed.edges(made.read())])
        autocommit.execution_options(isolation_level="READ COMMITTED")
        made.execute("SET foreign_key_checks = 1")
        yield made


def stale(shop, statement):
    """Feed → the ids that an edit makes stale, or ALL. The edit is undone."""
    shop.execute(statement)
    known = shop.read()
    found = {}
    edges = [(feed, edge) for feed in FEEDS for edge in feed.edges(known)]
    for changelog in {edge.on.changelog for _, edge in edges}:
        changes = read_changes(shop.connection, changelog_table(changelog, ""), 1000)
        starting = [pair for pair in edges if pair[1].on.changelog == changelog]
        for one in affected(changes, starting, attribute_codes(known)):
            before, ids = found.get(one.feed.name, set()), ids_of(shop, known, one)
            found[one.feed.name] = ALL if ALL in (before, ids) else before | ids
    shop.forget()
    return found


def ids_of(shop, known, one):
    if one.is_whole:
        return ALL
    if one.edge.widen is None:
        return set(map(int, one.ids))
    return set(shop.ids(one.edge.widen(known, one.ids)))


def value(code, category, new):
    backends = {"url_key": "varchar", "name": "varchar", "is_active": "int"}
    table = f"catalog_category_entity_{backends[code]}"
    which = f"SELECT attribute_id FROM eav_attribute WHERE attribute_code = '{code}'"
    where = f"entity_id = {category} AND attribute_id = ({which})"
    return f"UPDATE {table} SET value = {new} WHERE {where}"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE store SET name = 'x', is_active = 1 WHERE store_id = 2", {}),
        ("UPDATE store SET code = 'x' WHERE store_id = 2", {WEBSITES: {1}, **OF_ALL_STORES}),
        (
            "UPDATE store SET website_id = 2, group_id = 2 WHERE store_id = 2",
            {WEBSITES: {1, 2}, **OF_ALL_STORES},
        ),
        ("UPDATE store_group SET code = 'x' WHERE group_id = 2", {WEBSITES: {2}, **OF_ALL_STORES}),
        (
            "UPDATE store_website SET code = 'x' WHERE website_id = 2",
            {WEBSITES: {2}, GROUPS: ALL, **OF_ALL_STORES},
        ),
        ("UPDATE customer_group SET customer_group_code = 'x' WHERE customer_group_id = 4", {}),
        ("INSERT INTO customer_group (customer_group_id) VALUES (9)", {GROUPS: {9}}),
        ("DELETE FROM customer_group_excluded_website", {GROUPS: {4}}),
        ("UPDATE eav_attribute SET is_required = 1 WHERE attribute_id = 100", {ATTRIBUTES: {100}}),
        ("UPDATE eav_attribute SET note = 'x' WHERE attribute_id = 100", {}),
        ("UPDATE eav_attribute_label SET value = 'x'", {ATTRIBUTES: {100}}),
        (
            "UPDATE catalog_eav_attribute SET is_filterable = 1 WHERE attribute_id = 100",
            {ATTRIBUTES: {100}},
        ),
        (
            "UPDATE catalog_eav_attribute SET used_for_sort_by = 1 WHERE attribute_id = 100",
            {ATTRIBUTES: {100}, CATEGORIES: ALL},
        ),
        (
            "UPDATE core_config_data SET value = 'x' WHERE path = 'web/unsecure/base_url'",
            {CATEGORIES: ALL},
        ),
        ("INSERT INTO core_config_data (path, value) VALUES ('a/b/c', 'x')", {}),
        (value("name", 10, "'x'"), {CATEGORIES: {10}}),
        (value("url_key", 10, "'x'"), {CATEGORIES: {10, 11, 12}}),
        (value("is_active", 10, 0), {CATEGORIES: {2, 10, 11, 12}}),
        (value("is_active", 12, 0), {CATEGORIES: {11, 12}}),
        (
            "UPDATE catalog_category_entity SET position = 7 WHERE entity_id = 11",
            {CATEGORIES: {11}},
        ),
        (
            MOVE,
            {CATEGORIES: {11, 12, 30}},
        ),
        ("UPDATE catalog_category_entity SET children_count = 7", {}),
    ],
)
def test_an_edit_makes_stale_what_it_shows_in(shop, statement, expected):
    assert stale(shop, statement) == expected


def test_a_new_category_concerns_its_parent(shop):
    columns = "entity_id, parent_id, path, level, position, children_count"
    statement = f"INSERT INTO catalog_category_entity ({columns}) VALUES (40, 2, '1/2/40', 2, 1, 0)"
    assert stale(shop, statement) == {CATEGORIES: {2, 40}}


def test_a_category_deleted_with_what_lies_below_concerns_its_parent(shop):
    statement = "DELETE FROM catalog_category_entity WHERE entity_id IN (11, 12)"
    assert stale(shop, statement) == {CATEGORIES: {10, 11, 12}}


def test_a_deleted_attribute_takes_its_settings_and_labels_along(shop):
    statement = "DELETE FROM eav_attribute WHERE attribute_id = 100"
    found = stale(shop, statement)
    assert found[ATTRIBUTES] == {100}
    assert found.keys() <= {ATTRIBUTES, CATEGORIES}
