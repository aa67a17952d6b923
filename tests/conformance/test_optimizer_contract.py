"""What is sent in the terms of the Catalog Data Ingestion API, held against its contract."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import orjson
import pytest
import sqlalchemy as sa
from catalog_api import complaints, contract, needs_contract, schema_of
from reference import needs_gold

from daemon.commerce.shop import read_shop
from daemon.commerce.tables import read_tables
from daemon.core.aside import with_aside
from daemon.core.delivery import Outgoing
from daemon.core.item import FeedItem, Unbuildable
from daemon.core.translation import translated
from daemon.destination.bodies import named
from daemon.destination.presets import OPTIMIZER
from daemon.destination.routes import route_of, translation_of
from daemon.destination_settings import DestinationSettings
from daemon.feeds import FEEDS
from daemon.feeds.asides import ASIDES
from daemon.sandbox.receiver.catalog_contract import COLLECTIONS

NOW = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)
SETTINGS = DestinationSettings(
    preset="optimizer",
    url="https://na1-sandbox.api.commerce.adobe.com",
    environment_id="tenant",
    locales={"default": "en-US", "eu_de": "de-DE"},
)
TRANSLATED = [feed for feed in FEEDS if feed.name in OPTIMIZER.routes]
NAMES = [feed.name for feed in TRANSLATED]


def path_of(feed, *, deletes):
    route = route_of(feed, SETTINGS, "destinations.aco")
    url = route.deletion.url if deletes else route.url
    return url.removeprefix(f"{SETTINGS.url}/tenant")


def build(connection, feed):
    """All items of a feed as the destination knows them, and what can't be built."""
    shop = read_shop(connection, read_tables(connection))
    if feed.name in ASIDES:
        feed = with_aside(feed, ASIDES[feed.name])
    ids = list(connection.scalars(feed.ids(shop)))
    chunks = (ids[start : start + 500] for start in range(0, len(ids), 500))
    built = [one for some in chunks for one in feed.build(connection, shop, some, NOW)]
    return translated(translation_of(feed.name, SETTINGS), built)


def check(feed, known):
    """Every item and every deletion keeps to the contract, and no two are the same there."""
    items = [one for one in known if isinstance(one, FeedItem)]
    assert not [one for one in known if isinstance(one, Unbuildable)]
    assert complaints(path_of(feed, deletes=False), (orjson.loads(it.body) for it in items)) == {}
    deletions = [named(Outgoing(one.minimal, True), OPTIMIZER.deletions[feed]) for one in items]
    assert complaints(path_of(feed, deletes=True), map(orjson.loads, deletions)) == {}
    assert len(set(deletions)) == len({one.feed_id for one in items}) == len(items)
    return [orjson.loads(one.body) for one in items]


@needs_contract()
@pytest.mark.parametrize("feed", TRANSLATED, ids=NAMES)
def test_all_that_a_sample_shop_sends_keeps_to_the_contract(commerce_shop, feed):
    assert check(feed.name, build(commerce_shop, feed))


@needs_contract()
@needs_gold()
@pytest.mark.parametrize("feed", TRANSLATED, ids=NAMES)
def test_all_that_a_real_shop_sends_keeps_to_the_contract(shop_url, feed):
    with sa.create_engine(shop_url, poolclass=sa.NullPool).connect() as connection:
        known = build(connection, feed)
    assert check(feed.name, known)


@needs_contract()
def test_each_feed_has_a_route_of_the_contract_and_one_for_deletions():
    for feed in NAMES:
        for deletes in (False, True):
            assert "post" in contract()["paths"][path_of(feed, deletes=deletes)]


ASKED_FOR = {"sku", "name", "description", "shortDescription", "price"}
"""The contract's words, not its schema: every source needs the metadata of these."""


