"""Two states of a table, compared by checksums."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.prints import Days, Difference, differences

KEYS = st.tuples(st.binary(max_size=2), st.sampled_from(["", "2026-11-23"]))
STATES = st.dictionaries(KEYS, st.integers(0, 3))


def in_order(state):
    return [(*key, checksum) for key, checksum in sorted(state.items())]


@given(STATES, STATES)
def test_all_that_differs_is_named_in_order_and_nothing_else(before, now):
    keys = sorted(before.keys() | now.keys())
    assert list(differences(in_order(before), in_order(now))) == [
        Difference(*key, before.get(key), now.get(key))
        for key in keys
        if before.get(key) != now.get(key)
    ]


@pytest.mark.parametrize(
    ("one", "other", "days"),
    [
        ("2026-11-23T00:30", "2026-11-23T00:31", ("2026-11-22", "2026-11-23")),
        ("2026-11-23T23:00", "2026-11-23T22:00", ("2026-11-23", "2026-11-24")),
        ("2026-11-20T12:00", "2026-11-23T09:59", ("2026-11-20", "2026-11-23")),
    ],
)
def test_the_days_that_may_be_today_somewhere_between_two_moments(one, other, days):
    found = Days.between(*(dt.datetime.fromisoformat(text) for text in (one, other)))
    assert (found.first, found.last) == days


def test_rows_without_a_day_count_on_any():
    days = Days("2026-11-22", "2026-11-23")
    told = ["", "2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24"]
    assert [day in days for day in told] == [True, False, True, True, False]
