from __future__ import annotations

import orjson
import pytest

from daemon.core.delivery import Result, Verdict
from daemon.destination.reply import Answer, Reply, answer_of, may_pass

A = Verdict.ACCEPTED
R = Verdict.REFUSED
F = Verdict.FAILED
JSON = "application/json"


def reply(status, content=None, **fields):
    body = b"" if content is None else orjson.dumps(content)
    return Reply(status, body, fields.pop("content_type", JSON), request_id="r-1", **fields)


def invalid(*elements, key="invalidFeedItems"):
    return {"feedItemReceivedCount": 0, key: list(elements)}


def verdicts(answer):
    return [result and result.verdict for result in answer.results]


def reasons(answer):
    return [result and result.reason for result in answer.results]


INDEXED = {"itemIndex": 1, "code": "updatedAt", "message": "is required"}
POINTER = {"field": "/1/updatedAt", "message": "is required"}
UNCLEAR = {"field": "updatedAt", "message": "is required"}


@pytest.mark.parametrize(
    ("status", "content", "count", "expected"),
    [
        (200, None, 2, [A, A]),
        (200, {"feedItemReceivedCount": 2}, 2, [A, A]),
        (200, invalid(), 2, [A, A]),
        (202, {"status": "ACCEPTED", "acceptedCount": 2}, 2, [A, A]),
        (204, None, 2, [A, A]),
        (200, invalid(INDEXED), 3, [A, R, A]),
        (200, invalid(POINTER), 3, [A, R, A]),
        (200, invalid({"itemIndex": "1", "message": "x"}), 3, [A, R, A]),
        (200, invalid(INDEXED, {"itemIndex": 2, "message": "x"}), 3, [A, R, R]),
        (200, invalid(INDEXED, UNCLEAR), 3, [None, None, None]),
        (200, invalid({"itemIndex": 3, "message": "x"}), 3, [None, None, None]),
        (200, invalid({"itemIndex": -1, "message": "x"}), 3, [None, None, None]),
        (200, invalid({"itemIndex": True, "message": "x"}), 3, [None, None, None]),
        (200, invalid("what?"), 3, [None, None, None]),
        (200, invalid(UNCLEAR), 1, [R]),
        (400, invalid(INDEXED), 3, [None, R, None]),
        (400, invalid(POINTER), 3, [None, R, None]),
        (400, invalid(INDEXED, key="errors"), 3, [None, R, None]),
        (400, invalid({"itemIndex": 0, "message": "x"}, INDEXED), 2, [R, R]),
        (400, invalid(UNCLEAR), 3, [None, None, None]),
        (400, {"message": "no"}, 3, [None, None, None]),
        (400, None, 3, [None, None, None]),
        (400, None, 1, [R]),
        (413, None, 2, [None, None]),
        (413, None, 1, [R]),
        (422, {"message": "no"}, 2, [None, None]),
        (302, None, 2, [F, F]),
        (401, None, 2, [F, F]),
        (403, None, 2, [F, F]),
        (404, None, 2, [F, F]),
        (408, None, 2, [F, F]),
        (409, None, 2, [F, F]),
        (429, None, 2, [F, F]),
        (500, None, 2, [F, F]),
        (503, invalid(INDEXED), 2, [F, F]),
        (599, None, 2, [F, F]),
    ],
)
def test_a_reply_is_a_verdict_for_each_item_or_leaves_it_open(status, content, count, expected):
    assert verdicts(answer_of(reply(status, content), count)) == expected


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"", "", A),
        (b" \r\n", "text/html", A),
        (b"null", JSON, A),
        (b"OK", "text/plain", A),
        (b'{"feedItemReceivedCount": 1', "text/plain", A),
        (b'{"feedItemReceivedCount": 1', "application/json;charset=UTF-8", F),
        (b"<!DOCTYPE html><h1>Sign in</h1>", "", F),
        (b"\xef\xbb\xbf\n <html>", "application/octet-stream", F),
        (b"Sign in", "text/html; charset=utf-8", F),
    ],
)
def test_a_success_that_is_not_json_counts_unless_something_else_answered(
    body, content_type, expected
):
    answer = answer_of(Reply(200, body, content_type), 1)
    assert verdicts(answer) == [expected]
    assert answer.stops is (expected is F)


