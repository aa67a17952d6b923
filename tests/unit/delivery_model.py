"""The path with dictionaries for tables, shop and destination, which obey as the database does.

The decisions are the real ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from daemon.core.delivery import Result, Verdict, withheld
from daemon.core.item import Built, FeedItem, Unbuildable, canonical, feed_id, make_item
from daemon.core.outcome import Force, Outcome, Recorded
from daemon.core.plan import Claimed, Plan, Standing, contested, plan, vanished
from daemon.core.retry import RetryPolicy
from daemon.core.settle import Settled, is_late_other, late_seconds, outgoing, settle

POLICY = RetryPolicy(1.0, 1.0, 3, lag_seconds=9.0)
BROKEN = 9
"""Content that no item can be built of."""

TAKEN = Result(Verdict.ACCEPTED)
RESULTS = {
    "taken": TAKEN,
    "refused": Result(Verdict.REFUSED),
    "failed": Result(Verdict.FAILED, status=503),
    "arrived but failed": Result(Verdict.FAILED, status=503),
    "late": Result(Verdict.FAILED, is_unanswered=True),
    "late once, then taken": Result(Verdict.ACCEPTED, is_unanswered=True),
    "withheld": withheld(1.0),
}


@dataclass
class Hand:
    """A batch in a worker's hands, when it was built, and how far it is."""

    claimed: dict[int, Claimed]
    built: list[Built]
    built_at: int
    recorded: dict[str, Recorded] = field(default_factory=dict)
    plan: Plan | None = None
    settled: list[Settled] | None = None


