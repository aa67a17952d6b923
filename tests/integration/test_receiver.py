"""The receiver over real sockets, spoken to as any client would."""

from __future__ import annotations

import gzip

import orjson
import pytest
import requests

from daemon.sandbox.receiver import Access, Fault, Receiver, serve

PRICES = "/feeds/products/v1/prices/env"


def price(sku, **fields):
    return {
        "sku": sku,
        "customerGroupCode": "0",
        "websiteCode": "base",
        "regular": 10,
        "updatedAt": "2026-11-23T16:00:00+00:00",
        "deleted": False,
    } | fields


def tombstone(sku):
    return {k: v for k, v in price(sku, deleted=True).items() if k != "regular"}


CUT_OFF = gzip.compress(b"[]", mtime=0)[:9]
"""The same in every process, for it names a test."""


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def http(receiver):
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def post(receiver, http):
    return lambda path, items, **more: http.post(receiver.url + path, json=items, **more)


def lines(response):
    assert response.status_code == 200
    return [orjson.loads(line) for line in response.content.splitlines()]


def test_good_items_are_taken_and_the_last_of_an_identity_is_held(receiver, post):
    first = post(PRICES, [price("A"), price("B")])
    post(PRICES, [price("A", regular=12.5)])
    assert (first.status_code, first.json()) == (
        200,
        {"feedItemReceivedCount": 2, "invalidFeedItems": []},
    )
    assert receiver.items("prices") == [price("A", regular=12.5), price("B")]


def test_a_tombstone_takes_the_item_away_until_it_comes_back(receiver, post):
    post(PRICES, [price("A"), price("B")])
    post(PRICES, [tombstone("A")])
    assert receiver.items("prices") == [price("B")]
    assert receiver.tombstones("prices") == [tombstone("A")]
    post(PRICES, [price("A")])
    assert receiver.tombstones("prices") == []


def test_invalid_items_are_named_and_the_others_taken(receiver, post):
    response = post(PRICES, [price("A"), price("B", updatedAt="yesterday"), price(7)])
    assert (response.status_code, response.json()) == (
        200,
        {
            "feedItemReceivedCount": 1,
            "invalidFeedItems": [
                {
                    "itemIndex": 1,
                    "code": "updatedAt",
                    "message": "updatedAt must be a time like 2026-11-23T16:00:00+00:00",
                },
                {"itemIndex": 2, "code": "sku", "message": "sku must be a text"},
            ],
        },
    )
    assert receiver.items("prices") == [price("A")]


def test_only_invalid_items_are_a_bad_request(receiver, post):
    response = post(PRICES, [{k: v for k, v in price("A").items() if k != "regular"}])
    assert (response.status_code, response.json()) == (
        400,
        {
            "feedItemReceivedCount": 0,
            "invalidFeedItems": [
                {"itemIndex": 0, "code": "regular", "message": "regular is required"}
            ],
        },
    )


@pytest.mark.parametrize(
    ("path", "feed"),
    [
        ("categories/v1/env", "categories"),
        ("metadata/v2/metadata/env", "productAttributes"),
        ("catalog/v2/products/env", "products"),
        ("product_variant/v2/product_variant/env", "variants"),
        ("catalog/v2/product-overrides/env", "productOverrides"),
        ("reviews", "reviews"),
        ("anythingElse", "anythingElse"),
    ],
)
def test_each_route_is_that_of_a_feed(receiver, post, path, feed):
    receiver.fail(Fault(status=418, feed=feed))
    assert post(f"/feeds/{path}", [{"a": 1}]).status_code == 418


def test_scopes_are_told_apart_by_their_wrapper(receiver, post):
    stamp = {"updatedAt": "2026-11-23T16:00:00+00:00", "deleted": False}
    website = {"website": {"websiteId": "1", "websiteCode": "base"}, **stamp}
    group = {"customerGroup": {"customerGroupId": "0", "customerGroupCode": "b6"}, **stamp}
    naked = {"websiteId": "1", "websiteCode": "base", **stamp}
    reply = post("/feeds/scopes/v1/env", [website, group, naked]).json()
    assert [one["itemIndex"] for one in reply["invalidFeedItems"]] == [2]
    assert receiver.items("scopesWebsite") == [website]
    assert receiver.items("scopesCustomerGroup") == [group]


