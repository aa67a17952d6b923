"""Whatever workers, crashes and refusals do: in the end the destination holds what the shop holds.

Steps of two workers and edits of the shop come in any order.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from delivery_model import BROKEN, RESULTS, Model
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from daemon.core.outcome import Force, Outcome

ENTITIES = st.integers(1, 3)
SOME = st.just({1, 2, 3}) | st.sets(ENTITIES, min_size=1)
EDITS = st.sampled_from(["remove", "swap"])
PLACES = st.integers(0, 2)
CONTENTS = st.sampled_from([0, 1, 2, BROKEN])
SKUS = st.sampled_from("abc")
WORKERS = st.sampled_from([0, 1])
ANSWERS = st.lists(
    st.sampled_from(
        ["taken", "taken", *RESULTS],
    ),
    min_size=8,
    max_size=8,
)
COMES_BACK = {Outcome.FAILED, Outcome.SENDING}


class Delivery(Model, RuleBasedStateMachine):
    """Steps of two workers and edits of the shop in any order."""

    # The shop

    @initialize(shop=st.dictionaries(SKUS, st.tuples(ENTITIES, CONTENTS)))
    def begin(self, shop: dict[str, tuple[int, int]]) -> None:
        """Some of what there is was delivered long ago."""
        self.shop = shop
        self.changed(*{entity for entity, _ in shop.values()})
        if shop:
            self.work(0, 4, {1, 2, 3}, ["taken"] * 8)

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

    # The path

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

    @precondition(lambda self: self.hands)
    @rule(worker=WORKERS, is_on_the_way=st.booleans())
    def die(self, worker: int, *, is_on_the_way: bool) -> None:
        """A worker dies: its claim runs out, and what it wrote down stays."""
        self.crash(worker, is_on_the_way=is_on_the_way)

    @precondition(lambda self: (self.on_the_way or self.repeats) and not self.hands)
    @rule()
    def wait(self) -> None:
        """So long passes that nothing is on the way any more."""
        self.arrive_late()

    @precondition(
        lambda self: (
            self.repeats or any(row.outcome in COMES_BACK for row in self.recorded.values())
        )
    )
    @rule()
    def recover(self) -> None:
        """What failed or is in doubt becomes due, and what is to be sent once more."""
        self.order_repeats()
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
        moving |= self.repeats
        owners: defaultdict[str, set[int]] = defaultdict(set)
        for one in (*self.built(range(10)), *self.recorded.values()):
            owners[one.feed_id].add(one.entity_id)
        for key in self.differences():
            assert key in moving or owners[key] & (self.pending.keys() | in_hand), key

    def teardown(self) -> None:
        """When nothing fails any more and all is ordered again, both sides are equal."""
        for worker in list(self.hands):
            self.crash(worker, is_on_the_way=True)
        for turn in range(12):
            if turn in {0, 6}:
                self.arrive_late()
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
                key: replace(it, force=max(it.force, Force(key in ordered)))
                for key, it in hand.claimed.items()
            }
            for _ in ("reserve", "export", "record"):
                self.step(0, set(), ["taken"] * 8)
        assert not self.differences()


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=300, stateful_step_count=50, deadline=None)
