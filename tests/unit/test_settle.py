import pytest

from daemon.core.delivery import Result, Verdict, withheld
from daemon.core.item import Unbuildable, make_item
from daemon.core.outcome import Outcome, Recorded
from daemon.core.plan import Plan
from daemon.core.retry import Failures, RetryPolicy, delay_seconds
from daemon.core.settle import UNBUILT, outgoing, settle

FAILED = Outcome.FAILED
POLICY = RetryPolicy(
    first_delay_seconds=10, longest_delay_seconds=100, attempts=3, give_up_seconds=1000
)
ITEM = make_item(1, ["a"], {"sku": "a"}, {"modifiedAt": "now"}, {"sku": "a"})
GONE = Recorded("gone", 2, Outcome.EXPORTED, "hash", False, 0, b'{"sku":"b"}')


def plan_of(send=(), tombstones=(), unbuildable=()):
    return Plan(tuple(send), tuple(tombstones), 0, tuple(unbuildable), (), (), frozenset())


def tried(attempts, seconds=0.0, hash_=ITEM.hash, outcome=FAILED):
    """That the item has been tried in vain so often, for so long."""
    return {
        ITEM.feed_id: Recorded(ITEM.feed_id, 1, outcome, hash_, False, attempts, b"{}", seconds)
    }


def settle_one(result, recorded=None):
    (one,) = settle(plan_of([ITEM]), [result], recorded or {}, POLICY, lambda: 1.0)
    return one


def test_items_go_out_before_tombstones():
    one, other = outgoing(plan_of([ITEM], [GONE]), {})
    assert (one.body, one.is_tombstone) == (b'{"sku":"a","modifiedAt":"now"}', False)
    assert (other.body, other.is_tombstone) == (b'{"sku":"b"}', True)


def test_items_carry_how_often_they_have_failed_as_they_are():
    known = tried(2, hash_=ITEM.hash)
    [one] = outgoing(plan_of([ITEM], []), known)
    [changed] = outgoing(plan_of([ITEM._replace(hash="other")], []), known)
    assert (one.attempts, changed.attempts) == (2, 0)


def test_an_accepted_item_is_exported_and_its_attempts_are_forgotten():
    one = settle_one(Result(Verdict.ACCEPTED, status=200, request_id="r"), tried(2))
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
    one = settle_one(Result(Verdict.FAILED, "503"), tried(2))
    assert (one.outcome, one.attempts, one.next_attempt_seconds) == (Outcome.DEAD, 3, None)


def test_an_item_that_has_failed_for_too_long_is_dead():
    assert settle_one(Result(Verdict.FAILED, "503"), tried(1, seconds=999)).outcome is FAILED
    assert settle_one(Result(Verdict.FAILED, "503"), tried(1, seconds=1000)).outcome is Outcome.DEAD


def test_what_is_not_sent_has_no_attempt_more_behind_it_and_never_dies():
    one = settle_one(withheld(30.0), tried(2, seconds=2000))
    assert (one.outcome, one.attempts, one.failing_seconds) == (FAILED, 2, 2000)
    assert one.next_attempt_seconds == 31


@pytest.mark.parametrize("more", [{"hash_": "other"}, {"outcome": Outcome.DEAD}])
def test_new_content_and_a_dead_letter_by_order_begin_anew(more):
    one = settle_one(Result(Verdict.FAILED, "503"), tried(2, seconds=2000, **more))
    assert (one.outcome, one.attempts, one.failing_seconds) == (FAILED, 1, 0)


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
    assert delay_seconds(POLICY, Failures(attempts), jitter) == delay


def test_delays_are_capped():
    many = RetryPolicy(10, 100, 1000)
    assert delay_seconds(many, Failures(900), 1.0) == 100
