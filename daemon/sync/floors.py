"""Where to begin looking in a changelog, so that rows deleted but not yet purged cost nothing.

A long-running read (a dump) keeps the server from purging deleted rows, and "the first rows" then
walks
over all of them. So most looks begin at a floor that trails far behind; every now and then one
begins at the start, for a transaction may commit a row that it wrote long ago.
"""

from __future__ import annotations

from collections import deque

TRAIL_SECONDS = 600.0
"""How far the floor trails behind; only transactions that stay open longer wait for a full look."""

FULL_LOOK_SECONDS = 30.0
"""How often a look begins at the start."""


class Floor:
    """The floor of one changelog; `now` is a monotonic clock in seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self._full_at = float("-inf")
        self._version = 0

    def next(self, now: float) -> int:
        """The version to look from."""
        if now - self._full_at >= FULL_LOOK_SECONDS:
            self._full_at = now
            return 0
        while self._seen and now - self._seen[0][0] >= TRAIL_SECONDS:
            self._version = max(self._version, self._seen.popleft()[1])
        return self._version

    def saw(self, now: float, version: int) -> None:
        """Note the highest version that was moved just now.

        One below the floor may be the first of many: a changelog that was made anew counts from 1.
        """
        if version < self._version:
            self._version = 0
            self._seen.clear()
        if not self._seen or now - self._seen[-1][0] >= 1.0:
            self._seen.append((now, version))