def test_what_is_no_feed_is_not_found(post, http, receiver):
    assert post("/feeds/unheard/v1/env", []).status_code == 404
    assert http.get(receiver.url + "/_control/nothing").status_code == 404


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(b"{}", ""), (b"[", ""), (b"[]", "br"), (b"[]", "gzip"), (CUT_OFF, "gzip")],
)
def test_an_unreadable_body_is_a_bad_request(http, receiver, body, encoding):
    headers = {"Content-Encoding": encoding}
    response = http.post(receiver.url + PRICES, data=body, headers=headers)
    assert response.status_code == 400
    assert list(response.json()) == ["message"]


def test_gzip_is_understood(receiver, http):
    body = gzip.compress(orjson.dumps([price("A")]))
    http.post(receiver.url + PRICES, data=body, headers={"Content-Encoding": "gzip"})
    assert receiver.items("prices") == [price("A")]


def test_access_is_asked_for():
    with Receiver(access=Access(token="Bearer t")) as receiver:
        url = receiver.url + PRICES
        assert requests.post(url, json=[], timeout=5).status_code == 401
        headers = {"Authorization": "Bearer t"}
        assert requests.post(url, json=[], headers=headers, timeout=5).status_code == 200


def test_faults_are_set_over_http_and_wear_off(receiver, post, http):
    faults = [{"status": 503, "times": 1, "feed": "prices"}]
    assert post("/_control/faults", faults).status_code == 200
    assert http.get(receiver.url + "/_control/status").json()["faults"][0]["status"] == 503
    assert [post(PRICES, [price("A")]).status_code for _ in range(2)] == [503, 200]
    assert http.get(receiver.url + "/_control/status").json() == {
        "requests": 2,
        "items": {"prices": 1},
        "tombstones": {"prices": 0},
        "faults": [],
    }


def test_the_text_in_a_fault_decides_which_requests_it_strikes(receiver, post):
    receiver.fail(Fault(status=500, sku="poison"))
    assert post(PRICES, [price("A")]).status_code == 200
    assert post(PRICES, [price("A"), price("poison-1")]).status_code == 500


def test_the_dice_of_a_fault_fall_the_same_each_time(receiver, post):
    def struck():
        receiver.fail(Fault(status=500, probability=0.5, seed=3))
        return [post(PRICES, [price("A")]).status_code for _ in range(8)]

    first = struck()
    assert set(first) == {200, 500}
    assert struck() == first


@pytest.mark.parametrize(
    ("shape", "element"),
    [
        ("indexed", {"itemIndex": 1, "code": "sku", "message": "told to refuse it"}),
        ("pointer", {"field": "/1/sku", "message": "told to refuse it"}),
        ("unclear", {"field": "sku", "message": "told to refuse it"}),
    ],
)
def test_a_partial_fault_names_items_in_any_shape(receiver, post, shape, element):
    receiver.fail(Fault(partial=True, sku="poison", shape=shape))
    response = post(PRICES, [price("A"), price("poison"), price("C")])
    assert response.json() == {"feedItemReceivedCount": 2, "invalidFeedItems": [element]}
    assert [one["sku"] for one in receiver.items("prices")] == ["A", "C"]


def test_a_partial_fault_with_a_bad_request_takes_nothing(receiver, post):
    receiver.fail(Fault(status=400, partial=True))
    response = post(PRICES, [price("A"), price("B")])
    assert response.status_code == 400
    assert [one["itemIndex"] for one in response.json()["invalidFeedItems"]] == [1]
    assert receiver.items("prices") == []


@pytest.mark.parametrize("fault", [Fault(drop=True), Fault(reset=True)])
@pytest.mark.parametrize("keep", [False, True])
def test_a_broken_connection_may_hide_that_the_items_were_taken(receiver, post, fault, keep):
    receiver.fail(Fault(drop=fault.drop, reset=fault.reset, keep=keep, times=1))
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        post(PRICES, [price("A")])
    assert len(receiver.items("prices")) == keep
    assert receiver.requests[0].status is None
    assert post(PRICES, [price("A")]).status_code == 200


