"""Wanted triggers against installed ones, as values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from changelog_triggers.ddl import changelogs_in, sources_in
from changelog_triggers.model import CompiledTrigger


class Status(Enum):
    """How a trigger of ours stands. Install brings everything to INSTALLED, or away.

    INSTALLED  entered by install. Left when the subscriptions, the shop's tables or foreign keys
               change (OUTDATED), when the table is swapped, restored or made anew (MISSING), or
               when nobody wants it any more (ORPHANED).
    MISSING    wanted, and none of ours stands on the table for this event: never installed, or lost
               with its table. Changes are not seen. Install creates it.
    OUTDATED   one of ours stands there, with other timing or text, or it runs as an account that is
               gone. Changes are seen as before. Install creates the wanted one and then drops it.
    ORPHANED   one of ours that nobody wants: its subscription is gone, it moved with a renamed
               table, or it was replaced and not yet dropped. Install drops it.
    """

    INSTALLED = "installed"
    MISSING = "missing"
    OUTDATED = "outdated"
    ORPHANED = "orphaned"


@dataclass(frozen=True, slots=True)
class InstalledTrigger:
    """A trigger of ours as the server has it.

    table: where it stands; made_for: the table it was made for. Unprefixed. They differ after a
        table was renamed or swapped for another, for triggers move along.
    digest: of the body that the server really has, whatever its comment says.
    definer: the account that it runs as.
    is_stranded: that account is gone, as after a restore on another server; the shop's statements
        fail.
    created_at: when it was created, by whomever (UTC).
    """

    name: str
    table: str
    timing: str
    event: str
    body: str
    digest: str
    made_for: str
    definer: str = ""
    is_stranded: bool = False
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TriggerState:
    """One wanted or installed trigger, or both, and how it stands."""

    status: Status
    desired: CompiledTrigger | None
    installed: InstalledTrigger | None

    @property
    def trigger(self) -> CompiledTrigger | InstalledTrigger:
        """The wanted trigger, or the installed one where none is wanted."""
        found = self.desired or self.installed
        assert found is not None  # noqa: S101 — one of both is always there
        return found

    @property
    def table(self) -> str:
        """The table, unprefixed."""
        return self.trigger.table

    @property
    def event(self) -> str:
        """INSERT, UPDATE or DELETE."""
        return self.trigger.event

    @property
    def changelogs(self) -> tuple[str, ...]:
        """The entities whose changelogs it writes."""
        return changelogs_in(self.trigger.body)

    @property
    def sources(self) -> tuple[str, ...]:
        """The tables whose changes it writes."""
        return sources_in(self.trigger.body)

    @property
    def blind_to(self) -> tuple[str, ...]:
        """The tables of which changes may not have been seen, for it is not or not as wanted."""
        if self.desired is None or self.status is Status.INSTALLED:
            return ()
        one = self.installed
        if one is not None and (one.timing, one.digest) == (
            self.desired.timing,
            self.desired.digest,
        ):
            return ()
        return self.sources

    @property
    def has_moved(self) -> bool:
        """True where it stands on another table than it was made for: a sign of a swapped table."""
        return self.installed is not None and self.installed.made_for != self.installed.table


def compare(
    desired: Iterable[CompiledTrigger], installed: Sequence[InstalledTrigger]
) -> tuple[TriggerState, ...]:
    """The state of every wanted trigger, then of those that nobody wants."""
    left = list(installed)
    states = []
    for trigger in desired:
        state = state_of(trigger, left)
        if state.installed is not None:
            left.remove(state.installed)
        states.append(state)
    orphans = [TriggerState(Status.ORPHANED, None, trigger) for trigger in left]
    return (*states, *orphans)


def state_of(trigger: CompiledTrigger, installed: Iterable[InstalledTrigger]) -> TriggerState:
    """How a wanted trigger stands among the installed ones."""
    there = [one for one in installed if (one.table, one.event) == (trigger.table, trigger.event)]
    for one in there:
        if (one.timing, one.digest) == (trigger.timing, trigger.digest):
            status = Status.OUTDATED if one.is_stranded else Status.INSTALLED
            return TriggerState(status, trigger, one)
    if there:
        return TriggerState(Status.OUTDATED, trigger, there[0])
    return TriggerState(Status.MISSING, trigger, None)
