"""Names of what is put into a shop's database; all begin with the shop's prefix and `cfs_`."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from changelog_triggers.model import Changelog

OURS = "cfs_"
LONGEST_NAME = 64
TIMES = {"BEFORE": "b", "AFTER": "a"}
EVENTS = {"INSERT": "i", "UPDATE": "u", "DELETE": "d"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where things are: the prefix of the shop's tables, and the schema of the changelogs ("": the
    shop's).

    guards_snapshots: the server refuses to lock what is newer than a transaction's snapshot.
    """

    prefix: str = ""
    schema: str = ""
    guards_snapshots: bool = False

    def table(self, name: str) -> str:
        """A table of the shop by its unprefixed name, quoted."""
        return quoted(self.prefix + name)

    def changelog(self, changelog: Changelog) -> str:
        """A changelog's table, quoted and qualified."""
        return self.own(changelog_name(changelog, self.prefix))

    def own(self, name: str) -> str:
        """A table of our own by its full name, quoted and qualified."""
        return f"{quoted(self.schema)}.{quoted(name)}" if self.schema else quoted(name)


def quoted(name: str) -> str:
    """An identifier in backticks."""
    return "`" + name.replace("`", "``") + "`"


def changelog_name(changelog: Changelog, prefix: str = "") -> str:
    """`cfs_cl_<entity>` behind the prefix."""
    return f"{prefix}{OURS}cl_{changelog.entity}"


def is_changelog_name(name: str, prefix: str = "") -> bool:
    """True for a changelog's table of a shop with this prefix."""
    return name.startswith(f"{prefix}{OURS}cl_")


def trigger_name(table: str, timing: str, event: str, digest: str, prefix: str = "") -> str:
    """`cfs_<table>_<ai|au|ad|bd>_<digest>` behind the prefix, at most 64 characters.

    The digest lets a new trigger be created before the old one is dropped: no server can replace
    one in place on both MariaDB and MySQL. Of a name that is too long the table is cut, and the
    digest is that of the whole name.
    """
    head, tail = f"{prefix}{OURS}", f"_{TIMES[timing]}{EVENTS[event]}_"
    name = f"{head}{table}{tail}{digest[:8]}"
    if len(name) < LONGEST_NAME:
        return name
    room = LONGEST_NAME - 1 - len(head) - len(tail) - 8
    return f"{head}{table[:room]}{tail}{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def free_name(name: str, taken: frozenset[str]) -> str:
    """The name, or with a letter behind it where a trigger of that name stands on another table."""
    letters: tuple[str, ...] = ("", *"ghijkl")
    return next(name + letter for letter in letters if name + letter not in taken)


def is_trigger_name(name: str, prefix: str = "") -> bool:
    """True for a trigger of ours in a shop with this prefix."""
    return parts_of(name, prefix) is not None


def table_in(name: str, prefix: str = "") -> str | None:
    """The table that a trigger of ours is named after; None where the name may have been cut."""
    found = parts_of(name, prefix)
    return found[1] if found and len(name) < LONGEST_NAME - 1 else None


def parts_of(name: str, prefix: str) -> re.Match[str] | None:
    """The name of a trigger of ours, taken apart; None for any other name."""
    pattern = rf"{re.escape(prefix)}{OURS}(.+)_(?:ai|au|ad|bd)_[0-9a-f]{{8}}[g-l]?"
    return re.fullmatch(pattern, name)
