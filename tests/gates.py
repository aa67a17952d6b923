"""A gate that is open, for destinations without a path around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from daemon.core.health import Cost, Sign


@dataclass
class OpenGate:
    """Lets everything through and notes it; `before` runs before each request and may raise."""

    before: Callable[[], None] = lambda: None
    closed_seconds: float | None = None
    costs: list[Cost] = field(default_factory=list)
    signs: list[tuple[Sign, float | None]] = field(default_factory=list)

    def enter(self, cost: Cost) -> float | None:
        self.before()
        self.costs.append(cost)
        return self.closed_seconds

    def leave(self, sign: Sign, quiet_seconds: float | None = None) -> None:
        self.signs.append((sign, quiet_seconds))
