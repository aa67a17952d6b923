"""The destination behind HTTP: JSON arrays to a route per feed."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from daemon.core.delivery import Gate, Outgoing, Result, Verdict, withheld
from daemon.core.health import USUAL_CARE, Care, Cost
from daemon.destination.bodies import array, cut, finished, too_large, without_nul
from daemon.destination.client import Client
from daemon.destination.payload_log import PayloadLog
from daemon.destination.reply import Answer, Reply, answer_of
from daemon.destination.retry import Unreached, Withheld
from daemon.destination.routes import Route
from daemon.destination.settle import Numbers, settled


def utc_now() -> dt.datetime:
    """This moment."""
    return dt.datetime.now(dt.UTC)


@dataclass
class HttpDestination:
    """Sends feeds over HTTP. See `daemon.core.delivery.Destination`.

    route: feed → how it is sent, None where it is off.
    payload_log: where requests are written down, None for nowhere.
    clock: the moment that tombstones and wrapped items are stamped with.
    """

    name: str
    environment: str
    route: Callable[[str], Route | None]
    client: Client
    care: Care = USUAL_CARE
    payload_log: PayloadLog | None = None
    clock: Callable[[], dt.datetime] = utc_now

    def takes(self, feed: str) -> bool:
        """True where the feed has a route."""
        return self.route(feed) is not None

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

        def ask(numbers: Numbers) -> Answer:
            body = array([bodies[number] for number in numbers])
            began = time.monotonic()
            attempt = self.client.post(route.url, body, Cost(len(numbers), len(body)), gate)
            if self.payload_log:
                seconds = time.monotonic() - began
                self.payload_log.note(feed, route.url, body, attempt, seconds)
            if isinstance(attempt, Reply):
                return answer_of(attempt, len(numbers))
            return Answer((not_sent(attempt),) * len(numbers), stops=True)

        results = settled(cut(list(bodies.items()), route.most_items, route.most_bytes), ask)
        return [results[n] if isinstance(p, bytes) else p for n, p in enumerate(prepared)]

    def close(self) -> None:
        """Let go of the connections; a wait between two attempts ends at once."""
        self.client.close()


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
        body = finished(item, route.envelope, route.time_field, now)
    except ValueError as error:
        return Result(Verdict.REFUSED, f"not sent, its body can't be read as JSON: {error}")
    try:
        body = without_nul(body, route.nul)
    except ValueError as error:
        return Result(Verdict.REFUSED, f"not sent: {error}; see the setting nul")
    if too_large(body, route.most_bytes):
        limit = f"batch_bytes is {route.most_bytes:,}"
        return Result(Verdict.REFUSED, f"not sent, it has {len(body):,} bytes; {limit}")
    return body


def no_route(name: str, feed: str) -> Result:
    """The result of what is sent to nowhere."""
    return Result(Verdict.FAILED, f"{name} has no route for {feed}; set routes.{feed}")
