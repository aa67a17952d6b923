"""The HTTP destination against a real server on a real socket, in every mood of it."""

from __future__ import annotations

import datetime as dt
import email.utils
import gzip
import socket
import threading
from dataclasses import replace

import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from gates import OpenGate

from daemon.core.delivery import Outgoing, Result, Verdict
from daemon.destination import make_destination
from daemon.destination.exchange import USER_AGENT
from daemon.destination_settings import DestinationSettings
from daemon.errors import ClaimLostError, ConfigurationError
from daemon.sandbox.mariadb import free_port
from daemon.sandbox.receiver import Access, Fault, Receiver

ACCEPTED, REFUSED, FAILED = Verdict.ACCEPTED, Verdict.REFUSED, Verdict.FAILED
QUICK = {"attempts": 3, "first_wait": 0.001, "longest_wait": 0.01, "connect_timeout": 2}


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def destination_to():
    made = []

    def make(url, request=None, **values):
        settings = {"url": url, "environment_id": "env", "request": QUICK | (request or {})}
        made.append(make_destination("live", DestinationSettings(**settings | values)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def price(sku, **fields):
    return {
        "sku": sku,
        "customerGroupCode": "0",
        "websiteCode": "base",
        "regular": 10,
        "updatedAt": "2026-11-23T16:00:00+00:00",
        "deleted": False,
    } | fields


def outgoing(*skus):
    return [Outgoing(orjson.dumps(price(sku))) for sku in skus]


def many(count, *poison):
    return outgoing(*(f"{'poison' if n in poison else 'S'}-{n}" for n in range(count)))


def deliver(destination, items, feed="prices"):
    return destination.deliver(feed, items, OpenGate())


def verdicts(results):
    return [one.verdict for one in results]


def skus(receiver):
    return [one["sku"] for one in receiver.items("prices")]


# What is accepted


def test_items_arrive_as_they_are_and_each_has_its_result(receiver, destination_to):
    results = deliver(destination_to(receiver.url), outgoing("A", "B"))
    seen = receiver.requests
    assert results == [Result(ACCEPTED, None, 200, seen[0].request_id)] * 2
    assert receiver.items("prices") == [price("A"), price("B")]
    assert [one.path for one in seen] == ["/feeds/products/v1/prices/env"]


def test_a_tombstone_takes_its_item_away(receiver, destination_to):
    destination = destination_to(receiver.url)
    deliver(destination, outgoing("A", "B"))
    identity = {"sku": "A", "customerGroupCode": "0", "websiteCode": "base"}
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    deliver(destination, [Outgoing(orjson.dumps(identity), is_tombstone=True)])
    assert skus(receiver) == ["B"]
    [tombstone] = receiver.tombstones("prices")
    sent_at = dt.datetime.fromisoformat(tombstone.pop("updatedAt"))
    assert before <= sent_at <= dt.datetime.now(dt.UTC)
    assert tombstone == {**identity, "deleted": True}


def test_scopes_are_wrapped_in_classic_and_bare_in_plain(receiver, destination_to):
    items = [Outgoing(b'{"websiteId":"1","websiteCode":"base","stores":null}')]
    deliver(destination_to(receiver.url), items, "scopesWebsite")
    [wrapped] = receiver.items("scopesWebsite")
    assert wrapped.pop("updatedAt")
    website = {"websiteId": "1", "websiteCode": "base", "stores": None}
    assert wrapped == {"website": website, "deleted": False}
    receiver.clear()
    deliver(destination_to(receiver.url, preset="plain"), items, "scopesWebsite")
    assert receiver.items("scopesWebsite") == [website]
    assert receiver.requests[0].path == "/feeds/scopesWebsite"


def test_results_are_in_the_order_of_the_items(receiver, destination_to):
    receiver.fail(Fault(partial=True, sku="poison"))
    destination = destination_to(receiver.url, batch_items={"prices": 3})
    results = deliver(destination, many(10, 1, 3, 9))
    assert [n for n, one in enumerate(results) if one.verdict is REFUSED] == [1, 3, 9]
    ids = [one.request_id for one in receiver.requests]
    assert [one.request_id for one in results] == [
        ids[number] for number in (0, 0, 0, 1, 1, 1, 2, 2, 2, 3)
    ]


def test_requests_are_bounded_by_items_and_by_bytes(receiver, destination_to):
    deliver(destination_to(receiver.url, batch_items={"prices": 4}), many(10))
    assert [one.items for one in receiver.requests] == [4, 4, 2]
    receiver.clear()
    deliver(destination_to(receiver.url, {"gzip": False}, batch_bytes=1024), many(10))
    assert [one.items for one in receiver.requests] == [7, 3]
    assert max(one.bytes for one in receiver.requests) <= 1024


def test_an_item_that_is_too_large_alone_is_refused_with_its_size_and_not_sent(
    receiver, destination_to
):
    large = Outgoing(orjson.dumps(price("x" * 1024)))
    destination = destination_to(receiver.url, batch_bytes=1024)
    results = deliver(destination, [*outgoing("A"), large, *outgoing("B")])
    assert verdicts(results) == [ACCEPTED, REFUSED, ACCEPTED]
    size = len(large.body)
    assert results[1].reason == f"not sent, it has {size:,} bytes; batch_bytes is 1,024"
    assert skus(receiver) == ["A", "B"]


def test_a_tombstone_that_is_no_json_is_refused_alone(receiver, destination_to):
    results = deliver(
        destination_to(receiver.url), [Outgoing(b"{", is_tombstone=True), *outgoing("B")]
    )
    assert verdicts(results) == [REFUSED, ACCEPTED]


def test_no_items_are_no_request(receiver, destination_to):
    assert deliver(destination_to(receiver.url), []) == []
    assert receiver.requests == []


# What goes over the wire


def test_a_body_is_compressed_by_setting(receiver, destination_to):
    items = many(50)
    size = len(orjson.dumps([orjson.loads(item.body) for item in items]))
    for compress in (True, False):
        deliver(destination_to(receiver.url, {"gzip": compress}), items)
    small, plain = receiver.requests
    assert small.headers["content-encoding"] == "gzip"
    assert small.bytes < size / 5
    assert "content-encoding" not in plain.headers
    assert plain.bytes == size


def test_the_headers_say_what_is_sent_and_by_whom(receiver, destination_to):
    own = {"X-Team": "search", "User-Agent": "other"}
    deliver(destination_to(receiver.url), outgoing("A"))
    deliver(destination_to(receiver.url, headers=own), outgoing("A"))
    first, second = (one.headers for one in receiver.requests)
    assert first["content-type"] == "application/json"
    assert first["user-agent"] == USER_AGENT
    assert "authorization" not in first
    assert (second["x-team"], second["user-agent"]) == ("search", "other")


def test_one_connection_carries_all_requests_of_a_thread(receiver, destination_to):
    destination = destination_to(receiver.url, batch_items={"prices": 1})
    deliver(destination, many(3))
    deliver(destination, many(3))
    assert [one.connection for one in receiver.requests] == [1] * 6


def test_each_thread_has_a_connection_of_its_own(receiver, destination_to):
    destination = destination_to(receiver.url)
    threads = [
        threading.Thread(target=deliver, args=(destination, outgoing(f"{n}"))) for n in range(3)
    ]
    for thread in threads:
        thread.start()
        thread.join()
    assert len({one.connection for one in receiver.requests}) == 3
    assert skus(receiver) == ["0", "1", "2"]


def test_a_connection_that_was_closed_meanwhile_is_replaced(destination_to):
    port = free_port()
    with Receiver(port) as receiver:
        destination = destination_to(receiver.url)
        assert verdicts(deliver(destination, outgoing("A"))) == [ACCEPTED]
    with Receiver(port):
        assert verdicts(deliver(destination, outgoing("A"))) == [ACCEPTED]


def test_a_proxy_of_the_environment_is_used(receiver, destination_to, monkeypatch):
    monkeypatch.setenv("http_proxy", receiver.url)
    deliver(destination_to("http://shop.invalid"), outgoing("A"))
    assert receiver.requests[0].path == "http://shop.invalid/feeds/products/v1/prices/env"


# Who we are


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def public_key(key):
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


@pytest.fixture
def gateway(key, tmp_path):
    file = tmp_path / "private.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    return {"auth": "gateway", "api_key": "public", "private_key_file": file}


def test_a_signature_passes_with_the_public_key(gateway, public_key, destination_to):
    with Receiver(access=Access(api_key="public", public_key=public_key)) as receiver:
        results = deliver(destination_to(receiver.url, **gateway), outgoing("A"))
        assert verdicts(results) == [ACCEPTED]


def test_a_wrong_signature_fails_and_says_what_to_check(gateway, destination_to):
    other = rsa.generate_private_key(65537, 2048).public_key()
    pem = other.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()
    with Receiver(access=Access(public_key=pem)) as receiver:
        results = deliver(destination_to(receiver.url, **gateway), outgoing("A"))
        assert results == [
            Result(
                FAILED,
                "HTTP 403 Forbidden: JWT is invalid (403053); check api_key, private_key_file, "
                "the clock of this machine and the rights of the account",
                403,
                receiver.requests[0].request_id,
            )
        ]


@pytest.mark.parametrize(("prefix", "expected"), [("Bearer", "Bearer s3cret"), ("", "s3cret")])
def test_a_token_from_a_file_passes(tmp_path, destination_to, prefix, expected):
    file = tmp_path / "token"
    file.write_text("s3cret\n")
    with Receiver(access=Access(token=expected)) as receiver:
        destination = destination_to(
            receiver.url, auth="bearer", token_file=file, token_prefix=prefix
        )
        assert verdicts(deliver(destination, outgoing("A"))) == [ACCEPTED]


def test_credentials_of_netrc_do_not_replace_the_token(tmp_path, destination_to, monkeypatch):
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(file))
    with Receiver(access=Access(token="Bearer t")) as receiver:
        destination = destination_to(receiver.url, auth="bearer", token="t")
        assert verdicts(deliver(destination, outgoing("A"))) == [ACCEPTED]


# What is refused


@pytest.mark.parametrize("shape", ["indexed", "pointer"])
def test_a_success_that_names_items_refuses_those_only(receiver, destination_to, shape):
    receiver.fail(Fault(partial=True, sku="poison", shape=shape))
    results = deliver(destination_to(receiver.url), many(5, 2))
    request_id = receiver.requests[0].request_id
    accepted = Result(ACCEPTED, None, 200, request_id)
    refused = Result(REFUSED, "sku: told to refuse it", 200, request_id)
    assert results == [accepted, accepted, refused, accepted, accepted]
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("status", [None, 400])
def test_items_that_are_named_unclearly_are_found_by_halving(receiver, destination_to, status):
    receiver.fail(Fault(partial=True, status=status, sku="poison", shape="unclear"))
    results = deliver(destination_to(receiver.url), many(8, 5))
    assert [n for n, one in enumerate(results) if one.verdict is REFUSED] == [5]
    assert len(skus(receiver)) == 7


def test_after_a_bad_request_the_items_that_were_not_named_go_out_at_once(receiver, destination_to):
    receiver.fail(Fault(partial=True, status=400, sku="poison"))
    results = deliver(destination_to(receiver.url), many(6, 0, 4))
    assert verdicts(results) == [REFUSED, ACCEPTED, ACCEPTED, ACCEPTED, REFUSED, ACCEPTED]
    assert [(one.status, one.items) for one in receiver.requests] == [(400, 6), (200, 4)]
    assert skus(receiver) == ["S-1", "S-2", "S-3", "S-5"]


def test_what_the_contract_refuses_is_refused(receiver, destination_to):
    bad = Outgoing(orjson.dumps(price("B", updatedAt="2026-11-23")))
    results = deliver(destination_to(receiver.url), [*outgoing("A"), bad])
    assert [(one.verdict, one.reason) for one in results] == [
        (ACCEPTED, None),
        (REFUSED, "updatedAt: updatedAt must be a time like 2026-11-23T16:00:00+00:00"),
    ]


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_poison_item_that_is_not_named_stands_alone_after_halving(
    receiver, destination_to, status
):
    receiver.fail(Fault(status=status, sku="poison"))
    results = deliver(destination_to(receiver.url), many(64, 37))
    assert [n for n, one in enumerate(results) if one.verdict is REFUSED] == [37]
    assert len(skus(receiver)) == 63
    assert len(receiver.requests) == 13  # the whole, then two for each of the six halvings
    assert results[37].status == status


def test_what_has_failed_before_goes_last_in_ever_smaller_requests(receiver, destination_to):
    attempts = [2] * 3 + [0] * 20 + [1] * 9
    items = [replace(one, attempts=n) for one, n in zip(many(32), attempts, strict=True)]
    deliver(destination_to(receiver.url, batch_items={"prices": 16}), items)
    sizes = [one.items for one in receiver.requests]
    assert sizes == [16, 4, 4, 4, 1, 1, 1, 1]


# What fails as a whole


@pytest.mark.parametrize("status", [301, 401, 403, 404, 409])
def test_what_the_same_request_can_not_cure_is_asked_once_and_fails_all(
    receiver, destination_to, status
):
    receiver.fail(Fault(status=status, location="/elsewhere"))
    destination = destination_to(receiver.url, batch_items={"prices": 2})
    results = deliver(destination, many(5))
    [seen] = receiver.requests
    assert (seen.status, seen.items) == (status, 2)
    assert {(one.verdict, one.status, one.reason) for one in results} == {
        (FAILED, status, results[0].reason)
    }
    assert [one.request_id for one in results] == [seen.request_id] * 2 + [None] * 3
    assert skus(receiver) == []


def test_a_redirect_is_named_and_not_followed(receiver, destination_to):
    receiver.fail(Fault(status=307, location="/feeds/prices", times=1))
    [result] = deliver(destination_to(receiver.url), outgoing("A"))
    assert result.reason == (
        "HTTP 307 Temporary Redirect: redirected to /feeds/prices; check url and routes"
    )
    assert len(receiver.requests) == 1


def test_a_page_of_a_proxy_is_not_a_success(receiver, destination_to):
    receiver.fail(Fault(status=200, body="<html>Sign in</html>", content_type="text/html"))
    [result] = deliver(destination_to(receiver.url), outgoing("A"))
    assert result.verdict is FAILED
    assert result.reason == "HTTP 200 OK, but with a web page; check url and the proxies on the way"


@pytest.mark.parametrize("body", ["", "OK"])
def test_a_success_without_json_is_one(receiver, destination_to, body):
    receiver.fail(Fault(status=202, body=body, content_type="text/plain"))
    assert verdicts(deliver(destination_to(receiver.url), outgoing("A"))) == [ACCEPTED]


def test_a_feed_without_a_route_is_not_taken_and_fails(receiver, destination_to):
    destination = destination_to(receiver.url)
    assert destination.takes("prices")
    assert not destination.takes("orders")
    assert deliver(destination, outgoing("A"), "orders") == [
        Result(FAILED, "live has no route for orders; set routes.orders")
    ]


# What may pass


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again_and_can_succeed(receiver, destination_to, status):
    receiver.fail(Fault(status=status, times=2))
    assert verdicts(deliver(destination_to(receiver.url), outgoing("A"))) == [ACCEPTED]
    assert [one.status for one in receiver.requests] == [status, status, 200]


@pytest.mark.parametrize(("status", "requests"), [(429, 3), (503, 3), (500, 9)])
def test_what_does_not_pass_fails_when_the_attempts_are_spent(
    receiver, destination_to, status, requests
):
    receiver.fail(Fault(status=status))
    destination = destination_to(receiver.url, batch_items={"prices": 2})
    results = deliver(destination, many(5))
    assert {(one.verdict, one.status) for one in results} == {(FAILED, status)}
    assert len(receiver.requests) == requests


def test_a_short_retry_after_is_waited(receiver, destination_to):
    receiver.fail(Fault(status=429, retry_after="0", times=1))
    destination = destination_to(receiver.url, {"first_wait": 30, "longest_wait": 60})
    assert verdicts(deliver(destination, outgoing("A"))) == [ACCEPTED]


@pytest.mark.parametrize("status", [429, 503])
def test_a_long_retry_after_is_left_to_later(receiver, destination_to, status):
    receiver.fail(Fault(status=status, retry_after="90"))
    destination = destination_to(receiver.url, batch_items={"prices": 1})
    results = deliver(destination, many(2))
    assert [one.retry_after_seconds for one in results] == [90.0, 90.0]
    assert len(receiver.requests) == 1


def test_a_retry_after_can_be_a_date(receiver, destination_to):
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)
    receiver.fail(Fault(status=429, retry_after=email.utils.format_datetime(moment, usegmt=True)))
    [result] = deliver(destination_to(receiver.url), outgoing("A"))
    assert 80 < result.retry_after_seconds <= 90
    past = email.utils.format_datetime(moment - dt.timedelta(hours=1), usegmt=True)
    receiver.fail(Fault(status=429, retry_after=past, times=1))
    assert verdicts(deliver(destination_to(receiver.url), outgoing("A"))) == [ACCEPTED]


