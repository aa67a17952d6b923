"""What bypasses or loses triggers is recognised by one audit, and what it changed is delivered."""

from __future__ import annotations

import itertools
import threading

import pytest
import sqlalchemy as sa
from follower import told
from test_convergence import following

from daemon.errors import ShopError
from daemon.sync import audit as auditing
from daemon.sync.audit import audit, install_triggers
from daemon.sync.collect import Collector
from daemon.sync.floors import FULL_LOOK_SECONDS, TRAIL_SECONDS
from daemon.sync.look import read_watching
from daemon.sync.prints import renew_prints

CATEGORY_INDEX = "catalog_category_product_index_store1"
RULES = "catalogrule_product_price"
STOCK = "inventory_stock_2"
STATUS = "cataloginventory_stock_status"
CHANGED = {
    CATEGORY_INDEX: "UPDATE {t} SET position = position + 1 WHERE product_id IN ({ids})",
    RULES: "UPDATE {t} SET rule_price = rule_price - 1 WHERE product_id IN ({ids})",
    STATUS: "UPDATE {t} SET qty = qty + 1 WHERE product_id IN ({ids})",
    STOCK: "UPDATE {t} SET quantity = quantity + 1 WHERE sku IN (SELECT sku FROM"
    " catalog_product_entity WHERE entity_id IN ({ids}))",
}
IDS = {STOCK: "SELECT entity_id FROM catalog_product_entity JOIN inventory_stock_2 USING (sku)"}
"""The products that a table has, where it does not tell it by a product_id."""

READING = {
    CATEGORY_INDEX: {"products"},
    RULES: {"prices"},
    STATUS: {"products", "inventoryStockStatus"},
    STOCK: {"products", "inventoryStockStatus"},
}
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def shop(server_url):
    with following(server_url, "audited", staged=False) as follower:
        yield follower


@pytest.fixture
def follower(shop):
    """A shop that is sound, audited and at rest."""
    shop.audit()
    shop.audit()  # what lost its rows is gone through once more
    shop.forget_past()
    return shop


def some_ids(follower, table, count=2):
    query = IDS.get(table, f"SELECT DISTINCT product_id FROM {table}")
    return sorted(row[0] for row in follower.rows(f"{query} ORDER BY 1 LIMIT {count}"))


def copy(follower, table, name):
    """A copy of the table without triggers, in which some products differ; these."""
    ids = some_ids(follower, table)
    change = CHANGED[table].format(t=name, ids=", ".join(map(str, ids)))
    follower.sql(
        f"DROP TABLE IF EXISTS {name}",
        f"CREATE TABLE {name} LIKE {table}",
        f"INSERT INTO {name} SELECT * FROM {table}",
        change,
    )
    return ids


def make_like(follower, table, name):
    """An empty table with the same foreign keys, under names of its own."""
    ((_, created),) = follower.rows(f"SHOW CREATE TABLE {table}")
    created = created.replace("CONSTRAINT `", "CONSTRAINT `_", -1)
    follower.sql(created.replace(f"TABLE `{table}`", f"TABLE `{name}`", 1))


def exchange(table, other):
    return f"RENAME TABLE {table} TO {table}_old, {other} TO {table}, {table}_old TO {other}"


def triggers(follower):
    return follower.rows(
        "SELECT event_object_table, action_timing, event_manipulation FROM"
        " information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY 1, 2, 3"
    )


def assert_sound(follower, found, *tables):
    """These tables were found, and now the destination holds what a full build gives."""
    assert sorted({table for one in found for table in one.tables}) == sorted(tables)
    assert told(follower.disagreements()) == ""
    assert audit(follower.context) == [], "one audit is enough"


@pytest.mark.parametrize("table", CHANGED)
def test_a_table_that_changed_places_has_only_what_differs_rebuilt(follower, table):
    before = triggers(follower)
    ids = copy(follower, table, f"{table}_replica")
    follower.sql(exchange(table, f"{table}_replica"))
    found = follower.audit()
    assert follower.rebuilt() == dict.fromkeys(READING[table], len(ids))
    assert_sound(follower, found, table)
    assert triggers(follower) == before


