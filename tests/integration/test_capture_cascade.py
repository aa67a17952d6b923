"""Rows that vanish by foreign keys, on a real server: no trigger of theirs fires."""

from dataclasses import replace

import pytest
from capture_tables import (
    ENTITY,
    OPTION,
    PRODUCT,
    TABLES,
    VARCHAR,
    changes,
    create,
    installed,
    run,
    run_by_an_older_snapshot,
)

from changelog_triggers.model import Changelog, Hop, Key, Subscription

ORDER = Changelog("order")
CPE, CPEV = ENTITY.table, VARCHAR.table

CATEGORY_TABLES = (
    "CREATE TABLE {p}catalog_category_entity (entity_id INT PRIMARY KEY) ENGINE=InnoDB",
    """CREATE TABLE {p}catalog_category_product (
        category_id INT, product_id INT UNSIGNED, position INT,
        PRIMARY KEY (category_id, product_id),
        CONSTRAINT {p}fk_c FOREIGN KEY (category_id)
            REFERENCES {p}catalog_category_entity (entity_id) ON DELETE CASCADE,
        CONSTRAINT {p}fk_p FOREIGN KEY (product_id)
            REFERENCES {p}catalog_product_entity (entity_id) ON DELETE CASCADE
    ) ENGINE=InnoDB""",
)
ASSIGNED = Subscription(
    PRODUCT, "catalog_category_product", Key("product_id"), columns=("position",)
)


def test_deleting_a_category_writes_the_products_that_were_in_it(engine):
    create(engine, *TABLES, *CATEGORY_TABLES)
    run(engine, f"INSERT INTO {CPE} (entity_id) VALUES (1), (2), (3)")
    run(engine, "INSERT INTO catalog_category_entity VALUES (10), (11)")
    run(engine, "INSERT INTO catalog_category_product VALUES (10, 1, 0), (10, 2, 0), (11, 3, 0)")
    installed(engine, [ASSIGNED, ENTITY])
    run(engine, "DELETE FROM catalog_category_entity WHERE entity_id = 10")
    assert sorted(changes(engine)) == [(1, ASSIGNED.table, None), (2, ASSIGNED.table, None)]


def test_deleting_a_product_writes_it_once_although_its_values_go_with_it(engine):
    create(engine, *TABLES, *CATEGORY_TABLES)
    installed(engine, [ASSIGNED, ENTITY, VARCHAR])
    run(engine, f"INSERT INTO {CPE} (entity_id) VALUES (1)")
    run(engine, f"INSERT INTO {CPEV} VALUES (1, 71, 0, 1, 'Red')")
    run(engine, "INSERT INTO catalog_category_entity VALUES (10)")
    run(engine, "INSERT INTO catalog_category_product VALUES (10, 1, 0)")
    changes(engine)
    run(engine, f"DELETE FROM {CPE} WHERE entity_id = 1")
    assert changes(engine) == [(1, CPE, None)]


def test_a_feed_that_reads_only_the_values_hears_of_a_deleted_product_through_them(engine):
    create(engine, *TABLES)
    installed(engine, [replace(ENTITY, reader="products"), replace(VARCHAR, reader="variants")])
    run(engine, f"INSERT INTO {CPE} (entity_id) VALUES (1)")
    run(engine, f"INSERT INTO {CPEV} VALUES (1, 71, 0, 1, 'Red'), (2, 72, 0, 1, 'L')")
    changes(engine)
    run(engine, f"DELETE FROM {CPE}")
    assert changes(engine) == [(1, CPE, None), (1, CPEV, None)]


def test_with_a_prefix_the_shops_own_keys_are_followed(engine):
    create(engine, *TABLES, *CATEGORY_TABLES, prefix="m_")
    installed(engine, [ASSIGNED], prefix="m_")
    run(engine, "INSERT INTO m_catalog_product_entity (entity_id) VALUES (4)")
    run(engine, "INSERT INTO m_catalog_category_entity VALUES (10)")
    run(engine, "INSERT INTO m_catalog_category_product VALUES (10, 4, 0)")
    changes(engine, prefix="m_")
    run(engine, "DELETE FROM m_catalog_product_entity")
    assert changes(engine, prefix="m_") == [(4, ASSIGNED.table, None)]