@pytest.mark.parametrize("fault", [Fault(drop=True), Fault(reset=True)], ids=["drop", "reset"])
def test_a_broken_connection_is_tried_again(receiver, destination_to, fault):
    receiver.fail(Fault(drop=fault.drop, reset=fault.reset, times=2))
    assert verdicts(deliver(destination_to(receiver.url), outgoing("A"))) == [ACCEPTED]
    assert [one.status for one in receiver.requests] == [None, None, 200]


@pytest.mark.parametrize("fault", [Fault(drop=True), Fault(reset=True)], ids=["drop", "reset"])
def test_after_a_broken_connection_the_rest_is_not_attempted(receiver, destination_to, fault):
    receiver.fail(fault)
    destination = destination_to(receiver.url, batch_items={"prices": 1})
    results = deliver(destination, many(3))
    failed = Result(FAILED, results[0].reason)
    unsent = replace(failed, is_attempt=False)
    assert results == [replace(failed, is_unanswered=True), unsent, unsent]
    assert failed.reason.startswith("the connection failed: ")
    assert len(receiver.requests) == 3


def test_a_silent_destination_fails_when_the_time_is_up(receiver, destination_to):
    receiver.fail(Fault(latency_ms=5000))
    destination = destination_to(receiver.url, {"read_timeout": 0.02})
    silent = Result(FAILED, "no reply within 0.02 s", is_unanswered=True)
    assert deliver(destination, many(2)) == [silent] * 2


