"""The receiver as a catalogue: what it takes, refuses and ignores, what goes along with what."""

from __future__ import annotations

import pytest
import requests

from daemon.sandbox.receiver import Fault, Receiver

EN, DE = {"locale": "en"}, {"locale": "de"}
PRODUCT = {"sku": "A", "source": EN, "name": "A", "slug": "a", "status": "ENABLED"}


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def call(receiver):
    with requests.Session() as session:
        session.trust_env = False

        def send(path, *items, method="POST"):
            url = f"{receiver.url}/tenant/v1/catalog/{path}"
            return session.request(method, url, json=list(items), timeout=10)

        yield send


def category(slug, source=EN):
    return {"slug": slug, "source": source, "name": slug}


def slugs(receiver):
    return {(one["slug"], one["source"]["locale"]) for one in receiver.items("catalog-categories")}


def test_a_product_is_created_replaced_changed_and_deleted(receiver, call):
    assert call("products", PRODUCT).json() == {"status": "ACCEPTED", "acceptedCount": 1}
    call("products", PRODUCT | {"description": "old"})
    call("products", PRODUCT)
    assert receiver.items("catalog-products") == [PRODUCT]
    call("products", {"sku": "A", "source": EN, "name": "B"}, method="PATCH")
    assert receiver.items("catalog-products") == [PRODUCT | {"name": "B"}]
    call("products", {"sku": "Z", "source": EN, "name": "Z"}, method="PATCH")
    call("products/delete", {"sku": "A", "source": EN})
    assert receiver.items("catalog-products") == []


def test_one_bad_item_refuses_the_whole_request_and_is_named(receiver, call):
    reply = call("products", PRODUCT, {**PRODUCT, "status": "active", "source": {}})
    assert reply.status_code == 400
    assert reply.json()["status"] == "FAILED"
    errors = reply.json()["errors"]
    assert {(one["itemIndex"], one["code"]) for one in errors} == {(1, "source"), (1, "status")}
    assert receiver.items("catalog-products") == []


@pytest.mark.parametrize(
    ("path", "item", "field"),
    [
        ("categories", category("Men"), "slug"),
        ("categories", category("men") | {"isActive": 1}, "isActive"),
        ("categories", category("men") | {"name": "x" * 129}, "name"),
        ("price-books", {"priceBookId": "base", "name": "base"}, "currency"),
        ("price-books", {"priceBookId": "b" * 65, "name": "b", "currency": "USD"}, "priceBookId"),
        ("products/prices", {"sku": "A", "priceBookId": "base"}, "regular"),
        ("products/metadata", {"code": "a", "source": EN, "label": "A"}, "dataType"),
        ("categories/delete", {"slug": "men"}, "source"),
    ],
)
def test_what_breaks_the_contract_is_refused(call, path, item, field):
    reply = call(path, item)
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (400, field)


def test_a_category_takes_along_all_below_it_in_its_locale(receiver, call):
    call("categories", *(category(one) for one in ("men", "men/tops", "men/tops/tees", "men-x")))
    call("categories", category("men/tops", DE))
    call("categories/delete", {"slug": "men", "source": EN})
    assert slugs(receiver) == {("men-x", "en"), ("men/tops", "de")}


def test_a_price_book_takes_along_its_children_and_all_their_prices(receiver, call):
    base = {"priceBookId": "base", "name": "base", "currency": "USD"}
    child = {"priceBookId": "base-1", "name": "one", "parentId": "base"}
    call("price-books", base, child)
    prices = [{"sku": "A", "priceBookId": book, "regular": 1} for book in ("base", "base-1")]
    call("products/prices", *prices)
    assert receiver.items("catalog-prices") == prices
    call("price-books/delete", {"priceBookId": "base"})
    assert receiver.items("catalog-prices") == receiver.items("catalog-price-books") == []


def test_what_refers_to_a_price_book_that_is_not_there_is_accepted_and_ignored(receiver, call):
    price = {"sku": "A", "priceBookId": "base", "regular": 1}
    assert call("products/prices", price).status_code == 200
    assert call("price-books", {"priceBookId": "c", "name": "c", "parentId": "base"}).ok
    assert receiver.items("catalog-prices") == receiver.items("catalog-price-books") == []


def test_a_fault_strikes_the_collection_it_is_meant_for(receiver, call):
    receiver.fail(Fault(status=503, feed="catalog-products"))
    assert call("products", PRODUCT).status_code == 503
    assert call("categories", category("men")).status_code == 200


def test_what_is_none_of_the_catalogue_is_not_found(call):
    assert call("carts", PRODUCT).status_code == 404
    assert call("products", PRODUCT, method="PATCH").status_code == 200
