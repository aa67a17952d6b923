"""Courses of events that are seldom, followed to where a full build would end."""

from __future__ import annotations

import pytest
from capture_tables import run_by_an_older_snapshot
from follower import told
from test_convergence import following

from daemon.sync import collect
from daemon.sync.collect import Collector


@pytest.fixture(scope="module")
def shop(server_url):
    with following(server_url, "followed", staged=False) as follower:
        yield follower


@pytest.fixture
def follower(shop):
    """A shop of which everything is delivered."""
    shop.audit()
    shop.drain()
    shop.forget_past()
    return shop


def assert_follows(follower):
    follower.drain()
    assert told(follower.disagreements()) == ""


def test_an_import_of_thousands_of_options_is_followed(follower):
    ((color,),) = follower.rows(
        "SELECT attribute_id FROM eav_attribute WHERE attribute_code = 'color'"
    )
    options = ", ".join(f"({9_000_000 + number}, {color}, 0)" for number in range(5000))
    follower.sql(
        f"INSERT INTO eav_attribute_option (option_id, attribute_id, sort_order) VALUES {options}"
    )
    assert_follows(follower)
    assert follower.rows("SELECT COUNT(*) FROM cfs_cl_attribute_option") == [(0,)]
    follower.sql("DELETE FROM eav_attribute_option WHERE option_id >= 9000000")
    assert_follows(follower)


@pytest.mark.parametrize(
    "write",
    [
        "DELETE FROM data_exporter_uuid WHERE type = 'order' LIMIT 1",
        "UPDATE data_exporter_uuid SET entity_id = 1000000 WHERE type = 'order' LIMIT 1",
        "UPDATE data_exporter_uuid SET uuid = UUID() WHERE type = 'order_item' LIMIT 2",
    ],
    ids=["taken", "moved", "changed"],
)
def test_an_order_follows_its_uuid(follower, monkeypatch, write):
    monkeypatch.setattr(collect, "KNOWN_SECONDS", 0.0)  # or a new changelog waits to be noticed
    follower.sql(
        "CREATE TABLE IF NOT EXISTS data_exporter_uuid"
        " (uuid VARCHAR(36) PRIMARY KEY, entity_id INT UNSIGNED, type VARCHAR(32))",
        "INSERT INTO data_exporter_uuid SELECT UUID(), entity_id, 'order' FROM sales_order",
        "INSERT INTO data_exporter_uuid SELECT UUID(), item_id, 'order_item' FROM sales_order_item",
    )
    follower.audit()
    assert_follows(follower)
    follower.sql(write)
    assert_follows(follower)
    follower.sql("DELETE FROM data_exporter_uuid")
    assert_follows(follower)


def test_what_lies_below_a_category_that_is_deleted_alone_is_followed(follower):
    ((top,), *_) = follower.rows(
        "SELECT c.entity_id FROM catalog_category_entity c JOIN catalog_category_entity d"
        " ON d.path LIKE CONCAT(c.path, '/%') WHERE c.level = 2 ORDER BY 1"
    )
    follower.sql(f"DELETE FROM catalog_category_entity WHERE entity_id = {top}")
    assert_follows(follower)


def test_a_collector_judges_no_change_by_a_shop_that_is_older(follower, monkeypatch):
    """Between the look of one daemon at the shop and its look at changes another one works."""
    ((attribute,),) = follower.rows(
        "SELECT attribute_id FROM eav_attribute WHERE entity_type_id = 4 AND is_user_defined = 1"
        " AND backend_type = 'varchar' AND frontend_input = 'text' AND attribute_id IN"
        " (SELECT attribute_id FROM catalog_product_entity_varchar) LIMIT 1"
    )
    used = f"UPDATE eav_attribute SET is_user_defined = {{}} WHERE attribute_id = {attribute}"
    follower.sql(used.format(0))
    assert_follows(follower)
    other, real = Collector(follower.context), collect.sources

    def meanwhile(*arguments):
        found = real(*arguments)
        monkeypatch.setattr(collect, "sources", real)
        follower.sql(used.format(1))
        assert_follows(follower)
        follower.sql(
            "UPDATE catalog_product_entity_varchar SET value = 'another'"
            f" WHERE attribute_id = {attribute} LIMIT 1"
        )
        return found

    monkeypatch.setattr(collect, "sources", meanwhile)
    other.collect()
    assert_follows(follower)


@pytest.mark.parametrize("alter", ["FORCE", "ADD COLUMN note_x INT, ALGORITHM = COPY"])
def test_a_transaction_that_began_before_a_table_was_altered_is_followed(follower, alter):
    """By its snapshot the server lets the trigger read nothing of that table."""
    run_by_an_older_snapshot(
        follower.context.engine,
        f"ALTER TABLE sales_shipment {alter}",
        "UPDATE sales_shipment_track SET track_number = CONCAT('X', NOW(6))",
    )
    assert_follows(follower)
