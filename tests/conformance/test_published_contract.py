"""What goes over the wire, held against the published API contract and against the reference."""

from __future__ import annotations

import datetime as dt
import gzip

import orjson
import pytest
import yaml
from jsonschema import Draft4Validator
from reference import GOLD, SHARED, needs_gold

from daemon.commerce.shop import read_shop
from daemon.commerce.tables import read_tables
from daemon.core.delivery import Outgoing
from daemon.destination.bodies import finished
from daemon.destination.presets import CLASSIC, DEFAULT_TIME_FIELD
from daemon.feeds import category_permissions, product_overrides
from daemon.sandbox.receiver.contract import CONTRACTS, faults_of
from daemon.sandbox.receiver.routes import understood

CONTRACT = SHARED / "reference" / "openapi" / "classic-feed-ingestion-2024-01.yaml"
NOW = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)
SCOPES = {
    "scopesWebsite": "WebsiteScopeFeedItem",
    "scopesCustomerGroup": "CustomerGroupScopeFeedItem",
}
# What real shops hold and the reference sends, although the contract forbids it, as the head of
# docs/differences.md tells.
KNOWN = {
    ("categories", "", "required", "'urlKey' is a required property"),
    ("productAttributes", "", "required", "'label' is a required property"),
    ("products", "type", "enum", "bundle_fixed"),
    ("prices", "parents.type", "enum", "BUNDLE"),
    ("scopesCustomerGroup", "customerGroup.websites", "type", "is not of type 'object'"),
}
VIEW = {"storeViewCode": "default", "storeCode": "main_website_store", "websiteCode": "base"}
PLAIN = {"deleted": False, "modifiedAt": "2026-11-23 15:42:49"}
LIVE = {
    "products": {"sku": "24-MB01", "productId": 1, "type": "simple", "name": "Joust Duffle Bag"}
    | {"url": "https://shop.test/joust.html", "buyable": True, "displayable": True}
    | {"createdAt": "2026-11-23 15:16:35", "weight": 1.5, "attributes": None, "links": None}
    | VIEW
    | PLAIN,
    "productAttributes": {"id": "93", "attributeCode": "color", "label": "Color"}
    | {"attributeType": "catalog_product", "dataType": "OBJECT", "multi": False}
    | {"required": False, "searchWeight": 1}
    | VIEW
    | PLAIN,
    "categories": {"categoryId": "4", "name": "Bags", "urlKey": "bags", "urlPath": "gear/bags"}
    | {"isActive": 1, "parentId": "3", "children": None, "level": 3, "image": None}
    | VIEW
    | PLAIN,
    "prices": {"productId": 1, "sku": "24-MB01", "type": "SIMPLE", "customerGroupCode": "0"}
    | {"websiteCode": "base", "regular": 34, "discounts": [{"code": "group", "price": 30.5}]}
    | {"deleted": False, "updatedAt": "2026-11-23T15:42:50+00:00"},
    "variants": {"id": "a19b29d276b378fded4b6e7c0111e5bd", "parentSku": "MH01", "parentId": "68"}
    | {"productSku": "MH01-L-Black", "productId": "62"}
    | {"optionValues": [{"attributeCode": "color", "uid": "Y29", "valueIndex": "49"}]}
    | PLAIN,
    "productOverrides": {"sku": "24-MB01", "productId": "1", "websiteCode": "base"}
    | {"customerGroupCode": "b6589fc6ab0dc82cf12099d1c2d40ab994e8410c", "displayable": True}
    | {"addToCartAllowed": True, "priceDisplayable": False}
    | PLAIN,
    "scopesWebsite": {"websiteId": "1", "websiteCode": "base"}
    | {"stores": [{"storeId": "1", "storeCode": "main", "storeViews": None}]},
    "scopesCustomerGroup": {"customerGroupId": "0", "websites": ["base"]}
    | {"customerGroupCode": "b6589fc6ab0dc82cf12099d1c2d40ab994e8410c"},
}
MINIMAL = {
    "products": {"productId": 1, "sku": "24-MB01", **VIEW},
    "productAttributes": {"attributeCode": "color", "attributeType": "catalog_product", **VIEW},
    "categories": {"categoryId": "4", **VIEW},
    "prices": {"sku": "24-MB01", "customerGroupCode": "0", "websiteCode": "base"},
    "variants": {"id": "a19b", "parentSku": "MH01", "productSku": "MH01-L", "productId": "62"},
    "productOverrides": {"sku": "24-MB01", "websiteCode": "base", "customerGroupCode": "0"},
    "scopesWebsite": {"websiteId": "1", "websiteCode": "base"},
    "scopesCustomerGroup": {"customerGroupId": "0", "customerGroupCode": "b6589fc6"},
}


