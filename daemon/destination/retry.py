"""Whether a request is made again, how long after, and until when: three values for tenacity."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_result,
    sleep_using_event,
    stop_after_attempt,
    stop_any,
    stop_before_delay,
    stop_when_event_set,
    wait_random_exponential,
)
from tenacity.stop import stop_base
from tenacity.wait import wait_base

from daemon.core.health import LONGEST_SECONDS
from daemon.destination.reply import Reply, may_pass
from daemon.destination_settings import RequestSettings


@dataclass(frozen=True, slots=True)
class Unreached:
    """No reply was had: why, and whether it may be otherwise a moment later.

    is_sent: False where the request certainly never went out.
    """

    reason: str
    may_pass: bool = True
    is_sent: bool = True


@dataclass(frozen=True, slots=True)
class Withheld:
    """Nothing was sent: the destination is to be left alone for so many seconds."""

    seconds: float


Attempt = Reply | Unreached | Withheld


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of a body.

    last: the last attempt that was made; withheld where none was. is_unanswered: of some attempt
        nobody knows whether it was taken, or will be.
    """

    last: Attempt
    is_unanswered: bool = False


def worth_repeating(attempt: Attempt) -> bool:
    """Whether: for what may pass, be it said by the network or by the destination."""
    if isinstance(attempt, Reply):
        return may_pass(attempt)
    return isinstance(attempt, Unreached) and attempt.may_pass


def asked_seconds(state: RetryCallState) -> float | None:
    """What the last reply asked for, if there is one and it asked."""
    attempt = state.outcome.result() if state.outcome and not state.outcome.failed else None
    return seconds_of(attempt)


def seconds_of(attempt: Attempt | None) -> float | None:
    """How long a reply asked to leave the destination alone, if it is one and it asked."""
    return attempt.retry_after_seconds if isinstance(attempt, Reply) else None


def wait_of(request: RequestSettings) -> Callable[[RetryCallState], float]:
    """How long: what the destination asked for, else exponential with full jitter."""
    usual: wait_base = wait_random_exponential(request.first_wait, request.longest_wait)

    def wait(state: RetryCallState) -> float:
        asked = asked_seconds(state)
        return usual(state) if asked is None else asked

    return wait


class StopWhenAskedForMore(stop_base):
    """Stop when the destination asks to be left alone for longer than this."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __call__(self, retry_state: RetryCallState) -> bool:
        """True where it asked for more."""
        return (asked_seconds(retry_state) or 0.0) > self._seconds


def stop_of(request: RequestSettings, closing: threading.Event) -> stop_base:
    """Until: the attempts or the time are spent, the destination asks for more than we wait, or we
    are told to stop.
    """
    return stop_any(
        stop_after_attempt(request.attempts),
        stop_before_delay(request.give_up_after),
        StopWhenAskedForMore(request.longest_wait),
        stop_when_event_set(closing),
    )


def retrying(request: RequestSettings, closing: threading.Event) -> Retrying:
    """The three put together; the last attempt is the result, whatever it was.

    closing: set by another thread, it ends a wait at once.
    """
    return Retrying(
        retry=retry_if_result(worth_repeating),
        wait=wait_of(request),
        stop=stop_of(request, closing),
        sleep=sleep_using_event(closing),
        retry_error_callback=last_attempt,
    )


def last_attempt(state: RetryCallState) -> Attempt:
    """The attempt that it ended with."""
    assert state.outcome is not None  # noqa: S101 — tenacity asks only after an attempt
    attempt: Attempt = state.outcome.result()
    return attempt


def seconds_asked_for(text: str | None, now: dt.datetime) -> float | None:
    """Seconds of a Retry-After header in either form, seconds or an HTTP date; None for neither.

    now: by the clock of who asked. An hour at most: a mistake must not keep everything back for
    years.
    """
    if text is None:
        return None
    if text.strip().isdecimal():
        return min(float(text), LONGEST_SECONDS)
    moment = moment_of(text)
    if moment is None:
        return None
    return min(max(0.0, (moment - now).total_seconds()), LONGEST_SECONDS)


def moment_of(text: str | None) -> dt.datetime | None:
    """The moment that an HTTP date means; None where it is none."""
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment
