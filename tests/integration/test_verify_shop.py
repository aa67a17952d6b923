"""All feeds of a whole shop, in both layouts: exactly what was broken is found and repaired."""

import dataclasses
import datetime as dt

import orjson
import pytest
from drift_checks import drift, findings_of
from follower import IDENTITY, NOW, told
from test_convergence import following

UNSEEN = (
    "UPDATE catalog_product_entity_decimal SET value = value + 1",
    "DELETE FROM catalog_product_website WHERE website_id = 2 AND product_id % 7 = 0",
    "UPDATE catalog_category_entity_varchar SET value = CONCAT(value, ' unseen') LIMIT 9",
    "UPDATE customer_group SET customer_group_code = 'Unseen' WHERE customer_group_id = 2",
    "UPDATE store_website SET name = 'Unseen' WHERE website_id = 1",
    "UPDATE sales_order SET status = 'unseen' LIMIT 3",
    "UPDATE review_detail SET title = 'Unseen' LIMIT 3",
    "UPDATE eav_attribute SET frontend_label = 'Unseen' WHERE attribute_code = 'color'",
)
TRIGGERS = "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()"


@pytest.fixture(scope="module", params=[False, True], ids=["open source", "staged"])
def follower(request, server_url):
    with following(server_url, "verified", staged=request.param) as made:
        yield made


def test_a_shop_that_was_delivered_has_not_drifted(follower):
    assert drift(follower.context) == []


def test_a_comparison_sends_and_writes_nothing(follower):
    follower.forget_past()
    assert drift(follower.context) == []
    assert (dict(follower.warehouse.told), follower.rebuilt()) == ({}, {})


def wrong_identities(follower):
    """Of each feed, the identities of which the warehouse holds something else than is built."""
    return {
        one.feed: {
            tuple(str(item[name]) for name in IDENTITY[one.feed])
            for item in map(orjson.loads, (*one.missing, *one.surplus))
        }
        for one in follower.disagreements()
    }


def drifted_identities(follower, *, repairs):
    findings = {
        feed.name: findings_of(follower.context, feed, repairs=repairs)
        for feed in follower.context.feeds
    }
    return {
        feed: {tuple(str(one.identity[name]) for name in IDENTITY[feed]) for one in found.culprits}
        for feed, found in findings.items()
        if found.culprits
    }


def test_what_was_changed_while_triggers_were_dropped_is_found_and_repaired(follower, monkeypatch):
    monkeypatch.setattr("daemon.sync.verify.CULPRITS", 100_000)
    follower.sql(*(f"DROP TRIGGER `{name}`" for (name,) in follower.rows(TRIGGERS)))
    follower.sql(*UNSEEN)
    follower.drain()
    wrong = wrong_identities(follower)
    assert len(wrong) >= 6
    assert drifted_identities(follower, repairs=True) == wrong
    follower.drain()
    assert told(follower.disagreements()) == ""
    assert drift(follower.context) == []
    follower.install()


def test_every_feed_misses_a_record_that_is_gone(follower):
    for feed in follower.context.feeds:
        table = follower.context.own.items[feed.name].name
        follower.sql(f"DELETE FROM {table} WHERE is_deleted = 0 LIMIT 1")
        findings = findings_of(follower.context, feed, repairs=True)
        assert [one.kind.value for one in findings.culprits] == ["missing"], feed.name
        assert findings.totals["warehouse"].equal > 0
    follower.drain()
    assert drift(follower.context) == []


def test_every_feed_finds_a_record_whose_entity_is_gone(follower):
    for feed in follower.context.feeds:
        table = follower.context.own.items[feed.name].name
        follower.sql(
            f"INSERT INTO {table} (destination_id, feed_id, entity_id, outcome, hash, minimal,"
            f" tried_at) SELECT destination_id, REPEAT('f', 40), 4000000, 'exported', 'h', minimal,"
            f" tried_at FROM {table} LIMIT 1"
        )
        findings = findings_of(follower.context, feed)
        assert [one.kind.value for one in findings.culprits] == ["surplus"], feed.name
        follower.sql(f"DELETE FROM {table} WHERE entity_id = 4000000")


def test_what_time_has_changed_is_no_drift_while_it_is_not_pending_yet(follower):
    context = follower.context
    tomorrow = NOW + dt.timedelta(days=400)
    later = dataclasses.replace(context, clock=lambda _: tomorrow)
    for feed in later.feeds:
        assert findings_of(later, feed).culprits == [], feed.name
