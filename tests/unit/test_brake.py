from hypothesis import given
from hypothesis import strategies as st

from daemon.core.brake import OFF, Brake, Tally, fresh, goes_out, held_back, spent_now
from daemon.core.outcome import Outcome, Recorded
from daemon.core.plan import Plan

TENTH = Brake(share=0.1, minimum=100, window_seconds=3600.0)
brakes = st.builds(
    Brake,
    share=st.floats(0.01, 0.99),
    minimum=st.integers(0, 200),
    window_seconds=st.floats(1.0, 86400.0),
)
batches = st.lists(st.integers(1, 500), max_size=40)


def row(name, *, is_deleted=False):
    return Recorded(name, 1, Outcome.EXPORTED, "hash", is_deleted, 0, b"{}")


def plan_of(*tombstones):
    return Plan((), tombstones, 0, (), (), (), frozenset())


def let_through(brake, living, wanted):
    """How many deletions of a burst go out, and what is held of it, batch by batch."""
    left, spent, held = living, 0.0, 0
    for number in wanted:
        if goes_out(brake, Tally(spent, holds=held > 0, living=left), number):
            left, spent = left - number, spent + number
        else:
            held += number
    return living - left, held


def test_the_minimum_always_goes():
    assert goes_out(TENTH, Tally(living=5), 100)
    assert not goes_out(TENTH, Tally(living=5), 101)


def test_a_share_of_a_large_feed_goes():
    assert goes_out(TENTH, Tally(living=10_000), 1000)
    assert not goes_out(TENTH, Tally(living=10_000), 1001)


def test_not_even_one_goes_while_others_are_held():
    assert not goes_out(TENTH, Tally(holds=True, living=10_000), 1)


def test_a_brake_that_is_off_lets_go_what_comes_though_older_deletions_are_held():
    assert goes_out(OFF, Tally(holds=True), 1_000_000)


def test_what_was_used_up_comes_back_evenly_within_the_window():
    halfway = Tally(spent=1000.0, elapsed_seconds=1800.0, living=10_000)
    assert spent_now(TENTH, halfway) == 500.0
    assert goes_out(TENTH, halfway, 500)
    assert not goes_out(TENTH, halfway, 600)
    assert spent_now(TENTH, Tally(spent=1000.0, elapsed_seconds=3600.0, living=10_000)) == 0.0


@given(brakes, st.integers(0, 20_000), batches)
def test_a_burst_never_takes_more_than_the_allowance(brake, living, wanted):
    wanted = [number for number in wanted if number <= living]
    total = sum(wanted)
    gone, held = let_through(brake, max(living, total), wanted)
    assert gone <= brake.allowance(max(living, total)) + 1
    assert gone + held == total, "nothing is lost"


@given(brakes, st.integers(0, 20_000), batches)
def test_a_burst_within_the_minimum_is_never_held(brake, living, wanted):
    if sum(wanted) <= brake.minimum:
        assert let_through(brake, max(living, sum(wanted)), wanted) == (sum(wanted), 0)


@given(st.integers(1, 20_000), st.data())
def test_a_brake_that_is_off_holds_nothing(living, data):
    wanted, left = [], living
    while left and len(wanted) < 20:
        wanted.append(data.draw(st.integers(1, left)))
        left -= wanted[-1]
    assert let_through(OFF, living, wanted) == (sum(wanted), 0)


@given(brakes, st.floats(0, 1e6), st.floats(0, 1e6), st.integers(0, 20_000))
def test_waiting_never_makes_less_go_out(brake, spent, seconds, living):
    before = spent_now(brake, Tally(spent, 0.0, living=living))
    after = spent_now(brake, Tally(spent, seconds, living=living))
    assert 0.0 <= after <= before == spent


def test_only_tombstones_that_nobody_decided_on_are_held():
    new, tried = row("new"), row("tried", is_deleted=True)
    plan = plan_of(new, tried)
    assert fresh(plan) == (new,)
    after = held_back(plan, fresh(plan))
    assert (after.tombstones, after.held) == ((tried,), (new,))
