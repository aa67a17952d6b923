"""Whatever workers, crashes and refusals do: in the end the destination holds what the shop holds.

The decisions are the real ones; the tables, the shop and the destination are dictionaries that obey
them as the database does. Steps of two workers and edits of the shop come in any order.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from daemon.core.delivery import Result, Verdict, withheld
from daemon.core.item import FeedItem, feed_id, make_item
from daemon.core.outcome import Outcome, Recorded
from daemon.core.plan import Claimed, Plan, Standing, contested, plan, vanished
from daemon.core.retry import RetryPolicy
from daemon.core.settle import Settled, outgoing, settle

ENTITIES = st.integers(1, 3)
SOME = st.just({1, 2, 3}) | st.sets(ENTITIES, min_size=1)
EDITS = st.sampled_from(["remove", "swap"])
PLACES = st.integers(0, 2)
CONTENTS = st.integers(0, 2)
SKUS = st.sampled_from("abc")
WORKERS = st.sampled_from([0, 1])
POLICY = RetryPolicy(1.0, 1.0, 3)
TAKEN = Result(Verdict.ACCEPTED)
ANSWERS = st.lists(
    st.sampled_from(
        ["taken", "taken", "refused", "failed", "arrived but failed", "withheld"],
    ),
    min_size=8,
    max_size=8,
)
COMES_BACK = {Outcome.FAILED, Outcome.SENDING}
RESULTS = {
    "taken": TAKEN,
    "refused": Result(Verdict.REFUSED),
    "failed": Result(Verdict.FAILED),
    "arrived but failed": Result(Verdict.FAILED),
    "withheld": withheld(1.0),
}


@dataclass
class Hand:
    """A batch in a worker's hands, when it was built, and how far it is."""

    claimed: dict[int, Claimed]
    built: list[FeedItem]
    built_at: int
    recorded: dict[str, Recorded] = field(default_factory=dict)
    plan: Plan | None = None
    settled: list[Settled] | None = None


