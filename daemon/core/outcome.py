"""What became of an item, and the one rule that says whether it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from daemon.core.item import FeedItem


class Outcome(StrEnum):
    """What became of the last attempt to tell a destination about an item.

    SENDING: written before the request, so the destination's state is in doubt until another
        outcome replaces it; a crash leaves it, and the item is sent again.
    EXPORTED: accepted; until the content changes there is nothing to do, unless an earlier request
        may come after it (see `Recorded`): then it is sent once more at `next_attempt_at`.
    REFUSED: never acceptable as it is; only new content (or an order to send) moves it on.
    FAILED: not delivered for a reason that may pass; recovery sends it again at `next_attempt_at`.
    DEAD: the attempts are spent; a dead letter, until new content or an order to send.
    DROPPED: a dead letter, or a refused item, that somebody has given up; not counted any more.
    HELD: gone, but too many are at once: the destination keeps the item until somebody confirms the
        deletion (then `is_deleted`, and the tombstone goes out), or until the item exists again.
    """

    SENDING = "sending"
    EXPORTED = "exported"
    REFUSED = "refused"
    FAILED = "failed"
    DEAD = "dead"
    DROPPED = "dropped"
    HELD = "held"


SETTLED = frozenset(set(Outcome) - {Outcome.SENDING, Outcome.FAILED})
"""The outcomes that only new content, or an order to send, moves on."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is remembered of an item at one destination.

    hash: content hash of the last attempt; "" where the destination was told nothing that it may
        still hold.
    is_deleted: the last attempt was a tombstone, or (where held) the tombstone is confirmed.
    minimal: canonical JSON object of the fields that a tombstone carries.
    failing_seconds: for how long it has failed at every attempt.
    is_unanswered: it is being sent, or its worker has died: nobody knows what the destination makes
        of it.
    late_seconds: for how long an earlier request that was never answered may still reach the
        destination; not above 0 where that time is over. is_late_other: one that may say something
        else than the last attempt.
    is_due_again: accepted, and by now to be sent once more, for such a request may have come since.
    """

    feed_id: str
    entity_id: int
    outcome: Outcome
    hash: str
    is_deleted: bool
    attempts: int
    minimal: bytes
    failing_seconds: float = 0.0
    is_unanswered: bool = False
    late_seconds: float | None = None
    is_late_other: bool = False
    is_due_again: bool = False


class Force(IntEnum):
    """What an order to send repeats, whatever the records say.

    ITEMS: items that exist, and deletions that were not accepted. ALL: accepted deletions too, for
        something else may have reached the destination after them.
    """

    NONE = 0
    ITEMS = 1
    ALL = 2


class Decision(StrEnum):
    """What a plan does with one identity."""

    SEND = "send"
    TOMBSTONE = "tombstone"
    UNCHANGED = "unchanged"
    FORGET = "forget"
    RESTORE = "restore"


def decide(item: FeedItem | None, recorded: Recorded | None, *, force: Force) -> Decision:
    """Whether an identity is sent, deleted or left alone.

    A held deletion whose item exists again as it was is only recorded as alive again (RESTORE).
    What could be forgotten is kept while a deletion of it may come late, should it be there again.

    | item  | recorded outcome                 | recorded is | same hash | force       | decision  |
    | ----- | -------------------------------- | ----------- | --------- | ----------- | --------- |
    | built | nothing                          |             |           | any         | SEND      |
    | built | sending, failed                  | any         | any       | any         | SEND      |
    | built | exported, refused, dead, dropped | a tombstone |           | any         | SEND      |
    | built | exported, refused, dead, dropped | an item     | no        | any         | SEND      |
    | built | exported, refused, dead, dropped | an item     | yes       | items, all  | SEND      |
    | built | exported, refused, dead, dropped | an item     | yes       | none        | UNCHANGED |
    | built | held                             | a tombstone |           | any         | SEND      |
    | built | held                             | an item     | no        | any         | SEND      |
    | built | held                             | an item     | yes       | items, all  | SEND      |
    | built | held                             | an item     | yes       | none        | RESTORE   |
    | gone  | nothing                          |             |           | any         | UNCHANGED |
    | gone  | any                              | hash is ""  |           | any         | FORGET    |
    | gone  | sending, failed                  | any         |           | any         | TOMBSTONE |
    | gone  | exported, refused, dead, dropped | an item     |           | any         | TOMBSTONE |
    | gone  | exported                         | a tombstone |           | all         | TOMBSTONE |
    | gone  | exported                         | a tombstone |           | none, items | UNCHANGED |
    | gone  | refused, dead, dropped           | a tombstone |           | items, all  | TOMBSTONE |
    | gone  | refused, dead, dropped           | a tombstone |           | none        | UNCHANGED |
    | gone  | held                             | an item     |           | any         | UNCHANGED |
    | gone  | held                             | a tombstone |           | any         | TOMBSTONE |
    """
    if recorded is None:
        return Decision.UNCHANGED if item is None else Decision.SEND
    return gone(recorded, force=force) if item is None else built(item, recorded, force=force)


def built(item: FeedItem, recorded: Recorded, *, force: Force) -> Decision:
    """What is done with an item that exists; see `decide`."""
    settled = recorded.outcome in SETTLED and not recorded.is_deleted
    if force or not settled or recorded.hash != item.hash:
        return Decision.SEND
    return Decision.RESTORE if recorded.outcome is Outcome.HELD else Decision.UNCHANGED


def gone(recorded: Recorded, *, force: Force) -> Decision:
    """What is done with an identity that no item has now; see `decide`."""
    if not recorded.hash:
        is_late = (recorded.late_seconds or 0.0) > 0
        return Decision.UNCHANGED if is_late else Decision.FORGET
    if recorded.outcome is Outcome.HELD:
        return Decision.TOMBSTONE if recorded.is_deleted else Decision.UNCHANGED
    if recorded.outcome not in SETTLED or not recorded.is_deleted:
        return Decision.TOMBSTONE
    accepted = recorded.outcome is Outcome.EXPORTED
    again = force >= (Force.ALL if accepted else Force.ITEMS)
    return Decision.TOMBSTONE if again else Decision.UNCHANGED
