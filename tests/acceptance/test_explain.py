"""Why an item was sent or not, told of a real shop in real states."""

import json

import pytest

from daemon.sandbox.receiver import Fault


@pytest.fixture
def product(installation):
    """A product's id and SKU, whose items were delivered, and none of them ever deleted."""
    [row] = installation.rows(
        "SELECT p.entity_id, p.sku FROM catalog_product_entity p JOIN catalog_product_website w"
        " ON w.product_id = p.entity_id WHERE p.type_id = 'simple' AND p.entity_id NOT IN"
        f" (SELECT entity_id FROM {installation.own.items['products'].name} WHERE is_deleted)"
        " ORDER BY 1 LIMIT 1"
    )
    return row


def explained(installation, key, feed="products"):
    done = installation.command("explain", feed, str(key), "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def verdicts(story):
    return {item["verdict"] for item in story["items"]}


def touch(installation, entity_id):
    """Change what every item of a product says."""
    installation.sql(
        f"UPDATE catalog_product_entity SET sku = CONCAT(sku, '+') WHERE entity_id = {entity_id}"
    )


def test_what_was_delivered_is_told_with_request_and_time(installation, product):
    entity_id, sku = product
    [story] = explained(installation, sku)
    assert (story["entity_id"], story["is_in_shop"], story["pending"]) == (entity_id, True, None)
    assert verdicts(story) == {"delivered as the shop holds it"}
    for item in story["items"]:
        assert item["identity"]["sku"] == sku
        assert item["built"] == item["recorded"]["hash"]
        assert item["recorded"]["status"] == 200
        assert item["recorded"]["accepted_at"]
        assert item["recorded"]["request_id"]
    assert explained(installation, entity_id, "PRODUCTS") == [story]


def test_a_change_is_told_from_changelog_to_pending_to_delivery(installation, product):
    entity_id, sku = product
    touch(installation, entity_id)
    [story] = explained(installation, f"{sku}+")
    assert any(one.startswith("catalog_product_entity: ") for one in story["changes"])
    assert verdicts(story) == {
        "never sent",
        "gone from the shop, and not deleted at the destination yet",
    }
    installation.app.make_sync_engine()._collector.collect()
    installation.sql("UPDATE cfs_pending SET claimed_by = 'web-2:7:0123.5:1-1'")
    [story] = explained(installation, f"{sku}+")
    assert story["changes"] == []
    assert story["pending"]["priority"] == "live"
    assert story["pending"]["in_hands_of"] == "web-2:7"
    installation.sql("UPDATE cfs_pending SET claimed_by = ''")
    installation.drain()
    [story] = explained(installation, f"{sku}+")
    assert verdicts(story) == {
        "delivered as the shop holds it",
        "gone, and its deletion was accepted",
    }


def test_a_dead_letter_a_failure_and_a_missed_change_are_told(installation, product):
    entity_id, sku = product
    installation.receiver.fail(Fault(status=400, body="no such thing", feed="products"))
    touch(installation, entity_id)
    installation.drain()
    [story] = explained(installation, f"{sku}+")
    assert any(verdict.startswith("refused; new content") for verdict in verdicts(story))
    told = next(
        one["recorded"] for one in story["items"] if one["recorded"]["outcome"] == "refused"
    )
    assert told["status"] == 400
    assert told["error"]
    installation.receiver.fail(Fault(status=503, feed="products"))
    touch(installation, entity_id)
    installation.drain()
    [story] = explained(installation, f"{sku}++")
    failed = [one["recorded"] for one in story["items"] if one["recorded"]["outcome"] == "failed"]
    assert all(one["next_attempt_at"] for one in failed)
    assert 503 in {one["status"] for one in failed}
    installation.receiver.fail()
    daemon = installation.run()
    installation.command("dead-letters", "requeue", "--yes")
    installation.wait_until_settled()
    installation.stop(daemon)
    installation.sql("DELETE FROM cfs_cl_product")
    touch(installation, entity_id)
    installation.sql("DELETE FROM cfs_cl_product")
    done = installation.command("explain", "products", f"{sku}+++")
    assert "nothing is on its way: `feed-sync verify --repair`" in done.stdout
    assert installation.command("verify", "--feed", "products", "--all", "--repair").returncode == 1
    assert "is built again" in installation.command("explain", "products", f"{sku}+++").stdout


def test_what_nobody_knows_is_refused(installation):
    done = installation.command("explain", "products", "no-such-sku")
    assert (done.returncode, "nothing is known of no-such-sku in products" in done.stderr) == (
        2,
        True,
    )
    assert installation.command("explain", "nonsense", "1").returncode == 2
