"""When a failed item is tried again: exponential, jittered, capped, and not for ever."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How failed items come back.

    attempts, give_up_seconds: how many failed ones, or for how long, before an item is a dead
        letter.
    lag_seconds: so long after its worker died a request may still reach the destination.
    """

    first_delay_seconds: float
    longest_delay_seconds: float
    attempts: int
    give_up_seconds: float = float("inf")
    lag_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Failures:
    """The failed attempts that an item has behind it, and for how long they have gone on."""

    attempts: int = 0
    seconds: float = 0.0


def delay_seconds(
    policy: RetryPolicy, failures: Failures, jitter: float, asked_seconds: float | None = None
) -> float | None:
    """Seconds until the next attempt after these failed ones, or None when they are spent.

    jitter: a random number of [0, 1); the delay lies between half and the whole of the exponential.
    asked_seconds: what the destination asked for; it is never undercut.
    """
    if failures.attempts >= policy.attempts or failures.seconds >= policy.give_up_seconds:
        return None
    exponential = policy.first_delay_seconds * 2.0 ** min(failures.attempts - 1, 60)
    delay = min(exponential, policy.longest_delay_seconds) * (0.5 + jitter / 2)
    return max(delay, asked_seconds or 0.0)
