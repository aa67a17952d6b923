"""The gate of a destination: every request passes it, so that all workers together keep its limits
and leave it alone while it is down.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

import sqlalchemy as sa
import structlog

from daemon.core.admission import Admission, Probe, admit
from daemon.core.delivery import Destination
from daemon.core.health import Cost, Health, Sign, learned, quieted
from daemon.database.health import read_all_health, read_health, server_seconds, write_health
from daemon.database.schema import OwnTables
from daemon.sync.context import Context
from daemon.sync.processes import is_dead, own_name

log = structlog.get_logger()

SLICE_SECONDS = 1.0
"""A wait is cut into such slices, between which the claim is held on to."""


def standing(
    connection: sa.Connection, own: OwnTables, number: int, *, lock: bool = False
) -> Health:
    """How a destination stands; sound where nothing was ever wrong. lock: to change it."""
    return awaited(read_health(connection, own, number, lock=lock))


def closed_destinations(connection: sa.Connection, own: OwnTables) -> dict[int, float]:
    """The destinations to which nothing may be sent now, and for how many seconds more."""
    found = {}
    for number, health, now in read_all_health(connection, own):
        until = awaited(health.put_back(now)).closed_until(now)
        if until is not None:
            found[number] = until - now
    return found


def down_destinations(connection: sa.Connection, own: OwnTables) -> set[int]:
    """The destinations that were found down, and to which no probe has got through since."""
    return {number for number, health, _ in read_all_health(connection, own) if health.is_tripped}


def unsound_destinations(connection: sa.Connection, own: OwnTables) -> set[int]:
    """The destinations with which something was wrong lately."""
    every = read_all_health(connection, own)
    return {number for number, health, _ in every if not health.is_sound}


def awaited(health: Health) -> Health:
    """The health, with no probe under way that a process made which is certainly dead."""
    return health.without_probe() if is_dead(health.probe_by) else health


class Gate:
    """One batch's way to one destination. See `daemon.core.delivery.Gate`.

    hold: keeps the claim; raises where it was lost.
    """

    def __init__(
        self, context: Context, destination: Destination, number: int, hold: Callable[[], None]
    ) -> None:
        self._context = context
        self._destination = destination
        self._number = number
        self._hold = hold
        self._seen = Health()

    def enter(self, cost: Cost) -> float | None:
        """Wait for the request's turn; where it may not go at all, for how many seconds not."""
        self._hold()
        admission = self._admission(cost)
        left = admission.wait_seconds
        while left > 0:
            time.sleep(min(left, SLICE_SECONDS))
            left -= SLICE_SECONDS
            self._hold()
        return admission.closed_seconds

    def leave(self, sign: Sign, quiet_seconds: float | None = None) -> None:
        """Learn from a request's end; nothing is written while all is well."""
        if sign is not Sign.WELL or quiet_seconds or not self._seen.is_sound:
            self._context.transact(self._learn, sign, quiet_seconds)

    def _admission(self, cost: Cost) -> Admission:
        if not self._destination.care.limits.is_any:
            with self._context.engine.connect() as connection:
                self._seen = standing(connection, self._context.own, self._number)
            if self._seen.is_sound:
                return Admission()
        return self._context.transact(self._admit, cost)

    def _admit(self, connection: sa.Connection, cost: Cost) -> Admission:
        own, care = self._context.own, self._destination.care
        health = standing(connection, own, self._number, lock=True)
        now, probe = server_seconds(connection), Probe(own_name(), care.breaker.probe_seconds)
        self._seen = health.put_back(now)
        taken, admission = admit(self._seen, cost, care.limits, now, probe)
        if taken != health:
            write_health(connection, own, self._number, replace(taken, seen_at=now))
        return admission

    def _learn(self, connection: sa.Connection, sign: Sign, quiet_seconds: float | None) -> None:
        own, policy = self._context.own, self._destination.care.breaker
        health = standing(connection, own, self._number, lock=True)
        now = server_seconds(connection)
        before = health.put_back(now)
        jitter = random.random()  # noqa: S311 — nobody gains by guessing a pause
        after = quieted(learned(before, sign, policy, now, jitter), now, quiet_seconds)
        write_health(connection, own, self._number, replace(after, seen_at=now))
        self._seen = after
        self._tell(before, after, now)

    def _tell(self, before: Health, after: Health, now: float) -> None:
        facts = {
            "destination": self._destination.name,
            "environment": self._destination.environment,
        }
        if after.trips > before.trips:
            seconds = round(after.open_until - now, 1)
            log.warning("breaker opened", **facts, failures=after.failures, seconds=seconds)
        elif before.is_tripped and not after.is_tripped:
            log.info("breaker closed", **facts)
        elif after.pace < before.pace:
            log.warning("slower", **facts, pace=round(after.pace, 3))
