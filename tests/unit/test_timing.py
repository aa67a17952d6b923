import datetime as dt

import pytest

from daemon.timing import seconds_of, trigger_of, weekdays

MONDAY = dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("1s", 1.0), ("5m", 300.0), ("1.5h", 5400.0), ("7d", 604800.0), ("30", 30.0)],
)
def test_a_duration_is_a_number_with_a_unit(text, seconds):
    assert seconds_of(text) == pytest.approx(seconds)


def test_a_plain_number_stays():
    assert seconds_of(3) == 3


@pytest.mark.parametrize(
    ("schedule", "first"),
    [
        ("*/5 * * * *", dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC)),
        ("0 2 * * *", dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)),
        ("0 2 * * 0", dt.datetime(2026, 11, 29, 2, 0, tzinfo=dt.UTC)),
        ("0 2 * * 7", dt.datetime(2026, 11, 29, 2, 0, tzinfo=dt.UTC)),
        ("0 2 * * sun", dt.datetime(2026, 11, 29, 2, 0, tzinfo=dt.UTC)),
        ("0 2 * * 1-5", dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)),
    ],
)
def test_a_cron_expression_counts_days_as_cron_does_in_utc(schedule, first):
    assert trigger_of(schedule).get_next_fire_time(None, MONDAY) == first


def test_an_interval_is_due_again_after_its_time():
    due = trigger_of("90s").get_next_fire_time(MONDAY, MONDAY)
    assert due == MONDAY + dt.timedelta(seconds=90)


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("*", "*"),
        ("1-5", "mon,tue,wed,thu,fri"),
        ("0-6", "sun,mon,tue,wed,thu,fri,sat"),
        ("5-7", "fri,sat,sun"),
        ("*/2", "sun,tue,thu,sat"),
        ("mon-fri", "mon-fri"),
        ("6,0", "sat,sun"),
    ],
)
def test_numbers_of_days_become_names(field, names):
    assert weekdays(field) == names
