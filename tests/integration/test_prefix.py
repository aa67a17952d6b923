"""A shop whose tables have a prefix, from the triggers to the destination, for every feed."""

from __future__ import annotations

import subprocess
import sys

import pytest
from follower import told
from test_convergence import following

PREFIX = "m2_"
OTHER = "UPDATE {p}catalog_product_entity_decimal v JOIN {p}eav_attribute a USING (attribute_id)"
OTHER_GRANT = "SET grant_checkout_items = IF(grant_checkout_items = -1, -2, -1)"
EDITS = {
    "scopesWebsite": "UPDATE {p}store_group SET code = 'other' WHERE group_id = 2",
    "scopesCustomerGroup": "INSERT INTO {p}customer_group (customer_group_code, tax_class_id)"
    " VALUES ('Friends', 3)",
    "productAttributes": "UPDATE {p}eav_attribute SET frontend_label = 'Shade'"
    " WHERE attribute_code = 'color'",
    "categories": "UPDATE {p}catalog_category_entity SET position = position + 1",
    "products": "UPDATE {p}catalog_product_entity SET created_at = '2001-02-03'",
    "prices": OTHER + " SET value = value + 1 WHERE a.attribute_code = 'price'",
    "variants": "UPDATE {p}eav_attribute_option_value SET value = CONCAT(value, '!')",
    "inventoryStockStatus": "UPDATE {p}cataloginventory_stock_item"
    " SET use_config_manage_stock = 0, manage_stock = 0",
    "orders": "UPDATE {p}sales_order SET status = 'on_its_way'",
    "reviews": "UPDATE {p}review_detail SET title = CONCAT(title, '!')",
    "ratingMetadata": "UPDATE {p}rating SET rating_code = CONCAT(rating_code, '!')",
    "categoryPermissions": f"UPDATE {{p}}magento_catalogpermissions {OTHER_GRANT}",
    "productOverrides": f"UPDATE {{p}}magento_catalogpermissions_index_product {OTHER_GRANT}",
}
"""Feed → an edit that changes items of it."""

SETTINGS = """
[database]
url = "{url}"
table_prefix = "{prefix}"

[clock]
now = "2026-11-23T16:00:00Z"
"""


@pytest.fixture(scope="module", params=[False, True], ids=["open source", "staged"])
def follower(request, server_url):
    """A sample shop with triggers, of which everything is delivered."""
    with following(server_url, "prefixed", staged=request.param, prefix=PREFIX) as made:
        yield made


def test_every_feed_of_a_shop_with_a_prefix_follows_an_edit(follower):
    for feed in follower.context.feeds:
        follower.forget_past()
        follower.sql(EDITS[feed.name].format(p=PREFIX))
        follower.drain()
        assert follower.warehouse.told[feed.name], EDITS[feed.name]
    assert told(follower.disagreements()) == ""
    assert follower.faults() == []


def test_a_dry_run_of_a_shop_with_a_prefix_writes_what_was_delivered(follower, tmp_path):
    settings, written, held = (tmp_path / name for name in ("settings.toml", "written", "held"))
    url = follower.url.split("?")[0]
    settings.write_text(SETTINGS.format(url=url, prefix=PREFIX), encoding="utf-8")
    command = [sys.executable, "-m", "daemon", "--config", str(settings), "resync", "--all"]
    command += ["--dry-run", "--output", str(written)]
    subprocess.run(command, check=True, capture_output=True)
    held.mkdir()
    follower.warehouse.write(held)
    assert lines(written) == lines(held)


def lines(directory):
    return {file.name: sorted(file.read_bytes().splitlines()) for file in directory.iterdir()}


def test_nothing_of_a_shop_with_a_prefix_stands_outside_it(follower):
    tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
    names = [name for (name,) in follower.rows(tables)]
    assert [name for name in names if not name.startswith(PREFIX)] == []
