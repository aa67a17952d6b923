"""Several connections that write to a shop at once, in one thread, so that chance repeats."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pymysql
import sqlalchemy as sa

from converge.author import CHECKED, UNCHECKED, Author

Done = tuple[str, int]
"""A statement, and how many rows it changed."""

LENGTHS = (1, 1, 2, 3, 4, 6, 20)
"""How many groups of statements transactions have; the longest stay open for long."""

ROLLED_BACK, SAVED = 0.12, 0.06
GONE = frozenset({1213, 1020})
"""Errors by which the server has rolled the whole transaction back."""


class Writer:
    """A connection with at most one transaction under way.

    done: its statements that succeeded and were not taken back, and how many rows each changed.
    """

    def __init__(self, engine: sa.Engine, author: Author, isolation: str) -> None:
        self._raw = engine.raw_connection()
        self._author = author
        self._rng = author.rng
        self.done: list[Done] = []
        self.left = 0
        self._saved: int | None = None
        self._is_lax = False
        self._run(f"SET SESSION TRANSACTION ISOLATION LEVEL {isolation}")
        self._run("SET SESSION innodb_lock_wait_timeout = 0, lock_wait_timeout = 20")

    def _run(self, statement: str) -> Any:
        cursor: Any = self._raw.cursor()
        cursor.execute(statement)
        return cursor

    def look(self, query: str) -> list[dict[str, Any]]:
        """Rows as this connection sees them."""
        cursor = self._run(query)
        names = [one[0] for one in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @property
    def is_open(self) -> bool:
        return self.left > 0

    def act(self) -> list[Done]:
        """Begin, go on or end; the statements where a transaction was committed."""
        if not self.left:
            self._run("START TRANSACTION")
            self.left = 1 + self._rng.choice(LENGTHS)
        if self.left > 1:
            self.left -= 1
            self._write()
            return []
        return self.end(commit=self._rng.random() > ROLLED_BACK)

    def _write(self) -> None:
        if self._rng.random() < SAVED:
            self._save()
        for statement in self._author.write(self.look):
            try:
                cursor = self._run(statement)
            except pymysql.err.MySQLError as error:
                if error.args[0] in GONE:
                    self.done, self._saved = [], None
                if self._is_lax:
                    self._do(CHECKED)
                return
            self.done.append((statement, cursor.rowcount))
            self._is_lax = statement == UNCHECKED or (self._is_lax and statement != CHECKED)

    def _do(self, statement: str) -> None:
        self._run(statement)
        self.done.append((statement, 0))
        self._is_lax = False

    def _save(self) -> None:
        """Set a savepoint, or go back to the one that is there."""
        if self._saved is None:
            self._run("SAVEPOINT here")
            self._saved = len(self.done)
        else:
            self._run("ROLLBACK TO SAVEPOINT here")
            del self.done[self._saved :]
            self._saved = None

    def end(self, *, commit: bool) -> list[Done]:
        """Commit or roll back; the statements that were committed."""
        self._run("COMMIT" if commit else "ROLLBACK")
        done = self.done if commit else []
        self.done, self.left, self._saved = [], 0, None
        return done

    def close(self) -> None:
        self._raw.rollback()
        self._raw.close()


class Writers:
    """Writers that take turns by chance. committed: told of every transaction, in their order."""

    def __init__(
        self,
        engine: sa.Engine,
        author: Author,
        count: int,
        committed: Callable[[list[Done]], None],
    ) -> None:
        self._rng: random.Random = author.rng
        level = "READ COMMITTED" if count > 1 else "REPEATABLE READ"
        self._writers = [Writer(engine, author, level) for _ in range(count)]
        self._committed = committed

    def act(self) -> None:
        """One of them goes on."""
        done = self._rng.choice(self._writers).act()
        if done:
            self._committed(done)

    def finish(self) -> None:
        """All end what they have under way."""
        for writer in self._writers:
            if writer.is_open:
                done = writer.end(commit=True)
                if done:
                    self._committed(done)

    def close(self) -> None:
        for writer in self._writers:
            writer.close()
