"""A destination that fails now and then, before or after it took what it was sent."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from follower import Warehouse

from daemon.core.delivery import Gate, Outgoing, Result, Verdict
from daemon.core.retry import RetryPolicy

FAILED = Result(Verdict.FAILED, "moody", status=503)
AT_ONCE = RetryPolicy(0.001, 0.02, 10**6)
"""What failed is tried again within milliseconds, for ever."""

WHOLE, SINGLE, KEPT = 0.08, 0.04, 0.5
"""How often a request fails, an item alone, and how much of that is taken nevertheless."""


@dataclass
class Moody(Warehouse):
    """Fails by chance; is a good one when `is_moody` is off."""

    rng: random.Random = field(default_factory=random.Random)
    is_moody: bool = True

    def deliver(self, feed: str, items: Sequence[Outgoing], gate: Gate) -> list[Result]:
        share = WHOLE if self.is_moody else 0.0
        fails = self.rng.random() < share
        failing = [fails or self.rng.random() < share * SINGLE / WHOLE for _ in items]
        kept = [not fails_ or self.rng.random() < KEPT for fails_ in failing]
        taken = [one for one, is_kept in zip(items, kept, strict=True) if is_kept]
        results = super().deliver(feed, taken, gate)
        return (
            [FAILED if fails_ else results[0] for fails_ in failing]
            if results
            else [FAILED for _ in items]
        )
