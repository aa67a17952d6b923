from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from daemon.core.delivery import Result, Verdict
from daemon.destination.reply import Answer, Reply, answer_of
from daemon.destination.settle import settled

ACCEPTED = Result(Verdict.ACCEPTED, None, 200)
REFUSED = Result(Verdict.REFUSED, "HTTP 400 Bad Request", 400)


def service(poison):
    asked = []

    def ask(numbers):
        asked.append(numbers)
        return answer_of(Reply(400 if poison & set(numbers) else 200), len(numbers))

    return ask, asked


@given(st.integers(1, 200), st.sets(st.integers(0, 199), max_size=5))
def test_bisection_finds_exactly_the_poison(count, poison):
    ask, _ = service(poison)
    results = settled([tuple(range(count))], ask)
    assert results == {n: REFUSED if n in poison else ACCEPTED for n in range(count)}


@given(st.integers(1, 500), st.data())
def test_one_poison_item_costs_two_requests_per_halving(count, data):
    ask, asked = service({data.draw(st.integers(0, count - 1))})
    settled([tuple(range(count))], ask)
    assert len(asked) <= 1 + 2 * math.ceil(math.log2(count))


def test_what_is_open_is_settled_before_the_next_request():
    ask, asked = service({1})
    settled([(0, 1), (2, 3)], ask)
    assert asked == [(0, 1), (0,), (1,), (2, 3)]


def test_named_items_are_left_out_of_one_further_request():
    asked = []

    def ask(numbers):
        asked.append(numbers)
        bad = numbers.index(1) if 1 in numbers else None
        body = b'{"invalidFeedItems":[{"itemIndex":%d,"message":"no"}]}' % (bad or 0)
        return answer_of(Reply(200) if bad is None else Reply(400, body), len(numbers))

    results = settled([(0, 1, 2)], ask)
    assert asked == [(0, 1, 2), (0, 2)]
    assert results == {0: ACCEPTED, 1: Result(Verdict.REFUSED, "no", 400), 2: ACCEPTED}


def test_after_a_stop_the_rest_fails_for_the_same_reason_without_a_request():
    asked = []
    failed = Result(Verdict.FAILED, "HTTP 403 Forbidden", 403, "r-1", 5.0)

    def ask(numbers):
        asked.append(numbers)
        return Answer((failed,) * len(numbers), stops=True)

    same = Result(Verdict.FAILED, "HTTP 403 Forbidden", 403, None, 5.0, is_attempt=False)
    assert settled([(0, 1), (2,), (3,)], ask) == {0: failed, 1: failed, 2: same, 3: same}
    assert asked == [(0, 1)]


def test_a_service_that_refuses_everything_is_not_believed_for_ever():
    ask, asked = service(set(range(500)))
    results = settled([tuple(range(500))], ask)
    verdicts = [results[n].verdict for n in range(500)]
    assert verdicts == [Verdict.REFUSED] * 20 + [Verdict.FAILED] * 480
    assert results[499].reason == (
        "20 items in a row refused; check url and routes. Last: HTTP 400 Bad Request"
    )
    assert len(asked) < 60


def test_refusals_between_acceptances_are_believed():
    poison = set(range(0, 100, 2))
    ask, _ = service(poison)
    results = settled([tuple(range(100))], ask)
    assert {n for n in results if results[n] == REFUSED} == poison
