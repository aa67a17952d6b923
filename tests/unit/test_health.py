"""How fast a destination may be sent to, and when it is left alone."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.admission import Admission, Probe, admit
from daemon.core.health import (
    LONGEST_SECONDS,
    SLOWEST_PACE,
    SOUND,
    BreakerPolicy,
    Cost,
    Health,
    Limits,
    Sign,
    learned,
    quieted,
)

POLICY = BreakerPolicy(failures=3, first_pause_seconds=10, longest_pause_seconds=35)
NOW = 1_000_000.0
ONE = Cost(1, 100)
PROBE = 60.0


def passed(health, limits, now=NOW, cost=ONE):
    return admit(health, cost, limits, now, Probe("prober", PROBE))


def down(health, now=NOW, times=1, jitter=0.0):
    for _ in range(times):
        health = learned(health, Sign.DOWN, POLICY, now, jitter)
    return health


def waits(limits, costs, health=SOUND):
    """How long each of these requests waits, all asked for at once."""
    found = []
    for cost in costs:
        health, admission = passed(health, limits, cost=cost)
        found.append(round(admission.wait_seconds, 6))
    return found


def test_without_limits_nothing_waits():
    assert waits(Limits(), [ONE] * 100) == [0.0] * 100


@pytest.mark.parametrize(
    ("limits", "costs", "expected"),
    [
        (Limits(requests=60, saved_seconds=0), [ONE] * 4, [0, 1, 2, 3]),
        (Limits(requests=60, saved_seconds=2), [ONE] * 5, [0, 0, 0, 1, 2]),
        (Limits(items=600, saved_seconds=0), [Cost(20, 1), Cost(5, 1), Cost(1, 1)], [0, 2, 2.5]),
        (Limits(bytes=6000, saved_seconds=0), [Cost(1, 300), Cost(1, 100), ONE], [0, 3, 4]),
        (Limits(requests=60, items=600, saved_seconds=0), [Cost(30, 1), ONE, ONE], [0, 3, 3.1]),
    ],
)
def test_what_is_asked_for_at_once_goes_one_after_the_other(limits, costs, expected):
    assert waits(limits, costs) == expected


def test_allowance_that_was_not_used_is_saved_for_a_while_only():
    limits = Limits(requests=60, saved_seconds=2)
    health, _ = passed(SOUND, limits)
    for later in (NOW + 3600, NOW + 7200):
        found = []
        for _ in range(4):
            health, admission = passed(health, limits, later)
            found.append(admission.wait_seconds)
        assert found == [0, 0, 0, 1]


@given(
    st.lists(st.tuples(st.floats(0, 10), st.integers(1, 50)), min_size=1, max_size=60),
    st.floats(30, 600),
)
def test_no_minute_sees_more_than_the_limit_and_what_was_saved(asked, limit):
    limits, health, now = Limits(items=limit, saved_seconds=3), SOUND, NOW
    gone = []
    for pause, items in asked:
        now += pause
        health, admission = passed(health, limits, now, Cost(items, 1))
        gone.append((now + admission.wait_seconds, items))
    for begin, _ in gone:
        within = [items for moment, items in gone if begin <= moment < begin + 60]
        assert sum(within[:-1]) <= limit * (1 + 3 / 60) + 1e-6, "the last one may overdraw"


def test_a_429_halves_the_pace_once_for_a_burst_and_good_replies_give_it_back():
    health = learned(SOUND, Sign.LIMITED, POLICY, NOW, 0.0)
    assert health.pace == 0.5
    assert learned(health, Sign.LIMITED, POLICY, NOW + 0.5, 0.0).pace == 0.5
    assert learned(health, Sign.LIMITED, POLICY, NOW + 1, 0.0).pace == 0.25
    paces = []
    while health.pace < 1.0:
        health = learned(health, Sign.WELL, POLICY, NOW, 0.0)
        paces.append(health.pace)
    assert len(paces) == 16
    steps = {after - before for before, after in itertools.pairwise(paces)}
    assert steps == {1 / 32}


def test_a_late_reply_slows_a_little_and_nothing_stops_altogether():
    assert learned(SOUND, Sign.SLOW, POLICY, NOW, 0.0).pace == 0.9
    health = SOUND
    for second in range(100):
        health = learned(health, Sign.LIMITED, POLICY, NOW + second, 0.0)
    assert health.pace == SLOWEST_PACE


def test_a_destination_without_a_limit_is_held_to_one_while_it_complains():
    health = learned(SOUND, Sign.LIMITED, POLICY, NOW, 0.0)
    assert waits(Limits(saved_seconds=0), [ONE] * 3, health) == [0, 1, 2]


def test_a_destination_that_asks_to_be_left_alone_is():
    health = quieted(SOUND, NOW, 30)
    assert passed(health, Limits()) == (health, Admission(closed_seconds=30))
    assert passed(health, Limits(), NOW + 30)[1] == Admission()
    assert quieted(health, NOW + 1, 5).quiet_until == NOW + 30, "the longest wish counts"
    assert quieted(health, NOW, None) == health
    assert learned(health, Sign.WELL, POLICY, NOW + 1, 0.0).quiet_until == NOW + 30
    assert learned(health, Sign.WELL, POLICY, NOW + 31, 0.0).is_sound


def test_several_failures_in_a_row_open_the_breaker_and_a_success_between_them_does_not():
    assert down(SOUND, times=2).closed_until(NOW) is None
    between = learned(down(SOUND, times=2), Sign.WELL, POLICY, NOW, 0.0)
    assert down(between, times=2).closed_until(NOW) is None
    opened = down(SOUND, times=3)
    assert opened.closed_until(NOW) == NOW + 7.5
    assert passed(opened, Limits())[1] == Admission(closed_seconds=7.5)
    assert down(SOUND, times=3, jitter=0.999).closed_until(NOW) == pytest.approx(NOW + 10, abs=0.1)


def test_failures_of_requests_under_way_do_not_lengthen_the_pause():
    opened = down(SOUND, times=3)
    assert replace(down(opened, NOW + 1, times=5), failures=3) == opened


def test_one_probe_goes_when_the_pause_is_over():
    opened = down(SOUND, times=3)
    then = NOW + 8
    probing, admission = passed(opened, Limits(requests=1), then)
    assert admission == Admission()
    assert (probing.probe_by, probing.is_tripped) == ("prober", True)
    assert passed(probing, Limits(), then)[1] == Admission(closed_seconds=PROBE)
    assert probing.without_probe() == opened
    assert learned(probing, Sign.WELL, POLICY, then, 0.0).closed_until(then) is None
    lost, admission = passed(probing, Limits(), then + PROBE)
    assert (admission, lost.probe_until) == (Admission(), then + 2 * PROBE)


def test_each_probe_that_fails_doubles_the_pause_up_to_the_longest():
    health, now, pauses = down(SOUND, times=3), NOW, []
    for _ in range(4):
        pauses.append(health.open_until - now)
        now = health.open_until
        health, _ = passed(health, Limits(), now)
        health = down(health, now)
    assert pauses == [7.5, 15, 26.25, 26.25]


def test_a_429_as_the_answer_to_a_probe_closes_the_breaker():
    probing, _ = passed(down(SOUND, times=3), Limits(), NOW + 8)
    health = learned(probing, Sign.LIMITED, POLICY, NOW + 8, 0.0)
    assert (health.closed_until(NOW + 8), health.pace, health.trips) == (None, 0.5, 0)


@given(st.lists(st.tuples(st.sampled_from(Sign), st.floats(0, 400), st.floats(0, 0.99))))
def test_whatever_happened_it_is_asked_again_some_day(history):
    health, now = Health(), NOW
    for sign, pause, jitter in history:
        now += pause
        health = learned(health, sign, POLICY, now, jitter)
    until = health.closed_until(now) or now
    assert until - now <= POLICY.longest_pause_seconds
    assert passed(health, Limits(), until)[1].closed_seconds is None


def lived(history, limits):
    """The health after these signs, each so many seconds later, and with so much quiet asked for;
    and when that was.
    """
    health, now = Health(), 1e9
    for sign, pause, quiet in history:
        now += pause
        health, _ = passed(health, limits, now)
        health = quieted(learned(health, sign, POLICY, now, 0.5), now, quiet)
    return health, now


@given(
    st.lists(st.tuples(st.sampled_from(Sign), st.floats(0, 400), st.floats(0, 1e9)), max_size=20),
    st.floats(LONGEST_SECONDS, 1e8),
    st.floats(60, 6000),
)
def test_a_clock_that_is_put_back_keeps_nothing_back_longer_than_any_pause(history, back, limit):
    limits = Limits(requests=limit)
    health, now = lived(history, limits)
    _, admission = passed(health, limits, now - back)
    assert (admission.closed_seconds or 0) <= LONGEST_SECONDS
    assert admission.wait_seconds <= 7200


@given(
    st.lists(st.tuples(st.sampled_from(Sign), st.floats(0, 400), st.floats(0, 3600)), max_size=20),
    st.floats(1, 1e8),
    st.floats(60, 6000),
)
def test_a_clock_that_is_put_back_makes_nothing_wait_longer_than_it_would_have(
    history, back, limit
):
    limits = Limits(requests=limit)
    health, now = lived(history, limits)
    health = replace(health, seen_at=now)
    _, expected = passed(health, limits, now)
    _, admission = passed(health.put_back(now - back), limits, now - back)
    assert admission.wait_seconds == pytest.approx(expected.wait_seconds, abs=1e-3)
    assert (admission.closed_seconds is None) == (expected.closed_seconds is None)
    assert admission.closed_seconds == pytest.approx(expected.closed_seconds, abs=1e-3)


def test_a_clock_that_goes_on_puts_nothing_back():
    health = Health(requests_at=NOW + 5, seen_at=NOW)
    assert health.put_back(NOW) == health.put_back(NOW + 1) == health


@given(st.floats(2 * 86400, 1e9))
def test_moments_that_nobody_can_have_set_are_not_believed(far):
    then = NOW + far
    health = Health(quiet_until=then, requests_at=then, items_at=then, bytes_at=then)
    limits = Limits(requests=60, items=6000, bytes=60000, saved_seconds=0)
    assert passed(health, limits)[1] == Admission()
    assert health.state(NOW) == "sound"
    assert learned(health, Sign.WELL, POLICY, NOW, 0.0).quiet_until == 0
    tripped = Health(trips=2, failures=9, open_until=then, probe_until=then)
    probing, admission = passed(tripped, limits)
    assert (admission, probing.closed_until(NOW)) == (Admission(), NOW + PROBE)
    assert learned(probing, Sign.DOWN, POLICY, NOW, 0.0).closed_until(NOW) == NOW + 26.25


def test_a_429_after_the_clock_was_put_back_halves_the_pace():
    slowed = Health(pace=0.5, slowed_at=NOW + 86400)
    assert learned(slowed, Sign.LIMITED, POLICY, NOW, 0.0).pace == 0.25


def test_no_pause_is_longer_than_the_longest_whoever_asks_for_it():
    assert quieted(SOUND, NOW, 1e9).quiet_until == NOW + LONGEST_SECONDS
    policy = replace(POLICY, first_pause_seconds=1e6, longest_pause_seconds=1e6)
    opened = Health(failures=2)
    opened = learned(opened, Sign.DOWN, policy, NOW, 0.999)
    assert opened.closed_until(NOW) <= NOW + LONGEST_SECONDS
    probing, _ = admit(Health(trips=1), ONE, Limits(), NOW, Probe("prober", 1e6))
    assert probing.closed_until(NOW) == NOW + LONGEST_SECONDS
