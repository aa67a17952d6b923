"""A setting that changes how feeds are built leads to the items that it changes, by itself."""

from __future__ import annotations

import json
import signal

import pytest
from installation import wait_until

EXTRA = ["ac_attribute_set", "ac_inventory", "ac_tax_class"]
SYSTEM = ["url_key"]


def listed(installation):
    """The codes in the lists of all product items at the receiver."""
    return [
        {one["attributeCode"] for one in item["attributes"] or ()}
        for item in installation.receiver.items("products")
    ]


def told_since(installation, mark):
    """What the receiver was told since then: feed → (identities, how many of them deletions)."""
    found = {}
    for one in installation.receiver.log(mark):
        names, deleted = found.setdefault(one.feed, (set(), set()))
        names.add(tuple(one.identity.values()))
        if one.deleted:
            deleted.add(tuple(one.identity.values()))
    return {feed: (len(names), len(deleted)) for feed, (names, deleted) in found.items()}


def restarted(installation, process, **sections):
    """The daemon after a change of its settings."""
    installation.stop(process)
    installation.configure(**sections)
    return installation.run()


def test_extra_attributes_come_and_go_with_their_setting(installation):
    process = installation.run()
    installation.wait_until_settled()
    products = len(installation.receiver.items("products"))
    views = len({item["storeViewCode"] for item in installation.receiver.items("products")})
    mark = installation.mark

    process = restarted(installation, process, feeds={"extra_attributes": EXTRA})
    installation.wait_until_settled()
    assert all({"ac_attribute_set", "ac_tax_class"} <= codes for codes in listed(installation))
    assert any("ac_inventory" in codes for codes in listed(installation))
    assert told_since(installation, mark) == {
        "products": (products, 0),
        "productAttributes": (3 * views, 0),
    }

    mark = installation.mark
    installation.sql(
        "UPDATE eav_attribute_set SET attribute_set_name = 'Things' WHERE attribute_set_id ="
        " (SELECT MIN(attribute_set_id) FROM catalog_product_entity)"
    )
    installation.wait_until_settled()
    assert list(told_since(installation, mark)) == ["products"]

    mark = installation.mark
    process = restarted(installation, process)
    installation.wait_until_settled()
    assert not any(codes & set(EXTRA) for codes in listed(installation))
    assert told_since(installation, mark) == {
        "products": (products, 0),
        "productAttributes": (3 * views, 3 * views),
    }
    assert installation.stop(process) == 0


def test_a_reload_lists_attributes_of_the_system_and_sends_nothing_else(installation):
    process = installation.run()
    installation.wait_until_settled()
    mark = installation.mark
    installation.configure(feeds={"system_attributes": SYSTEM})
    process.send_signal(signal.SIGHUP)
    wait_until(lambda: '"reloaded"' in installation.log)
    installation.wait_until_settled()
    assert all("url_key" in codes for codes in listed(installation))
    assert list(told_since(installation, mark)) == ["products"]

    mark, before = installation.mark, installation.log.count('"reloaded"')
    process.send_signal(signal.SIGHUP)
    wait_until(lambda: installation.log.count('"reloaded"') > before)
    installation.wait_until_settled()
    assert told_since(installation, mark) == {}, "the same settings ask for nothing"
    assert installation.stop(process) == 0


def test_a_fixed_configuration_value_leads_to_the_feeds_that_read_it(installation):
    process = installation.run()
    installation.wait_until_settled()
    installation.sql("DELETE FROM cfs_run")
    mark = installation.mark
    config = {"general/locale/weight_unit": "stone"}
    process = restarted(installation, process, shop={"config": config})
    installation.wait_until_settled()
    weighed = [item for item in installation.receiver.items("products") if item.get("weight")]
    assert {item["weightUnit"] for item in weighed} == {"stone"}
    assert told_since(installation, mark) == {"products": (len(weighed), 0)}
    built = "SELECT DISTINCT feed, reason FROM cfs_run"
    assert installation.rows(built) == [("products", "built by other rules")]
    assert installation.stop(process) == 0


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("url_kee", "the shop has no product attribute url_kee. Did you mean url_key?"),
        ("sku", "sku has no values of its own that could be listed; remove it"),
    ],
)
def test_an_attribute_that_can_not_be_listed_is_refused_at_the_start(installation, code, complaint):
    installation.configure(feeds={"system_attributes": ["url_key", code]})
    for command in (("run",), ("resync", "--all"), ("status",)):
        done = installation.command(*command)
        assert (done.returncode, done.stdout) == (78, ""), done.stderr
        assert f"feeds.system_attributes: {complaint}" in done.stderr
        assert "Traceback" not in done.stderr


def test_what_the_shop_alone_can_render_is_counted_and_stripped_by_setting(installation):
    process = installation.run()
    installation.wait_until_settled()
    text = 'See {{widget type="X"}}<img src="{{media url="a.jpg"}}">'
    for entity in ("product", "category"):
        installation.sql(
            f"UPDATE catalog_{entity}_entity_text SET value = '{text}' WHERE attribute_id ="
            " (SELECT attribute_id FROM eav_attribute JOIN eav_entity_type USING (entity_type_id)"
            f" WHERE entity_type_code = 'catalog_{entity}' AND attribute_code = 'description')"
            f" ORDER BY value_id LIMIT 1"
        )
    installation.wait_until_settled()

    def showing(part):
        found = {"products": 0, "categories": 0}
        for feed in found:
            items = installation.receiver.items(feed)
            found[feed] = sum(part in item.get("description", "") for item in items)
        return found

    def counted():
        feeds = json.loads(installation.command("status", "--json").stdout)["feeds"]
        return {
            feed: counts["unrendered"] for feed, counts in feeds.items() if counts["unrendered"]
        }

    shown = showing("{{widget")
    assert min(shown.values()) > 0
    assert counted() == shown
    runs = "SELECT feed, SUM(unrendered) FROM cfs_run WHERE unrendered GROUP BY feed"
    assert {feed: int(count) for feed, count in installation.rows(runs)} == shown
    assert installation.log.count('"unrendered": ') == len(shown)

    mark = installation.mark
    process = restarted(installation, process, feeds={"directives": "strip"})
    installation.wait_until_settled()
    assert showing("{{") == {"products": 0, "categories": 0}
    assert showing('See <img src="http') == shown
    assert told_since(installation, mark) == {feed: (n, 0) for feed, n in shown.items()}
    assert counted() == shown, "stripped is not rendered"
    assert installation.stop(process) == 0
