from __future__ import annotations

import datetime as dt
import threading

import pytest

from daemon.destination.reply import Reply
from daemon.destination.retry import Unreached, retrying, seconds_asked_for, worth_repeating
from daemon.destination_settings import RequestSettings

NOW = dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC)
QUICK = RequestSettings(attempts=4, first_wait=0.001, longest_wait=0.01)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("120", 120.0),
        (" 0 ", 0.0),
        ("-1", None),
        ("soon", None),
        ("", None),
        ("Mon, 23 Nov 2026 16:01:30 GMT", 90.0),
        ("Mon, 23 Nov 2026 16:01:30 -0000", 90.0),
        ("Mon, 23 Nov 2026 15:00:00 GMT", 0.0),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text, expected):
    assert seconds_asked_for(text, NOW) == expected


@pytest.mark.parametrize(
    ("attempt", "expected"),
    [
        (Unreached("refused"), True),
        (Unreached("untrusted", may_pass=False), False),
        (Reply(503), True),
        (Reply(200), False),
        (Reply(400), False),
    ],
)
def test_whether_a_request_is_repeated(attempt, expected):
    assert worth_repeating(attempt) is expected


def made(attempts, settings=QUICK, closing=None):
    given = iter(attempts)
    seen = []

    def attempt():
        seen.append(next(given))
        return seen[-1]

    retry = retrying(settings, closing or threading.Event())
    waits = []
    sleep = retry.sleep
    retry.sleep = lambda seconds: (waits.append(seconds), sleep(seconds))
    return retry(attempt), len(seen), waits


def test_the_first_success_is_the_result():
    result, count, _ = made([Unreached("reset"), Reply(503), Reply(200), Reply(500)])
    assert (result, count) == (Reply(200), 3)


def test_the_last_attempt_is_the_result_when_they_are_spent():
    result, count, waits = made([Reply(500), Reply(501), Reply(502), Reply(503), Reply(200)])
    assert (result, count) == (Reply(503), 4)
    assert all(0 <= wait <= 0.01 for wait in waits)


def test_what_the_destination_asks_for_is_waited():
    asked = Reply(429, retry_after_seconds=0.009)
    _, count, waits = made([asked, asked, Reply(200)])
    assert (count, waits) == (3, [0.009, 0.009])


def test_a_longer_wait_than_the_limit_is_left_to_later():
    asked = Reply(429, retry_after_seconds=0.011)
    assert made([asked, Reply(200)]) == (asked, 1, [])


def test_no_attempt_begins_after_the_time_is_up():
    settings = RequestSettings(attempts=4, longest_wait=1, give_up_after=0.02)
    asked = Reply(503, retry_after_seconds=0.5)
    assert made([asked, Reply(200)], settings) == (asked, 1, [])


def test_closing_ends_the_attempts():
    closing = threading.Event()
    closing.set()
    assert made([Reply(503), Reply(200)], closing=closing) == (Reply(503), 1, [])


def test_an_error_of_ours_is_not_repeated():
    def attempt():
        raise LookupError("lost")

    with pytest.raises(LookupError):
        retrying(QUICK, threading.Event())(attempt)
