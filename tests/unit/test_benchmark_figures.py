import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.edits import Committed, commit_paced, latencies
from benchmarks.figures import Figure, at_least, at_most, cells, percentile, spoken, under
from daemon.sandbox.receiver import Delivered

START = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)


def after(seconds):
    return START + dt.timedelta(seconds=seconds)


def delivered(number, seconds, feed, sku):
    return Delivered(number, after(seconds), feed, {"sku": sku}, False, "r", 10)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.1234, "0.123"), (1.5, "1.50"), (12.34, "12.3"), (100, "100"), (76810, "76,810")],
)
def test_a_number_is_spoken_with_three_digits_or_all_before_the_point(value, text):
    assert spoken(value) == text


@pytest.mark.parametrize(
    ("target", "value", "verdict"),
    [
        (at_least(7000), 7000, "met"),
        (at_least(7000), 6999, "missed"),
        (at_most(1.5), 1.5, "met"),
        (at_most(1.5), 1.6, "missed"),
        (None, 1, ""),
    ],
)
def test_a_figure_is_judged_by_its_target(target, value, verdict):
    assert Figure("build.products", value, "items/s", target).verdict == verdict


def test_a_line_of_the_table_says_what_was_measured_and_how_busy_the_machine_was():
    figure = Figure("latency.p99", 1.234, "s", at_most(1.5), "1,500 edits")
    (line,) = map(cells, under([figure], load=2.5, others=0.75))
    assert line == ("latency.p99", "1.23 s", "≤ 1.50", "met", "0.8", "2.5", "1,500 edits")


def test_the_nearest_rank_is_a_percentile():
    values = [float(number) for number in range(100, 0, -1)]
    assert [percentile(values, share) for share in (0.0, 0.5, 0.99, 1.0)] == [1, 50, 99, 100]


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_percentile_is_one_of_the_values_and_not_exceeded_by_that_share(values, share):
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6


def test_nothing_has_no_percentile():
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_the_first_arrival_after_the_commit_counts():
    price, name = Committed("prices", "a", after(1)), Committed("products", "b", after(2))
    log = [
        delivered(1, 0.5, "prices", "a"),
        delivered(2, 1.2, "products", "a"),
        delivered(3, 1.75, "prices", "a"),
        delivered(4, 3, "prices", "a"),
    ]
    assert latencies([price, name], log) == {price: 0.75, name: None}


def test_an_edit_of_nothing_takes_no_connection():
    engine = sa.create_engine("mysql+pymysql://nobody@127.0.0.1:1/none")
    assert list(commit_paced(engine, [], 50)) == []