def needs_contract():
    return pytest.mark.skipif(not CONTRACT.is_file(), reason=f"no API contract in {CONTRACT}")


@pytest.fixture(scope="module")
def contract():
    return yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))


def sent(feed, content, *, is_tombstone=False):
    item = Outgoing(orjson.dumps(content), is_tombstone)
    time_field = CLASSIC.time_fields.get(feed, DEFAULT_TIME_FIELD)
    return orjson.loads(finished(item, CLASSIC.envelopes.get(feed), time_field, NOW))


def published(contract, feed):
    path = CLASSIC.routes[feed].replace("{environment_id}", "{environmentId}")
    return contract["paths"][path]["post"]["requestBody"]["content"]["application/json"]


def complaints(contract, schema, items):
    """(field, rule, message) of all that the contract forbids; null counts as left out."""
    validator = Draft4Validator({**schema, "components": contract["components"]})
    for error in validator.iter_errors(items):
        if error.instance is not None:
            steps = [str(step) for step in error.absolute_path if not isinstance(step, int)]
            yield ".".join(steps), error.validator, error.message


def unexpected(contract, feed, items):
    """What the contract forbids of these items and neither its own examples do nor KNOWN tells."""
    schema = published(contract, feed)["schema"]
    excused = {
        complaint[:2]
        for example in published(contract, feed)["examples"].values()
        for complaint in complaints(contract, schema, example["value"])
        if complaint[:2] != ("", "required")
    }
    if feed in SCOPES:
        schema = {"items": {"$ref": f"#/components/schemas/{SCOPES[feed]}"}}
    if feed == "variants":  # its example has no website either
        schema = {"items": without_required(contract, "FeedProductVariantNew", "websiteCode")}
    return sorted(
        {
            (field, rule, message)
            for field, rule, message in complaints(contract, schema, items)
            if (field, rule) not in excused
            and not any((feed, field, rule) == known[:3] and known[3] in message for known in KNOWN)
        }
    )


def without_required(contract, name, field):
    schema = contract["components"]["schemas"][name]
    return {**schema, "required": [one for one in schema["required"] if one != field]}


def gold(feed):
    plain = GOLD / "feeds" / f"{feed}.jsonl"
    text = plain.read_bytes() if plain.is_file() else packed(feed)
    return [orjson.loads(line) for line in text.splitlines()]


def packed(feed):
    return gzip.decompress((GOLD / "feeds" / f"{feed}.jsonl.gz").read_bytes())


@needs_contract()
def test_the_routes_are_the_published_ones(contract):
    routes = {
        path.replace("{environment_id}", "{environmentId}") for path in CLASSIC.routes.values()
    }
    assert routes == set(contract["paths"])


@needs_contract()
@pytest.mark.parametrize("feed", sorted(CLASSIC.routes))
def test_a_live_item_keeps_to_the_contract(contract, feed):
    assert unexpected(contract, feed, [sent(feed, LIVE[feed])]) == []


@needs_contract()
@pytest.mark.parametrize("feed", sorted(CLASSIC.routes))
def test_a_tombstone_holds_nothing_that_the_contract_forbids(contract, feed):
    body = sent(feed, MINIMAL[feed], is_tombstone=True)
    assert body["deleted"] is True
    found = unexpected(contract, feed, [body])
    assert [one for one in found if one[:2] != ("", "required")] == []