@pytest.mark.parametrize("table", CHANGED)
def test_a_table_whose_old_rows_were_dropped_has_only_what_differs_rebuilt(follower, table):
    ids = copy(follower, table, f"{table}__temp1")
    follower.sql(
        f"RENAME TABLE {table} TO {table}1, {table}__temp1 TO {table}", f"DROP TABLE {table}1"
    )
    found = follower.audit()
    assert follower.rebuilt() == dict.fromkeys(READING[table], len(ids))
    assert_sound(follower, found, table)


def test_the_same_rows_again_are_no_reason_to_rebuild_anything(follower):
    for table in CHANGED:
        follower.sql(
            f"CREATE TABLE {table}_same LIKE {table}",
            f"INSERT INTO {table}_same SELECT * FROM {table}",
            f"DROP TABLE {table}",
            f"RENAME TABLE {table}_same TO {table}",
        )
    found = follower.audit()
    assert [one.requeued for one in found] == [0] * len(CHANGED)
    assert follower.rebuilt() == {}
    assert_sound(follower, found, *CHANGED)


def test_rule_prices_of_days_to_come_or_gone_are_no_news(follower):
    follower.sql(
        f"CREATE TABLE {RULES}__temp2 LIKE {RULES}",
        f"INSERT INTO {RULES}__temp2 SELECT * FROM {RULES}",
        f"UPDATE {RULES}__temp2 SET rule_price = 1 WHERE rule_date > '2026-11-24'",
        f"DELETE FROM {RULES}__temp2 WHERE rule_date < '2026-11-22'",
        f"INSERT INTO {RULES}__temp2 SELECT rule_product_price_id + 100000, '2026-12-24',"
        f" customer_group_id, product_id, 2, website_id, latest_start_date, earliest_end_date"
        f" FROM {RULES} WHERE rule_date = '2026-11-23'",
        f"RENAME TABLE {RULES} TO {RULES}2, {RULES}__temp2 TO {RULES}",
        f"DROP TABLE {RULES}2",
    )
    found = follower.audit()
    assert follower.rebuilt() == {}
    assert_sound(follower, found, RULES)


def test_what_was_built_between_two_swaps_is_built_again(follower):
    (product, *_) = copy(follower, CATEGORY_INDEX, f"{CATEGORY_INDEX}_replica")
    swap = exchange(CATEGORY_INDEX, f"{CATEGORY_INDEX}_replica")
    follower.sql(swap)
    follower.sql(
        "UPDATE catalog_product_entity SET sku = IF(sku LIKE 'b-%', SUBSTRING(sku, 3),"
        f" CONCAT('b-', sku)) WHERE entity_id = {product}"
    )
    follower.drain()
    follower.sql(
        f"DROP TABLE {CATEGORY_INDEX}",
        f"RENAME TABLE {CATEGORY_INDEX}_replica TO {CATEGORY_INDEX}_third",
        f"CREATE TABLE {CATEGORY_INDEX} LIKE {CATEGORY_INDEX}_third",
        f"INSERT INTO {CATEGORY_INDEX} SELECT * FROM {CATEGORY_INDEX}_third",
        f"CREATE TABLE {CATEGORY_INDEX}_replica LIKE {CATEGORY_INDEX}_third",
        f"DROP TABLE {CATEGORY_INDEX}_third",
    )
    follower.forget_past()
    found = follower.audit()
    assert "products" in follower.rebuilt()
    assert_sound(follower, found, CATEGORY_INDEX)


def test_two_swaps_that_bring_the_triggers_back_are_recognised(follower):
    """As two full reindexings within a minute: each empties the replica first."""
    table, replica = CATEGORY_INDEX, f"{CATEGORY_INDEX}_replica"
    ids = some_ids(follower, table)
    gone = f"product_id IN ({', '.join(map(str, ids))})"
    rows = f"SELECT * FROM {table}"
    follower.sql(f"TRUNCATE {replica}", f"INSERT INTO {replica} {rows}", exchange(table, replica))
    follower.sql(f"TRUNCATE {replica}", f"INSERT INTO {replica} {rows} WHERE NOT {gone}")
    follower.sql(exchange(table, replica))
    before = triggers(follower)
    follower.drain()
    found = follower.audit()
    assert triggers(follower) == before
    assert_sound(follower, found, table)


