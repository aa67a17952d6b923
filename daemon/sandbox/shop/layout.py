"""Which of the two table layouts a shop has, and the prefix of its tables."""

from __future__ import annotations

from dataclasses import dataclass

FOREVER = 2147483647
"""The version until which a row is in force that nothing scheduled ends."""


def row_of(entity_id: int) -> int:
    """The row id of an entity's version in force, in the staged layout: never its entity id."""
    return 2 * entity_id


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
