"""The path of a batch: read, build, plan, write down, export, record."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import sqlalchemy as sa
import structlog
import tenacity

from daemon.core.delivery import Destination, Outgoing, Result, Verdict
from daemon.core.discretion import discreet
from daemon.core.doubles import passed_over, without_doubles
from daemon.core.item import Built, FeedItem
from daemon.core.outcome import Force, Recorded
from daemon.core.plan import Plan, plan
from daemon.core.settle import Settled, outgoing, settle
from daemon.core.translation import translated
from daemon.database import brakes, claims, items, pending
from daemon.database.claims import Batch
from daemon.database.outcomes import in_doubt, mark_sending, write_settled
from daemon.database.pending import Cause
from daemon.database.runs import Report, write_run
from daemon.errors import ClaimLostError, FeedSyncError, ServerUnavailableError, place_of
from daemon.sync.boundaries import cross_feed
from daemon.sync.brake import braked, warn
from daemon.sync.build import build_all
from daemon.sync.context import Context, repeated
from daemon.sync.echo import echoes_of, echoes_of_deletions, tell_again
from daemon.sync.faultpoints import Faultpoint, reach
from daemon.sync.gate import Gate, unsound_destinations
from daemon.sync.standing import read_rivals, read_standing
from daemon.sync.summary import line_of, summary

log = structlog.get_logger()

HOLD_SHARE = 0.25
"""After this share of its time a claim is extended; the rest is for a slow request."""

UNTIL_IT_IS_BACK = tenacity.Retrying(
    retry=tenacity.retry_if_exception_type(ServerUnavailableError),
    wait=tenacity.wait_fixed(1),
    stop=tenacity.stop_after_delay(600),
    reraise=True,
)
"""For what nobody else knows of: while the database is away, the worker waits for it."""

DEFER_SECONDS = 1.0
"""How long an entity waits whose identity is in another worker's hands."""


@dataclass(frozen=True)
class Reserved:
    """A plan for one destination, written down there before anything is sent.

    planned_at: when, by the clock that items are built by. is_alarming: deletions are held that
    were not before.
    """

    destination: Destination
    destination_id: int
    recorded: dict[str, Recorded]
    plan: Plan
    planned_at: dt.datetime
    is_alarming: bool = False


class Hold:
    """Holds on to a batch's claim while requests go out.

    is_used: a request has been let through.
    """

    def __init__(self, context: Context, batch: Batch) -> None:
        self.is_used = False
        self._context = context
        self._batch = batch
        self._until = float("-inf")

    def __call__(self) -> None:
        """Called before each request; ClaimLostError where another worker has the batch now."""
        reach(Faultpoint.REQUESTING)
        # the clock that goes on while the machine is suspended
        now, seconds = time.clock_gettime(time.CLOCK_BOOTTIME), self._context.claim_seconds
        if now >= self._until:
            token = self._batch.token
            if not self._context.transact(claims.extend, self._context.own, token, seconds):
                raise ClaimLostError(f"batch {token} was taken over by another worker")
            self._until = now + seconds * HOLD_SHARE
        self.is_used = True


def process(context: Context, batch: Batch) -> Report:
    """Take a claimed batch to its end; the report of it.

    Raises:
        ClaimLostError: another worker has the batch now. What was sent may have come later than
            what that one sends, and is ordered to be sent again.
        ServerUnavailableError: the database is away; the claim runs out, and what was sent is in
            doubt.
    """
    started = time.monotonic()
    built = repeated(partial(build, context, batch))
    reach(Faultpoint.BUILT)
    reserved = [reserve(context, batch, built, one) for one in context.taking(batch.feed)]
    for one in reserved:
        if one.is_alarming:
            warn(batch.feed, one.destination, len(one.plan.held))
        for fault in one.plan.unbuildable:
            if fault.is_double:
                facts = {"entity_id": fault.entity_id, "reason": fault.reason}
                log.warning("identity of several entities", feed=batch.feed, **facts)
    reserved = swiftest_first(context, reserved)
    hold = Hold(context, batch)
    try:
        settled = [export(context, batch, one, hold) for one in reserved]
        reach(Faultpoint.EXPORTED)
        report = replace(
            summary(batch, [one.plan for one in reserved], settled),
            unrendered=sum(isinstance(one, FeedItem) and one.unrendered for one in built),
            elapsed_ms=int((time.monotonic() - started) * 1000),
        )
        context.transact(record, context, batch, list(zip(reserved, settled, strict=True)), report)
    except ClaimLostError:
        if hold.is_used:
            for attempt in UNTIL_IT_IS_BACK.copy():
                with attempt:
                    context.transact(order_again, context, batch, reserved)
        raise
    log.info("batch", **line_of(report))
    return report


def swiftest_first(context: Context, reserved: list[Reserved]) -> list[Reserved]:
    """The order in which the destinations are sent theirs: those that may make others wait come
    last, for their rate is limited, or something was wrong with them lately.
    """
    if len(reserved) < 2:  # noqa: PLR2004 — one has nobody to wait for
        return reserved
    with context.engine.connect() as connection:
        unsound = unsound_destinations(connection, context.own)
    return sorted(
        reserved,
        key=lambda one: (one.destination_id in unsound, one.destination.care.limits.is_any),
    )