class Delivery(RuleBasedStateMachine):
    """shop: sku → (entity, content). pending: entity → revision."""

    def __init__(self) -> None:
        super().__init__()
        self.shop: dict[str, tuple[int, int]] = {}
        self.pending: dict[int, int] = {}
        self.recorded: dict[str, Recorded] = {}
        self.held: dict[str, bytes] = {}
        self.hands: dict[int, Hand] = {}
        self.clock = 0
        self.arrived: dict[str, int] = {}

    # The shop

    @initialize(shop=st.dictionaries(SKUS, st.tuples(ENTITIES, CONTENTS)))
    def begin(self, shop: dict[str, tuple[int, int]]) -> None:
        """Some of what there is was delivered long ago."""
        self.shop = shop
        self.changed(*{entity for entity, _ in shop.values()})
        if shop:
            self.work(0, 4, {1, 2, 3}, ["taken"] * 8)

    def changed(self, *entities: int) -> None:
        for entity in entities:
            self.pending[entity] = self.pending.get(entity, 0) + 1

    @rule(sku=SKUS, entity=ENTITIES, content=CONTENTS)
    def put(self, sku: str, entity: int, content: int) -> None:
        """An entity gets an identity with this content, perhaps another one's."""
        owner = self.shop.get(sku, (entity, 0))[0]
        self.shop[sku] = (entity, content)
        self.changed(entity, owner)

    @precondition(lambda self: self.shop)
    @rule(which=PLACES)
    def remove(self, which: int) -> None:
        self.changed(self.shop.pop(self.sku(which))[0])

    @precondition(lambda self: len(self.shop) > 1)
    @rule(which=PLACES)
    def swap(self, which: int) -> None:
        one, other = self.sku(which), self.sku(which + 1)
        (first, a), (second, b) = self.shop[one], self.shop[other]
        self.shop[one], self.shop[other] = (second, a), (first, b)
        self.changed(first, second)

    def sku(self, which: int) -> str:
        return sorted(self.shop)[which % len(self.shop)]

    def items_of(self, entities) -> list[FeedItem]:
        return [
            make_item(entity, [sku], {"sku": sku, "content": content}, {}, {"sku": sku})
            for sku, (entity, content) in self.shop.items()
            if entity in entities
        ]

    # The path

    def busy(self, worker: int) -> set[int]:
        return {key for name, hand in self.hands.items() if name != worker for key in hand.claimed}

    @precondition(lambda self: self.pending)
    @rule(worker=WORKERS, steps=st.integers(1, 4), entities=SOME, answers=ANSWERS)
    def work(self, worker: int, steps: int, entities: set[int], answers: list[str]) -> None:
        """A worker takes its next steps, while nothing else happens."""
        for _ in range(steps):
            self.step(worker, entities, answers)

    @precondition(lambda self: self.pending and self.shop)
    @rule(steps=st.integers(1, 3), entities=SOME, edit=EDITS, which=PLACES, answers=ANSWERS)
    def interrupt(
        self, steps: int, entities: set[int], edit: str, which: int, answers: list[str]
    ) -> None:
        """While a worker is at its work the shop changes, and another worker goes through."""
        self.work(0, steps, entities, answers)
        (self.remove if edit == "remove" else self.swap)(which)
        self.work(1, 4, {1, 2, 3}, answers)
        self.work(0, 4 - steps, entities, answers)

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
            claimed = {key: Claimed(key, self.pending[key]) for key in mine}
            self.clock += 1
            self.hands[worker] = Hand(claimed, self.items_of(mine), self.clock)

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
        for key, entity in (*hand.plan.inherited, *hand.plan.kept):
            self.recorded[key] = replace(self.recorded[key], entity_id=entity)
        self.changed(*(entity for _, entity in hand.plan.inherited))
        for item in hand.plan.send:
            self.mark_sending(item, is_deleted=False)
        for row in hand.plan.tombstones:
            self.mark_sending(row, is_deleted=True)

    def standing(self, worker: int, hand: Hand, keys: set[str]) -> Standing:
        owners = set(contested(hand.built, hand.recorded).values())
        outdated = {key for key, it in hand.claimed.items() if self.pending.get(key) != it.revision}
        living = {feed_id([sku]): entity for sku, (entity, _) in self.shop.items()}
        gone = vanished(keys, [], hand.claimed, hand.recorded)
        heirs = {
            row.feed_id: living[row.feed_id]
            for row in gone
            if living.get(row.feed_id, row.entity_id) != row.entity_id
        }
        return Standing(self.busy(worker) & owners, outdated if owners else set(), heirs)

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
        )

    def export(self, hand: Hand, made: Plan, answers: list[str]) -> None:
        sending = outgoing(made)
        ids = [one.feed_id for one in (*made.send, *made.tombstones)]
        results = []
        for key, one, answer in zip(ids, sending, answers * 4, strict=False):
            results.append(RESULTS[answer])
            if answer in {"taken", "arrived but failed"}:
                assert self.arrived.get(key, 0) <= hand.built_at, "overtaken by an older version"
                self.arrived[key] = hand.built_at
                self.arrive(key, one.body, is_tombstone=one.is_tombstone)
        hand.settled = settle(made, results, hand.recorded, POLICY, lambda: 0.5)

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
            )
        for key in made.forget:
            self.recorded.pop(key, None)
        for key, it in hand.claimed.items():
            if key not in made.deferred and self.pending.get(key) == it.revision:
                del self.pending[key]
        del self.hands[worker]

    @precondition(lambda self: self.hands)
    @rule(worker=WORKERS)
    def crash(self, worker: int) -> None:
        """A worker dies: its claim runs out, and what it wrote down stays."""
        self.hands.pop(worker, None)

    @precondition(lambda self: any(row.outcome in COMES_BACK for row in self.recorded.values()))
    @rule()
    def recover(self) -> None:
        """What failed or is in doubt becomes due."""
        for row in list(self.recorded.values()):
            if row.outcome in COMES_BACK:
                self.changed(row.entity_id)

    # What must hold

    @invariant()
    def no_entity_is_in_two_hands(self) -> None:
        hands = [key for hand in self.hands.values() for key in hand.claimed]
        assert len(hands) == len(set(hands))

    @invariant()
    def nothing_but_a_refusal_is_given_up_silently(self) -> None:
        """Where the destination differs from the shop, something still knows that it must move."""
        in_hand = {key for hand in self.hands.values() for key in hand.claimed}
        moving = {row.feed_id for row in self.recorded.values() if row.outcome != Outcome.EXPORTED}
        wanted = {item.feed_id: item for item in self.items_of(range(10))}
        owners: defaultdict[str, set[int]] = defaultdict(set)
        for key, item in wanted.items():
            owners[key].add(item.entity_id)
        for key, row in self.recorded.items():
            owners[key].add(row.entity_id)
        for key in wanted.keys() | self.held.keys():
            body = wanted[key].body if key in wanted else None
            if self.held.get(key) != body:
                assert key in moving or owners[key] & (self.pending.keys() | in_hand), key

    def teardown(self) -> None:
        """When nothing fails any more and all is ordered again, both sides are equal."""
        self.hands.clear()
        for _ in range(12):
            ordered = {
                row.entity_id
                for row in self.recorded.values()
                if row.outcome in {Outcome.REFUSED, Outcome.DEAD}
            }
            self.changed(*ordered)
            self.recover()
            if not self.pending:
                break
            self.claim(0, set(self.pending))
            hand = self.hands[0]
            hand.claimed = {
                key: replace(it, force=key in ordered) for key, it in hand.claimed.items()
            }
            for _ in ("reserve", "export", "record"):
                self.step(0, set(), ["taken"] * 8)
        assert self.held == {item.feed_id: item.body for item in self.items_of(range(10))}


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=300, stateful_step_count=50, deadline=None)
