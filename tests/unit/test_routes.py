from __future__ import annotations

import pytest

from daemon.destination.presets import TimeField, TimeFormat
from daemon.destination.routes import Route, route_of
from daemon.destination_settings import DestinationSettings
from daemon.errors import ConfigurationError

RFC3339 = TimeFormat.RFC3339


def settings(**values):
    return DestinationSettings(url="https://x.test/base/", environment_id="a/b", **values)


def route(feed, **values):
    return route_of(feed, settings(**values), "destinations.live")


@pytest.mark.parametrize(
    ("feed", "path"),
    [
        ("categories", "categories/v1"),
        ("productAttributes", "metadata/v2/metadata"),
        ("products", "catalog/v2/products"),
        ("prices", "products/v1/prices"),
        ("variants", "product_variant/v2/product_variant"),
        ("productOverrides", "catalog/v2/product-overrides"),
        ("scopesWebsite", "scopes/v1"),
        ("scopesCustomerGroup", "scopes/v1"),
    ],
)
def test_classic_sends_each_feed_to_its_published_route(feed, path):
    assert route(feed).url == f"https://x.test/base/feeds/{path}/a%2Fb"


@pytest.mark.parametrize("feed", ["orders", "inventoryStockStatus", "reviews", "unheard"])
def test_a_feed_without_a_published_route_is_off_in_classic(feed):
    assert route(feed) is None


def test_plain_sends_every_feed_to_its_name():
    assert route("orders", preset="plain").url == "https://x.test/base/feeds/orders"


def test_a_route_by_hand_wins_and_an_empty_one_switches_off():
    chosen = {"orders": "/v9/{feed}/{environment_id}", "products": ""}
    assert route("orders", routes=chosen).url == "https://x.test/base/v9/orders/a%2Fb"
    assert route("products", routes=chosen) is None
    assert route("products", preset="plain", routes=chosen) is None


def test_only_the_chosen_feeds_are_sent():
    assert route("products", feeds=("prices",)) is None
    assert route("prices", feeds=("prices",)) is not None


@pytest.mark.parametrize("path", ["/{env}", "/{", "/{}", "/{0}"])
def test_an_unknown_placeholder_is_refused_by_its_key(path):
    with pytest.raises(ConfigurationError, match=r"^destinations\.live\.routes\.orders: "):
        route("orders", routes={"orders": path})


@pytest.mark.parametrize(
    ("feed", "chosen", "expected"),
    [
        ("products", {}, 100),
        ("prices", {}, 500),
        ("prices", {"prices": 50}, 50),
        ("products", {"default": 7}, 7),
        ("prices", {"default": 7}, 500),
    ],
)
def test_batch_sizes_by_feed_then_default_by_hand_then_preset(feed, chosen, expected):
    assert route(feed, batch_items=chosen).most_items == expected


def test_what_is_known_of_websites():
    assert route("scopesWebsite", batch_bytes=4096) == Route(
        "https://x.test/base/feeds/scopes/v1/a%2Fb",
        100,
        4096,
        "website",
        TimeField("updatedAt", RFC3339),
    )


def test_plain_wraps_nothing():
    assert route("scopesWebsite", preset="plain").envelope is None


def test_envelopes_by_hand():
    assert route("scopesWebsite", envelopes={"scopesWebsite": ""}).envelope is None
    assert route("products", envelopes={"products": "product"}).envelope == "product"


@pytest.mark.parametrize(
    ("feed", "expected"),
    [
        ("products", TimeField("modifiedAt")),
        ("variants", TimeField("modifiedAt")),
        ("prices", TimeField("updatedAt", RFC3339)),
        ("scopesCustomerGroup", TimeField("updatedAt", RFC3339)),
        ("inventoryStockStatus", TimeField("updatedAt")),
        ("reviews", TimeField("sentAt", RFC3339)),
    ],
)
def test_time_fields_by_preset_and_by_hand(feed, expected):
    by_hand = {"reviews": {"name": "sentAt", "format": "rfc3339"}}
    assert route(feed, preset="plain", time_fields=by_hand).time_field == expected
