"""From the destination's results to the outcomes that are recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from daemon.core.delivery import Outgoing, Result, Verdict
from daemon.core.item import FeedItem, Unbuildable
from daemon.core.outcome import SETTLED, Outcome, Recorded
from daemon.core.plan import Plan
from daemon.core.retry import Failures, RetryPolicy, delay_seconds

UNBUILT = "unbuilt"
"""Stands for the content hash of an item that was sent once and can't be built now."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome of one item, as it is recorded.

    failing_seconds: for how long every attempt has failed.
    next_attempt_seconds: from now, for FAILED, and for EXPORTED that is sent once more; else None.
    late_seconds, is_late_other: see `Recorded`; None where nothing can come late.
    is_attempt: False where it was not sent, for the destination was to be left alone.
    """

    feed_id: str
    entity_id: int
    outcome: Outcome
    hash: str
    is_deleted: bool
    minimal: bytes
    attempts: int = 0
    failing_seconds: float = 0.0
    next_attempt_seconds: float | None = None
    error: str | None = None
    status: int | None = None
    request_id: str | None = None
    late_seconds: float | None = None
    is_late_other: bool = False
    is_attempt: bool = True


def outgoing(
    plan: Plan, recorded: Mapping[str, Recorded], planned_at: dt.datetime | None = None
) -> list[Outgoing]:
    """What goes to the destination, in the order in which the results come back.

    recorded: what is known of the items, by feed_id.
    """

    def attempts(one: FeedItem | Recorded) -> int:
        return failures_of(recorded.get(one.feed_id), one.hash).attempts

    items = [
        Outgoing(item.body, planned_at=planned_at, attempts=attempts(item)) for item in plan.send
    ]
    return items + [
        Outgoing(row.minimal, is_tombstone=True, planned_at=planned_at, attempts=attempts(row))
        for row in plan.tombstones
    ]


def settle(
    plan: Plan,
    results: Sequence[Result],
    recorded: Mapping[str, Recorded],
    policy: RetryPolicy,
    jitter: Callable[[], float],
) -> list[Settled]:
    """The outcomes of a plan's items and tombstones, and of what could not be built.

    results: one per item of `outgoing(plan)`. recorded: what was known before, by feed_id.
    jitter: random numbers of [0, 1).
    """
    sent: list[FeedItem | Recorded] = [*plan.send, *plan.tombstones]
    settled = [
        settled_one(one, result, recorded.get(one.feed_id), policy, jitter())
        for one, result in zip(sent, results, strict=True)
    ]
    return settled + [
        unbuilt(fault, recorded.get(fault.feed_id), policy, jitter()) for fault in plan.unbuildable
    ]


def failures_of(recorded: Recorded | None, hash_: str) -> Failures:
    """The failed attempts that this content of an identity has behind it.

    New content, and a dead letter that is sent again by order, begin anew.
    """
    if recorded is None or recorded.outcome in SETTLED or recorded.hash != hash_:
        return Failures()
    return Failures(recorded.attempts, recorded.failing_seconds)


def late_seconds(recorded: Recorded | None, policy: RetryPolicy) -> float | None:
    """For how long an earlier request may still arrive, and after whatever is sent meanwhile.

    Its worker died, or the connection was lost before a reply: it may be on its way still. None is
    for longer than the longest; else the clock was put back.
    """
    if recorded is None:
        return None
    seconds = min(recorded.late_seconds or 0.0, policy.lag_seconds)
    if recorded.is_unanswered:
        seconds = max(seconds, policy.lag_seconds)
    return seconds if seconds > 0 else None


def is_late_other(recorded: Recorded | None, hash_: str, *, is_deleted: bool) -> bool:
    """True where a request that may come late may say something else than this."""
    if recorded is None:
        return False
    was_other = recorded.is_late_other and (recorded.late_seconds or 0.0) > 0
    return was_other or (recorded.hash, recorded.is_deleted) != (hash_, is_deleted)


def is_empty_there(recorded: Recorded | None) -> bool:
    """True where the destination surely holds nothing of the identity, so nothing to delete."""
    if recorded is None or not recorded.hash:
        return True
    is_accepted = recorded.outcome is Outcome.EXPORTED and not recorded.is_late_other
    return is_accepted and recorded.is_deleted


def settled_one(
    one: FeedItem | Recorded,
    result: Result,
    recorded: Recorded | None,
    policy: RetryPolicy,
    jitter: float,
) -> Settled:
    """The outcome of one item (or, given what is recorded, of its tombstone).

    What was not sent, for the destination is to be left alone, has no attempt more behind it; and
    where the destination holds nothing of it, there is nothing to delete should it vanish now.
    What is accepted while something else may come late is sent once more when that can't be.
    """
    is_deleted = isinstance(one, Recorded)
    late = late_seconds(recorded, policy)
    is_other = late is not None and is_late_other(recorded, one.hash, is_deleted=is_deleted)
    outcome, next_attempt = Outcome.EXPORTED, late if is_other else None
    if result.is_unanswered:
        late = policy.lag_seconds or None
    before = failures_of(recorded, one.hash)
    failures = replace(before, attempts=before.attempts + result.is_attempt)
    if result.verdict is Verdict.REFUSED:
        outcome, next_attempt = Outcome.REFUSED, None
    elif result.verdict is Verdict.FAILED:
        next_attempt = (
            delay_seconds(policy, failures, jitter, result.retry_after_seconds)
            if result.is_attempt
            else (result.retry_after_seconds or 0.0) + jitter
        )
        outcome = Outcome.DEAD if next_attempt is None else Outcome.FAILED
    return Settled(
        feed_id=one.feed_id,
        entity_id=one.entity_id,
        outcome=outcome,
        hash=one.hash if result.is_attempt or not is_empty_there(recorded) else "",
        is_deleted=is_deleted,
        minimal=one.minimal,
        attempts=0 if outcome is Outcome.EXPORTED else failures.attempts,
        failing_seconds=failures.seconds,
        next_attempt_seconds=next_attempt,
        error=result.reason,
        status=result.status,
        request_id=result.request_id,
        late_seconds=late,
        is_late_other=is_other,
        is_attempt=result.is_attempt,
    )


def unbuilt(
    fault: Unbuildable, recorded: Recorded | None, policy: RetryPolicy, jitter: float
) -> Settled:
    """The outcome of an item that can't be built; its last good version stays at the destination.

    Its hash equals that of no content, so that it is sent as soon as it can be built; and it is
    empty only where the destination holds nothing, so that a tombstone follows else when it goes.
    """
    hash_ = "" if is_empty_there(recorded) else UNBUILT
    before = failures_of(recorded, hash_)
    failures = replace(before, attempts=before.attempts + 1)
    next_attempt = delay_seconds(policy, failures, jitter)
    return Settled(
        feed_id=fault.feed_id,
        entity_id=fault.entity_id,
        outcome=Outcome.DEAD if next_attempt is None else Outcome.FAILED,
        hash=hash_,
        is_deleted=False,
        minimal=fault.minimal,
        attempts=failures.attempts,
        failing_seconds=failures.seconds,
        next_attempt_seconds=next_attempt,
        error=fault.reason,
        late_seconds=late_seconds(recorded, policy),
        is_late_other=True,
    )