class Model:
    """shop: sku → (entity, content). pending: entity → revision.

    ordered: entities of which all is sent again. on_the_way: requests that nobody waits for any
    more. repeats: accepted identities that are sent once more when none is on the way. may_hold:
    the identities that were sent since a deletion was accepted.
    """

    def __init__(self) -> None:
        super().__init__()
        self.shop: dict[str, tuple[int, int]] = {}
        self.pending: dict[int, int] = {}
        self.recorded: dict[str, Recorded] = {}
        self.held: dict[str, bytes] = {}
        self.hands: dict[int, Hand] = {}
        self.clock = 0
        self.arrived: dict[str, int] = {}
        self.ordered: set[int] = set()
        self.on_the_way: list[tuple[str, bytes, bool]] = []
        self.repeats: set[str] = set()
        self.may_hold: set[str] = set()

    def changed(self, *entities: int) -> None:
        for entity in entities:
            self.pending[entity] = self.pending.get(entity, 0) + 1

    def built(self, entities) -> list[Built]:
        return [
            Unbuildable(entity, feed_id([sku]), canonical({"sku": sku}), "it is broken")
            if content == BROKEN
            else make_item(entity, [sku], {"sku": sku, "content": content}, {}, {"sku": sku})
            for sku, (entity, content) in self.shop.items()
            if entity in entities
        ]

    def differences(self) -> set[str]:
        """The identities of which the destination should hold something else.

        Of an entity that can't be built whole it may hold what it held before.
        """
        built = self.built(range(10))
        broken = {one.entity_id for one in built if isinstance(one, Unbuildable)}
        spared = {one.feed_id for one in built if one.entity_id in broken}
        spared |= {row.feed_id for row in self.recorded.values() if row.entity_id in broken}
        wanted = {one.feed_id: one.body for one in built if isinstance(one, FeedItem)}
        keys = wanted.keys() | (self.held.keys() - spared)
        return {key for key in keys if self.held.get(key) != wanted.get(key)}

    def busy(self, worker: int) -> set[int]:
        return {key for name, hand in self.hands.items() if name != worker for key in hand.claimed}

    def step(self, worker: int, entities: set[int], answers: list[str]) -> None:
        hand = self.hands.get(worker)
        if hand is None:
            self.claim(worker, entities)
        elif hand.plan is None:
            self.reserve(worker, hand)
        elif hand.settled is None:
            self.export(hand, hand.plan, answers)
        else:
            self.record(worker, hand, hand.plan, hand.settled)

    def claim(self, worker: int, entities: set[int]) -> None:
        mine = {key for key in entities if key in self.pending} - self.busy(worker)
        if mine:
            claimed = {key: Claimed(key, self.pending[key], self.force(key)) for key in mine}
            self.clock += 1
            self.hands[worker] = Hand(claimed, self.built(mine), self.clock)

    def force(self, entity: int) -> Force:
        return Force.ALL if entity in self.ordered else Force.NONE

    def reserve(self, worker: int, hand: Hand) -> None:
        keys = {one.feed_id for one in hand.built}
        hand.recorded = {
            row.feed_id: row
            for row in self.recorded.values()
            if row.entity_id in hand.claimed or row.feed_id in keys
        }
        hand.plan = plan(hand.built, hand.recorded, hand.claimed, self.standing(worker, hand, keys))
        living = {feed_id([sku]): entity for sku, (entity, _) in self.shop.items()}
        for row in hand.plan.tombstones:
            assert living.get(row.feed_id, row.entity_id) == row.entity_id, "it is somebody else's"
            ordered = row.is_due_again or hand.claimed[row.entity_id].force
            assert ordered or row.feed_id in self.may_hold, "nothing is there"
        for key, entity in (*hand.plan.inherited, *hand.plan.kept):
            self.recorded[key] = replace(self.recorded[key], entity_id=entity)
        self.changed(*(entity for _, entity in hand.plan.inherited))
        for item in hand.plan.send:
            self.mark_sending(item, is_deleted=False)
        for row in hand.plan.tombstones:
            self.mark_sending(row, is_deleted=True)
        for fault in hand.plan.unbuildable:
            if fault.feed_id not in hand.recorded:
                self.recorded[fault.feed_id] = Recorded(
                    fault.feed_id, fault.entity_id, Outcome.SENDING, "", False, 0, fault.minimal
                )

    def standing(self, worker: int, hand: Hand, keys: set[str]) -> Standing:
        owners = set(contested(hand.built, hand.recorded).values())
        outdated = {key for key, it in hand.claimed.items() if self.pending.get(key) != it.revision}
        living = {feed_id([sku]): entity for sku, (entity, _) in self.shop.items()}
        faults = [one for one in hand.built if isinstance(one, Unbuildable)]
        gone = vanished(keys, faults, hand.claimed, hand.recorded)
        is_asked = bool(owners or gone)
        heirs = {
            row.feed_id: living[row.feed_id]
            for row in gone
            if living.get(row.feed_id, row.entity_id) != row.entity_id
        }
        return Standing(self.busy(worker) & owners, outdated if is_asked else set(), heirs)

    def mark_sending(self, one: FeedItem | Recorded, *, is_deleted: bool) -> None:
        before = self.recorded.get(one.feed_id)
        self.recorded[one.feed_id] = Recorded(
            one.feed_id,
            one.entity_id,
            Outcome.SENDING,
            one.hash,
            is_deleted,
            before.attempts if before else 0,
            one.minimal,
            is_unanswered=True,
            late_seconds=late_seconds(before, POLICY),
            is_late_other=is_late_other(before, one.hash, is_deleted=is_deleted),
        )

    def export(self, hand: Hand, made: Plan, answers: list[str]) -> None:
        sending = outgoing(made, hand.recorded)
        ids = [one.feed_id for one in (*made.send, *made.tombstones)]
        results = []
        for key, one, answer in zip(ids, sending, answers * 4, strict=False):
            results.append(RESULTS[answer])
            if answer != "withheld":
                self.may_hold.add(key)
            if answer in {"late", "late once, then taken"}:
                self.on_the_way.append((key, one.body, one.is_tombstone))
            if answer in {"taken", "late once, then taken", "arrived but failed"}:
                assert self.arrived.get(key, 0) <= hand.built_at, "overtaken by an older version"
                self.arrived[key] = hand.built_at
                self.arrive(key, one.body, is_tombstone=one.is_tombstone)
        hand.settled = settle(made, results, hand.recorded, POLICY, lambda: 0.5)

    def crash(self, worker: int, *, is_on_the_way: bool) -> None:
        """A worker dies; perhaps its requests have gone out already."""
        hand = self.hands.pop(worker, None)
        if hand is not None and hand.plan is not None:
            for one in (*hand.plan.send, *hand.plan.tombstones):
                self.may_hold.add(one.feed_id)
                if is_on_the_way and hand.settled is None:
                    body = one.body if isinstance(one, FeedItem) else one.minimal
                    self.on_the_way.append((one.feed_id, body, isinstance(one, Recorded)))

    def arrive_late(self) -> None:
        """All that is on the way arrives, and nothing can come late any more."""
        while self.on_the_way:
            key, body, is_tombstone = self.on_the_way.pop()
            self.arrive(key, body, is_tombstone=is_tombstone)
        for key, row in self.recorded.items():
            if row.late_seconds is not None:
                self.recorded[key] = replace(row, late_seconds=0.0)

    def order_repeats(self) -> None:
        """What is to be sent once more, and nothing can come after, is ordered to be sent."""
        for key in self.repeats & self.recorded.keys():
            row = self.recorded[key]
            if not row.late_seconds:
                self.recorded[key] = replace(row, is_due_again=True)
                self.changed(row.entity_id)

    def arrive(self, key: str, body: bytes, *, is_tombstone: bool) -> None:
        if is_tombstone:
            self.held.pop(key, None)
        else:
            self.held[key] = body

    def record(self, worker: int, hand: Hand, made: Plan, settled: list[Settled]) -> None:
        for one in settled:
            self.recorded[one.feed_id] = Recorded(
                one.feed_id,
                one.entity_id,
                one.outcome,
                one.hash,
                one.is_deleted,
                one.attempts,
                one.minimal,
                late_seconds=one.late_seconds,
                is_late_other=one.is_late_other,
            )
            is_accepted = one.outcome is Outcome.EXPORTED
            if is_accepted and one.is_deleted and not one.is_late_other:
                self.may_hold.discard(one.feed_id)
            self.repeats.discard(one.feed_id)
            if is_accepted and one.next_attempt_seconds is not None:
                self.repeats.add(one.feed_id)
        for key in made.forget:
            self.recorded.pop(key, None)
        for key, it in hand.claimed.items():
            if key not in made.deferred and self.pending.get(key) == it.revision:
                del self.pending[key]
                self.ordered.discard(key)
        del self.hands[worker]
