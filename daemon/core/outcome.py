"""What became of an item, and the one rule that says whether it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from daemon.core.item import FeedItem


class Outcome(StrEnum):
    """What became of the last attempt to tell a destination about an item.

    SENDING: written before the request, so the destination's state is in doubt until another
        outcome replaces it; a crash leaves it, and the item is sent again.
    EXPORTED: accepted; until the content changes there is nothing to do.
    REFUSED: never acceptable as it is; only new content (or an order to send) moves it on.
    FAILED: not delivered for a reason that may pass; recovery sends it again at `next_attempt_at`.
    DEAD: the attempts are spent; a dead letter, until new content or an order to send.
    """

    SENDING = "sending"
    EXPORTED = "exported"
    REFUSED = "refused"
    FAILED = "failed"
    DEAD = "dead"


SETTLED = frozenset({Outcome.EXPORTED, Outcome.REFUSED, Outcome.DEAD})
"""The outcomes that only new content, or an order to send, moves on."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is remembered of an item at one destination.

    hash: content hash of the last attempt; "" where nothing was ever sent.
    is_deleted: the last attempt was a tombstone.
    minimal: canonical JSON object of the fields that a tombstone carries.
    """

    feed_id: str
    entity_id: int
    outcome: Outcome
    hash: str
    is_deleted: bool
    attempts: int
    minimal: bytes


class Decision(StrEnum):
    """What a plan does with one identity."""

    SEND = "send"
    TOMBSTONE = "tombstone"
    UNCHANGED = "unchanged"
    FORGET = "forget"


def decide(item: FeedItem | None, recorded: Recorded | None, *, force: bool) -> Decision:
    """Whether an identity is sent, deleted or left alone.

    | item  | recorded outcome          | recorded is  | same hash | force | decision  |
    | ----- | ------------------------- | ------------ | --------- | ----- | --------- |
    | built | nothing                   |              |           | any   | SEND      |
    | built | sending, failed           | any          | any       | any   | SEND      |
    | built | exported, refused, dead   | a tombstone  |           | any   | SEND      |
    | built | exported, refused, dead   | an item      | no        | any   | SEND      |
    | built | exported, refused, dead   | an item      | yes       | yes   | SEND      |
    | built | exported, refused, dead   | an item      | yes       | no    | UNCHANGED |
    | gone  | nothing                   |              |           | any   | UNCHANGED |
    | gone  | any                       | never sent   |           | any   | FORGET    |
    | gone  | sending, failed           | any          |           | any   | TOMBSTONE |
    | gone  | exported, refused, dead   | an item      |           | any   | TOMBSTONE |
    | gone  | exported                  | a tombstone  |           | any   | UNCHANGED |
    | gone  | refused, dead             | a tombstone  |           | yes   | TOMBSTONE |
    | gone  | refused, dead             | a tombstone  |           | no    | UNCHANGED |
    """
    if recorded is None:
        return Decision.UNCHANGED if item is None else Decision.SEND
    settled = recorded.outcome in SETTLED
    if item is not None:
        same = settled and not recorded.is_deleted and recorded.hash == item.hash
        return Decision.UNCHANGED if same and not force else Decision.SEND
    if not recorded.hash:
        return Decision.FORGET
    if not settled or not recorded.is_deleted:
        return Decision.TOMBSTONE
    again = force and recorded.outcome is not Outcome.EXPORTED
    return Decision.TOMBSTONE if again else Decision.UNCHANGED