def of_feed(connection, name):
    """The bodies of a feed's items, by locale."""
    found = defaultdict(list)
    for item in build(connection, next(feed for feed in FEEDS if feed.name == name)):
        body = orjson.loads(item.body)
        found[body["source"]["locale"]].append(body)
    return found


def test_each_source_has_the_metadata_that_the_api_asks_for(commerce_shop):
    found = of_feed(commerce_shop, "productAttributes")
    assert found.keys() >= of_feed(commerce_shop, "products").keys()
    for attributes in found.values():
        assert {one["code"] for one in attributes} >= ASKED_FOR


def test_products_lie_in_categories_that_are_there(commerce_shop):
    categories = of_feed(commerce_shop, "categories")
    for locale, products in of_feed(commerce_shop, "products").items():
        slugs = {one["slug"] for one in categories[locale]}
        assert {route["path"] for one in products for route in one.get("routes", ())} <= slugs


@needs_contract()
@needs_gold()
def test_variants_refer_to_values_that_their_parents_offer(shop_url):
    feed = next(one for one in FEEDS if one.name == "products")
    with sa.create_engine(shop_url, poolclass=sa.NullPool).connect() as connection:
        bodies = [orjson.loads(one.body) for one in build(connection, feed)]
    of_locale = {(one["sku"], one["source"]["locale"]): one for one in bodies}
    checked = 0
    for body in bodies:
        for link in body.get("links", ()):
            if link["type"] != "VARIANT_OF":
                continue
            parent = of_locale[link["sku"], body["source"]["locale"]]
            for option in parent["configurations"]:
                [mine] = [it for it in body["attributes"] if it["code"] == option["attributeCode"]]
                offered = {one["variantReferenceId"] for one in option["values"]}
                assert mine["variantReferenceId"] in offered or body["status"] == "DISABLED"
                checked += 1
    assert checked > 10_000


@needs_contract()
@pytest.mark.parametrize(
    ("feed", "body"),
    [
        ("products", {"sku": "A", "source": {"locale": "en"}, "name": "A", "slug": "a"}),
        ("categories", {"slug": "Men", "source": {"locale": "en"}, "name": "Men"}),
        ("prices", {"sku": "A", "priceBookId": "base"}),
        ("scopesWebsite", {"priceBookId": "base", "name": "base"}),
        ("productAttributes", {"code": "a", "source": {}, "label": "A", "dataType": "TEXT"}),
    ],
)
def test_a_breach_of_the_contract_is_seen(feed, body):
    assert complaints(path_of(feed, deletes=False), [body])


@needs_contract()
@pytest.mark.parametrize("path", COLLECTIONS)
def test_the_receiver_asks_for_what_the_contract_asks_for(path):
    """Of each kind of entity, and of its deletion."""
    collection = COLLECTIONS[path]
    asked = set(collection.contract.identity)
    assert set(required(f"/v1/catalog/{path}/delete")) == asked
    assert set(required(f"/v1/catalog/{path}")) == asked | set(collection.contract.required)
    known = {*asked, *collection.contract.required, *collection.contract.optional}
    assert known <= set(properties(f"/v1/catalog/{path}"))


def resolved(path):
    """The schema of what is posted to a path, alternatives and parts merged."""
    schema = schema_of(path)
    return merged(schema, schema["components"]["schemas"])


def merged(schema, schemas):
    if "$ref" in schema:
        return merged(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    parts = [merged(one, schemas) for one in schema.get("allOf", ())]
    either = [merged(one, schemas) for one in (*schema.get("oneOf", ()), *schema.get("anyOf", ()))]
    always = set.intersection(*(set(one["required"]) for one in either)) if either else set()
    return {
        "required": [*schema.get("required", ()), *always]
        + [name for one in parts for name in one["required"]],
        "properties": {
            name: kind
            for one in ({"properties": schema.get("properties", {})}, *parts, *either)
            for name, kind in one["properties"].items()
        },
    }


def required(path):
    return resolved(path)["required"]


def properties(path):
    return resolved(path)["properties"]