@needs_contract()
@pytest.mark.parametrize(
    ("feed", "change"),
    [
        ("products", {"buyable": "yes"}),
        ("products", {"deleted": None}),
        ("productAttributes", {"multi": 1}),
        ("categories", {"name": 7}),
        ("prices", {"updatedAt": 7}),
        ("variants", {"optionValues": "x"}),
        ("productOverrides", {"displayable": "x"}),
        ("scopesWebsite", {"websiteCode": 7}),
        ("scopesCustomerGroup", {"customerGroupCode": 7}),
    ],
)
def test_a_breach_of_the_contract_is_seen(contract, feed, change):
    broken = {k: v for k, v in (LIVE[feed] | change).items() if v is not None}
    assert unexpected(contract, feed, [sent(feed, broken)]) != []


@needs_contract()
@needs_gold()
@pytest.mark.parametrize("feed", sorted(set(CLASSIC.routes) - {"productOverrides"}))
def test_items_of_a_real_shop_keep_to_the_contract(contract, feed):
    items = [sent(feed, item) for item in gold(feed)]
    some = items[:: max(1, len(items) // 200)]
    assert unexpected(contract, feed, some) == []


@pytest.mark.parametrize("feed", sorted(CLASSIC.routes))
def test_the_receiver_takes_live_items_and_tombstones(feed):
    route = "" if feed in SCOPES else feed
    live = understood(route, sent(feed, LIVE[feed]))
    tombstone = understood(route, sent(feed, MINIMAL[feed], is_tombstone=True))
    assert (live.feed, live.is_deleted, live.faults) == (feed, False, ())
    assert (tombstone.feed, tombstone.is_deleted, tombstone.faults) == (feed, True, ())
    assert live.identity.keys() == tombstone.identity.keys()


@pytest.fixture(scope="module")
def commerce_items(commerce_shop):
    """Feed → all its items of a sample shop of Adobe Commerce, as they are sent."""
    shop = read_shop(commerce_shop, read_tables(commerce_shop))
    return {
        feed.name: [
            sent(feed.name, orjson.loads(item.body))
            for item in feed.build(
                commerce_shop, shop, list(commerce_shop.scalars(feed.ids(shop))), NOW
            )
        ]
        for feed in (category_permissions.FEED, product_overrides.FEED)
    }


@needs_contract()
def test_product_overrides_of_a_whole_shop_keep_to_the_contract(contract, commerce_items):
    items = commerce_items["productOverrides"]
    assert len(items) > 300
    schema = published(contract, "productOverrides")["schema"]
    assert list(complaints(contract, schema, items)) == []
    assert {key for item in items for key in item} == set(
        contract["components"]["schemas"]["FeedProductOverride"]["properties"]
    )


@pytest.mark.parametrize("feed", ["categoryPermissions", "productOverrides"])
def test_the_receiver_takes_the_permissions_of_a_whole_shop(commerce_items, feed):
    found = [understood(feed, item) for item in commerce_items[feed]]
    assert [one for one in found if one.faults] == []
    assert len({orjson.dumps(one.identity) for one in found}) == len(found) >= 20


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({}, []),
        ({"websiteCode": None, "customerGroupCode": None, "displayable": None}, []),
        ({"categoryId": None}, ["categoryId"]),
        ({"websiteCode": 1}, ["websiteCode"]),
        ({"addToCartAllowed": -1}, ["addToCartAllowed"]),
        ({"deleted": None}, ["deleted"]),
    ],
)
def test_the_receiver_knows_null_as_all_and_as_open_in_permissions(change, faults):
    item = {"categoryId": "4", "websiteCode": "base", "customerGroupCode": "b6589fc6"}
    item |= {"displayable": True, "priceDisplayable": False, "addToCartAllowed": None} | PLAIN
    found = faults_of(CONTRACTS["categoryPermissions"], item | change)
    assert [field for field, _ in found] == faults


@needs_gold()
@pytest.mark.parametrize(
    "feed",
    [
        *("products", "productAttributes", "categories", "prices", "variants"),
        *("inventoryStockStatus", "orders", "reviews", "ratingMetadata"),
        *("scopesWebsite", "scopesCustomerGroup"),
    ],
)
def test_the_receiver_takes_all_that_the_reference_sends(feed):
    found = [understood(feed, item) for item in gold(feed)]
    assert [one for one in found if one.faults] == []
    repeated = {"prices": 29}.get(feed, 0)  # the reference sends these identities twice
    assert len({orjson.dumps(one.identity) for one in found}) == len(found) - repeated
