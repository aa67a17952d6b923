"""When deletions go out by themselves, and when they wait to be confirmed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from daemon.core.outcome import Recorded
from daemon.core.plan import Plan


@dataclass(frozen=True, slots=True)
class Brake:
    """How many deletions of a feed go to a destination without being asked about.

    share: of the feed's living items there; 1 lets all through. minimum: so many always go.
    window_seconds: what was used up of the allowance comes back evenly within this time.
    """

    share: float = 1.0
    minimum: int = 100
    window_seconds: float = 3600.0

    def allowance(self, living: float) -> float:
        """How many deletions a feed with so many living items has."""
        return max(float(self.minimum), self.share * living)


OFF = Brake()
"""Lets all deletions through."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How the deletions of a feed stand at a destination.

    spent: of the allowance, `elapsed_seconds` ago. holds: deletions wait to be confirmed.
    living: items that the destination has now, those with a held deletion too.
    """

    spent: float = 0.0
    elapsed_seconds: float = 0.0
    holds: bool = False
    living: int = 0


def spent_now(brake: Brake, tally: Tally) -> float:
    """What is used up of the allowance by now."""
    back = brake.allowance(tally.living) * tally.elapsed_seconds / brake.window_seconds
    return max(0.0, tally.spent - back)


def goes_out(brake: Brake, tally: Tally, wanted: int) -> bool:
    """Whether so many more deletions go out; else all of them are held.

    The living items are those from before what was spent: an allowance doesn't shrink by use.

    | share | deletions held | used up + wanted                | decision |
    | ----- | -------------- | ------------------------------- | -------- |
    | 1     | any            | any                             | go out   |
    | less  | some           | any                             | hold     |
    | less  | none           | at most the minimum             | go out   |
    | less  | none           | at most the share of the living | go out   |
    | less  | none           | more than both                  | hold     |
    """
    if tally.holds or brake.share >= 1:
        return brake.share >= 1
    spent = spent_now(brake, tally)
    return spent + wanted <= brake.allowance(tally.living + spent)


def fresh(plan: Plan) -> tuple[Recorded, ...]:
    """The tombstones that nobody has decided on yet: neither tried before, nor confirmed."""
    return tuple(row for row in plan.tombstones if not row.is_deleted)


def held_back(plan: Plan, rows: Collection[Recorded]) -> Plan:
    """The plan without these tombstones, which are held instead."""
    ids = {row.feed_id for row in rows}
    going = tuple(row for row in plan.tombstones if row.feed_id not in ids)
    return replace(plan, tombstones=going, held=tuple(rows))
