"""Claims on pending rows: who has what in hand, for how long, and how it leaves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from daemon.core.outcome import Force
from daemon.core.plan import Claimed
from daemon.database.pending import Priority
from daemon.database.schema import OwnTables, is_due, later


@dataclass(frozen=True)
class Batch:
    """Entities of one feed in one worker's hands; only ids travel.

    token: names the claim. changed_at: the oldest change in it (UTC), if known.
    """

    feed: str
    token: str
    entities: Mapping[int, Claimed]
    reason: str = ""
    changed_at: datetime | None = None

    @property
    def ids(self) -> list[int]:
        """The entity ids, ascending."""
        return sorted(self.entities)


@dataclass(frozen=True, slots=True)
class Claim:
    """What is asked for: so many entities of a feed and priority, for so long, under this token."""

    feed: str
    priority: Priority
    limit: int
    token: str
    seconds: float


def claim(connection: sa.Connection, own: OwnTables, wanted: Claim) -> Batch | None:
    """Take the oldest due entities; None where others took them all."""
    pending = own.pending.c
    query = (
        sa.select(
            pending.entity_id, pending.revision, pending.force, pending.reason, pending.changed_at
        )
        .where(pending.feed == wanted.feed, pending.claimed_by == "", is_due(pending.due_at))
        .where(pending.priority == int(wanted.priority))
        .order_by(pending.queued_at, pending.entity_id)
        .limit(wanted.limit)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(query).all()
    if not rows:
        return None
    mine = (pending.feed == wanted.feed, pending.entity_id.in_([row.entity_id for row in rows]))
    until = {"claimed_by": wanted.token, "claimed_until": later(wanted.seconds)}
    connection.execute(sa.update(own.pending).where(*mine).values(until))
    return Batch(
        wanted.feed,
        wanted.token,
        {row.entity_id: Claimed(row.entity_id, row.revision, Force(row.force)) for row in rows},
        rows[0].reason,
        min((row.changed_at for row in rows if row.changed_at), default=None),
    )


def extend(connection: sa.Connection, own: OwnTables, token: str, seconds: float) -> bool:
    """Hold a claim for longer; False where nothing of it is left."""
    pending = own.pending
    held = connection.scalar(
        sa.select(sa.func.count()).select_from(pending).where(pending.c.claimed_by == token)
    )
    if held:
        until = sa.update(pending).where(pending.c.claimed_by == token)
        connection.execute(until.values(claimed_until=later(seconds)))
    return bool(held)


def held_revisions(connection: sa.Connection, own: OwnTables, batch: Batch) -> dict[int, int]:
    """The present revision of each entity that the batch still holds; the rows are locked."""
    pending = own.pending.c
    query = (
        sa.select(pending.entity_id, pending.revision)
        .where(pending.feed == batch.feed, pending.entity_id.in_(batch.ids))
        .where(pending.claimed_by == batch.token)
        .with_for_update()
    )
    return {row.entity_id: row.revision for row in connection.execute(query)}


def held_by_others(
    connection: sa.Connection, own: OwnTables, batch: Batch, ids: Collection[int]
) -> set[int]:
    """Which of these entities another worker holds at the moment.

    One whose time is over may still record what it sent, until its claim is given back.
    """
    pending = own.pending.c
    query = sa.select(pending.entity_id).where(
        pending.feed == batch.feed,
        pending.entity_id.in_(sorted(ids)),
        pending.claimed_by.not_in(["", batch.token]),
    )
    return set(connection.scalars(query)) if ids else set()


def finish(
    connection: sa.Connection,
    own: OwnTables,
    batch: Batch,
    done: Collection[int],
    delay_seconds: float,
) -> None:
    """Drop what is done and was not changed meanwhile; let go of the rest, due after a while."""
    pending = own.pending.c
    finished = [(entity_id, batch.entities[entity_id].revision) for entity_id in sorted(done)]
    if finished:
        connection.execute(
            sa.delete(own.pending).where(
                pending.feed == batch.feed,
                pending.claimed_by == batch.token,
                sa.tuple_(pending.entity_id, pending.revision).in_(finished),
            )
        )
    release(connection, own, [batch.token], delay_seconds)


def release(
    connection: sa.Connection, own: OwnTables, tokens: Collection[str], delay_seconds: float = 0.0
) -> int:
    """Give claimed rows back, due after a while; how many there were."""
    free = {"claimed_by": "", "claimed_until": None, "due_at": later(delay_seconds)}
    freed = sa.update(own.pending).where(own.pending.c.claimed_by.in_(list(tokens))).values(free)
    return connection.execute(freed).rowcount if tokens else 0


def release_expired(connection: sa.Connection, own: OwnTables, longest_seconds: float) -> int:
    """Give back what dead workers had claimed, nobody for longer; how many rows that were."""
    pending = own.pending.c
    free = {"claimed_by": "", "claimed_until": None}
    is_expired = is_due(pending.claimed_until, longest_seconds)
    expired = sa.update(own.pending).where(pending.claimed_by != "", is_expired)
    return connection.execute(expired.values(free)).rowcount


def claim_tokens(connection: sa.Connection, own: OwnTables) -> set[str]:
    """The tokens of all claims there are."""
    claimed = own.pending.c.claimed_by
    return set(connection.scalars(sa.select(claimed).where(claimed != "").distinct()))