def test_a_swap_waits_for_a_transaction_and_nothing_of_it_is_lost(follower):
    ids = copy(follower, STATUS, f"{STATUS}_replica")
    engine = follower.context.engine
    swap = threading.Thread(target=follower.sql, args=(exchange(STATUS, f"{STATUS}_replica"),))
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {STATUS} SET stock_status = 1 - stock_status LIMIT 4")
        swap.start()
        connection.exec_driver_sql("UPDATE catalog_product_entity SET type_id = type_id")
    swap.join()
    found = follower.audit()
    assert len(ids) <= follower.rebuilt()["products"] <= len(ids) + 4
    assert_sound(follower, found, STATUS)


@pytest.mark.parametrize("table", [CATEGORY_INDEX, RULES, STATUS])
def test_a_truncate_of_an_index_is_recognised(follower, table):
    products = len(some_ids(follower, table, 10_000))
    follower.sql(f"CREATE TABLE kept LIKE {table}", f"INSERT INTO kept SELECT * FROM {table}")
    follower.sql(f"TRUNCATE {table}")
    found = follower.audit()
    assert max(follower.rebuilt().values()) <= products
    assert_sound(follower, found, table)
    follower.sql(f"INSERT INTO {table} SELECT * FROM kept", "DROP TABLE kept")
    follower.drain()


def test_a_truncate_is_recognised_though_some_rows_came_again(follower):
    ids = ", ".join(map(str, some_ids(follower, CATEGORY_INDEX, 5)))
    follower.sql(
        f"CREATE TABLE kept LIKE {CATEGORY_INDEX}",
        f"INSERT INTO kept SELECT * FROM {CATEGORY_INDEX}",
        f"TRUNCATE {CATEGORY_INDEX}",
        f"INSERT INTO {CATEGORY_INDEX} SELECT * FROM kept WHERE product_id IN ({ids})",
    )
    follower.drain()
    found = follower.audit()
    assert_sound(follower, found, CATEGORY_INDEX)
    follower.sql(f"REPLACE INTO {CATEGORY_INDEX} SELECT * FROM kept", "DROP TABLE kept")
    follower.drain()


@pytest.mark.parametrize("table", ["catalog_product_entity_tier_price", "catalog_product_website"])
def test_a_truncate_of_any_other_table_is_recognised(follower, table):
    follower.sql(f"CREATE TABLE kept LIKE {table}", f"INSERT INTO kept SELECT * FROM {table}")
    follower.sql("SET foreign_key_checks = 0", f"TRUNCATE {table}", "SET foreign_key_checks = 1")
    found = follower.audit()
    assert "prices" in follower.rebuilt()
    assert_sound(follower, found, table)
    follower.sql(f"INSERT INTO {table} SELECT * FROM kept", "DROP TABLE kept")
    follower.drain()


@pytest.mark.parametrize(
    ("new", "old", "drop"),
    [("_{t}_new", "_{t}_old", True), ("_{t}_gho", "_{t}_del", False)],
    ids=["pt-online-schema-change", "gh-ost"],
)
def test_a_table_that_a_schema_tool_exchanged_is_recognised(follower, new, old, drop):
    table = "catalog_product_entity_decimal"
    new, old = new.format(t=table), old.format(t=table)
    columns = "value_id, attribute_id, store_id, entity_id, value"
    make_like(follower, table, new)
    follower.sql(
        f"INSERT INTO {new} SELECT * FROM {table}",
        f"CREATE TRIGGER pt_osc_upd AFTER UPDATE ON {table} FOR EACH ROW"
        f" REPLACE INTO {new} ({columns})"
        f" VALUES (NEW.{columns.replace(', ', ', NEW.')})",
    )
    follower.sql(f"UPDATE {table} SET value = value + 1 LIMIT 2")
    follower.sql("DROP TRIGGER pt_osc_upd", f"RENAME TABLE {table} TO {old}, {new} TO {table}")
    follower.sql(f"UPDATE {table} SET value = value + 2 LIMIT 3")
    follower.sql(*[f"DROP TABLE {old}"] * drop)
    found = follower.audit()
    assert_sound(follower, found, table)
    assert {one[0] for one in triggers(follower) if one[0].startswith("_")} == set()
    follower.sql(f"DROP TABLE IF EXISTS {old}")


