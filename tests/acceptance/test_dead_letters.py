"""What can't be delivered: shown, sent again by order, or given up."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest
import sqlalchemy as sa

from daemon.sandbox.receiver import Fault


@pytest.fixture
def refused(installation):
    """A product under a new SKU, all of whose items the destination refuses by name."""
    keys = defaultdict(set)
    for item in installation.receiver.items("products"):
        keys[item["sku"]].add(item.get("urlKey"))
    alike = {sku: found.pop() for sku, found in keys.items() if len(found) == 1}
    old, url_key = next((sku, key) for sku, key in alike.items() if key)
    sku = f"REFUSED-{installation.mark}"
    own = f'"urlKey":"{url_key}"'
    installation.receiver.fail(Fault(partial=True, status=400, sku=own, feed="products"))
    renamed = sa.text("UPDATE catalog_product_entity SET sku = :sku WHERE sku = :old")
    with installation.engine.begin() as connection:
        connection.execute(renamed, {"sku": sku, "old": old})
    installation.drain()
    return installation, sku


def letters(installation, *arguments):
    done = installation.command("dead-letters", "list", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_refused_item_is_listed_with_its_reason(refused):
    installation, sku = refused
    rows = letters(installation)
    assert {(row["feed"], row["key"], row["outcome"]) for row in rows} == {
        ("products", sku, "refused")
    }
    assert all(row["status"] == 400 and row["error"] for row in rows)
    shown = installation.command("dead-letters", "show", sku)
    assert (shown.returncode, sku in shown.stdout, "refused" in shown.stdout) == (0, True, True)
    installation.receiver.fail()
    assert installation.command("dead-letters", "requeue", "--yes").returncode == 0


def test_a_requeued_dead_letter_is_delivered(refused):
    installation, sku = refused
    installation.receiver.fail()
    installation.drain()
    assert letters(installation), "nothing but an order or new content moves it on"
    done = installation.command("dead-letters", "requeue", sku, "--yes")
    assert done.returncode == 0, done.stderr
    assert letters(installation) == []
    installation.assert_delivered()


def test_a_dropped_dead_letter_is_sent_when_its_content_changes_and_no_sooner(refused):
    installation, sku = refused
    count = len(letters(installation))
    done = installation.command("dead-letters", "drop", sku, "--feed", "products", "--yes")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, f"products: {count} given up")
    assert letters(installation) == []
    installation.receiver.fail()
    assert installation.command("resync", "--feed", "products").returncode == 0
    assert sku not in {item["sku"] for item in installation.receiver.items("products")}
    installation.sql(
        "UPDATE catalog_product_entity_varchar JOIN eav_attribute USING (attribute_id)"
        " JOIN catalog_product_entity USING (entity_id) SET value = 'Delivered at last'"
        f" WHERE attribute_code = 'name' AND sku = '{sku}'"
    )
    installation.drain()
    installation.assert_delivered()


def test_letters_are_chosen_by_feed_destination_and_key(refused):
    installation, sku = refused
    assert letters(installation, "--feed", "prices") == []
    assert len(letters(installation, "--limit", "1")) == 1
    wrong = installation.command("dead-letters", "list", "--destination", "nowhere")
    assert (wrong.returncode, "no such destination: nowhere" in wrong.stderr) == (2, True)
    unknown = installation.command("dead-letters", "show", "no-such-sku")
    assert (unknown.returncode, "no dead letter of no-such-sku" in unknown.stderr) == (2, True)
    asked = installation.command("dead-letters", "requeue", sku)
    assert (asked.returncode, "say --yes" in asked.stderr) == (2, True)
    installation.receiver.fail()
    assert installation.command("dead-letters", "requeue", "--yes").returncode == 0


def test_an_order_is_known_by_its_number_though_its_deletion_would_not_name_it(installation):
    number = installation.column("SELECT increment_id FROM sales_order ORDER BY entity_id")[0]
    entity = "SELECT entity_id FROM sales_order WHERE increment_id"
    (order,) = installation.column(f"{entity} = '{number}'")
    outcome = f"UPDATE cfs_item_orders SET outcome = '{{}}' WHERE entity_id = {order}"
    installation.sql(outcome.format("dead"))
    assert [row["key"] for row in letters(installation)] == [str(order)]
    for key in (number, str(order)):
        shown = installation.command("dead-letters", "show", key)
        assert (shown.returncode, "orders" in shown.stdout) == (0, True), shown.stderr
    done = installation.command("dead-letters", "requeue", number, "--yes")
    assert (done.returncode, letters(installation)) == (0, [])
