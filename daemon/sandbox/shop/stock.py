"""The rows of a product's stock: settings, source items, and what the indexers make of them."""

from __future__ import annotations

from dataclasses import dataclass

from daemon.sandbox.shop.loader import Loader
from daemon.sandbox.shop.product import Product

EU_STOCK = 2
_DEFAULT = (0, 1, 0, 1, 1, 1, 0, 1)
_SPECIAL: dict[int, tuple[int, ...]] = {
    14: (0, 1, 0, 1, 1, 1, 0, 0),
    15: (0, 0, 1, 0, 1, 1, 1, 1),
    16: (3, 0, 0, 1, 2, 0, 1, 1),
    17: (0, 1, 2, 0, 1, 1, 1, 0),
}
"""Settings by id modulo 31: min_qty and its use_config, backorders and its use_config, min_sale_qty
and its use_config, manage_stock and its use_config.
"""


@dataclass(frozen=True, slots=True)
class Stock:
    """What is in stock of a product that is sold by itself.

    sources: source code → (quantity, status).
    """

    sources: dict[str, tuple[float, int]]
    settings: tuple[int, ...]

    @property
    def endless(self) -> bool:
        """True where it is sold whatever the quantity: stock not managed, or backorders allowed."""
        _, _, backorders, backorders_config, _, _, managed, managed_config = self.settings
        return bool((not managed_config and not managed) or (not backorders_config and backorders))

    def quantity(self, *sources: str) -> float:
        """What these sources that are open and in stock hold together."""
        held = (self.sources.get(source, (0.0, 0)) for source in sources)
        return sum(quantity for quantity, status in held if status)

    def is_salable(self, *sources: str) -> bool:
        """As the indexer decides for a stock of these sources."""
        here = [self.sources[source] for source in sources if source in self.sources]
        if not any(status for _, status in here):
            return False
        return self.endless or self.quantity(*sources) > self.settings[0]


def stock_of(p: Product) -> Stock:
    """The stock of one product, by its id."""
    settings = _SPECIAL.get(p.id % 31, _DEFAULT)
    quantity = float(0 if p.id % 12 == 7 else p.id * 37 % 240)
    if p.kind.code == "TARP":
        quantity += 0.5
    sources = {"default": (quantity, int(quantity > 0 or settings is not _DEFAULT))}
    if p.id % 47 == 20:
        sources["default"] = (quantity, 0)
    if any(site != 1 for site in p.websites):
        sources["eu_hub"] = (float(p.id % 9), int(p.id % 9 > 0))
        if p.id % 2:
            sources["eu_north"] = (float(p.id % 50), int(p.id % 50 > 0 and p.id % 7 != 3))
        if p.id % 6 == 0:
            sources["eu_old"] = (30.0, 1)
    if p.id % 43 == 12:
        del sources["default"]
    return Stock(sources, settings)


def is_salable(p: Product, *sources: str) -> bool:
    """As the indexers decide: a composite product is when a member is, switched on, salable."""
    if not p.is_composite:
        return stock_of(p).is_salable(*sources)
    return any(member.enabled and is_salable(member, *sources) for member in p.members)


def add_stock(load: Loader, p: Product) -> None:
    """Stock item, status, source items, and the row in the index of the European stock."""
    stock = stock_of(p)
    quantity = 0.0 if p.is_composite else stock.sources.get("default", (0.0, 0))[0]
    in_default = int(is_salable(p, "default"))
    minimum, minimum_c, back, back_c, sale, sale_c, managed, managed_c = (
        _DEFAULT if p.is_composite else stock.settings
    )
    increments = int(p.id % 33 == 21)
    load.add(
        "cataloginventory_stock_item", p.id, 1, quantity, minimum, minimum_c, back, back_c,
        sale, sale_c, 100, int(sale_c), in_default, managed, managed_c, 1 - increments,
        6 * increments, 1 - increments, increments, 0,
    )  # fmt: skip
    load.add("cataloginventory_stock_status", p.id, 0, 1, quantity, in_default)
    european = ("eu_hub", "eu_north")
    if p.is_composite:
        if any("eu_hub" in stock_of(member).sources for member in p.members):
            load.add("inventory_stock_2", p.sku, 0, int(is_salable(p, *european)))
        return
    for source, (held, status) in stock.sources.items():
        load.add("inventory_source_item", source, p.sku, held, status)
    if "eu_hub" in stock.sources:
        salable = int(stock.is_salable(*european))
        load.add("inventory_stock_2", p.sku, stock.quantity(*european), salable)
