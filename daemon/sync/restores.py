"""Notices that the database went back in time, by a restored backup or a failover that lost writes.

Then the records are older than what the destinations were told, and agree with a shop that is as
old: nothing would ever seem to have changed. So all feeds are sent again, whatever the records say.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
import structlog

from daemon.core.outcome import Force
from daemon.database.pending import Cause, Priority
from daemon.database.resyncs import request
from daemon.database.runs import hold_fact, write_fact
from daemon.sync.context import Context
from daemon.sync.resync import count_ids

log = structlog.get_logger()

FACT = "looks"
"""How often anybody looked: it only ever grows, unless the database went back."""

RESTORED = Cause("the database went back in time", Priority.RESYNC, force=Force.ITEMS)


class Restores:
    """Looks now and then, and keeps outside the database how far its number of looks had come.

    file: keeps that number while no process runs; None: it is kept in memory alone.
    """

    def __init__(self, context: Context, file: Path | None = None) -> None:
        self._context = context
        self._file = file
        self._seen = read_number(file)

    def look(self) -> bool:
        """True where the database is older than at the last look; all feeds are then sent again."""
        with self._context.looking() as (connection, shop):
            feeds = self._context.feeds
            totals = {feed.name: count_ids(connection, shop, feed) for feed in feeds}
        went_back, number = self._context.transact(self._count, totals)
        self._keep(number)
        if went_back:
            log.warning(
                "the database went back in time", feeds=list(totals), cure="all is sent again"
            )
        return went_back

    def _count(self, connection: sa.Connection, totals: dict[str, int]) -> tuple[bool, int]:
        own = self._context.own
        known = int(hold_fact(connection, own, FACT, "0") or 0)
        went_back, number = known < self._seen, max(known, self._seen) + 1
        write_fact(connection, own, FACT, str(number))
        if went_back:
            for name, total in totals.items():
                request(connection, own, name, RESTORED, total)
        return went_back, number

    def _keep(self, number: int) -> None:
        self._seen = number
        if self._file is not None:
            part = self._file.with_suffix(".part")
            part.write_text(str(number), encoding="ascii")
            part.replace(self._file)


def read_number(file: Path | None) -> int:
    """The number that was kept; 0 where there is none that can be read."""
    if file is None or not file.exists():
        return 0
    text = file.read_text(encoding="ascii", errors="replace").strip()
    return int(text) if text.isdecimal() else 0
