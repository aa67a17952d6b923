"""How a destination stands: whether it may be sent to now, and how fast. Shared by all workers.

Two devices work on one value. The *rate limit* lets requests, items and bytes through at so many a
minute; its pace is halved when the destination says 429 and creeps up again with every good reply.
The *breaker* opens when several requests in a row found the destination down; after a pause, which
doubles each time, one request goes as a probe, and its reply closes the breaker or opens it again.
All times are seconds since 1970 by the database server's clock, the only one that all hosts share.
It may be put back: then all moments are. One further ahead than is ever set is not believed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

SLOWEST_PACE = 1 / 64
QUICKER = 1 / 32
"""How much of the whole pace every good reply gives back."""

HALVED = 0.5
SLOWED = 0.9
"""What is left of the pace after a 429, and after a reply that came late."""

ONE_BURST_SECONDS = 1.0

LONGEST_SECONDS = 3600.0
"""No pause is longer, whoever asks for it: what was asked for longer is asked again."""


class Sign(Enum):
    """What one request told about the destination, whatever it said of the items.

    WELL: it answers. SLOW: it answers late. LIMITED: it says 429. DOWN: it can't be reached, has
    failed, or lets us in no more.
    """

    WELL = "well"
    SLOW = "slow"
    LIMITED = "limited"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request takes: items and bytes (before compression)."""

    items: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What a destination takes in a minute; None: any number.

    saved_seconds: for how long unused allowance is saved up.
    """

    requests: float | None = None
    items: float | None = None
    bytes: float | None = None
    saved_seconds: float = 5.0

    @property
    def is_any(self) -> bool:
        """True where there is a limit at all."""
        return any((self.requests, self.items, self.bytes))


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """When the breaker opens, and for how long: the pause doubles from the first to the longest.

    probe_seconds: no request takes longer; a probe of which nothing was heard by then is given up.
    """

    failures: int = 5
    first_pause_seconds: float = 10.0
    longest_pause_seconds: float = 300.0
    probe_seconds: float = 90.0


@dataclass(frozen=True, slots=True)
class Health:
    """How a destination stands.

    pace: the part of the limits that is used, up to 1. slowed_at: when a 429 last halved it.
    requests_at, items_at, bytes_at: until when what was let through so far uses up each limit.
    quiet_until: it asked to be left alone until then.
    failures: how many requests in a row found it down.
    trips: how often the breaker has opened since it was last closed.
    open_until: nothing is sent before. probe_until: a probe is under way until then at most.
    probe_by: the process that made the last probe; "" where none is under way.
    seen_at: when any of this was last written.
    """

    pace: float = 1.0
    slowed_at: float = 0.0
    requests_at: float = 0.0
    items_at: float = 0.0
    bytes_at: float = 0.0
    quiet_until: float = 0.0
    failures: int = 0
    trips: int = 0
    open_until: float = 0.0
    probe_until: float = 0.0
    probe_by: str = ""
    seen_at: float = 0.0

    @property
    def is_tripped(self) -> bool:
        """True from the opening of the breaker until a probe went well."""
        return self.trips > 0

    @property
    def is_sound(self) -> bool:
        """True where nothing was wrong lately."""
        return self.pace >= 1.0 and not (self.failures or self.trips or self.quiet_until)

    def without_probe(self) -> Health:
        """The health when no probe is under way any more, whatever came of it."""
        return replace(self, probe_until=0.0, probe_by="")

    def put_back(self, now: float) -> Health:
        """The health with its moments as far away as they were, where the clock was put back."""
        back = self.seen_at - now
        if back <= 0:
            return self
        return replace(self, **{name: getattr(self, name) - back for name in MOMENTS})

    def state(self, now: float) -> str:
        """In a word or two, for people."""
        if self.is_tripped:
            return "down" if self.closed_until(now) else "down, to be probed"
        if is_ahead(self.quiet_until, now):
            return "left alone"
        return "slowed" if self.pace < 1.0 else "sound"

    def closed_until(self, now: float) -> float | None:
        """Until when nothing may be sent; None where something may."""
        moments = (self.quiet_until, self.open_until, self.probe_until)
        return max((one for one in moments if is_ahead(one, now)), default=None)


MOMENTS = (
    *("slowed_at", "requests_at", "items_at", "bytes_at"),
    *("quiet_until", "open_until", "probe_until", "seen_at"),
)
"""The fields of a Health that are moments."""


def is_ahead(moment: float, now: float, longest_seconds: float = LONGEST_SECONDS) -> bool:
    """True where a moment is still to come, and near enough to be believed."""
    return now < moment <= now + longest_seconds


SOUND = Health()


@dataclass(frozen=True, slots=True)
class Care:
    """How a destination is treated: what it takes in a minute, and when it is left alone."""

    limits: Limits = Limits()
    breaker: BreakerPolicy = BreakerPolicy()


USUAL_CARE = Care()


def learned(
    health: Health,
    sign: Sign,
    policy: BreakerPolicy,
    now: float,
    jitter: float,
) -> Health:
    """The health after a request's sign.

    jitter: a random number of [0, 1); a pause lies between three quarters and the whole of its
        length, so that hosts don't come back together.
    """
    if sign is Sign.DOWN:
        return worse(health, policy, now, jitter)
    quiet_until = health.quiet_until if is_ahead(health.quiet_until, now) else 0.0
    closed = replace(
        health.without_probe(), failures=0, trips=0, open_until=0.0, quiet_until=quiet_until
    )
    if sign is Sign.LIMITED:
        return halved(closed, now)
    pace = closed.pace * SLOWED if sign is Sign.SLOW else closed.pace + QUICKER
    return replace(closed, pace=min(1.0, max(SLOWEST_PACE, pace)))


def quieted(health: Health, now: float, seconds: float | None) -> Health:
    """The health of a destination that asked to be left alone for so long, if it did."""
    if not seconds:
        return health
    before = health.quiet_until if is_ahead(health.quiet_until, now) else 0.0
    return replace(health, quiet_until=max(before, now + min(seconds, LONGEST_SECONDS)))


def halved(health: Health, now: float) -> Health:
    """Half the pace; all that say 429 within a second say it of the same burst."""
    if abs(now - health.slowed_at) < ONE_BURST_SECONDS:
        return health
    return replace(health, pace=max(SLOWEST_PACE, health.pace * HALVED), slowed_at=now)


def worse(health: Health, policy: BreakerPolicy, now: float, jitter: float) -> Health:
    """The health after a request that found the destination down: several in a row, or one probe,
    open the breaker.
    """
    counted = replace(health, failures=health.failures + 1)
    is_probe = health.is_tripped and not is_ahead(health.open_until, now)
    if not is_probe and (health.is_tripped or counted.failures < policy.failures):
        return counted
    doubled = policy.first_pause_seconds * 2.0 ** min(health.trips, 60)
    pause = min(doubled, policy.longest_pause_seconds, LONGEST_SECONDS) * (0.75 + jitter / 4)
    return replace(counted.without_probe(), trips=health.trips + 1, open_until=now + pause)