def test_a_rolled_back_delete_leaves_nothing(engine):
    create(engine, *TABLES)
    installed(engine, [VARCHAR])
    run(engine, f"INSERT INTO {CPE} (entity_id) VALUES (1)")
    run(engine, f"INSERT INTO {CPEV} VALUES (1, 71, 0, 1, 'Red')")
    changes(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DELETE FROM {CPE}")
        connection.rollback()
    assert changes(engine) == []


BUNDLE_TABLES = (
    "CREATE TABLE bundle (id INT PRIMARY KEY) ENGINE=InnoDB",
    """CREATE TABLE bundle_option (option_id INT PRIMARY KEY, bundle_id INT,
        FOREIGN KEY (bundle_id) REFERENCES bundle (id) ON DELETE CASCADE) ENGINE=InnoDB""",
    """CREATE TABLE bundle_selection (id INT PRIMARY KEY, option_id INT, product_id INT,
        FOREIGN KEY (option_id) REFERENCES bundle_option (option_id) ON DELETE CASCADE
    ) ENGINE=InnoDB""",
)


@pytest.fixture
def bundles(engine):
    create(engine, *BUNDLE_TABLES)
    run(engine, "INSERT INTO bundle VALUES (1), (2)")
    run(engine, "INSERT INTO bundle_option VALUES (11, 1), (12, 1), (21, 2)")
    run(
        engine, "INSERT INTO bundle_selection VALUES (1, 11, 7), (2, 12, 8), (3, 12, 8), (4, 21, 9)"
    )
    return engine


def test_rows_two_levels_down_are_written_once_each(bundles):
    installed(bundles, [Subscription(PRODUCT, "bundle_selection", Key("product_id"))])
    run(bundles, "DELETE FROM bundle WHERE id = 1")
    assert sorted(changes(bundles)) == [
        (7, "bundle_selection", None),
        (8, "bundle_selection", None),
    ]
    run(bundles, "DELETE FROM bundle_option WHERE option_id = 21")
    assert changes(bundles) == [(9, "bundle_selection", None)]


def test_an_id_that_the_deleted_row_knows_is_written_only_if_there_are_rows(bundles):
    hops = (Hop("bundle_option", "option_id", "bundle_id"),)
    installed(bundles, [Subscription(PRODUCT, "bundle_selection", Key("option_id", hops))])
    run(bundles, "INSERT INTO bundle VALUES (3)", "DELETE FROM bundle WHERE id IN (2, 3)")
    assert changes(bundles) == [(2, "bundle_selection", None)]


def galleries(engine):
    create(
        engine,
        "CREATE TABLE entity (row_id INT PRIMARY KEY, entity_id INT) ENGINE=InnoDB",
        "CREATE TABLE gallery (value_id INT PRIMARY KEY) ENGINE=InnoDB",
        """CREATE TABLE gallery_value (id INT PRIMARY KEY, value_id INT, row_id INT, FOREIGN KEY
            (value_id) REFERENCES gallery (value_id) ON DELETE CASCADE) ENGINE=InnoDB""",
        "INSERT INTO entity VALUES (100, 7), (101, 8)",
        "INSERT INTO gallery VALUES (1)",
        "INSERT INTO gallery_value VALUES (1, 1, 100), (2, 1, 101), (3, 1, 999)",
    )
    key = Key("row_id", (Hop("entity", "row_id", "entity_id"),))
    installed(engine, [Subscription(PRODUCT, "gallery_value", key)])


def test_ids_behind_a_hop_are_written_before_the_row_is_gone(engine):
    galleries(engine)
    run(engine, "DELETE FROM gallery")
    assert sorted(changes(engine)) == [(7, "gallery_value", None), (8, "gallery_value", None)]


def test_a_delete_succeeds_though_a_row_behind_a_hop_is_newer_than_its_snapshot(engine):
    galleries(engine)
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as writer:
        writer.exec_driver_sql("SELECT * FROM gallery")
        run(engine, "UPDATE entity SET entity_id = 9 WHERE row_id = 101")
        writer.exec_driver_sql("DELETE FROM gallery")
        writer.commit()
    assert sorted(changes(engine)) == [(7, "gallery_value", None), (9, "gallery_value", None)]


CUSTOMER_TABLES = (
    "CREATE TABLE customer_entity (entity_id INT PRIMARY KEY) ENGINE=InnoDB",
    """CREATE TABLE sales_order (entity_id INT PRIMARY KEY, customer_id INT NULL, FOREIGN KEY
        (customer_id) REFERENCES customer_entity (entity_id) ON DELETE SET NULL) ENGINE=InnoDB""",
    "INSERT INTO customer_entity VALUES (1), (2)",
    "INSERT INTO sales_order VALUES (10, 1), (11, 1), (12, 2)",
)


def test_rows_that_lose_a_watched_reference_are_written(engine):
    create(engine, *CUSTOMER_TABLES)
    installed(
        engine, [Subscription(ORDER, "sales_order", Key("entity_id"), columns=("customer_id",))]
    )
    run(engine, "DELETE FROM customer_entity WHERE entity_id = 1")
    assert sorted(changes(engine, ORDER)) == [(10, "sales_order", None), (11, "sales_order", None)]
    assert_null = "SELECT COUNT(*) FROM sales_order WHERE customer_id IS NULL"
    with engine.connect() as connection:
        assert connection.exec_driver_sql(assert_null).scalar() == 2


def test_rows_that_lose_a_reference_nobody_watches_are_not_written(engine):
    create(engine, *CUSTOMER_TABLES)
    installed(engine, [Subscription(ORDER, "sales_order", Key("entity_id"))])
    run(engine, "DELETE FROM customer_entity WHERE entity_id = 1")
    assert changes(engine, ORDER) == []


ATTRIBUTE_TABLES = (
    "CREATE TABLE eav_attribute (attribute_id INT PRIMARY KEY) ENGINE=InnoDB",
    "CREATE TABLE store_website (website_id INT PRIMARY KEY) ENGINE=InnoDB",
    """CREATE TABLE store (store_id INT PRIMARY KEY, website_id INT, FOREIGN KEY (website_id)
        REFERENCES store_website (website_id) ON DELETE CASCADE) ENGINE=InnoDB""",
    """CREATE TABLE value (id INT PRIMARY KEY, attribute_id INT, store_id INT, entity_id INT,
        FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
        FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE CASCADE) ENGINE=InnoDB""",
    "INSERT INTO eav_attribute VALUES (71), (72)",
    "INSERT INTO store_website VALUES (1), (2)",
    "INSERT INTO store VALUES (1, 1), (2, 2)",
    "INSERT INTO `value` VALUES (1, 71, 1, 5), (2, 71, 1, 6)",
)


@pytest.fixture
def attributes(engine):
    create(engine, *(one.replace("TABLE value", "TABLE `value`") for one in ATTRIBUTE_TABLES))
    installed(engine, [Subscription(PRODUCT, "value", Key("entity_id"), attribute="attribute_id")])
    return engine


def test_deleting_an_attribute_writes_one_coarse_change_that_names_it(attributes):
    run(attributes, "DELETE FROM eav_attribute")
    assert changes(attributes) == [(0, "value*", 71)]


def test_deleting_a_website_writes_one_coarse_change_if_it_takes_values_along(attributes):
    run(attributes, "DELETE FROM store_website WHERE website_id = 2")
    assert changes(attributes) == []
    run(attributes, "DELETE FROM store_website WHERE website_id = 1")
    assert changes(attributes) == [(0, "value*", None)]


def test_deleting_an_option_writes_its_own_id(engine):
    create(
        engine,
        "CREATE TABLE eav_attribute_option (option_id INT PRIMARY KEY) ENGINE=InnoDB",
        """CREATE TABLE eav_attribute_option_value (value_id INT PRIMARY KEY, option_id INT,
            FOREIGN KEY (option_id) REFERENCES eav_attribute_option (option_id) ON DELETE CASCADE
        ) ENGINE=InnoDB""",
        "INSERT INTO eav_attribute_option VALUES (1), (2)",
        "INSERT INTO eav_attribute_option_value VALUES (1, 2), (2, 2)",
    )
    installed(engine, [Subscription(OPTION, "eav_attribute_option_value", Key("option_id"))])
    run(engine, "DELETE FROM eav_attribute_option")
    assert changes(engine, OPTION) == [(2, "eav_attribute_option_value", None)]


def test_children_of_the_same_table_are_written(engine):
    create(
        engine,
        """CREATE TABLE payment (id INT PRIMARY KEY, parent_id INT NULL, order_id INT, FOREIGN KEY
            (parent_id) REFERENCES payment (id) ON DELETE CASCADE) ENGINE=InnoDB""",
        "INSERT INTO payment VALUES (1, NULL, 10), (2, 1, 11)",
    )
    installed(engine, [Subscription(ORDER, "payment", Key("order_id"))])
    run(engine, "DELETE FROM payment WHERE id = 1")
    assert sorted(changes(engine, ORDER)) == [(10, "payment", None), (11, "payment", None)]


@pytest.mark.parametrize("key", ["parent_id", "option_id"])
def test_rows_below_that_can_not_be_read_are_told_of_by_one_coarse_change(engine, key):
    """The table was altered since the shop's snapshot; the cascade deletes them all the same."""
    create(
        engine,
        "CREATE TABLE options (option_id INT PRIMARY KEY)",
        "CREATE TABLE selections (id INT PRIMARY KEY, option_id INT, parent_id INT,"
        " FOREIGN KEY (option_id) REFERENCES options (option_id) ON DELETE CASCADE)",
        "INSERT INTO options VALUES (1)",
        "INSERT INTO selections VALUES (1, 1, 7)",
    )
    columns = tuple({"parent_id", "option_id"} - {key})
    installed(engine, [Subscription(PRODUCT, "selections", Key(key), columns)])
    run_by_an_older_snapshot(
        engine, "ALTER TABLE selections FORCE", "DELETE FROM options WHERE option_id = 1"
    )
    assert changes(engine) == [(0, "selections*", None)]


def test_deleting_a_parent_succeeds_without_the_changelog(bundles):
    installed(bundles, [Subscription(PRODUCT, "bundle_selection", Key("product_id"))])
    run(bundles, "DROP TABLE cfs_cl_product", "DELETE FROM bundle")
    with bundles.connect() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM bundle_selection").scalar() == 0