def test_a_refused_connection_fails(destination_to):
    destination = destination_to(f"http://127.0.0.1:{free_port()}")
    assert (
        deliver(destination, many(2))
        == [Result(FAILED, "the connection failed: Connection refused")] * 2
    )


def test_an_address_that_does_not_exist_fails_without_quoting_it(destination_to):
    destination = destination_to("http://user:s3cret@shop.invalid", {"attempts": 1})
    [result] = deliver(destination, outgoing("A"))
    assert result.verdict is FAILED
    assert "s3cret" not in result.reason


def test_what_does_not_speak_http_fails(destination_to):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"220 mail.test ESMTP\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        destination = destination_to(f"http://127.0.0.1:{server.getsockname()[1]}", {"attempts": 1})
        [result] = deliver(destination, outgoing("A"))
        thread.join()
    assert (result.verdict, result.status) == (FAILED, None)


def test_tls_without_a_server_for_it_fails(receiver, destination_to):
    destination = destination_to(receiver.url.replace("http:", "https:"), {"attempts": 1})
    [result] = deliver(destination, outgoing("A"))
    assert result.verdict is FAILED
    assert result.reason.startswith(("no TLS connection: ", "the connection failed: "))


# The claim


def test_every_attempt_asks_first(receiver, destination_to):
    receiver.fail(Fault(status=503, times=2))
    asked = []
    destination = destination_to(receiver.url, batch_items={"prices": 1})
    gate = OpenGate(lambda: asked.append(len(receiver.requests)))
    destination.deliver("prices", many(2), gate)
    assert asked == [0, 1, 2, 3]


