"""Why an item was sent or not, in words."""

from __future__ import annotations

from daemon.core.drift import Excuse, Kind, judge
from daemon.core.item import Built, Unbuildable
from daemon.core.outcome import Recorded

WORDS: dict[Kind | Excuse, str] = {
    Kind.STALE: "the shop holds other content than the destination was told",
    Kind.SURPLUS: "gone from the shop, and not deleted at the destination yet",
    Excuse.SENDING: "being sent, or it was when a process died; then it is sent again",
    Excuse.FAILED: "not delivered for a reason that may pass; it is tried again",
    Excuse.REFUSED: "refused; new content or `feed-sync dead-letters requeue` moves it on",
    Excuse.DEAD: "given up after the last attempt; new content or `feed-sync dead-letters requeue`"
    " moves it on",
    Excuse.DROPPED: "given up by hand; it is sent when its content changes",
    Excuse.HELD: "its deletion is held with too many others; see `feed-sync deletions`",
}


def verdict(built: Built | None, recorded: Recorded | None) -> str:
    """How an item stands at a destination; None: nothing was built, or is recorded."""
    if isinstance(built, Unbuildable):
        kept = "; the last good version stays" if recorded and recorded.hash else ""
        return f"can't be built: {built.reason}{kept}"
    judged = judge(built, recorded)
    if judged is None:
        return "delivered as the shop holds it" if built else "gone, and its deletion was accepted"
    if judged is Kind.MISSING:
        return "deleted there, and exists again" if recorded else "never sent"
    return WORDS[judged]


def is_open(built: Built | None, recorded: Recorded | None) -> bool:
    """True where the destination lacks something that only a rebuild of the entity brings."""
    return not isinstance(built, Unbuildable) and isinstance(judge(built, recorded), Kind)
