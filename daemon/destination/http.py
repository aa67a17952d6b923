"""The destination behind HTTP: JSON arrays to a route per feed."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from daemon.core.delivery import Gate, Outgoing, Result, Verdict, withheld
from daemon.core.health import USUAL_CARE, Care, Cost
from daemon.core.translation import Translation
from daemon.destination.bodies import array, cut, finished, named, too_large, without_nul
from daemon.destination.client import Client
from daemon.destination.payload_log import PayloadLog
from daemon.destination.reply import Answer, Reply, answer_of
from daemon.destination.retry import Unreached, Withheld
from daemon.destination.routes import Route
from daemon.destination.settle import Numbers, settled

SMALLER = 4
"""By what a request is smaller for each time that its items have failed."""


def utc_now() -> dt.datetime:
    """This moment."""
    return dt.datetime.now(dt.UTC)


@dataclass
class HttpDestination:
    """Sends feeds over HTTP. See `daemon.core.delivery.Destination`.

    route: feed → how it is sent, None where it is off.
    payload_log: where requests are written down, None for nowhere.
    translations: feed → how its items are translated, None where they are not.
    clock: the moment that tombstones and wrapped items are stamped with.
    """

    name: str
    environment: str
    route: Callable[[str], Route | None]
    client: Client
    care: Care = USUAL_CARE
    payload_log: PayloadLog | None = None
    clock: Callable[[], dt.datetime] = utc_now
    translations: Callable[[str], Translation | None] = lambda _: None

    def takes(self, feed: str) -> bool:
        """True where the feed has a route."""
        return self.route(feed) is not None

    def translation(self, feed: str) -> Translation | None:
        """How it knows the items of a feed."""
        return self.translations(feed)

    def bodies(self, feed: str, items: Sequence[Outgoing]) -> list[bytes | Result]:
        """Each item as it would be sent, or the refusal of one that can't be."""
        route = self.route(feed)
        if route is None:
            return [no_route(self.name, feed)] * len(items)
        return prepare(items, route, self.clock())

    def deliver(self, feed: str, items: Sequence[Outgoing], gate: Gate) -> list[Result]:
        """Send the items, in as many requests as the limits ask for; one result per item, in order.

        Raises:
            Exception: whatever the gate raises; nothing else.
        """
        route = self.route(feed)
        if route is None:
            return [no_route(self.name, feed)] * len(items)
        prepared = prepare(items, route, self.clock())
        bodies = {n: body for n, body in enumerate(prepared) if isinstance(body, bytes)}
        unanswered: set[int] = set()

        def ask(numbers: Numbers) -> Answer:
            body = array([bodies[number] for number in numbers])
            url = url_of(items[numbers[0]], route)
            began = time.monotonic()
            posted = self.client.post(url, body, Cost(len(numbers), len(body)), gate)
            if posted.is_unanswered:
                unanswered.update(numbers)
            if self.payload_log:
                seconds = time.monotonic() - began
                self.payload_log.note(feed, url, body, posted.last, seconds)
            if isinstance(posted.last, Reply):
                return answer_of(posted.last, len(numbers))
            return Answer((not_sent(posted.last),) * len(numbers), stops=True)

        results = settled(requests_of(items, bodies, route), ask)
        return [
            replace(results[n], is_unanswered=n in unanswered) if isinstance(p, bytes) else p
            for n, p in enumerate(prepared)
        ]

    def close(self) -> None:
        """Let go of the connections; a wait between two attempts ends at once."""
        self.client.close()


def requests_of(
    items: Sequence[Outgoing], bodies: Mapping[int, bytes], route: Route
) -> Iterator[Numbers]:
    """The requests of one delivery, by the items' numbers, in the order they are made.

    Where deletions have a route of their own they go first, the last by their text before the
    others: a deletion may take along what lies below it, so what lies deepest goes before that, and
    what is created at the same time comes after both. What has failed before goes after the others
    in ever smaller requests, and alone in the end: one of them may be what the service fails at.
    """
    numbered = list(bodies.items())
    if route.deletion is not None:
        gone = [pair for pair in numbered if items[pair[0]].is_tombstone]
        gone.sort(key=lambda pair: pair[1], reverse=True)
        yield from cut(gone, route.most_items, route.most_bytes)
        numbered = [pair for pair in numbered if not items[pair[0]].is_tombstone]

    def attempts(pair: tuple[int, bytes]) -> int:
        return items[pair[0]].attempts

    for failed, group in groupby(sorted(numbered, key=attempts), key=attempts):
        most_items = max(1, route.most_items // SMALLER**failed)
        yield from cut(list(group), most_items, route.most_bytes)


def url_of(item: Outgoing, route: Route) -> str:
    """Where the item goes."""
    return route.deletion.url if item.is_tombstone and route.deletion else route.url


def not_sent(attempt: Unreached | Withheld) -> Result:
    """The result of items for which no reply was had."""
    if isinstance(attempt, Withheld):
        return withheld(attempt.seconds)
    return Result(Verdict.FAILED, attempt.reason)


def prepare(items: Sequence[Outgoing], route: Route, now: dt.datetime) -> list[bytes | Result]:
    """For each item its finished body, or the refusal of one that can't be sent at all."""
    return [prepare_one(item, route, now) for item in items]


def prepare_one(item: Outgoing, route: Route, now: dt.datetime) -> bytes | Result:
    """The finished body of one item, or why it can't be sent."""
    try:
        body = (
            named(item, route.deletion.fields)
            if item.is_tombstone and route.deletion
            else finished(item, route.envelope, route.time_field, now)
        )
    except ValueError as error:
        return Result(Verdict.REFUSED, f"not sent, its body can't be made: {error}")
    try:
        body = without_nul(body, route.nul)
    except ValueError as error:
        return Result(Verdict.REFUSED, f"not sent: {error}; see the setting nul")
    if route.item_bytes is not None and len(body) > route.item_bytes:
        limit = f"the destination takes {route.item_bytes:,} of one"
        return Result(Verdict.REFUSED, f"not sent, it has {len(body):,} bytes; {limit}")
    if too_large(body, route.most_bytes):
        limit = f"batch_bytes is {route.most_bytes:,}"
        return Result(Verdict.REFUSED, f"not sent, it has {len(body):,} bytes; {limit}")
    return body


def no_route(name: str, feed: str) -> Result:
    """The result of what is sent to nowhere."""
    return Result(Verdict.FAILED, f"{name} has no route for {feed}; set routes.{feed}")
