"""Whether a destination's record of an item is what the path would make of it now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from daemon.core.item import Built, FeedItem, Unbuildable
from daemon.core.outcome import Decision, Force, Outcome, Recorded, decide


class Kind(StrEnum):
    """How a record differs from the shop.

    MISSING: built, but never recorded, or recorded as deleted. STALE: recorded with other content.
    SURPLUS: recorded as living, but not built from the entity it is recorded under.
    """

    MISSING = "missing"
    STALE = "stale"
    SURPLUS = "surplus"


class Excuse(StrEnum):
    """Why a record may differ without anything having been missed.

    PENDING: the entity waits to be built, or is in a worker's hands. CHANGED: a change of it waits
    in a changelog. RESYNC: a full resync has not come to it yet. TIME: what time has changed is not
    pending yet. UNBUILDABLE: the shop holds it in a state that no item can be made from. All others
    are outcomes: the record itself tells that and why the destination lacks it.
    """

    PENDING = "pending"
    CHANGED = "changed"
    RESYNC = "resync"
    TIME = "time"
    UNBUILDABLE = "unbuildable"
    SENDING = "sending"
    FAILED = "failed"
    REFUSED = "refused"
    DEAD = "dead"
    DROPPED = "dropped"
    HELD = "held"


UNDER_WAY = frozenset({Outcome.SENDING, Outcome.FAILED})


@dataclass(frozen=True, slots=True)
class Suspect:
    """An identity whose record differs, and whatever an entity's state doesn't excuse yet.

    entity_id: what must be built again to put it right. minimal: the fields people know it by.
    """

    feed_id: str
    entity_id: int
    kind: Kind
    minimal: bytes


@dataclass(frozen=True, slots=True)
class Comparison:
    """The records of some entities at one destination, compared with what was built.

    equal: items that are recorded as they are. excused: items by what excuses them.
    """

    equal: int = 0
    excused: Counter[Excuse] = field(default_factory=Counter)
    suspects: tuple[Suspect, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """What a comparison came to at one destination, in items."""

    equal: int = 0
    drifted: Counter[Kind] = field(default_factory=Counter)
    excused: Counter[Excuse] = field(default_factory=Counter)

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            self.equal + other.equal, self.drifted + other.drifted, self.excused + other.excused
        )

    @property
    def drift(self) -> int:
        """Items that differ, and nothing excuses them."""
        return self.drifted.total()

    @property
    def compared(self) -> int:
        """Items that were looked at."""
        return self.equal + self.drift + self.excused.total()

    @property
    def percent(self) -> float:
        """Which part of all items has drifted."""
        return 100 * self.drift / self.compared if self.compared else 0.0


def judge(item: FeedItem | None, recorded: Recorded | None) -> Kind | Excuse | None:
    """What a record is against what was built; None where they agree.

    It is what the path would decide (`outcome.decide`), had nothing been ordered to be sent.

    | decision  | recorded outcome | recorded is        | verdict     |
    | --------- | ---------------- | ------------------ | ----------- |
    | any       | sending, failed  | any                | the outcome |
    | UNCHANGED | nothing          |                    | agrees      |
    | UNCHANGED | exported         | any                | agrees      |
    | UNCHANGED | others           | any                | the outcome |
    | SEND      | nothing          |                    | MISSING     |
    | SEND      | any              | a tombstone        | MISSING     |
    | SEND      | any              | an item            | STALE       |
    | RESTORE   | held             | an item            | STALE       |
    | TOMBSTONE | any              | any                | SURPLUS     |
    | FORGET    | any              | never sent         | SURPLUS     |
    """
    if recorded is not None and recorded.outcome in UNDER_WAY:
        return Excuse(recorded.outcome.value)
    decision = decide(item, recorded, force=Force.NONE)
    if decision is Decision.UNCHANGED:
        agrees = recorded is None or recorded.outcome is Outcome.EXPORTED
        return None if agrees or recorded is None else Excuse(recorded.outcome.value)
    if item is None:
        return Kind.SURPLUS
    return Kind.MISSING if recorded is None or recorded.is_deleted else Kind.STALE


def compare(
    ids: Iterable[int], built: Sequence[Built], recorded: Mapping[str, Recorded]
) -> Comparison:
    """Compare what was built from these entities with what is recorded of them and of the items.

    An item is looked for by its identity, whoever it is recorded under; a record that lives under
    an entity which doesn't build it is surplus, for its deletion would be missed.
    """
    items = {one.feed_id: one for one in built if isinstance(one, FeedItem)}
    faults = [one for one in built if isinstance(one, Unbuildable)]
    faulty = {one.entity_id for one in faults if not one.is_double}
    kept = {one.feed_id for one in faults}
    verdicts: list[tuple[FeedItem | Recorded, Kind | Excuse | None]] = [
        *((item, judge(item, recorded.get(key))) for key, item in items.items()),
        *((row, judge(None, row)) for row in owned(set(ids), items, recorded)),
    ]
    excused: Counter[Excuse] = Counter()
    equal, suspects = 0, []
    for one, verdict in verdicts:
        if verdict is not None and (one.entity_id in faulty or one.feed_id in kept):
            excused[Excuse.UNBUILDABLE] += 1
        elif isinstance(verdict, Excuse):
            excused[verdict] += 1
        elif isinstance(verdict, Kind):
            suspects.append(Suspect(one.feed_id, one.entity_id, verdict, one.minimal))
        elif isinstance(one, FeedItem):
            equal += 1
    return Comparison(equal, excused, tuple(suspects))


def owned(
    ids: set[int], items: Mapping[str, FeedItem], recorded: Mapping[str, Recorded]
) -> Iterator[Recorded]:
    """What is recorded under these entities and wasn't built from them."""
    for row in recorded.values():
        item = items.get(row.feed_id)
        if row.entity_id in ids and (item is None or item.entity_id != row.entity_id):
            yield row


def excuse(found: Comparison, excuses: Mapping[int, Excuse]) -> Comparison:
    """The comparison with those suspects excused whose entity's state excuses them."""
    excused = found.excused.copy()
    excused.update(excuses[one.entity_id] for one in found.suspects if one.entity_id in excuses)
    left = tuple(one for one in found.suspects if one.entity_id not in excuses)
    return Comparison(found.equal, excused, left)
