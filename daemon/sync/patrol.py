"""The daemon's own comparison: all feeds, round after round, a little at a time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import structlog

from daemon.core.drift import Comparison, Totals
from daemon.core.feed import Feed
from daemon.core.rounds import LEAST, Standing, allowance, next_feed
from daemon.database.pending import heads
from daemon.database.rounds import (
    Results,
    Round,
    advance_round,
    begin_round,
    end_round,
    read_rounds,
)
from daemon.errors import ShopError
from daemon.sync.audit import audit
from daemon.sync.catalogue import read_every_id
from daemon.sync.claiming import open_feeds
from daemon.sync.context import Context
from daemon.sync.examine import examine
from daemon.sync.resync import count_ids
from daemon.sync.verify import Findings, Verification

log = structlog.get_logger()

RUN_SECONDS = 20.0
"""A run ends after this time, whatever it has left: a stopping daemon waits for it."""

COUNT_SECONDS = 3600.0
"""How long the number of all entities is taken for known."""

NAMED = 5
"""So many culprits are named in the log."""


@dataclass(frozen=True, slots=True)
class Beat:
    """How often all is compared, and whether what has drifted is put right."""

    period_seconds: float
    repairs: bool


class Patrol:
    """Compares a little more each time it is run, and never while anything else waits."""

    def __init__(self, context: Context, beat: Beat) -> None:
        self._context = context
        self._beat = beat
        self._ran_at: float | None = None
        self._entities = 0
        self._counted_at = float("-inf")

    def run(self) -> int:
        """Compare as much as is due by now; how many entities that were."""
        left, until = self._allowance(), time.monotonic() + RUN_SECONDS
        done = 0
        while done < left and time.monotonic() < until and not is_busy(self._context):
            feed = self._next()
            if feed is None:
                break
            done += compare_some(self._context, feed, repairs=self._beat.repairs)
        return done

    def _allowance(self) -> int:
        now = time.monotonic()
        elapsed = now - self._ran_at if self._ran_at is not None else 0.0
        self._ran_at = now
        if now - self._counted_at > COUNT_SECONDS:
            self._entities, self._counted_at = count_all(self._context), now
        return allowance(self._entities, elapsed, self._beat.period_seconds)

    def _next(self) -> Feed | None:
        context = self._context
        with context.engine.connect() as connection:
            rounds = read_rounds(connection, context.own)
        standings = {
            feed: Standing(one.found is not None, one.started_seconds)
            for feed, one in rounds.items()
        }
        name = next_feed(list(context.feed), standings, self._beat.period_seconds)
        if name is None:
            return None
        if name not in standings or not standings[name].is_under_way:
            context.transact(begin_round, context.own, name)
        return context.feed[name]


def is_busy(context: Context) -> bool:
    """True while anything waits to be built that can be sent."""
    with context.engine.connect() as connection:
        return bool(heads(connection, context.own, open_feeds(connection, context)))


def count_all(context: Context) -> int:
    """How many entities all feeds have."""
    with context.looking() as (connection, shop):
        return sum(count_ids(connection, shop, feed) for feed in context.feeds)


def compare_some(context: Context, feed: Feed, *, repairs: bool) -> int:
    """Compare the next entities of a feed's round, or end it; how many entities that were."""
    with context.engine.connect() as connection:
        one = read_rounds(connection, context.own)[feed.name]
    ids = read_every_id(context, feed, one.cursor, LEAST)
    if not ids:
        if context.transact(end_round, context.own, one):
            tell_round(feed, one)
        return 0
    again = partial(look_again, context, feed)
    verification = Verification(context, feed, again, LEAST, repairs)
    findings = verification.run([examine(context, feed, ids)])
    found = summed(one.found or {}, findings.totals)
    if context.transact(advance_round, context.own, one, ids[-1], found):
        tell_drift(feed, findings)
    return len(ids)


def look_again(context: Context, feed: Feed, ids: Sequence[int]) -> dict[str, Comparison]:
    """Compare suspects once more, after triggers that a change went past have been put right.

    Where they can't be, the audit's own duty says so; that is no reason not to compare.
    """
    with suppress(ShopError):
        audit(context)
    return examine(context, feed, ids)


def summed(before: Results, more: Results) -> Results:
    """What was found so far, and now."""
    names = before.keys() | more.keys()
    return {name: before.get(name, Totals()) + more.get(name, Totals()) for name in sorted(names)}


def tell_drift(feed: Feed, findings: Findings) -> None:
    """One warning for each destination where something has drifted, with the first culprits."""
    for name, one in findings.totals.items():
        if one.drift:
            named = [each for each in findings.culprits if each.destination == name][:NAMED]
            log.warning(
                "drift",
                feed=feed.name,
                destination=name,
                drifted=one.drift,
                repaired=findings.repaired,
                culprits=", ".join(f"{each.kind} {each.key}" for each in named),
            )


def tell_round(feed: Feed, one: Round) -> None:
    """One line for a round that is through."""
    for name, totals in (one.found or {}).items():
        log.info(
            "verified",
            feed=feed.name,
            destination=name,
            compared=totals.compared,
            drifted=totals.drift,
            excused=totals.excused.total(),
            elapsed=round(one.started_seconds, 3),
        )