@pytest.mark.parametrize(
    ("faults", "word"),
    [
        ([{"statsu": 500}], "statsu"),
        ([{"status": "500"}], "status"),
        ([{"shape": "round"}], "shape"),
        ([7], "object"),
        (7, "not iterable"),
    ],
)
def test_a_wrong_fault_is_refused_and_changes_nothing(receiver, post, faults, word):
    receiver.fail(Fault(status=503))
    response = post("/_control/faults", faults)
    assert response.status_code == 400
    assert word in response.json()["message"]
    assert post(PRICES, []).status_code == 503


def test_what_it_holds_is_told_as_json_lines(receiver, post, http):
    items = [price(f"S{n}") for n in range(1001)]
    post(PRICES, items)
    post(PRICES, [tombstone("S0")])
    url = f"{receiver.url}/_control/items/prices"
    assert lines(http.get(url)) == items[1:]
    assert lines(http.get(url, params={"deleted": 1})) == [tombstone("S0")]
    assert lines(http.get(f"{receiver.url}/_control/items/products")) == []


def test_the_log_tells_deliveries_in_order(receiver, post, http):
    first = post(PRICES, [price("A")])
    second = post(PRICES, [tombstone("B"), price("C", updatedAt="never")])
    log = lines(http.get(receiver.url + "/_control/log", params={"since": 0}))
    moments = [one.pop("received_at") for one in log]
    identity = {"customerGroupCode": "0", "websiteCode": "base"}
    assert log == [
        {
            "number": 1,
            "feed": "prices",
            "identity": {"sku": "A", **identity},
            "deleted": False,
            "request_id": first.headers["x-request-id"],
            "bytes": len(orjson.dumps(price("A"))),
        },
        {
            "number": 2,
            "feed": "prices",
            "identity": {"sku": "B", **identity},
            "deleted": True,
            "request_id": second.headers["x-request-id"],
            "bytes": len(orjson.dumps(tombstone("B"))),
        },
    ]
    assert moments == sorted(moments)
    assert moments[0][-5] == "."
    assert moments[0].endswith("Z")
    assert [one.number for one in receiver.log(since=1)] == [2]


def test_forgetting_goes_on_with_the_numbers_of_the_log(receiver, post, http):
    receiver.fail(Fault(status=503, feed="products"))
    post(PRICES, [price("A")])
    assert http.delete(receiver.url + "/_control").status_code == 200
    assert (receiver.items("prices"), receiver.log(), receiver.requests) == ([], [], [])
    post(PRICES, [price("A")])
    assert [one.number for one in receiver.log(since=1)] == [2]
    receiver.fail(Fault(status=503))
    http.delete(receiver.url + "/_control/faults")
    assert post(PRICES, []).status_code == 200


def test_items_outlive_the_process_where_there_is_a_directory(tmp_path):
    with Receiver(directory=tmp_path) as before:
        url = before.url + PRICES
        requests.post(url, json=[price("A"), price("B")], timeout=5)
        requests.post(url, json=[price("A", regular=1), tombstone("B")], timeout=5)
    for file in tmp_path.iterdir():
        file.write_bytes(file.read_bytes() + b'{"key":{"sk')
    for _ in range(2):
        with Receiver(directory=tmp_path) as after:
            assert after.items("prices") == [price("A", regular=1)]
            assert after.tombstones("prices") == [tombstone("B")]


def test_nobody_listens_after_the_end(receiver, post):
    with Receiver() as other:
        url = other.url
        with requests.Session() as kept:
            assert kept.post(url + PRICES, json=[], timeout=5).status_code == 200
            other.stop()
            with pytest.raises(requests.ConnectionError):
                kept.post(url + PRICES, json=[], timeout=5)


def test_serving_tells_where_and_what(monkeypatch):
    told = []

    def tell(line):
        told.append(line)
        if len(told) == 1:
            monkeypatch.setattr("daemon.sandbox.receiver.server.Server.serve_forever", interrupt)

    def interrupt(self):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serve(port=0, tell=tell)
    assert told[0].startswith("listening on http://127.0.0.1:")
