"""How fast feeds are built, and in how much memory: dry runs, which send and record nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.feeds import measure_feeds
from benchmarks.figures import Figure, at_least, at_most, under
from benchmarks.machine import Memory, Spent, lines_in, run_command
from benchmarks.place import Place
from benchmarks.reference import BIG, LUMA, TAKEN_AT, is_there, load_dump

PRODUCTS_PER_SECOND = 7000
PEAK_MIB = 200
GROWTH = 1.15
"""How much more memory four times the products may take: as good as none."""

COMPUTED = "bound: two cores without other work, by CPU per item"


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
    yield seen(many.spent, product_figures(many, note, "build.workers"))
    growth = many.memory.largest / few.memory.largest
    note = f"{place.size.products:,} against {place.size.few:,} products"
    yield seen(few.spent, [Figure("build.memory.growth", growth, "x", at_most(GROWTH), note)])
    yield from measure_feeds(place, place.settings("feeds", large), "sample", {})
    yield from beside_reference(place)


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


def beside_reference(place: Place) -> Iterator[list[Figure]]:
    """The same on the reference's shops, where they are at hand, and every feed beside its figures.

    Of the large one, products with workers too.
    """
    for name, known in (("big", BIG), ("luma", LUMA)):
        if is_there(name):
            url = load_dump(place, name)
            config = place.settings(name, url, now=TAKEN_AT)
            if name == "big":
                yield from big_products(place, url)
            yield from measure_feeds(place, config, name, known)


def big_products(place: Place, url: str) -> Iterator[list[Figure]]:
    """Products of the large dump in worker processes, beside what the reference needs for it."""
    built, known = build_products(place, "big-products", url), BIG["products"]
    name, note = "build.big.workers", f"large dump, {built.items:,} product items"
    speed, cost = built.per_second / known.per_second, known.cpu_micros / built.cpu_micros
    yield seen(
        built.spent,
        [
            *product_figures(built, note, name),
            Figure(f"{name}.speed", speed, "x", at_least(20), "against the reference's one thread"),
            Figure(f"{name}.cost", cost, "x", at_least(10), "reference's CPU against ours"),
        ],
    )


def seen(spent: Spent, figures: list[Figure]) -> list[Figure]:
    """The figures, under the load in which they were measured."""
    return under(figures, spent.load, spent.others)