def build(context: Context, batch: Batch) -> list[Built]:
    """The items of the batch's entities as the shop holds them at one moment.

    Nothing is built for a moment before all that is stale by then is pending.
    """
    feed = context.feed[batch.feed]
    with context.looking() as (connection, shop):
        now = context.clock(connection)
        cross_feed(context, connection, shop, feed, now)
        return build_all(context.at(now), connection, shop, feed, batch.ids)


def reserve(
    context: Context, batch: Batch, built: Sequence[Built], destination: Destination
) -> Reserved:
    """Plan the batch for a destination, and write down what will be sent before it is sent."""
    feed, translation = context.feed[batch.feed], destination.translation(batch.feed)
    known = translated(translation, built)

    def work(connection: sa.Connection) -> Reserved:
        own, table = context.own, context.own.items[batch.feed]
        number = items.destination_id(connection, own, destination.name, destination.environment)
        keys = {one.feed_id for one in known}
        query = items.select_recorded(table, number, context.longest_seconds).with_for_update()
        recorded = items.read_recorded(connection, query, batch.ids, keys)
        rivals = read_rivals(context, connection, feed, known, recorded, translation)
        single = without_doubles(known, rivals)
        standing = read_standing(context, connection, batch, single, recorded)
        planned = plan(single, recorded, batch.entities, standing)
        made, is_alarming = braked(context, connection, batch.feed, number, planned)
        items.pass_on(connection, table, number, (*made.inherited, *made.kept))
        concerned = {entity_id for _, entity_id in made.inherited}
        concerned |= passed_over(made, rivals) - batch.entities.keys()
        if translation is not None and (made.tombstones or made.forget):
            concerned |= items.read_doubles(connection, table, number) - batch.entities.keys()
        pending.enqueue(connection, own, batch.feed, concerned, Cause("identity passed on"))
        brakes.restore(connection, table, number, made.restored)
        brakes.mark_held(connection, table, number, made.held, context.policy.lag_seconds)
        again = 2 * context.claim_seconds
        same = in_doubt(connection, number, again, context.policy.lag_seconds)
        mark_sending(connection, table, made, recorded, same)
        return Reserved(destination, number, recorded, made, context.clock(connection), is_alarming)

    return context.transact(work)


def export(context: Context, batch: Batch, reserved: Reserved, hold: Hold) -> list[Settled]:
    """Send what the plan says, and settle the outcomes. No transaction is open meanwhile."""
    sending = outgoing(reserved.plan, reserved.recorded, reserved.planned_at)
    gate = Gate(context, reserved.destination, reserved.destination_id, hold)
    results = deliver(reserved.destination, batch.feed, sending, gate) if sending else []
    if context.feed[batch.feed].is_personal:
        results = [
            discreet(*pair) for pair in zip(results, (it.body for it in sending), strict=True)
        ]
    return settle(reserved.plan, results, reserved.recorded, context.policy, random.random)


def deliver(
    destination: Destination, feed: str, sending: Sequence[Outgoing], gate: Gate
) -> list[Result]:
    """Send the items; what breaks a destination's code holds back no other destination."""
    try:
        return destination.deliver(feed, sending, gate)
    except (sa.exc.SQLAlchemyError, FeedSyncError):
        raise
    except Exception as error:  # noqa: BLE001 — whatever it is, the others are sent theirs
        reason = place_of(error)
        log.error("not sent", destination=destination.name, feed=feed, reason=reason)  # noqa: TRY400
        return [Result(Verdict.FAILED, reason, is_unanswered=True)] * len(sending)


def record(
    connection: sa.Connection,
    context: Context,
    batch: Batch,
    outcomes: Sequence[tuple[Reserved, Sequence[Settled]]],
    report: Report,
) -> None:
    """Write the outcomes and drop what is done from pending, in one transaction.

    Raises:
        ClaimLostError: another worker has the batch now; nothing is written.
    """
    held = claims.held_revisions(connection, context.own, batch)
    if held.keys() != batch.entities.keys():
        raise ClaimLostError(f"batch {batch.token} was taken over by another worker")
    table = context.own.items[batch.feed]
    deferred: set[int] = set()
    for one, settled in outcomes:
        write_settled(connection, table, one.destination_id, settled)
        items.forget(connection, table, one.destination_id, one.plan.forget)
        echoes = echoes_of(one.destination.translation(batch.feed), settled, one.recorded)
        tell_again(connection, context, one.destination_id, echoes)
        deferred |= one.plan.deferred
    write_run(connection, context.own, report)
    done = batch.entities.keys() - deferred
    claims.finish(connection, context.own, batch, done, DEFER_SECONDS if deferred else 0.0)
    reach(Faultpoint.RECORD_WRITTEN)


def order_again(
    connection: sa.Connection, context: Context, batch: Batch, reserved: Sequence[Reserved]
) -> None:
    """Order all that may have been sent too late to be sent again, by whoever owns it now."""
    owners = set(batch.ids)
    for one in reserved:
        sent = [item.feed_id for item in one.plan.send] + [it.feed_id for it in one.plan.tombstones]
        table = context.own.items[batch.feed]
        owners |= items.read_owners(connection, table, one.destination_id, sent)
        translation = one.destination.translation(batch.feed)
        echoes = echoes_of_deletions(translation, one.plan.tombstones)
        tell_again(connection, context, one.destination_id, echoes)
    cause = Cause("sent when its claim was lost", force=Force.ALL)
    pending.enqueue(connection, context.own, batch.feed, owners, cause)
