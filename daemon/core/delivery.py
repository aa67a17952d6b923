"""What passes between the path and a destination: outgoing items, and a result for each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from daemon.core.health import Care, Cost, Sign
from daemon.core.translation import Translation


class Verdict(Enum):
    """What a destination said of one item.

    ACCEPTED: it has the item.
    REFUSED: it will never take this content; only new content can cure that.
    FAILED: it does not have the item for a reason that may pass (network, rate, credentials,
        server).
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Result:
    """The destination's answer for one item.

    status: the HTTP status, None where no reply was had.
    retry_after_seconds: how long the destination asked to be left alone, if it did.
    is_attempt: False where the item was not sent, for the destination was to be left alone.
    is_unanswered: nobody knows what became of some request that carried it, though of another one
        it may be known: that one may be taken later still.
    """

    verdict: Verdict
    reason: str | None = None
    status: int | None = None
    request_id: str | None = None
    retry_after_seconds: float | None = None
    is_attempt: bool = True
    is_unanswered: bool = False


def withheld(seconds: float) -> Result:
    """The result of an item that is not sent, for the destination is left alone for so long."""
    reason = f"not sent: the destination is left alone for another {seconds:.0f} s"
    return Result(Verdict.FAILED, reason, retry_after_seconds=seconds, is_attempt=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One item on its way: the JSON object to send, and whether it is a tombstone.

    planned_at: the moment that a tombstone or wrapped item is stamped with, by the clock that other
        items are built by; None: that of sending.
    attempts: how often it has failed as it is.
    """

    body: bytes
    is_tombstone: bool = False
    planned_at: dt.datetime | None = None
    attempts: int = 0


class Gate(Protocol):
    """What every request to a destination passes, before and after."""

    def enter(self, cost: Cost) -> float | None:
        """Wait for the request's turn.

        None: it may go. Else it may not go at all, and it is worth asking again in so many seconds.
        May raise to stop the delivery (the claim was lost).
        """

    def leave(self, sign: Sign, quiet_seconds: float | None = None) -> None:
        """Tell how the request went. quiet_seconds: it asked to be left alone for so long."""


class Destination(Protocol):
    """A place that feeds are sent to.

    name: as the settings call it. environment: which data space behind it; state is kept for the
        pair. care: its limits, and when it is left alone.
    """

    name: str
    environment: str
    care: Care

    def takes(self, feed: str) -> bool:
        """True where this destination has a route for the feed."""

    def translation(self, feed: str) -> Translation | None:
        """How it knows the items of a feed; None: as they are."""

    def bodies(self, feed: str, items: Sequence[Outgoing]) -> list[bytes | Result]:
        """Each item as it would be sent, or the refusal of one that can't be."""

    def deliver(self, feed: str, items: Sequence[Outgoing], gate: Gate) -> list[Result]:
        """Send the items, in as many requests as its limits ask for; one result per item, in order.

        Never raises for what the network or the service does: that is a result. Each request passes
        the gate; what that raises stops the delivery.
        """

    def close(self) -> None:
        """Let go of connections and files."""
