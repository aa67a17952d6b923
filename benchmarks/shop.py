"""How long a sample shop takes to make."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, under
from benchmarks.place import Place


def measure(place: Place) -> Iterator[list[Figure]]:
    """Seconds for the large sample shop."""
    products = place.size.products
    place.shop(products)
    spent = place.made[products]
    note = f"{products:,} products, 3 store views"
    yield under([Figure("shop.create", spent.seconds, "s", note=note)], spent.load, spent.others)
