import pytest

from daemon.core.delivery import Result, Verdict
from daemon.core.item import Unbuildable, make_item
from daemon.core.outcome import Outcome, Recorded
from daemon.core.plan import Plan
from daemon.core.retry import RetryPolicy, delay_seconds
from daemon.core.settle import UNBUILT, outgoing, settle

POLICY = RetryPolicy(first_delay_seconds=10, longest_delay_seconds=100, attempts=3)
ITEM = make_item(1, ["a"], {"sku": "a"}, {"modifiedAt": "now"}, {"sku": "a"})
GONE = Recorded("gone", 2, Outcome.EXPORTED, "hash", False, 0, b'{"sku":"b"}')


def plan_of(send=(), tombstones=(), unbuildable=()):
    return Plan(tuple(send), tuple(tombstones), 0, tuple(unbuildable), (), (), frozenset())


def settle_one(result, recorded=None):
    (one,) = settle(plan_of([ITEM]), [result], recorded or {}, POLICY, lambda: 1.0)
    return one


def test_items_go_out_before_tombstones():
    one, other = outgoing(plan_of([ITEM], [GONE]))
    assert (one.body, one.is_tombstone) == (b'{"sku":"a","modifiedAt":"now"}', False)
    assert (other.body, other.is_tombstone) == (b'{"sku":"b"}', True)


def test_an_accepted_item_is_exported_and_its_attempts_are_forgotten():
    tried = Recorded(ITEM.feed_id, 1, Outcome.FAILED, "", False, 2, b"{}")
    one = settle_one(Result(Verdict.ACCEPTED, status=200, request_id="r"), {ITEM.feed_id: tried})
    assert (one.outcome, one.attempts, one.hash, one.request_id) == (
        Outcome.EXPORTED,
        0,
        ITEM.hash,
        "r",
    )


def test_a_refused_item_waits_for_new_content():
    one = settle_one(Result(Verdict.REFUSED, "bad price", 400))
    assert (one.outcome, one.next_attempt_seconds, one.error) == (
        Outcome.REFUSED,
        None,
        "bad price",
    )


def test_a_failed_item_is_tried_again_later():
    one = settle_one(Result(Verdict.FAILED, "503"))
    assert (one.outcome, one.attempts, one.next_attempt_seconds) == (Outcome.FAILED, 1, 10)


def test_the_destinations_own_delay_is_never_undercut():
    assert settle_one(Result(Verdict.FAILED, retry_after_seconds=77)).next_attempt_seconds == 77


def test_an_item_whose_attempts_are_spent_is_dead():
    tried = Recorded(ITEM.feed_id, 1, Outcome.FAILED, "", False, 2, b"{}")
    one = settle_one(Result(Verdict.FAILED, "503"), {ITEM.feed_id: tried})
    assert (one.outcome, one.attempts, one.next_attempt_seconds) == (Outcome.DEAD, 3, None)


def test_an_accepted_tombstone_is_recorded_as_deleted():
    (one,) = settle(plan_of([], [GONE]), [Result(Verdict.ACCEPTED)], {}, POLICY, lambda: 0.0)
    assert (one.feed_id, one.outcome, one.is_deleted) == ("gone", Outcome.EXPORTED, True)


@pytest.mark.parametrize(("before", "after"), [({}, ""), ({"f": GONE}, UNBUILT)])
def test_what_cannot_be_built_remembers_whether_anything_was_ever_sent(before, after):
    fault = Unbuildable(1, "f", b"{}", "no status")
    (one,) = settle(plan_of([], [], [fault]), [], before, POLICY, lambda: 1.0)
    assert (one.outcome, one.hash, one.error) == (Outcome.FAILED, after, "no status")


@pytest.mark.parametrize(
    ("attempts", "jitter", "delay"),
    [(1, 0.0, 5), (1, 1.0, 10), (2, 1.0, 20), (3, 1.0, None)],
)
def test_delays_grow_and_are_jittered_between_half_and_whole(attempts, jitter, delay):
    assert delay_seconds(POLICY, attempts, jitter) == delay


def test_delays_are_capped():
    many = RetryPolicy(10, 100, 1000)
    assert delay_seconds(many, 900, 1.0) == 100
