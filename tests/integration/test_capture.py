"""What triggers write, on a real server."""

import contextlib
import threading

import pytest
import sqlalchemy as sa
from capture_tables import (
    BY_ROW,
    ENTITY,
    NAMES,
    OPTION,
    PRODUCT,
    SKU,
    STAGED_TABLES,
    TABLES,
    VARCHAR,
    changes,
    create,
    installed,
    run,
)

from changelog_triggers.model import Changelog, Hop, Key, KeyType, Subscription

CPE, CPEV = "catalog_product_entity", "catalog_product_entity_varchar"


@pytest.fixture
def shop(engine):
    create(engine, *TABLES)
    installed(engine, [ENTITY, VARCHAR, NAMES])
    run(
        engine,
        f"INSERT INTO {CPE} (entity_id, sku) VALUES (1, 'a'), (2, 'b')",
        f"INSERT INTO {CPEV} VALUES (1, 71, 0, 1, 'Red')",
    )
    changes(engine)
    changes(engine, SKU)
    return engine


def test_an_insert_writes_every_row(shop):
    run(shop, f"INSERT INTO {CPE} (entity_id, sku) VALUES (7, 'x'), (9, 'y')")
    assert changes(shop) == [(7, CPE, None), (9, CPE, None)]
    assert changes(shop, SKU) == [("x", CPE, None), ("y", CPE, None)]


def test_a_delete_writes_every_row(shop):
    run(shop, f"DELETE FROM {CPE} WHERE entity_id = 2")
    assert changes(shop) == [(2, CPE, None)]


def test_an_update_of_a_watched_column_writes_the_id_and_the_attribute(shop):
    run(shop, f"UPDATE {CPEV} SET value = 'Blue'")
    assert changes(shop) == [(1, CPEV, 71)]


def test_a_change_tells_its_moment(shop):
    run(shop, f"UPDATE {CPEV} SET value = 'Blue'")
    query = "SELECT ABS(TIMESTAMPDIFF(SECOND, changed_at, NOW(3))) < 60 FROM cfs_cl_product"
    with shop.connect() as connection:
        assert connection.exec_driver_sql(query).scalars().all() == [1]


def test_an_update_of_an_unwatched_column_writes_nothing(shop):
    run(shop, f"UPDATE {CPE} SET updated_at = '2020-01-01'")
    assert changes(shop) == []


def test_an_update_to_the_same_value_writes_nothing(shop):
    run(shop, f"UPDATE {CPEV} SET value = 'Red'")
    assert changes(shop) == []


@pytest.mark.parametrize("value", ["'RED'", "'Réd'", "'Red '", "NULL", "''"])
def test_a_text_that_differs_in_any_byte_is_a_change(shop, value):
    run(shop, f"UPDATE {CPEV} SET value = {value}")
    assert changes(shop) == [(1, CPEV, 71)]


def test_from_null_to_a_value_is_a_change_and_from_null_to_null_is_none(shop):
    run(shop, f"UPDATE {CPEV} SET value = NULL")
    changes(shop)
    run(shop, f"UPDATE {CPEV} SET value = NULL")
    assert changes(shop) == []
    run(shop, f"UPDATE {CPEV} SET value = ''")
    assert changes(shop) == [(1, CPEV, 71)]


def test_a_new_key_writes_the_old_and_the_new_one(shop):
    run(shop, f"UPDATE {CPEV} SET entity_id = 2")
    assert changes(shop) == [(1, CPEV, 71), (2, CPEV, 71)]


def test_a_text_key_that_changes_only_its_case_writes_both(shop):
    run(shop, f"UPDATE {CPE} SET sku = 'A' WHERE entity_id = 1")
    assert changes(shop, SKU) == [("a", CPE, None), ("A", CPE, None)]
    assert changes(shop) == [(1, CPE, None)]


def test_a_key_that_is_null_is_not_written(shop):
    run(shop, f"UPDATE {CPE} SET sku = NULL WHERE entity_id = 1")
    assert changes(shop, SKU) == [("a", CPE, None)]
    run(shop, f"DELETE FROM {CPE} WHERE entity_id = 1")
    assert changes(shop, SKU) == []