def test_altering_a_table_loses_nothing_and_rebuilds_nothing(follower):
    for table in (*CHANGED, "catalog_product_entity_decimal"):
        follower.sql(f"ALTER TABLE {table} ADD COLUMN colour INT")
        follower.sql(f"ALTER TABLE {table} DROP COLUMN colour")
    found = follower.audit()
    assert follower.rebuilt() == {}
    assert_sound(follower, found, *(table for one in found for table in one.tables))


def test_a_table_restored_without_its_triggers_is_recognised(follower):
    table = "catalog_product_entity_varchar"
    make_like(follower, table, "dumped")
    follower.sql(f"INSERT INTO dumped SELECT * FROM {table}")
    follower.sql(f"UPDATE {table} SET value = CONCAT(value, ' x') WHERE store_id = 0 LIMIT 20")
    follower.drain()
    follower.sql("SET foreign_key_checks = 0", f"DROP TABLE {table}", "SET foreign_key_checks = 1")
    follower.sql(f"RENAME TABLE dumped TO {table}")
    found = follower.audit()
    assert_sound(follower, found, table)


def test_a_changelog_that_is_gone_is_made_anew_and_its_feeds_rebuilt(follower):
    follower.sql("DROP TABLE cfs_cl_product")
    follower.sql("UPDATE catalog_product_entity_decimal SET value = value + 1 LIMIT 3")
    found = follower.audit()
    assert_sound(follower, found, "cfs_cl_product")


@pytest.mark.parametrize(
    "lose", ["TRUNCATE cfs_cl_product", "RENAME TABLE cfs_cl_product TO x"], ids=str.lower
)
def test_a_changelog_that_begins_anew_is_recognised(follower, lose):
    change = "UPDATE catalog_product_entity_decimal SET value = value + 1 LIMIT 3"
    follower.sql(change)
    follower.drain()
    follower.audit()
    follower.sql(change)
    follower.sql("CREATE TABLE y LIKE cfs_cl_product", lose)
    follower.sql("RENAME TABLE y TO cfs_cl_product" if "RENAME" in lose else "DROP TABLE y")
    follower.sql("UPDATE catalog_product_entity_decimal SET value = value + 2 LIMIT 1")
    found = follower.audit()
    assert_sound(follower, found, "cfs_cl_product")
    follower.sql("DROP TABLE IF EXISTS x")


def test_versions_that_begin_anew_are_not_passed_over(follower):
    change = "UPDATE catalog_product_entity_decimal SET value = value + 1 LIMIT 3"
    left = "SELECT 1 FROM cfs_cl_product LIMIT 1"
    clock = [0.0]
    collector = Collector(follower.context, lambda: clock[-1])
    for moment in (0.0, TRAIL_SECONDS + 1, TRAIL_SECONDS + 2):
        clock.append(moment)
        follower.sql(change)
        collector.collect()
    follower.sql("TRUNCATE cfs_cl_product", change)
    looks = 0
    while follower.rows(left):
        looks += 1
        assert looks <= FULL_LOOK_SECONDS + 1
        clock.append(clock[-1] + 1)
        collector.collect()
    follower.sql(change)
    collector.collect()
    assert follower.rows(left) == [], "and none waits any more"
    follower.drain()


