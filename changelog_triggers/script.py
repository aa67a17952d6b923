"""The statements that apply or remove capture, in their order. Runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from changelog_triggers.ddl import changelog_ddl
from changelog_triggers.installed import ServerState
from changelog_triggers.model import Changelog, CompiledTrigger
from changelog_triggers.naming import Place, changelog_name, free_name, quoted
from changelog_triggers.status import Status, TriggerState

SQL_MODE = "STRICT_ALL_TABLES"
"""What our triggers are created under, whatever the account's default: it stays with them."""


@dataclass(frozen=True, slots=True)
class Step:
    """One statement; `table` is what it changes, for messages."""

    sql: str
    table: str


def install_steps(
    states: Sequence[TriggerState],
    changelogs: Iterable[Changelog],
    server: ServerState,
    place: Place,
) -> tuple[Step, ...]:
    """What brings the server to the wanted state; empty where it is there.

    A trigger is created before the one that it replaces is dropped, so no change is missed; those
    between the two statements are written twice, which costs a second look at the entity.
    """
    taken = frozenset(trigger.name for trigger in server.triggers)
    return (
        *(create_changelog(one, place) for one in missing(changelogs, server, place)),
        *replacements(states, taken, place),
        *(drop_of(state, place) for state in states if state.status is Status.ORPHANED),
    )


def missing(
    changelogs: Iterable[Changelog], server: ServerState, place: Place
) -> tuple[Changelog, ...]:
    """The changelogs that have no table."""
    wanted = sorted(set(changelogs), key=lambda one: one.entity)
    return tuple(
        one for one in wanted if changelog_name(one, place.prefix) not in server.changelogs
    )


def create_changelog(changelog: Changelog, place: Place) -> Step:
    """The changelog's table."""
    return Step(
        changelog_ddl(changelog, place.prefix, place.schema),
        changelog_name(changelog, place.prefix),
    )


def replacements(
    states: Iterable[TriggerState], taken: frozenset[str], place: Place
) -> Iterator[Step]:
    """Create what is missing or outdated, and drop what is replaced by it at once."""
    for state in states:
        if state.desired is not None and state.status is not Status.INSTALLED:
            name = free_name(state.desired.name, taken)
            taken |= {name}
            yield create_trigger(state.desired, name, place)
            if state.installed is not None:
                yield drop_of(state, place)


def create_trigger(trigger: CompiledTrigger, name: str, place: Place) -> Step:
    """CREATE TRIGGER under this name."""
    sql = (
        f"CREATE TRIGGER {quoted(name)} {trigger.timing} {trigger.event} "
        f"ON {place.table(trigger.table)} FOR EACH ROW\n{trigger.body}"
    )
    return Step(sql, place.prefix + trigger.table)


def drop_of(state: TriggerState, place: Place) -> Step:
    """DROP TRIGGER of the installed one."""
    if state.installed is None:
        raise ValueError(f"no trigger is installed on {state.table} for {state.event}")
    return drop_trigger(state.installed.name, place.prefix + state.installed.table)


def drop_trigger(name: str, table: str) -> Step:
    """DROP TRIGGER by name."""
    return Step(f"DROP TRIGGER IF EXISTS {quoted(name)}", table)


def uninstall_steps(server: ServerState, place: Place) -> tuple[Step, ...]:
    """What leaves no trace: triggers first, for no table may go that a trigger still writes to."""
    tables = sorted(server.changelogs)
    return (
        *(drop_trigger(trigger.name, place.prefix + trigger.table) for trigger in server.triggers),
        *(Step(f"DROP TABLE IF EXISTS {place.own(table)}", table) for table in tables),
    )


def script(steps: Sequence[Step], lock_wait_seconds: int) -> str:
    """The steps as text for the command-line client; empty where there is nothing to do."""
    if not steps:
        return ""
    head = f"SET SESSION lock_wait_timeout = {lock_wait_seconds}, sql_mode = '{SQL_MODE}';"
    return "\n".join(
        [head, "DELIMITER ;;", *(f"{step.sql};;" for step in steps), "DELIMITER ;", ""]
    )