def test_a_new_attribute_writes_both_attributes(shop):
    run(shop, f"UPDATE {CPEV} SET attribute_id = 72")
    assert changes(shop) == [(1, CPEV, 71), (1, CPEV, 72)]


def test_replace_is_a_delete_and_an_insert(shop):
    run(shop, f"REPLACE INTO {CPEV} VALUES (1, 71, 0, 1, 'Red')")
    assert changes(shop) == [(1, CPEV, 71), (1, CPEV, 71)]


def test_insert_on_duplicate_key_update_writes_what_it_does(shop):
    statement = (
        f"INSERT INTO {CPEV} (attribute_id, store_id, entity_id, value) "
        "VALUES (71, 0, 1, '{}'), (71, 1, 1, 'new') ON DUPLICATE KEY UPDATE value = VALUES(value)"
    )
    run(shop, statement.format("Red"))
    assert changes(shop) == [(1, CPEV, 71)]
    run(shop, statement.format("Blue"))
    assert changes(shop) == [(1, CPEV, 71)]


def test_a_rollback_leaves_nothing(shop):
    with shop.connect() as connection:
        connection.exec_driver_sql(f"UPDATE {CPEV} SET value = 'Blue'")
        connection.rollback()
    assert changes(shop) == []


def test_without_its_changelog_a_shops_statement_still_succeeds(shop):
    run(shop, "DROP TABLE cfs_cl_product")
    run(shop, f"UPDATE {CPEV} SET value = 'Blue'", f"DELETE FROM {CPE} WHERE entity_id = 2")
    with shop.connect() as connection:
        assert connection.exec_driver_sql(f"SELECT value FROM {CPEV}").scalars().all() == ["Blue"]
    assert changes(shop, SKU) == [("b", CPE, None)]


def test_a_value_that_the_changelog_refuses_does_not_fail_the_shop(engine):
    create(engine, "CREATE TABLE config (path TEXT, value TEXT) ENGINE=InnoDB")
    texts = Changelog("config", KeyType.TEXT)
    installed(engine, [Subscription(texts, "config", Key("path"), columns=("value",))])
    run(engine, "INSERT INTO config VALUES (REPEAT('x', 300), '1'), ('a/b', '1')")
    assert changes(engine, texts) == [("a/b", "config", None)]