def test_a_trigger_whose_account_is_gone_is_replaced_and_nothing_rebuilt(follower):
    name, table, timing, event, body = follower.rows(
        "SELECT trigger_name, event_object_table, action_timing, event_manipulation,"
        " action_statement FROM information_schema.triggers WHERE trigger_schema = DATABASE()"
        f" AND event_object_table = '{STATUS}' AND event_manipulation = 'UPDATE'"
    )[0]
    follower.sql(
        "SET sql_mode = 'STRICT_ALL_TABLES'",
        f"DROP TRIGGER {name}",
        f"CREATE DEFINER = 'gone'@'%' TRIGGER {name} {timing} {event} ON {table} FOR EACH ROW"
        f" {body}",
    )
    with pytest.raises(sa.exc.DBAPIError, match="gone"):
        follower.sql(f"UPDATE {STATUS} SET qty = qty + 1 LIMIT 1")
    assert follower.audit() == []
    assert follower.rebuilt() == {}
    follower.sql(f"UPDATE {STATUS} SET qty = qty + 1 LIMIT 1")
    follower.drain()
    assert_sound(follower, [])


def test_a_table_in_use_is_left_for_later_and_the_shop_goes_on(follower):
    copy(follower, STATUS, f"{STATUS}_replica")
    follower.sql(exchange(STATUS, f"{STATUS}_replica"))
    copied = copy(follower, CATEGORY_INDEX, f"{CATEGORY_INDEX}_replica")
    follower.sql(exchange(CATEGORY_INDEX, f"{CATEGORY_INDEX}_replica"))
    with follower.context.engine.begin() as reader:
        reader.exec_driver_sql(f"SELECT * FROM {STATUS} LIMIT 1").all()
        with pytest.raises(ShopError, match=f"{STATUS} is in use"):
            follower.audit()
        follower.sql(f"UPDATE {STATUS} SET qty = qty + 1 LIMIT 1")
        follower.drain()
        assert follower.rebuilt().keys() == {"products"}, "the other table was seen to"
        assert follower.rebuilt()["products"] >= len(copied)
    found = follower.audit()
    assert_sound(follower, found, STATUS)


def test_installing_by_hand_hides_nothing_from_the_audit(follower):
    ids = copy(follower, STATUS, f"{STATUS}_replica")
    follower.sql(exchange(STATUS, f"{STATUS}_replica"))
    install_triggers(follower.context)
    found = follower.audit()
    assert follower.rebuilt() == dict.fromkeys(READING[STATUS], len(ids))
    assert_sound(follower, found, STATUS)


def test_a_lock_that_a_trigger_can_not_get_fails_the_write_and_so_loses_nothing(follower):
    """Servers let no trigger swallow this: somebody looks at a changelog under lock."""
    change = "UPDATE catalog_product_entity_decimal SET value = value + 1 LIMIT 3"
    repeatable = follower.context.engine.execution_options(isolation_level="REPEATABLE READ")
    impatient = sa.create_engine(follower.url, poolclass=sa.NullPool)
    with repeatable.begin() as other, impatient.connect() as shop:
        shop.exec_driver_sql("SET SESSION innodb_lock_wait_timeout = 1")
        other.exec_driver_sql("SELECT * FROM cfs_cl_product FOR UPDATE").all()
        with pytest.raises(sa.exc.OperationalError, match="Lock wait timeout"):
            shop.exec_driver_sql(change)
        shop.commit()
    follower.drain()
    assert_sound(follower, [])


def test_triggers_of_mview_stay_where_they_are(follower):
    follower.sql(
        "CREATE TABLE seen (entity_id INT)",
        f"CREATE TRIGGER trg_status_after_update AFTER UPDATE ON {STATUS} FOR EACH ROW"
        " INSERT INTO seen VALUES (NEW.product_id)",
    )
    copy(follower, STATUS, f"{STATUS}_replica")
    follower.sql(exchange(STATUS, f"{STATUS}_replica"))
    found = follower.audit()
    assert_sound(follower, found, STATUS)
    assert (f"{STATUS}_replica", "AFTER", "UPDATE") in triggers(follower)
    follower.sql("DROP TRIGGER trg_status_after_update", "DROP TABLE seen")


