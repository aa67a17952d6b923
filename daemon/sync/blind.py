"""What tells that changes of a table may not have been seen: decisions, as values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from changelog_triggers import Status, TriggerState
from daemon.commerce.swapped import is_swapped
from daemon.database.watched import Sign, Watched


@dataclass(frozen=True)
class Look:
    """All that an audit looks at, before it puts anything right.

    states: how every trigger stands. lost: changelogs that have no table. signs: of the tables and
    changelogs that are there. known: as the last audit saw them. emptied: tables that lost rows of
    which nobody was told. is_same_host: the last audit asked the same server.
    """

    states: tuple[TriggerState, ...]
    lost: frozenset[str]
    signs: Mapping[str, Sign]
    known: Mapping[str, Watched]
    emptied: frozenset[str] = frozenset()
    is_same_host: bool = True


def findings(look: Look) -> dict[str, str]:
    """The tables and changelogs of which changes may not have been seen, and why."""
    found = dict.fromkeys(sorted(look.lost), "the changelog was missing")
    for name, sign in sorted(look.signs.items()):
        known = look.known.get(name)
        why = why_changed(name, known, sign, is_same_host=look.is_same_host) if known else None
        if why:
            found.setdefault(name, why)
    gone = {name for name, one in look.known.items() if one.is_printed} - look.signs.keys()
    found |= dict.fromkeys(sorted(gone), "the table was gone for a while")
    found |= dict.fromkeys(sorted(look.emptied), "rows were dropped by a TRUNCATE")
    return found | dict(untriggered(look.states))


def untriggered(states: Iterable[TriggerState]) -> Iterator[tuple[str, str]]:
    """The tables whose triggers are not there, or not as wanted."""
    states = tuple(states)
    swapped = {
        one.installed.made_for: one.installed.table
        for one in states
        if one.has_moved and one.installed is not None
    }
    for state in states:
        for name in state.blind_to:
            yield name, why_untriggered(state, swapped.get(state.table))


def why_untriggered(state: TriggerState, other: str | None) -> str:
    """Why a trigger is not as wanted; other: where the table's own triggers stand now."""
    if state.status is Status.OUTDATED:
        return "its triggers were outdated"
    return f"its triggers moved to {other}" if other else "its triggers were missing"


def why_changed(name: str, before: Watched, now: Sign, *, is_same_host: bool) -> str | None:
    """Why a table is not the one that it was, or has not the rows that it had; None where it is."""
    is_changelog = name.startswith("cfs_cl_")
    has_moved = is_same_host and before.sign.created_at not in {None, now.created_at}
    if has_moved and is_changelog:
        return "the changelog was made anew"
    if has_moved and is_swapped(name):
        return "the table was swapped or rebuilt"
    times = {before.sign.triggers_at, now.triggers_at}
    if None not in times and len(times) > 1:
        return "its triggers were made anew, as by a dump that was read in"
    if (now.next_id or 1) < (before.sign.next_id or 1):
        return "its numbers began anew: a TRUNCATE, or another table"
    has_numbers = before.sign.next_id is not None
    if before.sign.is_filled and not now.is_filled and not has_numbers:
        return "all rows are gone"
    return None
