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
from daemon.sync.worker import set_aside_what_is_loaded

AT_LEAST_SECONDS = 2.0
"""A feed is built so often that it takes as long: processor time is counted in hundredths."""

TIMES_FASTER, PRODUCTS_TIMES_FASTER = 8, 20


@dataclass(frozen=True, slots=True)
class Built:
    """Some dry runs of a feed.

    items: of one run. peak_mib: resident memory of the process at its peak.
    """

    items: int
    runs: int
    spent: Spent
    peak_mib: float

    def micros(self, seconds: float) -> float:
        """Microseconds per item."""
        return seconds / (self.items * self.runs) * 1e6


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
    """Build a feed again and again in this process, at first to warm up.

    server: process id of the database.
    """
    with app_of(config) as app, tempfile.TemporaryDirectory() as output:
        context = app.preview_context
        feed = context.feed[name]
        executor = make_executor("inline", 1, lambda: context)
        workforce = Workforce(executor, app.pace.entities(feed), 1)
        items = dry_run(context, workforce, feed, Path(output)).items
        set_aside_what_is_loaded()
        meter, runs = Meter(psutil.Process(server)), 0
        while (spent := meter.read()).seconds < AT_LEAST_SECONDS:
            dry_run(context, workforce, feed, Path(output))
            runs += 1
    return Built(items, runs, spent, peak_mib())


def peak_mib() -> float:
    """The most memory that this process ever had resident."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / MEBIBYTE


def figures_of(name: str, built: Built, reference: Reference | None) -> list[Figure]:
    """Speed and cost of a feed; beside the reference's, where they are known for this shop.

    The speed is that of processor time: process and server take turns, so that a machine where
    nothing else runs is as fast; `.clock` is what this machine made of it.
    """
    spent = built.spent
    own, server = built.micros(spent.own_cpu), built.micros(spent.server_cpu)
    rate = 1e6 / (own + server)
    memory = f"{built.items:,} items, one process, {built.peak_mib:.0f} MiB at its peak"
    parts = f"{own:.1f} process, {server:.1f} server"
    figures = [
        Figure(name, rate, "items/CPU s", note=memory),
        Figure(f"{name}.clock", 1e6 / built.micros(spent.seconds), "items/s"),
        Figure(f"{name}.cpu", own + server, "µs/item", note=parts),
    ]
    if reference is None:
        return figures
    times = PRODUCTS_TIMES_FASTER if name.endswith(".products") else TIMES_FASTER
    return [
        *figures,
        Figure(
            f"{name}.speed",
            rate / reference.per_second,
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
