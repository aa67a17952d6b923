"""How fast a first full resync is, from the shop to the receiver."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, under
from benchmarks.machine import run_command
from benchmarks.place import Place
from daemon.sandbox.receiver import Receiver


def measure(place: Place) -> Iterator[list[Figure]]:
    """Items per second of every feed together: built, sent, taken and recorded, by two workers."""
    url = place.shop(place.size.few)
    with Receiver() as receiver, place.installed("sync", url, receiver.url) as config:
        meter = place.meter()
        run_command(config, "resync", "--all")
        spent = meter.read()
        items = len(receiver.log())
    note = f"{place.size.few:,} products, {items:,} items, receiver on the same cores"
    cost = (spent.own_cpu + spent.server_cpu) / items * 1e6
    figures = [
        Figure("sync.first", items / spent.seconds, "items/s", note=note),
        Figure("sync.first.cpu", cost, "µs/item", note="all processes, server and receiver"),
    ]
    yield under(figures, spent.load, spent.others)
