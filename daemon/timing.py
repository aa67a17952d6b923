"""Durations and schedules as they are written in settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apscheduler.triggers.base import BaseTrigger

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
CRON_FIELDS = 5
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_RANGE = re.compile(r"(?P<first>[0-7])(?:-(?P<last>[0-7])(?:/(?P<step>[1-7]))?)?")


def seconds_of(value: Any) -> Any:
    """Seconds of a duration such as `1s`, `500ms`, `5m`, `2h`, `7d`; a plain number stays.

    Raises:
        ValueError: it is a text, and neither.
    """
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?", value.strip())
    if not found:
        raise ValueError(f"{value!r} is not a duration such as 500ms, 1s, 5m, 2h or 7d")
    return float(found[1]) * UNITS[found[2] or "s"]


def duration(seconds: float) -> str:
    """A duration as it is written in settings, in the largest unit that fits without a rest."""
    for unit in ("d", "h", "m", "s"):
        if seconds >= UNITS[unit] and seconds % UNITS[unit] == 0:
            return f"{seconds / UNITS[unit]:g}{unit}"
    return f"{seconds * 1000:g}ms"


def trigger_of(schedule: str) -> BaseTrigger:
    """When a duty is due: every so often (`5m`), or by a cron expression of five fields, in UTC.

    Raises:
        ValueError: it is neither, or the interval is zero.
    """
    from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 — most commands need neither
    from apscheduler.triggers.interval import IntervalTrigger  # noqa: PLC0415

    fields = schedule.split()
    if len(fields) == CRON_FIELDS:
        fields[-1] = weekdays(fields[-1])
        return CronTrigger.from_crontab(" ".join(fields), timezone="UTC")
    if not re.match(r"\d", schedule):
        raise ValueError(f"{schedule!r} is neither a duration nor a cron expression of five fields")
    seconds = seconds_of(schedule)
    if seconds <= 0:
        raise ValueError("an interval must be longer than nothing")
    return IntervalTrigger(seconds=seconds, timezone="UTC")


def weekdays(field: str) -> str:
    """The weekday field with names for numbers: cron counts from Sunday, APScheduler from Monday.

    >>> weekdays("1-5")
    'mon,tue,wed,thu,fri'
    """
    return ",".join(name for part in field.split(",") for name in named_days(part))


def named_days(part: str) -> list[str]:
    """The names of one number or range of numbers; anything else as it is."""
    found = WEEKDAY_RANGE.fullmatch(re.sub(r"^\*/", "0-6/", part))
    if not found:
        return [part]
    first, last = int(found["first"]), int(found["last"] or found["first"])
    names = [WEEKDAYS[day] for day in range(first, last + 1, int(found["step"] or 1))]
    return names or [part]
