"""Compares feeds with what is recorded at each destination, and tells what has drifted."""

from __future__ import annotations

import datetime as dt
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import orjson

from daemon.core.drift import Comparison, Excuse, Kind, Suspect, Totals
from daemon.core.feed import Feed
from daemon.database.items import destination_id, read_times
from daemon.database.pending import Cause, Priority, enqueue
from daemon.sync import worker
from daemon.sync.context import Context
from daemon.sync.dry_run import Workforce

DRIFTED = Cause("verify", Priority.RECOVERY)
CULPRITS = 20
"""So many are named of each feed and destination; all are counted."""

SUSPECTS = 500
"""So many suspects wait to be looked at again; that bounds memory, whatever has drifted."""

Examine = Callable[[Sequence[int]], dict[str, Comparison]]
"""Builds entities and compares them: one comparison per destination, by its name."""

Suspects = dict[tuple[str, str], Suspect]
"""By destination and feed_id."""


@dataclass(frozen=True, slots=True)
class Culprit:
    """An item that has drifted.

    key: what people know its entity by. identity: the fields that a tombstone of it would carry.
    recorded_at: when the destination was last told of it (UTC), None for never.
    """

    feed: str
    destination: str
    kind: Kind
    key: str
    entity_id: int
    identity: dict[str, object]
    recorded_at: dt.datetime | None


@dataclass
class Findings:
    """What a comparison of one feed has come to so far.

    totals: by destination. repaired: entities that were made pending.
    """

    totals: dict[str, Totals]
    culprits: list[Culprit] = field(default_factory=list)
    repaired: int = 0

    def add(self, destination: str, totals: Totals) -> None:
        """Count more items of a destination."""
        self.totals[destination] = self.totals.get(destination, Totals()) + totals


@dataclass(frozen=True)
class Verification:
    """How a feed is compared: who builds, how many entities at once, and whether it is put right.

    examine: looks at suspects again, in a moment that is later than the first.
    """

    context: Context
    feed: Feed
    examine: Examine
    batch_entities: int
    repairs: bool

    def run(self, examined: Iterable[dict[str, Comparison]]) -> Findings:
        """Take in what batches came to, look at suspects again, and put right what has drifted."""
        names = (one.name for one in self.context.taking(self.feed.name))
        findings = Findings({name: Totals() for name in names})
        suspects: Suspects = {}
        for comparisons in examined:
            for name, one in comparisons.items():
                findings.add(name, Totals(one.equal, excused=one.excused))
                suspects |= {(name, each.feed_id): each for each in one.suspects}
            if len(suspects) >= SUSPECTS:
                self._settle(findings, suspects)
                suspects = {}
        self._settle(findings, suspects)
        return findings

    def _settle(self, findings: Findings, suspects: Suspects) -> None:
        """Count suspects that still are some as drift, and the others as changed meanwhile."""
        again = self._look_again(suspects)
        drifted = {key: again[key] for key in suspects if key in again}
        for (name, _), one in drifted.items():
            findings.add(name, Totals(drifted=Counter([one.kind])))
        for name, _ in suspects.keys() - drifted.keys():
            findings.add(name, Totals(excused=Counter([Excuse.CHANGED])))
        findings.culprits += self._culprits(drifted, room_left(findings))
        if drifted and self.repairs:
            ids = {one.entity_id for one in drifted.values()}
            context = self.context
            findings.repaired += context.transact(
                enqueue, context.own, self.feed.name, ids, DRIFTED
            )

    def _look_again(self, suspects: Suspects) -> Suspects:
        ids = sorted({one.entity_id for one in suspects.values()})
        size = self.batch_entities
        found: Suspects = {}
        for chunk in (ids[start : start + size] for start in range(0, len(ids), size)):
            for name, comparison in self.examine(chunk).items():
                found |= {(name, one.feed_id): one for one in comparison.suspects}
        return found

    def _culprits(self, drifted: Suspects, room: dict[str, int]) -> Iterator[Culprit]:
        """The first of these of each destination, as people know them."""
        for destination in self.context.taking(self.feed.name):
            mine = [one for (name, _), one in drifted.items() if name == destination.name]
            shown = mine[: room[destination.name]]
            times = self._times(destination.name, destination.environment, shown)
            for one in shown:
                identity = orjson.loads(one.minimal)
                key = str(identity.get(self.feed.natural_key, one.entity_id))
                yield Culprit(
                    feed=self.feed.name,
                    destination=destination.name,
                    kind=one.kind,
                    key=key,
                    entity_id=one.entity_id,
                    identity=identity,
                    recorded_at=times.get(one.feed_id),
                )

    def _times(
        self, name: str, environment: str, shown: Sequence[Suspect]
    ) -> dict[str, dt.datetime]:
        own, keys = self.context.own, {one.feed_id for one in shown}
        if not keys:
            return {}
        with self.context.engine.begin() as connection:
            number = destination_id(connection, own, name, environment)
            return read_times(connection, own.items[self.feed.name], number, keys)


def room_left(findings: Findings) -> dict[str, int]:
    """How many culprits can still be named, by destination."""
    named = Counter(one.destination for one in findings.culprits)
    return {name: max(0, CULPRITS - named[name]) for name in findings.totals}


def verification(
    context: Context, workforce: Workforce, feed: Feed, *, repairs: bool
) -> Verification:
    """A comparison whose suspects are looked at again by the workers."""

    def again(ids: Sequence[int]) -> dict[str, Comparison]:
        return workforce.executor.submit(worker.compare, feed.name, ids).result()

    return Verification(context, feed, again, workforce.batch_entities, repairs)


def comparisons(
    workforce: Workforce, feed: Feed, windows: Iterable[list[int]]
) -> Iterator[dict[str, Comparison]]:
    """What each window of entities came to, a bounded number of them in the workers' hands."""
    running: deque[Future[dict[str, Comparison]]] = deque()
    for ids in windows:
        running.append(workforce.executor.submit(worker.compare, feed.name, ids))
        if len(running) >= workforce.at_once:
            yield running.popleft().result()
    while running:
        yield running.popleft().result()
