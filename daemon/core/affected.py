"""From changes to what they affect: which feeds, by which edge, which ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from changelog_triggers.model import COARSE
from daemon.core.feed import Edge, Feed


@dataclass(frozen=True, slots=True)
class Change:
    """A row of a changelog.

    version: its number; given when the row was written, seen when its transaction was committed.
    source: the subscribed table that the change was made in.
    changed_at: when, by the server's clock (UTC).
    """

    version: int
    entity_id: int | str
    source: str
    attribute_id: int | None
    changed_at: datetime

    @property
    def is_coarse(self) -> bool:
        """True where it stands for every entity of the changelog."""
        return self.source.endswith(COARSE)

    @property
    def table(self) -> str:
        """The subscribed table."""
        return self.source.removesuffix(COARSE)


@dataclass(frozen=True, slots=True)
class Affected:
    """Entities of a feed that an edge makes stale.

    ids: of the edge's changelog; empty where the whole feed is stale.
    """

    feed: Feed
    edge: Edge
    ids: tuple[int | str, ...]
    changed_at: datetime
    is_whole: bool


def affected(
    changes: Sequence[Change],
    edges: Iterable[tuple[Feed, Edge]],
    codes: Mapping[int, str],
) -> list[Affected]:
    """What these changes of one changelog affect, by the feeds' edges on that changelog.

    codes: attribute id → code. A change of an attribute that is not (or no longer) known counts for
    every edge: its values went with it.
    """
    by_table: dict[str, list[Change]] = {}
    for change in changes:
        by_table.setdefault(change.table, []).append(change)
    found = []
    for feed, edge in edges:
        counting = [
            change for change in by_table.get(edge.on.table, ()) if counts(change, edge, codes)
        ]
        if counting:
            found.append(stale(feed, edge, counting))
    return found


def counts(change: Change, edge: Edge, codes: Mapping[int, str]) -> bool:
    """True where the edge's feed reads what was changed."""
    if edge.values is not None and not change.is_coarse and change.entity_id not in edge.values:
        return False
    if edge.attributes is None or change.attribute_id is None:
        return True
    code = codes.get(change.attribute_id)
    return code is None or code in edge.attributes


def stale(feed: Feed, edge: Edge, changes: Sequence[Change]) -> Affected:
    """What these changes make stale by this edge."""
    is_whole = edge.whole or any(change.is_coarse for change in changes)
    return Affected(
        feed,
        edge,
        () if is_whole else tuple(dict.fromkeys(change.entity_id for change in changes)),
        min(change.changed_at for change in changes),
        is_whole,
    )
