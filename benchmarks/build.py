"""How fast feeds are built, and in how much memory: dry runs, which send and record nothing."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, at_least, at_most, under
from benchmarks.machine import Memory, Spent, lines_in, run_command
from benchmarks.place import Place, app_of
from daemon.sync.dry_run import Workforce, dry_run
from daemon.sync.executor import make_executor

BIG = Path(__file__).resolve().parents[2] / "shared" / "gold" / "big.sql.gz"
"""A dump of a large shop that the reference's figures were taken on; not everybody has it."""

PRODUCTS_PER_SECOND = 7000
PEAK_MIB = 200
GROWTH = 1.15
"""How much more memory four times the products may take: as good as none."""

COMPUTED = "bound: two cores without other work, by CPU per item"

REFERENCE = {
    "products": (76_810, 232.0, 201.0),
    "prices": (48_842, 7.8, 7.3),
    "variants": (18_470, 7.3, 6.5),
    "inventoryStockStatus": (27_138, 5.1, 4.9),
}
"""Of the reference on that dump, one thread: items, seconds, CPU seconds with the server's."""


@dataclass(frozen=True, slots=True)
class Built:
    """A dry run of the products feed through the command line."""

    items: int
    spent: Spent
    memory: Memory

    @property
    def per_second(self) -> float:
        """Items per second, start of the processes included."""
        return self.items / self.spent.seconds

    @property
    def cpu_micros(self) -> float:
        """Processor microseconds per item, those of the server included."""
        return (self.spent.own_cpu + self.spent.server_cpu) / self.items * 1e6


def measure(place: Place) -> Iterator[list[Figure]]:
    """Products in worker processes, memory on two sizes of shop, every feed in one process."""
    large, small = place.shop(place.size.products), place.shop(place.size.few)
    few = build_products(place, "build-few", small)
    many = build_products(place, "build", large)
    note = f"sample shop, {place.size.products:,} products, {many.items:,} items"
    yield seen(many.spent, product_figures(many, note, "build.products"))
    growth = many.memory.largest / few.memory.largest
    note = f"{place.size.products:,} against {place.size.few:,} products"
    yield seen(few.spent, [Figure("build.memory.growth", growth, "x", at_most(GROWTH), note)])
    yield from one_by_one(place, "build", large, "build.one process", "sample shop")
    yield from big(place)


def product_figures(built: Built, note: str, name: str) -> list[Figure]:
    """Speed, cost and memory of a dry run."""
    peak = at_most(PEAK_MIB)
    return [
        Figure(name, built.per_second, "items/s", at_least(PRODUCTS_PER_SECOND), note),
        Figure(f"{name}.two cores", 2e6 / built.cpu_micros, "items/s", note=COMPUTED),
        Figure(f"{name}.cpu", built.cpu_micros, "µs/item", note="all processes and the server"),
        Figure(f"{name}.memory", built.memory.largest, "MiB", peak, "largest process"),
        Figure(f"{name}.memory.all", built.memory.together, "MiB", note="all processes together"),
    ]


def build_products(place: Place, name: str, url: str) -> Built:
    """Build the whole products feed as the command line does it, with two workers."""
    config, output = place.settings(name, url), place.directory / f"{name}.out"
    meter = place.meter()
    memory = run_command(
        config, "resync", "--dry-run", "--feed", "products", "--output", str(output)
    )
    spent = meter.read()
    built = Built(lines_in(output / "products.jsonl"), spent, memory)
    shutil.rmtree(output)
    return built


def one_by_one(
    place: Place, name: str, url: str, prefix: str, where: str
) -> Iterator[list[Figure]]:
    """Items per second of every feed, built in this process alone."""
    output = place.directory / f"{name}.one"
    with app_of(place.settings(name, url)) as app:
        executor = make_executor("inline", 1, lambda: app.preview_context)
        for feed in app.preview_context.feeds:
            workforce = Workforce(executor, feed.batch_entities, 1)
            meter = place.meter()
            done = dry_run(app.preview_context, workforce, feed, output)
            spent = meter.read()
            note = f"{where}, {done.items:,} items"
            rate = done.items / spent.seconds
            yield seen(spent, [Figure(f"{prefix}.{feed.name}", rate, "items/s", note=note)])
    shutil.rmtree(output)


def big(place: Place) -> Iterator[list[Figure]]:
    """The same on the large dump, beside what the reference needs for it."""
    if not BIG.is_file():
        print(f"build: no {BIG.name} beside the checkout; the comparison on it is left out")
        return
    url = place.create_schema("big")
    load_dump(place, "big")
    built = build_products(place, "big", url)
    items, seconds, cpu = REFERENCE["products"]
    yield seen(
        built.spent,
        [
            *product_figures(built, f"large dump, {built.items:,} items", "build.big.products"),
            Figure(
                "build.big.products.speed",
                built.per_second / (items / seconds),
                "x",
                note=f"reference: {items / seconds:,.0f} items/s, one thread, other machine load",
            ),
            Figure(
                "build.big.products.cost",
                cpu / items * 1e6 / built.cpu_micros,
                "x",
                note=f"reference: {cpu / items * 1e6:,.0f} µs/item with its server",
            ),
        ],
    )
    for figures in one_by_one(place, "big", url, "build.big.one process", "large dump"):
        yield [*figures, *beside_reference(figures[0])]


def beside_reference(figure: Figure) -> list[Figure]:
    """How many times as fast as the reference, where its figure is known."""
    feed = figure.name.rpartition(".")[2]
    if feed not in REFERENCE:
        return []
    items, seconds, _ = REFERENCE[feed]
    note = f"reference: {items / seconds:,.0f} items/s"
    ratio = figure.value / (items / seconds)
    state = (figure.load, figure.others)
    return under([Figure(f"{figure.name}.speed", ratio, "x", note=note)], *state)


def load_dump(place: Place, schema: str) -> None:
    """Load the large dump into a schema."""
    command = [
        "mariadb",
        "--no-defaults",
        f"--socket={place.server.directory / 'server.sock'}",
        "--user=shop",
        "--password=shop",
        schema,
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as client, gzip.open(BIG) as dump:
        assert client.stdin is not None  # noqa: S101 — it was asked for
        shutil.copyfileobj(dump, client.stdin, 2**20)
        client.stdin.close()
    if client.returncode:
        raise RuntimeError(f"the dump can't be loaded: mariadb ended with {client.returncode}")


def seen(spent: Spent, figures: list[Figure]) -> list[Figure]:
    """The figures, under the load in which they were measured."""
    return under(figures, spent.load, spent.others)
