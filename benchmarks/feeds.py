"""What every feed costs to build, in a process of its own that does nothing else."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.figures import Figure, at_least, under
from benchmarks.machine import MEBIBYTE, Meter, Spent
from benchmarks.place import Place, app_of
from benchmarks.reference import Reference
from daemon.sync.dry_run import Workforce, dry_run
from daemon.sync.executor import make_executor

ROUNDS = 3
TIMES_FASTER, PRODUCTS_TIMES_FASTER = 8, 20


@dataclass(frozen=True, slots=True)
class Built:
    """The cheapest of some dry runs of a feed.

    peak_mib: resident memory of the process at its peak.
    """

    items: int
    spent: Spent
    peak_mib: float

    @property
    def per_second(self) -> float:
        """Items per second."""
        return self.items / self.spent.seconds

    def micros(self, seconds: float) -> float:
        """Microseconds per item."""
        return seconds / max(1, self.items) * 1e6


def measure_feeds(
    place: Place, config: Path, shop: str, reference: Mapping[str, Reference]
) -> Iterator[list[Figure]]:
    """The figures of every feed that has items in this shop."""
    with app_of(config) as app:
        names = [feed.name for feed in app.preview_context.feeds]
    fresh = multiprocessing.get_context("spawn")
    for name in names:
        with ProcessPoolExecutor(1, mp_context=fresh) as executor:
            built = executor.submit(build_alone, config, name, place.process.pid).result()
        if built.items:
            figures = figures_of(f"build.{shop}.{name}", built, reference.get(name))
            yield under(figures, built.spent.load, built.spent.others)


def build_alone(config: Path, name: str, server: int) -> Built:
    """Build a feed some times in this process. server: process id of the database."""
    runs = []
    with app_of(config) as app, tempfile.TemporaryDirectory() as output:
        context = app.preview_context
        feed = context.feed[name]
        executor = make_executor("inline", 1, lambda: context)
        workforce = Workforce(executor, app.pace.entities(feed), 1)
        for _ in range(ROUNDS):
            meter = Meter(psutil.Process(server))
            items = dry_run(context, workforce, feed, Path(output)).items
            runs.append(meter.read())
    cheapest = min(runs, key=lambda spent: spent.own_cpu + spent.server_cpu)
    return Built(items, cheapest, peak_mib())


def peak_mib() -> float:
    """The most memory that this process ever had resident."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / MEBIBYTE


def figures_of(name: str, built: Built, reference: Reference | None) -> list[Figure]:
    """Speed and cost of a feed; beside the reference's, where they are known for this shop."""
    spent = built.spent
    own, server = built.micros(spent.own_cpu), built.micros(spent.server_cpu)
    figures = [
        Figure(
            name,
            built.per_second,
            "items/s",
            note=f"{built.items:,} items, one process, {built.peak_mib:.0f} MiB at its peak",
        ),
        Figure(
            f"{name}.cpu",
            own + server,
            "µs/item",
            note=f"{own:.1f} process, {server:.1f} server",
        ),
    ]
    if reference is None:
        return figures
    times = PRODUCTS_TIMES_FASTER if name.endswith(".products") else TIMES_FASTER
    return [
        *figures,
        Figure(
            f"{name}.speed",
            built.per_second / reference.per_second,
            "x",
            at_least(times),
            f"reference: {reference.per_second:,.0f} items/s",
        ),
        Figure(
            f"{name}.cost",
            reference.cpu_micros / (own + server),
            "x",
            note=f"reference: {reference.cpu_micros:,.0f} µs/item; so many times as much",
        ),
    ]
