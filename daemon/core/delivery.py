"""What passes between the path and a destination: outgoing items, and a result for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


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
    """

    verdict: Verdict
    reason: str | None = None
    status: int | None = None
    request_id: str | None = None
    retry_after_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One item on its way: the JSON object to send, and whether it is a tombstone."""

    body: bytes
    is_tombstone: bool = False


class Destination(Protocol):
    """A place that feeds are sent to.

    name: as the settings call it. environment: which data space behind it; state is kept for the
        pair.
    """

    name: str
    environment: str

    def takes(self, feed: str) -> bool:
        """True where this destination has a route for the feed."""

    def deliver(
        self, feed: str, items: Sequence[Outgoing], before_request: Callable[[], None]
    ) -> list[Result]:
        """Send the items, in as many requests as its limits ask for; one result per item, in order.

        Never raises for what the network or the service does: that is a result. `before_request` is
        called before each request and may raise to stop the delivery (the claim was lost).
        """

    def close(self) -> None:
        """Let go of connections and files."""