def test_a_lost_claim_ends_the_delivery(receiver, destination_to):
    def lost():
        if receiver.requests:
            raise ClaimLostError("gone")

    destination = destination_to(receiver.url, batch_items={"prices": 1})
    with pytest.raises(ClaimLostError):
        destination.deliver("prices", many(3), OpenGate(lost))
    assert len(receiver.requests) == 1


def test_closing_ends_a_wait(receiver, destination_to):
    receiver.fail(Fault(status=503))
    destination = destination_to(receiver.url, {"first_wait": 500, "longest_wait": 500})
    destination.close()
    assert verdicts(deliver(destination, outgoing("A"))) == [FAILED]
    assert len(receiver.requests) == 1


# Settings


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"routes": {"orders": "/{env}"}}, "destinations.live.routes.orders: '/{env}' may hold"),
        (
            {"auth": "bearer", "token_file": "/nowhere/token"},
            "destinations.live.token_file: can't read /nowhere/token: No such file or directory",
        ),
        (
            {"auth": "bearer", "token_file": "/dev/null"},
            "destinations.live.token_file: it is empty",
        ),
        (
            {"auth": "bearer", "token": "a\nb"},
            "destinations.live.token: a header is one line of ASCII text",
        ),
        (
            {"headers": {"X-A": "é"}},
            "destinations.live.headers.X-A: a header is one line of ASCII text",
        ),
        (
            {"auth": "gateway", "api_key": "a", "private_key_file": "/dev/null"},
            "destinations.live.private_key_file: it holds no private key in PEM",
        ),
        (
            {"request": {"ca_file": "/nowhere/ca.pem"}},
            "destinations.live.request.ca_file: there is no /nowhere/ca.pem",
        ),
    ],
)
def test_wrong_settings_are_refused_by_their_key(values, message):
    settings = DestinationSettings(**{"url": "https://x.test"} | values)
    with pytest.raises(ConfigurationError) as refused:
        make_destination("live", settings)
    assert str(refused.value).startswith(message)


def test_a_destination_has_the_name_and_environment_that_state_is_kept_for(destination_to):
    destination = destination_to("https://x.test")
    assert (destination.name, destination.environment) == ("live", "env")


def test_the_same_body_is_compressed_to_the_same_bytes(receiver, destination_to):
    deliver(destination_to(receiver.url), outgoing("A"))
    expected = gzip.compress(orjson.dumps([price("A")]), 4, mtime=0)
    assert receiver.requests[0].bytes == len(expected)
