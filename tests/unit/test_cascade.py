"""What the DELETE of a parent must write, by the foreign keys."""

from dataclasses import replace

import pytest

from changelog_triggers.cascade import (
    UNBOUNDED,
    ForeignKey,
    Path,
    cascade_statements,
    is_told,
    located,
    paths,
)
from changelog_triggers.model import Changelog, Hop, Key
from changelog_triggers.naming import Place
from changelog_triggers.watch import Watch

PRODUCT, CATEGORY = Changelog("product"), Changelog("category")


def key(child, column, parent, reference, rule="CASCADE"):
    return ForeignKey(child, (column,), parent, (reference,), rule)


VALUE_ENTITY = key("value", "row_id", "entity", "row_id")
ENTITY_SEQUENCE = key("entity", "entity_id", "sequence", "id")
VALUE_STORE = key("value", "store_id", "store", "store_id")
STORE_WEBSITE = key("store", "website_id", "store_website", "website_id")
KEYS = (VALUE_ENTITY, ENTITY_SEQUENCE, VALUE_STORE, STORE_WEBSITE)

ROW_KEY = Key("row_id", (Hop("entity", "row_id", "entity_id"),))
VALUE = Watch(PRODUCT, "value", ROW_KEY, ("text",), "attribute_id")
ENTITY = Watch(PRODUCT, "entity", Key("entity_id"))


def written(*watches, keys=KEYS):
    statements = cascade_statements(watches, keys, Place())
    return {(one.table, one.sql) for one in statements}


def test_every_table_whose_delete_reaches_the_watched_one_is_found():
    assert sorted(path.tables for path in paths(VALUE, KEYS)) == [
        ("entity", "value"),
        ("sequence", "entity", "value"),
        ("store", "value"),
        ("store_website", "store", "value"),
    ]


def test_a_reference_that_is_emptied_half_way_takes_nothing_along():
    emptied = (VALUE_STORE, key("store", "website_id", "store_website", "website_id", "SET NULL"))
    assert [path.tables for path in paths(VALUE, emptied)] == [("store", "value")]


@pytest.mark.parametrize(("columns", "count"), [((), 0), (("customer_id",), 1)])
def test_an_emptied_reference_counts_where_it_is_watched(columns, count):
    keys = (key("sales_order", "customer_id", "customer", "id", "SET NULL"),)
    watch = Watch(Changelog("order"), "sales_order", Key("entity_id"), columns)
    assert len(list(paths(watch, keys))) == count


def test_a_table_that_refers_to_itself_is_followed_one_level():
    keys = (key("payment", "parent_id", "payment", "id"),)
    watch = Watch(PRODUCT, "payment", Key("order_id"))
    assert [path.tables for path in paths(watch, keys)] == [("payment", "payment")]


@pytest.mark.parametrize(
    ("path", "wanted", "spot"),
    [
        (Path("value"), Key("id"), (0, "id")),
        (Path("entity", (VALUE_ENTITY,)), Key("row_id"), (0, "row_id")),
        (Path("entity", (VALUE_ENTITY,)), Key("store_id"), (1, "store_id")),
        (Path("entity", (VALUE_ENTITY,)), ROW_KEY, (0, "entity_id")),
        (Path("sequence", (ENTITY_SEQUENCE, VALUE_ENTITY)), ROW_KEY, (0, "id")),
        (Path("store", (VALUE_STORE,)), ROW_KEY, None),
        (Path("store", (VALUE_STORE,)), Key(None), None),
    ],
)
def test_where_an_id_stands_already(path, wanted, spot):
    assert located(path, wanted) == spot


def test_what_the_entity_writes_itself_is_not_written_again():
    path = Path("sequence", (ENTITY_SEQUENCE, VALUE_ENTITY))
    assert is_told(path, VALUE, (0, "id"), [ENTITY])
    assert not is_told(path, VALUE, (0, "id"), [])
    other = Watch(CATEGORY, "entity", Key("entity_id"))
    assert not is_told(path, VALUE, (0, "id"), [other])
    assert not is_told(path, VALUE, (0, "id"), [Watch(PRODUCT, "entity", Key("version"))])


