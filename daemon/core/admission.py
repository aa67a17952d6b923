"""Whether a request may go to a destination now, and when it is its turn: a token bucket each for
requests, items and bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from daemon.core.health import LONGEST_SECONDS, Cost, Health, Limits, is_ahead

LONGEST_LINE_SECONDS = 7200.0
LONGEST_LINE_TURNS = 100
"""Nobody waits for a turn longer than so long, or than so many turns like the own one take."""

UNLIMITED_REQUESTS = 120.0
"""Requests a minute that a destination without a limit is held to while its pace isn't whole: the
two a second that Adobe's guidance for its feed service names.
"""


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a request may go.

    wait_seconds: how long from now it must wait for its turn.
    closed_seconds: where it may not go at all, in how many seconds it is worth asking again.
    """

    wait_seconds: float = 0.0
    closed_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """A probe: the process that would make it, and how long it may take before another may go."""

    by: str
    seconds: float


def admit(
    health: Health, cost: Cost, limits: Limits, now: float, probe: Probe
) -> tuple[Health, Admission]:
    """Ask for a request's turn; the health with the turn taken.

    probe: what the request is, should it go as a probe.

    | breaker | the request |
    | --- | --- |
    | closed | waits for its turn by the limits |
    | open, or quiet asked for | may not go |
    | tripped, its pause over | goes at once, as the probe; others may not meanwhile |
    """
    until = health.closed_until(now)
    if until is not None:
        return health, Admission(closed_seconds=until - now)
    if health.is_tripped:
        probe_until = now + min(probe.seconds, LONGEST_SECONDS)
        return replace(health, probe_until=probe_until, probe_by=probe.by), Admission()
    begin = now - limits.saved_seconds
    requests_at, first = turn(health.requests_at, 1, requests_limit(health, limits), begin)
    items_at, second = turn(health.items_at, cost.items, paced(limits.items, health), begin)
    bytes_at, third = turn(health.bytes_at, cost.bytes, paced(limits.bytes, health), begin)
    taken = replace(health, requests_at=requests_at, items_at=items_at, bytes_at=bytes_at)
    return taken, Admission(max(0.0, first - now, second - now, third - now))


def requests_limit(health: Health, limits: Limits) -> float | None:
    """Requests a minute at the present pace."""
    if limits.requests is None and health.pace < 1.0:
        return UNLIMITED_REQUESTS * health.pace
    return paced(limits.requests, health)


def paced(limit: float | None, health: Health) -> float | None:
    """A limit at the present pace."""
    return None if limit is None else limit * health.pace


def turn(
    used_until: float, amount: float, limit: float | None, earliest: float
) -> tuple[float, float]:
    """Until when the limit is used up once this amount has gone, and when that may go.

    A token bucket, told by the moment at which it is full again. earliest: what was left unused
    before that moment is lost.
    """
    if limit is None:
        return used_until, earliest
    seconds = amount * 60.0 / limit
    longest = max(LONGEST_LINE_SECONDS, LONGEST_LINE_TURNS * seconds)
    begin = used_until if is_ahead(used_until, earliest, longest) else earliest
    return begin + seconds, begin
