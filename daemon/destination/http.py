"""The destination behind HTTP: JSON arrays to a route per feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from daemon.core.delivery import Outgoing, Result, Verdict
from daemon.destination.bodies import array, cut, finished, too_large
from daemon.destination.client import Client
from daemon.destination.reply import Answer, answer_of
from daemon.destination.retry import Unreached
from daemon.destination.routes import Route
from daemon.destination.settle import Numbers, settled


def utc_now() -> dt.datetime:
    """This moment."""
    return dt.datetime.now(dt.UTC)


class HttpDestination:
    """Sends feeds over HTTP. See `daemon.core.delivery.Destination`.

    route: feed → how it is sent, None where it is off.
    clock: the moment that tombstones and wrapped items are stamped with.
    """

    def __init__(
        self,
        name: str,
        environment: str,
        route: Callable[[str], Route | None],
        client: Client,
        clock: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        self.name = name
        self.environment = environment
        self._route = route
        self._client = client
        self._clock = clock

    def takes(self, feed: str) -> bool:
        """True where the feed has a route."""
        return self._route(feed) is not None

    def deliver(
        self, feed: str, items: Sequence[Outgoing], before_request: Callable[[], None]
    ) -> list[Result]:
        """Send the items, in as many requests as the limits ask for; one result per item, in order.

        Raises:
            Exception: whatever `before_request` raises; nothing else.
        """
        route = self._route(feed)
        if route is None:
            return [no_route(self.name, feed)] * len(items)
        prepared = prepare(items, route, self._clock())
        bodies = {n: body for n, body in enumerate(prepared) if isinstance(body, bytes)}

        def ask(numbers: Numbers) -> Answer:
            body = array([bodies[number] for number in numbers])
            attempt = self._client.post(route.url, body, before_request)
            if isinstance(attempt, Unreached):
                return Answer((Result(Verdict.FAILED, attempt.reason),) * len(numbers), stops=True)
            return answer_of(attempt, len(numbers))

        results = settled(cut(list(bodies.items()), route.most_items, route.most_bytes), ask)
        return [results[n] if isinstance(p, bytes) else p for n, p in enumerate(prepared)]

    def close(self) -> None:
        """Let go of the connections; a wait between two attempts ends at once."""
        self._client.close()


def prepare(items: Sequence[Outgoing], route: Route, now: dt.datetime) -> list[bytes | Result]:
    """For each item its finished body, or the refusal of one that can't be sent at all."""
    return [prepare_one(item, route, now) for item in items]


def prepare_one(item: Outgoing, route: Route, now: dt.datetime) -> bytes | Result:
    """The finished body of one item, or why it can't be sent."""
    try:
        body = finished(item, route.envelope, route.time_field, now)
    except ValueError as error:
        return Result(Verdict.REFUSED, f"not sent, its body can't be read as JSON: {error}")
    if too_large(body, route.most_bytes):
        limit = f"batch_bytes is {route.most_bytes:,}"
        return Result(Verdict.REFUSED, f"not sent, it has {len(body):,} bytes; {limit}")
    return body


def no_route(name: str, feed: str) -> Result:
    """The result of what is sent to nowhere."""
    return Result(Verdict.FAILED, f"{name} has no route for {feed}; set routes.{feed}")
