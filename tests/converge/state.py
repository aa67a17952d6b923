"""What the tables of ours say of how far the daemons are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from daemon.database.pending import Priority
from daemon.sync.context import Context

UNBUILT = "i.hash IN ('', 'unbuilt') AND i.outcome IN ('failed', 'dead')"
"""Records of items that exist but can't be built."""


class State:
    """The state of an installation, read from its database."""

    def __init__(self, engine: sa.Engine, context: Context) -> None:
        self._engine, self._context = engine, context
        self._prefix = context.own.prefix

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query, in which `{p}` stands for the table prefix."""
        with self._engine.connect() as connection:
            text = query.format(p=self._prefix)
            found = connection.exec_driver_sql(text, execution_options={"no_parameters": True})
            return [tuple(row) for row in found]

    def looks(self) -> int:
        """How many audits were made."""
        found = self.rows("SELECT value FROM {p}cfs_meta WHERE name = 'looks'")
        return int(found[0][0]) if found else 0

    def left(self) -> dict[str, int]:
        """What is under way, in the order of the path, so that nothing slips past.

        Entities that can't be built come back for ever, and nothing of theirs is taken for gone:
        also what was in doubt when they still could be, should its identity be another by now.
        """
        found: Counter[str] = Counter()
        like = f"{self._prefix}cfs_cl_".replace("_", "\\_")
        for (table,) in self.rows(f"SHOW TABLES LIKE '{like}%'"):
            found[table] = self.rows(f"SELECT COUNT(*) FROM `{table}`")[0][0]
        unfilled = "SELECT COUNT(*) FROM {p}cfs_resync WHERE filled_at IS NULL"
        found["resyncs"] = self.rows(unfilled)[0][0]
        for feed, table in self._items():
            spared = (
                f"EXISTS (SELECT 1 FROM {table} i WHERE i.entity_id = p.entity_id AND {UNBUILT})"
            )
            found[f"{feed} pending"] = self.rows(
                f"SELECT COUNT(*) FROM {{p}}cfs_pending p WHERE feed = '{feed}'"
                f" AND NOT (priority = {Priority.RECOVERY:d} AND {spared})"
            )[0][0]
            found[f"{feed} undelivered"] = self.rows(
                f"SELECT COUNT(*) FROM {table} p WHERE (outcome IN ('sending', 'failed')"
                f" OR outcome = 'exported' AND next_attempt_at) AND NOT {spared}"
            )[0][0]
        return {what: count for what, count in found.items() if count}

    def stuck(self) -> list[tuple[Any, ...]]:
        """Some records of what is not delivered, for messages."""
        columns = "entity_id, outcome, hash, is_deleted, attempts, error, minimal"
        queries = (
            f"SELECT '{feed}', {columns} FROM {table} WHERE outcome IN ('sending', 'failed')"
            " AND hash NOT IN ('', 'unbuilt') LIMIT 5"
            for feed, table in self._items()
        )
        return [row for query in queries for row in self.rows(query)]

    def letters(self) -> dict[str, int]:
        """Feed → how many of its items are refused or given up."""
        found = {
            feed: self.rows(f"SELECT COUNT(*) FROM {table} WHERE outcome IN ('refused', 'dead')")
            for feed, table in self._items()
        }
        return {feed: rows[0][0] for feed, rows in found.items() if rows[0][0]}

    def _items(self) -> Iterator[tuple[str, str]]:
        own = self._context.own
        return ((feed, own.items[feed].name) for feed in self._context.feed)
