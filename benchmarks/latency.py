"""How long an edit takes from its commit until a destination has accepted the item."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.edits import Change, Committed, commit_paced, latencies, plan_changes
from benchmarks.figures import Figure, at_most, percentile, under
from benchmarks.place import Place, app_of
from benchmarks.running import daemon, is_idle, wait
from daemon.app import App
from daemon.sandbox.receiver import Receiver

PER_SECOND = 50
WARM_UP = 30
TARGET_SECONDS = 1.5
START_SECONDS, ARRIVAL_SECONDS = 900, 30


def measure(place: Place) -> Iterator[list[Figure]]:
    """Median and 99th percentile with the real daemon at its default settings."""
    products = place.size.few if place.size.name == "full" else place.size.products
    url = place.shop(products)
    with (
        Receiver() as receiver,
        place.installed("latency", url, receiver.url) as config,
        app_of(config) as app,
    ):
        with app.context.looking() as (connection, shop):
            changes = list(plan_changes(connection, shop))
        with daemon(config):
            wait(lambda: is_idle(app), START_SECONDS)
            follow(app, receiver, changes[:WARM_UP])
            wanted = changes[WARM_UP : WARM_UP + PER_SECOND * place.size.edits_seconds]
            meter = place.meter()
            committed, log_start = follow(app, receiver, wanted)
        spent = meter.read()
        figures = summary(committed, latencies(committed, receiver.log(log_start)))
    yield under(figures, spent.load, spent.others)


def follow(app: App, receiver: Receiver, changes: Sequence[Change]) -> tuple[list[Committed], int]:
    """Make the changes and wait until all have arrived; they, and where the log began."""
    log = receiver.log()
    start = log[-1].number if log else 0
    committed = list(commit_paced(app.engine, changes, PER_SECOND))
    with contextlib.suppress(TimeoutError):
        wait(
            lambda: None not in latencies(committed, receiver.log(start)).values(),
            ARRIVAL_SECONDS,
        )
    return committed, start


def summary(
    committed: Sequence[Committed], found: Mapping[Committed, float | None]
) -> list[Figure]:
    """Percentiles of those that arrived, how many did not, and how fast edits really came."""
    arrived = [seconds for seconds in found.values() if seconds is not None]
    elapsed = (committed[-1].at - committed[0].at).total_seconds()
    pace = (len(committed) - 1) / elapsed
    note = f"{len(committed):,} edits at {pace:.0f}/s, schedule.sync = 1s"
    return [
        Figure("latency.p50", percentile(arrived, 0.5), "s", note=note),
        Figure("latency.p99", percentile(arrived, 0.99), "s", at_most(TARGET_SECONDS), note),
        Figure("latency.worst", max(arrived), "s", note=note),
        Figure("latency.lost", len(found) - len(arrived), "edits", at_most(0)),
        *(by_feed(feed, found) for feed in sorted({one.feed for one in committed})),
    ]


def by_feed(feed: str, found: Mapping[Committed, float | None]) -> Figure:
    """The 99th percentile of one feed."""
    mine = [value for one, value in found.items() if one.feed == feed and value is not None]
    return Figure(f"latency.p99.{feed}", percentile(mine, 0.99), "s", note=f"{len(mine)} edits")