WRITES = {
    "replace": "REPLACE INTO {t} SELECT product_id, website_id, stock_id, qty + 1, stock_status"
    " FROM {t} WHERE product_id IN ({ids})",
    "insert or update": "INSERT INTO {t} (product_id, website_id, stock_id, qty, stock_status)"
    " SELECT product_id, website_id, stock_id, qty, stock_status FROM {t} s WHERE product_id IN"
    " ({ids}) ON DUPLICATE KEY UPDATE qty = s.qty + 1",
    "update of two tables": "UPDATE {t} JOIN catalog_product_entity p ON p.entity_id = product_id"
    " SET qty = qty + 1, p.has_options = p.has_options WHERE product_id IN ({ids})",
    "delete of two tables": "DELETE {t}, p FROM {t} JOIN catalog_product_website p"
    " USING (product_id) WHERE product_id IN ({ids})",
}


@pytest.mark.parametrize("write", WRITES)
def test_a_write_of_another_kind_fires_triggers(follower, write):
    ids = some_ids(follower, STATUS, 3)
    follower.sql(WRITES[write].format(t=STATUS, ids=", ".join(map(str, ids))))
    written = {row[0] for row in follower.rows("SELECT entity_id FROM cfs_cl_product")}
    assert written == set(ids)
    follower.drain()
    assert_sound(follower, [])


