"""Orders by their age, and UUIDs that the shop gives later, through the whole path."""

from __future__ import annotations

import pytest

from daemon.database.pending import Cause, Priority
from daemon.sync.audit import audit
from daemon.sync.resync import request_full

OLD = "updated_at < UTC_TIMESTAMP() - INTERVAL 7 DAY"
UUIDS = """
CREATE TABLE data_exporter_uuid (uuid VARCHAR(36) NOT NULL PRIMARY KEY,
    entity_id INT UNSIGNED NOT NULL, type VARCHAR(36) NOT NULL, UNIQUE (entity_id, type))
"""


@pytest.fixture
def shop(fresh):
    """A shop with three orders that are old and others that are not, not installed yet."""
    fresh.sql(
        "UPDATE sales_order SET updated_at = UTC_TIMESTAMP()",
        "UPDATE sales_order SET updated_at = UTC_TIMESTAMP() - INTERVAL 8 DAY"
        " ORDER BY entity_id LIMIT 3",
    )
    return fresh


def held(installation):
    """The ids of the orders that the receiver has."""
    return {int(item["commerceOrderId"]) for item in installation.receiver.items("orders")}


def full_resync(installation):
    """Rebuild all orders, and send what differs."""
    feeds = [installation.app.context.feed["orders"]]
    request_full(installation.app.context, feeds, Cause("by hand", Priority.RESYNC))
    installation.drain()


def test_old_orders_wait_for_a_change_and_stay_once_they_were_sent(shop):
    old = set(shop.column(f"SELECT entity_id FROM sales_order WHERE {OLD}"))
    young = set(shop.column("SELECT entity_id FROM sales_order")) - old
    assert (len(old), bool(young)) == (3, True)
    shop.configure(feeds={"orders": {"max_age": "7d"}})
    shop.install()
    shop.first_sync()
    assert held(shop) == young

    chosen = min(old)
    shop.sql(
        f"UPDATE sales_order SET customer_note = 'x', updated_at = updated_at"
        f" WHERE entity_id = {chosen}"
    )
    shop.drain()
    assert held(shop) == young | {chosen}

    shop.sql(
        f"UPDATE sales_order SET updated_at = UTC_TIMESTAMP() - INTERVAL 9 DAY WHERE NOT ({OLD})"
    )
    shop.drain()
    mark = shop.mark
    full_resync(shop)
    assert shop.receiver.log(mark) == [], "nothing changed, and nothing is gone"
    assert held(shop) == young | {chosen}

    shop.sql(f"DELETE FROM sales_order WHERE entity_id = {chosen}")
    shop.drain()
    assert held(shop) == young

    shop.configure()
    shop.first_sync()
    assert held(shop) == (young | old) - {chosen}, "without a limit the rest follows by itself"


def test_uuids_that_the_shop_gives_later_replace_the_derived_ones(shop):
    shop.configure()
    shop.install()
    shop.first_sync()
    before = {item["commerceOrderId"]: item["orderId"] for item in shop.receiver.items("orders")}
    first, second, *_ = sorted(before, key=int)

    shop.sql(UUIDS, f"INSERT INTO data_exporter_uuid VALUES ('given-1', {first}, 'order')")
    audit(shop.app.context)
    shop.drain()
    shop.sql(f"INSERT INTO data_exporter_uuid VALUES ('given-2', {second}, 'order')")
    shop.drain()
    after = {item["commerceOrderId"]: item["orderId"] for item in shop.receiver.items("orders")}
    assert after == {**before, first: {"id": "given-1"}, second: {"id": "given-2"}}
    assert shop.receiver.tombstones("orders") == []