@pytest.mark.timeout(60)
def test_a_deadlock_inside_a_trigger_fails_the_shops_transaction_as_a_whole(shop):
    """Were it swallowed, the shop would go on after its transaction was rolled back."""
    blocker, victim = shop.connect(), shop.connect()
    run(shop, "CREATE TABLE other (id INT PRIMARY KEY, n INT) ENGINE=InnoDB")
    run(shop, "INSERT INTO other SELECT seq, 0 FROM (SELECT 1 seq UNION SELECT 2) s")
    run(shop, "CREATE TABLE weight (id INT AUTO_INCREMENT PRIMARY KEY, n INT) ENGINE=InnoDB")
    errors = []
    with blocker, victim:
        blocker.exec_driver_sql("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        blocker.commit()
        blocker.exec_driver_sql("INSERT INTO weight (n) VALUES " + ",".join(["(1)"] * 200))
        blocker.exec_driver_sql("SELECT version FROM cfs_cl_product FOR UPDATE")
        victim.exec_driver_sql("UPDATE other SET n = 1 WHERE id = 1")

        def write():
            try:
                victim.exec_driver_sql(f"UPDATE {CPEV} SET value = 'Blue'")
            except sa.exc.OperationalError as error:
                errors.append(error.orig.args[0])

        thread = threading.Thread(target=write)
        thread.start()
        wait_for_lock(shop)
        blocker.exec_driver_sql("UPDATE other SET n = 2 WHERE id = 1")
        blocker.commit()
        thread.join()
        with contextlib.suppress(sa.exc.OperationalError):
            victim.commit()
    assert errors == [1213]
    with shop.connect() as connection:
        assert connection.exec_driver_sql(f"SELECT value FROM {CPEV}").scalars().all() == ["Red"]
        assert connection.exec_driver_sql("SELECT n FROM other").scalars().all() == [2, 0]


def wait_for_lock(engine):
    """Until some transaction waits for a row lock. Who asks more often than the server renews the
    list (every 0.1 s) sees the old one for ever.
    """
    query = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
    with engine.connect() as connection:
        while not connection.exec_driver_sql(query).scalar():
            connection.exec_driver_sql("DO SLEEP(0.12)")
            connection.commit()


def test_a_lock_wait_in_a_trigger_that_times_out_fails_the_statement(shop):
    blocker, writer = shop.connect(), shop.connect()
    with blocker, writer:
        blocker.exec_driver_sql("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        blocker.commit()
        blocker.exec_driver_sql("SELECT version FROM cfs_cl_product FOR UPDATE")
        writer.exec_driver_sql("SET SESSION innodb_lock_wait_timeout = 1")
        with pytest.raises(sa.exc.OperationalError, match="1205"):
            writer.exec_driver_sql(f"UPDATE {CPEV} SET value = 'Blue'")


def test_a_row_id_is_followed_to_the_entity(engine):
    create(
        engine,
        f"CREATE TABLE {CPE} (row_id INT PRIMARY KEY, entity_id INT UNSIGNED NOT NULL)",
        f"CREATE TABLE {CPEV} (value_id INT PRIMARY KEY, row_id INT, value TEXT)",
    )
    installed(engine, [Subscription(PRODUCT, CPEV, BY_ROW, columns=("value",))])
    run(
        engine,
        f"INSERT INTO {CPE} VALUES (100, 7), (101, 7), (102, 8)",
        f"INSERT INTO {CPEV} VALUES (1, 101, 'a'), (2, 555, 'nobody')",
    )
    assert changes(engine) == [(7, CPEV, None)]
    run(engine, f"UPDATE {CPEV} SET row_id = 102 WHERE value_id = 1")
    assert changes(engine) == [(7, CPEV, None), (8, CPEV, None)]
    run(engine, f"UPDATE {CPEV} SET value = 'b'", f"DELETE FROM {CPEV}")
    assert changes(engine) == [(8, CPEV, None), (8, CPEV, None)]


@pytest.fixture
def staged(engine):
    create(engine, *STAGED_TABLES)
    installed(engine, [Subscription(PRODUCT, CPEV, BY_ROW, columns=("value",))])
    return engine


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ"])
def test_following_a_row_id_waits_for_nobody_who_writes_the_entity(staged, isolation):
    other = staged.connect()
    writer = staged.connect().execution_options(isolation_level=isolation)
    with other, writer:
        other.exec_driver_sql(f"UPDATE {CPE} SET n = 1")
        writer.exec_driver_sql("SET SESSION innodb_lock_wait_timeout = 1")
        writer.exec_driver_sql(f"UPDATE {CPEV} SET value = 'b'")
        writer.commit()
    assert changes(staged) == [(7, CPEV, None)]


def test_a_row_id_that_is_newer_than_the_writers_snapshot_is_followed(staged):
    setting = "SHOW SESSION VARIABLES LIKE 'innodb_snapshot_isolation'"
    with staged.connect().execution_options(isolation_level="REPEATABLE READ") as writer:
        before = writer.exec_driver_sql(setting).all()
        writer.exec_driver_sql(f"UPDATE {CPE} SET n = 1 WHERE row_id = 100")
        writer.exec_driver_sql(f"SELECT * FROM {CPE}")
        run(staged, f"INSERT INTO {CPE} VALUES (101, 8, 0)")
        writer.exec_driver_sql(f"INSERT INTO {CPEV} VALUES (2, 101, 'a')")
        assert writer.exec_driver_sql(setting).all() == before
        writer.commit()
    assert changes(staged) == [(8, CPEV, None)]
    with staged.connect() as connection:
        query = f"SELECT n FROM {CPE} ORDER BY row_id"
        assert connection.exec_driver_sql(query).scalars().all() == [1, 0], "nothing rolled back"


def test_an_unknown_row_id_leaves_no_warning_to_the_shop(staged):
    with staged.connect() as connection:
        connection.exec_driver_sql(f"INSERT INTO {CPEV} VALUES (2, 555, 'a')")
        assert connection.exec_driver_sql("SHOW WARNINGS").all() == []


def test_two_hops_lead_to_a_text(engine):
    create(
        engine,
        "CREATE TABLE chosen (id INT PRIMARY KEY, option_id INT)",
        "CREATE TABLE choice (option_id INT PRIMARY KEY, product_id INT)",
        "CREATE TABLE product (entity_id INT PRIMARY KEY, sku VARCHAR(64))",
        "INSERT INTO product VALUES (5, 'Größe')",
        "INSERT INTO choice VALUES (3, 5)",
    )
    hops = (Hop("choice", "option_id", "product_id"), Hop("product", "entity_id", "sku"))
    installed(engine, [Subscription(SKU, "chosen", Key("option_id", hops))])
    run(engine, "INSERT INTO chosen VALUES (1, 3), (2, NULL), (3, 4)")
    assert changes(engine, SKU) == [("Größe", "chosen", None)]


def test_a_coarse_change_is_told_by_its_source_and_not_by_its_id(engine):
    create(engine, "CREATE TABLE customer_group (customer_group_id INT PRIMARY KEY, code TEXT)")
    keys = (Key("customer_group_id"), Key(None))
    installed(
        engine, [Subscription(PRODUCT, "customer_group", key, columns=("code",)) for key in keys]
    )
    run(engine, "INSERT INTO customer_group VALUES (0, 'NOT LOGGED IN')")
    assert sorted(changes(engine)) == [(0, "customer_group", None), (0, "customer_group*", None)]
    run(engine, "UPDATE customer_group SET code = 'x'")
    assert sorted(changes(engine)) == [(0, "customer_group", None), (0, "customer_group*", None)]


def test_a_coarse_change_of_a_text_changelog_has_an_empty_id(engine):
    create(engine, "CREATE TABLE source (code INT PRIMARY KEY, name TEXT)")
    installed(engine, [Subscription(SKU, "source", Key(None), columns=("name",))])
    run(engine, "INSERT INTO source VALUES (1, 'a')")
    assert changes(engine, SKU) == [("", "source*", None)]


def test_one_table_feeds_several_changelogs_under_different_keys(engine):
    create(
        engine, "CREATE TABLE eav_attribute_option_value (value_id INT PRIMARY KEY, option_id INT)"
    )
    both = [
        Subscription(OPTION, "eav_attribute_option_value", Key("option_id")),
        Subscription(PRODUCT, "eav_attribute_option_value", Key("value_id")),
    ]
    installed(engine, both)
    run(engine, "INSERT INTO eav_attribute_option_value VALUES (1, 20)")
    assert changes(engine, OPTION) == [(20, "eav_attribute_option_value", None)]
    assert changes(engine) == [(1, "eav_attribute_option_value", None)]


def test_numbers_and_moments_are_compared_by_value(engine):
    create(
        engine,
        "CREATE TABLE tier (id INT PRIMARY KEY, price DECIMAL(20,6), rate DOUBLE, day DATETIME)",
    )
    columns = ("price", "rate", "day")
    installed(engine, [Subscription(PRODUCT, "tier", Key("id"), columns=columns)])
    run(engine, "INSERT INTO tier VALUES (1, 9.5, 0.1, '2026-11-23')")
    changes(engine)
    run(engine, "UPDATE tier SET price = 9.50, rate = 1e-1, day = '2026-11-23 00:00:00'")
    assert changes(engine) == []
    run(engine, "UPDATE tier SET price = 9.500001")
    run(engine, "UPDATE tier SET day = NULL")
    assert changes(engine) == [(1, "tier", None), (1, "tier", None)]