def test_loading_a_file_fires_triggers(follower, tmp_path):
    (product,) = some_ids(follower, STATUS, 1)
    file = tmp_path / "rows"
    file.write_text(f"{product}\t0\t1\t7\t1\n")
    engine = sa.create_engine(follower.url + "&local_infile=1", poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("SET GLOBAL local_infile = 1")
        connection.exec_driver_sql(f"LOAD DATA LOCAL INFILE '{file}' REPLACE INTO TABLE {STATUS}")
    assert {row[0] for row in follower.rows("SELECT entity_id FROM cfs_cl_product")} == {product}
    follower.drain()
    assert_sound(follower, [])


def test_a_delete_without_foreign_keys_loses_nothing(follower):
    (product,) = some_ids(follower, RULES, 1)
    mine = f"catalog_product_entity WHERE entity_id = {product}"
    follower.sql(
        f"CREATE TABLE kept SELECT * FROM {mine}",
        "SET foreign_key_checks = 0",
        f"DELETE FROM {mine}",
        "SET foreign_key_checks = 1",
    )
    follower.drain()
    assert_sound(follower, [])
    follower.sql("INSERT INTO catalog_product_entity SELECT * FROM kept", "DROP TABLE kept")
    follower.drain()


@pytest.mark.parametrize("lose", ["swap", "truncate"])
def test_what_happens_while_an_audit_is_under_way_is_left_for_the_next(follower, lose):
    """Checksums of what was touched must not be taken from rows that nobody has compared."""
    (product,) = some_ids(follower, STATUS, 1)
    change = f"UPDATE {STATUS} SET stock_status = 1 - stock_status WHERE product_id = {product}"
    follower.sql("DROP TABLE IF EXISTS kept", f"CREATE TABLE kept LIKE {STATUS}")
    follower.sql(f"INSERT INTO kept SELECT * FROM {STATUS}", change)
    follower.drain()
    printed = read_watching(follower.context).printed[STATUS]
    if lose == "swap":
        follower.sql(exchange(STATUS, "kept"))
    else:
        follower.sql(f"TRUNCATE {STATUS}")
    renew_prints(follower.context, printed)
    follower.drain()
    found = follower.audit()
    assert_sound(follower, found, STATUS)
    follower.sql(f"REPLACE INTO {STATUS} SELECT * FROM kept", "DROP TABLE kept")
    follower.drain()


def test_an_entity_that_lost_its_rows_is_rebuilt_once_more_and_no_more(follower):
    (product,) = some_ids(follower, CATEGORY_INDEX, 1)
    follower.sql(f"CREATE TABLE kept LIKE {CATEGORY_INDEX}")
    follower.sql(
        f"INSERT INTO kept SELECT * FROM {CATEGORY_INDEX} WHERE product_id = {product}",
        f"DELETE FROM {CATEGORY_INDEX} WHERE product_id = {product}",
    )
    follower.drain()
    assert follower.audit() == []
    assert follower.rebuilt() == {"products": 2}
    assert follower.audit() == []
    assert follower.audit() == []
    assert follower.rebuilt() == {"products": 2}
    follower.sql(f"INSERT INTO {CATEGORY_INDEX} SELECT * FROM kept", "DROP TABLE kept")
    follower.drain()


def test_an_index_table_that_appears_is_watched(follower):
    before = triggers(follower)
    follower.sql(
        "INSERT INTO inventory_stock (stock_id, name) VALUES (77, 'Seventy-seven')",
        f"CREATE TABLE inventory_stock_77 LIKE {STOCK}",
        f"INSERT INTO inventory_stock_77 SELECT * FROM {STOCK}",
    )
    follower.drain()
    found = follower.audit()
    assert_sound(follower, found, "inventory_stock_77")
    assert len(triggers(follower)) == len(before) + 3
    follower.forget_past()
    follower.sql("UPDATE inventory_stock_77 SET is_salable = 1 - is_salable LIMIT 2")
    follower.drain()
    assert follower.rebuilt()["inventoryStockStatus"] == 2
    follower.sql("DELETE FROM inventory_stock WHERE stock_id = 77", "DROP TABLE inventory_stock_77")
    follower.drain()
    assert_sound(follower, follower.audit())
    assert triggers(follower) == before


def test_what_was_built_while_an_index_was_gone_is_built_again(follower):
    (product,) = some_ids(follower, STOCK, 1)
    follower.sql(f"RENAME TABLE {STOCK} TO away")
    assert audit(follower.context) == []
    follower.sql(
        "UPDATE catalog_product_entity SET type_id = 'virtual'"
        f" WHERE entity_id = {product} AND type_id = 'simple'",
        f"UPDATE {STATUS} SET stock_status = 1 - stock_status WHERE product_id = {product}",
        "UPDATE inventory_source_item SET source_code = source_code, status = 1 - status WHERE sku"
        f" = (SELECT sku FROM catalog_product_entity WHERE entity_id = {product})",
    )
    follower.drain()
    assert follower.audit() == []
    follower.sql(f"RENAME TABLE away TO {STOCK}")
    found = follower.audit()
    assert_sound(follower, found, STOCK)


@pytest.mark.parametrize("lose", ["TRUNCATE {t}", "DELETE FROM {t} WHERE product_id IN ({ids})"])
def test_a_changelog_that_is_gone_is_put_back_though_rows_are_gone_too(follower, lose):
    ids = ", ".join(map(str, some_ids(follower, CATEGORY_INDEX)))
    follower.sql(
        f"CREATE TABLE kept LIKE {CATEGORY_INDEX}",
        f"INSERT INTO kept SELECT * FROM {CATEGORY_INDEX}",
        "DROP TABLE cfs_cl_product",
        lose.format(t=CATEGORY_INDEX, ids=ids),
    )
    follower.audit()
    follower.audit()
    assert told(follower.disagreements()) == ""
    follower.sql(f"REPLACE INTO {CATEGORY_INDEX} SELECT * FROM kept", "DROP TABLE kept")
    follower.drain()
    assert told(follower.disagreements()) == ""


def test_rows_that_came_back_and_were_collected_hide_no_others_that_are_gone(follower, monkeypatch):
    first = int(
        follower.rows(
            f"SELECT entity_id FROM cfs_print WHERE source = '{CATEGORY_INDEX}' AND checksum <> 0"
            " ORDER BY 1 LIMIT 1"
        )[0][0]
    )
    follower.sql(
        f"CREATE TABLE kept LIKE {CATEGORY_INDEX}",
        f"INSERT INTO kept SELECT * FROM {CATEGORY_INDEX}",
        f"TRUNCATE {CATEGORY_INDEX}",
        f"INSERT INTO {CATEGORY_INDEX} SELECT * FROM kept WHERE product_id = {first}",
    )
    keep_prints = auditing.keep_prints

    def later(*arguments):
        Collector(follower.context).collect()  # as the daemon does all the time
        return keep_prints(*arguments)

    monkeypatch.setattr(auditing, "keep_prints", later)
    audit(follower.context)
    monkeypatch.undo()
    follower.audit()
    follower.audit()
    assert told(follower.disagreements()) == ""
    follower.sql(f"REPLACE INTO {CATEGORY_INDEX} SELECT * FROM kept", "DROP TABLE kept")
    follower.drain()


def test_what_is_lost_between_look_and_repair_is_seen_next_time(follower, monkeypatch):
    first, second = "rating_title", "catalog_product_entity_varchar"
    for name, table, *_ in follower.rows(
        "SELECT trigger_name, event_object_table FROM information_schema.triggers"
        " WHERE trigger_schema = DATABASE() AND event_manipulation = 'UPDATE'"
    ):
        if table == first:
            follower.sql(f"DROP TRIGGER {name}")
    make_like(follower, second, "other")
    follower.sql(f"INSERT INTO other SELECT * FROM {second}")
    install = auditing.install

    def later(*arguments, **named):
        monkeypatch.setattr(auditing, "install", install)
        follower.sql(
            "SET foreign_key_checks = 0", f"RENAME TABLE {second} TO gone, other TO {second}"
        )
        follower.sql(
            f"UPDATE {second} SET value = CONCAT(value, ' new') WHERE store_id = 0 LIMIT 20"
        )
        return install(*arguments, **named)

    monkeypatch.setattr(auditing, "install", later)
    follower.audit()
    follower.audit()
    follower.sql("SET foreign_key_checks = 0", "DROP TABLE gone")
    assert told(follower.disagreements()) == ""


@pytest.mark.timeout(120)
def test_a_look_that_waits_for_a_locked_table_keeps_no_other_from_being_altered(follower):
    engine = sa.create_engine(follower.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as locking, engine.connect() as altering:
        locking.exec_driver_sql("LOCK TABLES url_rewrite WRITE")
        looking = threading.Thread(target=lambda: audit(follower.context))
        looking.start()
        waits = sa.text(
            "SELECT COUNT(*) FROM information_schema.processlist"
            " WHERE state LIKE 'Waiting for table metadata lock%'"
        )
        while not altering.scalar(waits):
            pass
        altering.exec_driver_sql("SET SESSION lock_wait_timeout = 1")
        try:
            altering.exec_driver_sql("ALTER TABLE catalog_product_website COMMENT = 'altered'")
        finally:
            locking.exec_driver_sql("UNLOCK TABLES")
            looking.join()


def test_a_table_that_is_read_in_with_its_triggers_is_noticed(follower):
    """As mysqldump writes it: the rows of some time ago, and the triggers as they were."""
    table = "catalog_product_entity_decimal"
    ((_, created),) = follower.rows(f"SHOW CREATE TABLE {table}")
    made = follower.rows(
        "SELECT CONCAT('CREATE TRIGGER ', trigger_name, ' ', action_timing, ' ',"
        f" event_manipulation, ' ON {table} FOR EACH ROW ', action_statement) FROM"
        " information_schema.triggers WHERE trigger_schema = DATABASE() AND"
        f" event_object_table = '{table}'"
    )
    assert len(made) == 3
    follower.sql(f"CREATE TABLE dumped AS SELECT * FROM {table}")
    follower.sql(f"UPDATE {table} SET value = value + 7 LIMIT 20")
    follower.drain()
    follower.audit()
    with follower.context.engine.connect() as connection:
        for statement in (
            "SET foreign_key_checks = 0, sql_mode = 'STRICT_ALL_TABLES'",
            f"DROP TABLE {table}",
            created,
            f"INSERT INTO {table} SELECT * FROM dumped",
            *(statement for (statement,) in made),
            "DROP TABLE dumped",
        ):
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
        connection.commit()
        connection.invalidate()
    assert {name for one in follower.audit() for name in one.tables} == {table}
    assert told(follower.disagreements()) == ""
    assert follower.audit() == []


@pytest.mark.parametrize(
    "alter",
    [
        "ALTER TABLE {t} FORCE",
        "ALTER TABLE {t} ADD COLUMN x INT, ALGORITHM = COPY",
        "OPTIMIZE TABLE {t}",
    ],
)
def test_a_table_that_is_rebuilt_is_the_one_that_it_was(follower, alter):
    follower.sql(alter.format(t="catalog_product_entity_text"))
    assert follower.audit() == []
