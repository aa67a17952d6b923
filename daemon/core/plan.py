"""From what was built and what is recorded to what must be sent: the plan of a batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from daemon.core.item import Built, FeedItem, Unbuildable
from daemon.core.outcome import Decision, Force, Recorded, decide


@dataclass(frozen=True, slots=True)
class Claimed:
    """One pending entity in a worker's hands.

    revision: of the pending row when it was claimed; a higher one by now means a newer change.
    force: what is sent of it whatever the records say.
    """

    entity_id: int
    revision: int
    force: Force = Force.NONE


@dataclass(frozen=True)
class Standing:
    """What a batch must know of others before it may touch an identity.

    busy: entities that another living worker holds at the moment.
    outdated: claimed entities that have changed again since they were claimed.
    heirs: feed_id → the living entity that owns the identity of a vanished item now.
    """

    busy: Collection[int] = frozenset()
    outdated: Collection[int] = frozenset()
    heirs: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Plan:
    """What a batch does at one destination.

    send: items to send. tombstones: recorded items to delete there. unchanged: how many identities
    stay as they are. unbuildable: items that exist but can't be built. forget: identities that were
    never sent and are gone. inherited: vanished identities that pass to another entity, with its
    id. kept: identities that a claimed entity has now in place of the recorded one, with its id;
    the content is the same, or can't be built.
    deferred: entities left pending, since an identity of theirs is in another worker's hands.
    restored: items with a held deletion that exist again as they were; only recorded.
    held: tombstones that wait to be confirmed, since there are too many of them (see `brake`).
    """

    send: tuple[FeedItem, ...]
    tombstones: tuple[Recorded, ...]
    unchanged: int
    unbuildable: tuple[Unbuildable, ...]
    forget: tuple[str, ...]
    inherited: tuple[tuple[str, int], ...]
    deferred: frozenset[int]
    kept: tuple[tuple[str, int], ...] = ()
    restored: tuple[FeedItem, ...] = ()
    held: tuple[Recorded, ...] = ()


def contested(built: Iterable[Built], recorded: Mapping[str, Recorded]) -> dict[str, int]:
    """The identities that another entity owns by the records: feed_id → that entity."""
    return {
        one.feed_id: recorded[one.feed_id].entity_id
        for one in built
        if one.feed_id in recorded and recorded[one.feed_id].entity_id != one.entity_id
    }


def vanished(
    built: Collection[str],
    unbuildable: Iterable[Unbuildable],
    claimed: Mapping[int, Claimed],
    recorded: Mapping[str, Recorded],
) -> list[Recorded]:
    """Recorded items of the claimed entities that were not built.

    Nothing of an entity that has an unbuildable item is taken for gone, but where it is a double.
    """
    faults = tuple(unbuildable)
    spared = {fault.entity_id for fault in faults if not fault.is_double}
    kept = {*built, *(fault.feed_id for fault in faults)}
    return [
        row
        for row in recorded.values()
        if row.feed_id not in kept and row.entity_id in claimed and row.entity_id not in spared
    ]


def plan(
    built: Iterable[Built],
    recorded: Mapping[str, Recorded],
    claimed: Mapping[int, Claimed],
    standing: Standing,
) -> Plan:
    """Decide for every identity of the claimed entities; see `outcome.decide`.

    An identity that the records give to another entity is taken over only while nobody holds that
    entity and the claimed one has not changed again; else the claimed entity is deferred: what is
    sent for one identity goes out in order, whoever built it. Where the old owner is done with, the
    identity passes to the one that waits: somebody must delete it, should that one lose it again.
    What is gone of an entity that has changed again may have been passed to it since it was built;
    the next build of it tells.
    """
    items: dict[str, FeedItem] = {}
    unbuildable: list[Unbuildable] = []
    for one in built:
        if isinstance(one, FeedItem):
            items[one.feed_id] = one
        else:
            unbuildable.append(one)
    existing: list[Built] = [*unbuildable, *items.values()]
    present = {one.feed_id: one.entity_id for one in existing}
    owners = contested(existing, recorded)
    deferred = frozenset(
        present[feed_id]
        for feed_id, owner in owners.items()
        if owner in standing.busy or present[feed_id] in standing.outdated
    )
    waiting = tuple(
        (feed_id, present[feed_id])
        for feed_id, owner in owners.items()
        if present[feed_id] in deferred and owner in claimed.keys() - deferred
    )
    items = {key: item for key, item in items.items() if item.entity_id not in deferred}
    living = [
        (item, judged(item, recorded.get(item.feed_id), claimed.get(item.entity_id)))
        for item in items.values()
    ]
    gone = [
        row
        for row in vanished(present.keys(), unbuildable, claimed, recorded)
        if row.entity_id not in deferred and row.entity_id not in standing.outdated
    ]
    left_alone = {item.feed_id for item, it in living if it is Decision.UNCHANGED}
    left_alone |= {fault.feed_id for fault in unbuildable}
    heirs = standing.heirs or {}
    decisions = [(row, judged(None, row, claimed[row.entity_id])) for row in gone]
    inherited = tuple((row.feed_id, heirs[row.feed_id]) for row in gone if row.feed_id in heirs)
    passed = {feed_id for feed_id, _ in inherited}
    tombstones = tuple(
        row for row, it in decisions if it is Decision.TOMBSTONE and row.feed_id not in passed
    )
    return Plan(
        send=tuple(item for item, it in living if it is Decision.SEND),
        tombstones=tombstones,
        unchanged=sum(it is not Decision.SEND for _, it in living)
        + sum(it is Decision.UNCHANGED for _, it in decisions),
        unbuildable=tuple(fault for fault in unbuildable if fault.entity_id not in deferred),
        forget=tuple(
            row.feed_id
            for row, it in decisions
            if it is Decision.FORGET and row.feed_id not in passed
        ),
        inherited=(*inherited, *waiting),
        deferred=deferred,
        kept=tuple(
            (feed_id, present[feed_id])
            for feed_id in owners
            if feed_id in left_alone and present[feed_id] not in deferred
        ),
        restored=tuple(item for item, it in living if it is Decision.RESTORE),
    )


def judged(item: FeedItem | None, recorded: Recorded | None, claimed: Claimed | None) -> Decision:
    """What becomes of an identity: all that is ordered of its entity, or is due again, is sent
    whatever the records say.
    """
    force = claimed.force if claimed is not None else Force.NONE
    if recorded is not None and recorded.is_due_again:
        force = Force.ALL
    return decide(item, recorded, force=force)