def test_a_reader_that_doesn_t_read_the_entity_is_told_of_its_values():
    path = Path("entity", (VALUE_ENTITY,))
    value = replace(VALUE, readers=("prices", "variants"))
    for readers, told in ((("prices",), False), (("prices", "products", "variants"), True)):
        assert is_told(path, value, (0, "entity_id"), [replace(ENTITY, readers=readers)]) is told
    names = Watch(PRODUCT, "entity", Key("entity_id"), ("name",), readers=("variants",))
    prices = replace(ENTITY, readers=("prices",))
    assert is_told(path, value, (0, "entity_id"), [prices, names])


def test_an_entity_and_its_values_give_one_statement_for_the_sequence_above():
    ((table, sql),) = written(ENTITY, VALUE, keys=(VALUE_ENTITY, ENTITY_SEQUENCE))
    assert table == "sequence"
    exists = "EXISTS (SELECT 1 FROM `entity` t1 WHERE t1.`entity_id` = OLD.`id`)"
    head = "INSERT INTO `cfs_cl_product` (entity_id, source, attribute_id)"
    assert sql.splitlines() == [
        "BEGIN",
        f"DECLARE EXIT HANDLER FOR SQLEXCEPTION {head} VALUES (0, 'entity*', NULL);",
        f"IF OLD.`id` IS NOT NULL AND {exists} THEN",
        f"{head} VALUES (OLD.`id`, 'entity', NULL);",
        "END IF;",
        "END;",
    ]


def test_ids_two_levels_down_are_selected_through_the_tables_between():
    keys = (
        key("selection", "option_id", "option", "id"),
        key("option", "bundle_id", "bundle", "id"),
    )
    head = "INSERT INTO `cfs_cl_product` (entity_id, source, attribute_id)"
    select = "SELECT DISTINCT t2.`product_id`, 'selection', NULL"
    tables = "FROM `option` t1 JOIN `selection` t2 ON t2.`option_id` = t1.`id`"
    where = "WHERE t1.`bundle_id` = OLD.`id` AND t2.`product_id` IS NOT NULL;"
    statements = written(Watch(PRODUCT, "selection", Key("product_id")), keys=keys)
    [sql] = [sql for table, sql in statements if table == "bundle"]
    assert f"\n{head}\n{select}\n{tables}\n{where}\n" in sql
    assert {table for table, _ in statements} == {"bundle", "option"}


def test_a_parent_without_bounds_writes_one_coarse_change_for_all_ways_down():
    group = (
        key("store_group", "website_id", "store_website", "website_id"),
        key("store", "group_id", "store_group", "group_id"),
    )
    statements = written(VALUE, keys=(VALUE_STORE, STORE_WEBSITE, *group))
    assert sorted(table for table, _ in statements) == ["store", "store_group", "store_website"]
    website = next(sql for table, sql in statements if table == "store_website")
    assert website.count("EXISTS") == 2
    assert website.count("THEN\nINSERT") == 1


def test_the_coarse_change_of_an_attribute_names_it():
    keys = (key("value", "attribute_id", "eav_attribute", "attribute_id"),)
    ((_, sql),) = written(VALUE, keys=keys)
    assert "VALUES (0, 'value*', OLD.`attribute_id`);" in sql


def test_below_a_table_that_may_have_any_number_of_rows_all_is_coarse():
    assert {"eav_attribute", "store", "customer_group", "inventory_source"} <= UNBOUNDED
    keys = (key("value", "attribute_id", "eav_attribute", "attribute_id"),)
    above = key("eav_attribute", "type_id", "type", "type_id")
    statements = dict(written(VALUE, keys=(*keys, above)))
    assert "VALUES (0, 'value*', NULL);" in statements["type"]


def test_an_id_that_even_such_a_parent_knows_itself_is_written_as_it_is():
    keys = (key("label", "option_id", "eav_attribute_option", "option_id"),)
    ((_, sql),) = written(Watch(PRODUCT, "label", Key("option_id")), keys=keys)
    assert "VALUES (OLD.`option_id`, 'label', NULL);" in sql


def test_keys_of_two_columns_are_compared_in_both():
    keys = (ForeignKey("child", ("a", "b"), "parent", ("x", "y"), "CASCADE"),)
    ((_, sql),) = written(Watch(PRODUCT, "child", Key("id")), keys=keys)
    assert "WHERE t1.`a` = OLD.`x` AND t1.`b` = OLD.`y` AND" in sql
