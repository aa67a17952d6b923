"""What a network and bad servers do to requests: each ends in time, with a result and a reason."""

from __future__ import annotations

import os
import tracemalloc

import orjson
import pytest
from gates import OpenGate
from wire import Wire, breaks, drips, interrupts, pours, read_request, reads_nothing, says

from daemon.core.delivery import Outgoing, Result, Verdict
from daemon.destination import make_destination
from daemon.destination.connection import MOST_REPLY_BYTES
from daemon.destination_settings import DestinationSettings

OK = b"HTTP/1.1 200 OK\r\n"
EMPTY = OK + b"Content-Length: 0\r\n\r\n"
JSON = b"Content-Type: application/json\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
ITEMS = [Outgoing(b'{"id":1}'), Outgoing(b'{"id":2}')]
ACCEPTED, FAILED = Verdict.ACCEPTED, Verdict.FAILED
INVALID = b'{"invalidFeedItems":[{"itemIndex":1,"message":"no"}]}'


@pytest.fixture
def destination_to():
    made = []

    def make(url, **request):
        usual = {"attempts": 1, "read_timeout": 5, "first_wait": 0.001}
        settings = {"url": url, "preset": "plain", "request": usual | request}
        made.append(make_destination("live", DestinationSettings(**settings)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def delivered(destination, items=ITEMS):
    return destination.deliver("things", items, OpenGate())


def failing(reason, status=None, *, is_unanswered=False):
    return [Result(FAILED, reason, status, is_unanswered=is_unanswered)] * len(ITEMS)


def large_items():
    return [Outgoing(orjson.dumps({"id": os.urandom(3_000_000).hex()}))] * 2


@pytest.mark.parametrize(
    ("reply", "drop"),
    [
        (b"", b"H"),
        (OK, b"X: y\r\n"),
        (OK + b"Content-Length: 999999\r\n\r\n", b" "),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (b"", HINTS),
    ],
    ids=["status line", "headers", "body", "chunks", "interim replies"],
)
def test_a_reply_that_drips_ends_with_the_whole_time(destination_to, reply, drop):
    with Wire(drips(reply, drop)) as wire:
        destination = destination_to(wire.url, whole_timeout=0.2)
        [first, second] = delivered(destination)
    assert first == second
    assert first.verdict is FAILED
    whole = ("no whole reply within 0.2 s", "the connection failed: got more than 100 headers")
    assert first.reason in whole


def test_a_proxy_that_drips_ends_with_the_whole_time(destination_to):
    with Wire(drips(OK + b"X: ", b"y")) as wire:
        destination = destination_to("https://shop.invalid", proxy=wire.url, whole_timeout=0.2)
        results = delivered(destination)
    assert {one.verdict for one in results} == {FAILED}


@pytest.mark.parametrize(
    ("scripts", "may_come"),
    [
        ([says(EMPTY)], False),
        ([says(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")], False),
        ([says(b"HTTP/1.1 504 Late\r\nContent-Length: 0\r\n\r\n")], True),
        ([breaks(1)], True),
        ([breaks(1), says(EMPTY)], True),
        ([says(OK, ends=True), says(b"HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n")], True),
    ],
    ids=[
        "taken",
        "failed",
        "a gateway gave up",
        "broken",
        "broken, then taken",
        "half a reply, then refused",
    ],
)
def test_whether_a_request_may_still_come_is_told_whatever_came_after(
    destination_to, scripts, may_come
):
    with Wire(*scripts) as wire:
        [result] = delivered(destination_to(wire.url, attempts=2), ITEMS[:1])
    assert result.is_unanswered == may_come


@pytest.mark.parametrize("url", ["http://shop.invalid", "http://127.0.0.1:1"])
@pytest.mark.parametrize("proxy", ["none", "http://127.0.0.1:1"])
def test_what_never_went_out_cannot_come(destination_to, url, proxy):
    [result] = delivered(destination_to(url, proxy=proxy), ITEMS[:1])
    assert (result.verdict, result.is_unanswered) == (FAILED, False)


def test_a_destination_that_does_not_read_ends_with_its_silence(destination_to):
    with Wire(reads_nothing) as wire:
        times = {"read_timeout": 0.2, "connect_timeout": 60, "whole_timeout": 3600}
        destination = destination_to(wire.url, gzip=False, **times)
        results = delivered(destination, large_items())
    assert {(one.verdict, one.reason) for one in results} == {(FAILED, "no reply within 0.2 s")}


def test_the_time_to_connect_in_is_not_that_of_the_body(destination_to):
    with Wire(says(EMPTY)) as wire:
        destination = destination_to(wire.url, gzip=False, connect_timeout=0.05)
        results = delivered(destination, large_items())
    assert [one.verdict for one in results] == [ACCEPTED, ACCEPTED]


@pytest.mark.parametrize("after", [1, 100_000])
def test_a_connection_that_breaks_while_the_body_is_sent_fails(destination_to, after):
    with Wire(breaks(after)) as wire:
        results = delivered(destination_to(wire.url, gzip=False), large_items())
    assert {one.verdict for one in results} == {FAILED}
    assert results[0].reason.startswith("the connection failed: ")


def test_a_refusal_before_the_body_was_read_is_heard(destination_to):
    with Wire(interrupts(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")) as wire:
        destination = destination_to(wire.url, gzip=False)
        [result] = delivered(destination, large_items()[:1])
    assert (result.verdict, result.status) == (Verdict.REFUSED, 413)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (OK + b"Content-Length: 50\r\n\r\nhalf", "4 bytes read, 46 more expected"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\nhalf", None),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", None),
        (
            OK + b"Content-Encoding: gzip\r\nContent-Length: 7\r\n\r\ngarbage",
            "Error -3 while decompressing data: incorrect header check",
        ),
        (OK, "the reply broke off in its headers"),
        (OK + JSON + b"X-Half", "the reply broke off in its headers"),
        (b"\0\xff" * 40_000, None),
    ],
)
def test_a_reply_that_is_not_whole_is_no_success(destination_to, reply, reason):
    with Wire(says(reply, ends=True)) as wire:
        results = delivered(destination_to(wire.url))
    assert {one.verdict for one in results} == {FAILED}
    if reason:
        assert reason in results[0].reason


@pytest.mark.parametrize(
    "head",
    [
        OK + b"Content-Length: 104857600\r\n\r\n",
        OK + b"\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n",
    ],
    ids=["announced", "unannounced", "redirected"],
)
def test_a_reply_without_measure_is_not_read_to_its_end(destination_to, head):
    with Wire(pours(head, b" " * 1_048_576, 100)) as wire:
        destination = destination_to(wire.url)
        tracemalloc.start()
        results = delivered(destination)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    reason = "the connection failed: a reply of more than 16,777,216 bytes"
    assert results == failing(reason, is_unanswered=True)
    assert most < 4 * MOST_REPLY_BYTES


@pytest.mark.parametrize(
    "interim",
    [b"HTTP/1.1 100 Continue\r\n\r\n", HINTS, b"HTTP/1.1 102 Processing\r\n\r\n" * 3],
    ids=["100", "103", "102"],
)
def test_the_reply_is_the_one_after_the_interim_ones(destination_to, interim):
    length = f"Content-Length: {len(INVALID)}\r\n\r\n".encode()
    with Wire(says(interim + OK + JSON + length + INVALID)) as wire:
        destination = destination_to(wire.url)
        for _ in range(2):
            results = delivered(destination)
            assert [one.verdict for one in results] == [ACCEPTED, Verdict.REFUSED]
        assert wire.accepted == 1


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 204 No Content\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        EMPTY,
    ],
    ids=["204", "chunked", "empty"],
)
def test_a_success_in_any_form_is_one_and_keeps_the_connection(destination_to, reply):
    with Wire(says(reply)) as wire:
        destination = destination_to(wire.url)
        for _ in range(3):
            assert [one.verdict for one in delivered(destination)] == [ACCEPTED, ACCEPTED]
        assert wire.accepted == 1


def test_a_date_to_come_back_at_is_taken_by_the_clock_that_names_it(destination_to):
    head = b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n"
    day = b"Wed, 02 Jan 2030 00:0"
    dates = b"Date: " + day + b"0:00 GMT\r\nRetry-After: " + day + b"1:30 GMT\r\n"
    with Wire(says(head + dates + b"\r\n")) as wire:
        [first, _] = delivered(destination_to(wire.url))
    assert first.retry_after_seconds == 90


def test_json_that_is_garbage_is_no_success(destination_to):
    with Wire(says(OK + JSON + b"Content-Length: 3\r\n\r\n{[\xff")) as wire:
        results = delivered(destination_to(wire.url))
    assert results == failing("HTTP 200 OK, but its JSON can't be read", 200)


def test_a_connection_that_ends_after_each_reply_is_made_anew(destination_to):
    with Wire(says(EMPTY, ends=True)) as wire:
        destination = destination_to(wire.url, attempts=3)
        for _ in range(3):
            assert [one.verdict for one in delivered(destination)] == [ACCEPTED, ACCEPTED]
        assert wire.accepted == 3


def answers_once(connection, _closing):
    """Answers one request, and goes away when it has read another."""
    read_request(connection)
    connection.sendall(EMPTY)
    read_request(connection)


@pytest.mark.parametrize(("attempts", "verdict"), [(1, FAILED), (2, ACCEPTED)])
def test_a_kept_connection_that_ends_as_a_request_comes_costs_an_attempt(
    destination_to, attempts, verdict
):
    with Wire(answers_once, says(EMPTY)) as wire:
        destination = destination_to(wire.url, attempts=attempts)
        assert [one.verdict for one in delivered(destination)] == [ACCEPTED] * 2
        assert [one.verdict for one in delivered(destination)] == [verdict] * 2
        assert [one.verdict for one in delivered(destination)] == [ACCEPTED] * 2
        assert wire.accepted == 2


def test_no_connection_is_left_after_faults(destination_to):
    with Wire(says(OK + b"Content-Length: 50\r\n\r\nhalf")) as wire:
        destination = destination_to(wire.url, read_timeout=0.1)
        for _ in range(3):
            assert delivered(destination)[0].verdict is FAILED
        wire.join_clients()
        assert wire.accepted == 3


# Proxies


def test_a_proxy_of_the_settings_wins_over_the_environment(destination_to, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with Wire(says(EMPTY)) as wire:
        destination = destination_to("http://shop.invalid", proxy=wire.url)
        assert delivered(destination)[0].verdict is ACCEPTED


def test_none_means_no_proxy_whatever_the_environment_says(destination_to, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with Wire(says(EMPTY)) as wire:
        assert delivered(destination_to(wire.url, proxy="none"))[0].verdict is ACCEPTED


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "Tunnel connection failed: 403 Forbidden"),
        (
            b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            "Tunnel connection failed: 407 Proxy Authentication Required",
        ),
    ],
)
def test_a_proxy_that_refuses_is_named_without_its_password(destination_to, reply, reason):
    with Wire(says(reply, ends=True)) as wire:
        proxy = wire.url.replace("//", "//me:s3cret@")
        results = delivered(destination_to("https://shop.invalid", proxy=proxy))
    assert results == failing(f"the proxy can't be used: {reason}")


def test_the_password_of_a_proxy_is_told_to_it_and_to_nobody_else():
    request = {"proxy": "http://me:s3cret@proxy.test:3128"}
    settings = DestinationSettings(url="https://x.test", request=request)
    assert "s3cret" not in repr(settings)
    assert "http://me:********@proxy.test:3128" in repr(settings)