@pytest.mark.parametrize(
    ("status", "stops"),
    [(301, True), (401, True), (403, True), (404, True), (429, True), (500, False), (503, True)],
)
def test_what_would_happen_to_every_request_stops_the_delivery(status, stops):
    assert answer_of(reply(status), 2).stops is stops


@pytest.mark.parametrize("status", [200, 400])
def test_what_blames_items_does_not_stop_the_delivery(status):
    assert answer_of(reply(status, invalid(INDEXED)), 2).stops is False


def test_an_accepted_item_keeps_the_request_id():
    assert answer_of(reply(200), 1) == Answer((Result(A, None, 200, "r-1"),))


def test_a_refused_item_says_which_field_and_why():
    twice = invalid(POINTER, {"itemIndex": 1, "code": "sku", "message": "too long"})
    assert answer_of(reply(200, twice), 2) == Answer(
        (
            Result(A, None, 200, "r-1"),
            Result(R, "updatedAt: is required; sku: too long", 200, "r-1"),
        )
    )


def test_a_long_reason_is_cut():
    long = invalid({"itemIndex": 0, "message": "x" * 5000})
    assert len(reasons(answer_of(reply(200, long), 1))[0]) == 1000


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (
            reply(403, {"error_code": "403053", "message": "JWT is invalid"}),
            (
                "HTTP 403 Forbidden: JWT is invalid (403053); check api_key, private_key_file, "
                "the clock of this machine and the rights of the account"
            ),
        ),
        (
            reply(403, {"error": {"code": "Forbidden", "message": "Client ID is missing"}}),
            (
                "HTTP 403 Forbidden: Client ID is missing; check api_key, private_key_file, "
                "the clock of this machine and the rights of the account"
            ),
        ),
        (
            reply(401, {"title": "Unauthorized", "error_code": "401013"}),
            (
                "HTTP 401 Unauthorized: Unauthorized (401013); check the credentials: token, or "
                "api_key and private key"
            ),
        ),
        (reply(404), "HTTP 404 Not Found; check url, routes and environment_id"),
        (
            reply(302, location="https://login.test/"),
            "HTTP 302 Found: redirected to https://login.test/; check url and routes",
        ),
        (reply(304), "HTTP 304 Not Modified: redirected; check url and routes"),
        (reply(502), "HTTP 502 Bad Gateway"),
        (reply(520), "HTTP 520"),
        (reply(500, {"error": "oops"}), "HTTP 500 Internal Server Error: oops"),
    ],
)
def test_a_failure_says_what_to_check(given, reason):
    assert reasons(answer_of(given, 1)) == [reason]


def test_a_refusal_of_the_whole_says_what_the_service_said():
    assert reasons(answer_of(reply(400, {"message": "no"}), 1)) == ["HTTP 400 Bad Request: no"]
    named = answer_of(reply(400, invalid(UNCLEAR)), 1)
    assert reasons(named) == ["HTTP 400 Bad Request: updatedAt: is required"]


def test_a_failure_keeps_how_long_to_wait():
    answer = answer_of(reply(429, retry_after_seconds=7.0), 1)
    assert answer.results == (Result(F, "HTTP 429 Too Many Requests", 429, "r-1", 7.0),)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(200, False), (302, False), (400, False), (401, False), (403, False), (404, False)]
    + [(status, True) for status in (408, 425, 429, 500, 502, 503, 504, 599)],
)
def test_only_what_may_pass_is_worth_another_attempt(status, expected):
    assert may_pass(Reply(status)) is expected
