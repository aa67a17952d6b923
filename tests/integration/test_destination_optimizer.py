"""The Catalog Data Ingestion API over a real socket: routes, their order, limits and refusals."""

from __future__ import annotations

import orjson
import pytest
from gates import OpenGate
from pydantic import ValidationError

from daemon.core.delivery import Outgoing, Verdict
from daemon.destination import make_destination
from daemon.destination_settings import DestinationSettings
from daemon.errors import ConfigurationError
from daemon.sandbox.receiver import Fault, Receiver

EN = {"locale": "en"}
QUICK = {"attempts": 1, "connect_timeout": 2}


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def destination_to():
    made = []

    def make(receiver, **values):
        settings = {"preset": "optimizer", "url": receiver.url, "environment_id": "tenant"}
        settings |= {"request": QUICK, "nul": "strip"}
        made.append(make_destination("aco", DestinationSettings(**settings | values)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def product(sku, **fields):
    content = {"sku": sku, "source": EN, "name": sku, "slug": sku.lower(), "status": "ENABLED"}
    return Outgoing(orjson.dumps(content | fields))


def gone(**fields):
    return Outgoing(orjson.dumps({**fields, "source": EN, "id": "7"}), is_tombstone=True)


def category(slug):
    return Outgoing(orjson.dumps({"slug": slug, "source": EN, "name": slug}))


def deliver(destination, feed, items):
    return destination.deliver(feed, items, OpenGate())


def paths(receiver):
    return [one.path.removeprefix("/tenant/v1/catalog/") for one in receiver.requests]


def test_items_and_deletions_go_to_routes_of_their_own_and_keep_their_results(
    receiver, destination_to
):
    items = [product("A"), gone(sku="B"), product("C")]
    results = deliver(destination_to(receiver), "products", items)
    assert paths(receiver) == ["products/delete", "products"]
    ids = [one.request_id for one in receiver.requests]
    assert [one.request_id for one in results] == [ids[1], ids[0], ids[1]]
    assert {one.verdict for one in results} == {Verdict.ACCEPTED}


def test_a_deletion_names_the_identity_and_nothing_else(receiver, destination_to):
    deliver(destination_to(receiver), "products", [gone(sku="B")])
    assert receiver.tombstones("catalog-products") == [{"sku": "B", "source": EN}]


def test_deletions_go_first_and_the_deepest_before_what_takes_it_along(receiver, destination_to):
    destination = destination_to(receiver)
    deliver(destination, "categories", [category("men"), category("men/tops")])
    mark = receiver.log()[-1].number
    items = [category("men/men"), gone(slug="men"), gone(slug="men/tops")]
    deliver(destination, "categories", items)
    told = [(one.identity["slug"], one.deleted) for one in receiver.log(mark)]
    assert told == [("men/tops", True), ("men", True), ("men/tops", True), ("men/men", False)]


@pytest.mark.parametrize(
    ("feed", "most"), [("products", 100), ("prices", 500), ("scopesWebsite", 500)]
)
def test_a_request_holds_as_many_items_as_the_api_takes(receiver, destination_to, feed, most):
    receiver.fail(Fault(status=200, body="{}"))
    items = [product(f"S{number}") for number in range(most + 1)]
    deliver(destination_to(receiver), feed, items)
    assert [one.items for one in receiver.requests] == [most, 1]


def test_a_product_that_is_too_large_is_refused_alone_with_its_size(receiver, destination_to):
    items = [product("A"), product("B", description="x" * 204_800), product("C")]
    results = deliver(destination_to(receiver), "products", items)
    assert [one.verdict for one in results] == [
        Verdict.ACCEPTED,
        Verdict.REFUSED,
        Verdict.ACCEPTED,
    ]
    size = len(items[1].body)
    assert results[1].reason == (
        f"not sent, it has {size:,} bytes; the destination takes 204,800 of one"
    )


def test_the_items_that_a_refusal_names_are_refused_and_the_others_sent_again(
    receiver, destination_to
):
    items = [product("A"), product("B", status="active"), product("C")]
    results = deliver(destination_to(receiver), "products", items)
    assert [one.verdict for one in results] == [
        Verdict.ACCEPTED,
        Verdict.REFUSED,
        Verdict.ACCEPTED,
    ]
    assert results[1].reason == "status: status must be one of ENABLED, DISABLED"
    assert {one["sku"] for one in receiver.items("catalog-products")} == {"A", "C"}


def test_what_another_preset_recorded_can_not_be_deleted_and_says_so(receiver, destination_to):
    foreign = Outgoing(b'{"categoryId":"7","storeViewCode":"default"}', is_tombstone=True)
    [result] = deliver(destination_to(receiver), "categories", [foreign])
    assert result.verdict is Verdict.REFUSED
    assert result.reason == (
        "not sent, its body can't be made: slug was not recorded; was it sent by another preset?"
    )


def test_the_pace_is_that_of_the_guidance_unless_it_is_set(receiver, destination_to):
    assert destination_to(receiver).care.limits.requests == 300
    slow = destination_to(receiver, rate={"requests_per_minute": 10})
    assert slow.care.limits.requests == 10


def test_feeds_that_the_api_has_no_place_for_are_off_and_can_not_be_switched_on(
    receiver, destination_to
):
    destination = destination_to(receiver)
    assert destination.takes("products")
    assert not destination.takes("orders")
    with pytest.raises(
        ConfigurationError,
        match=r'destinations\.aco\.routes\.orders: preset = "optimizer" has no place for this feed',
    ):
        destination_to(receiver, routes={"orders": "/x"})


@pytest.mark.parametrize("off", [{"feeds": ["prices"]}, {"routes": {"scopesWebsite": ""}}])
def test_prices_are_not_switched_on_without_their_price_books(receiver, destination_to, off):
    with pytest.raises(ConfigurationError, match="no notice of prices without scopesWebsite"):
        destination_to(receiver, **off)
    assert destination_to(receiver, feeds=["products"]).takes("products")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"environment_id": "default"}, "needs environment_id, the tenant id"),
        ({"locales": {"a": "en", "b": "en"}}, "locales: en is that of two store views"),
    ],
)
def test_settings_that_can_not_work_are_refused(values, reason):
    given = {"preset": "optimizer", "url": "https://aco.test", "environment_id": "tenant"}
    with pytest.raises(ValidationError, match=reason):
        DestinationSettings(**given | values)
