"""Which of the two table layouts a shop has, and the prefix of its tables."""

from __future__ import annotations

from dataclasses import dataclass


def row_of(entity_id: int, version: int = 0) -> int:
    """The row id of an entity's version, in the staged layout: never its entity id.

    version: CURRENT, FORMER or SCHEDULED.
    """
    return 3 * entity_id + version


CURRENT, FORMER, SCHEDULED = range(3)
"""The version in force, one that ended before it, and one that begins after it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the sample shop's tables are called and keyed.

    staged: True for the layout of Adobe Commerce with content staging, where the child tables of
        products and categories are joined by `row_id`.
    """

    prefix: str = ""
    staged: bool = False

    @property
    def link(self) -> str:
        """The column that joins EAV tables to their entity."""
        return "row_id" if self.staged else "entity_id"

    def __call__(self, table: str) -> str:
        """The table's full name, quoted."""
        return f"`{self.prefix}{table}`"
