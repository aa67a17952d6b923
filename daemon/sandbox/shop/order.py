"""An order of the sample shop and its lines: what was bought, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass

from daemon.sandbox.shop.product import Product
from daemon.sandbox.shop.scopes import Store, Website

TAX = 8.25
SHIPPING = 7.5


@dataclass(frozen=True, slots=True)
class Line:
    """A row of sales_order_item: what of which product, and below which other row."""

    id: int
    product: Product
    quantity: int
    price: float
    parent: int | None = None
    options: str = '{"info_buyRequest":{"qty":1}}'

    @property
    def total(self) -> float:
        """The row's total without tax."""
        return round(self.price * self.quantity, 2)


@dataclass(frozen=True, slots=True)
class Order:
    """An order and how far it has come. at: its time, `YYYY-MM-DD HH:MM:SS` in UTC."""

    id: int
    number: str
    state: str
    at: str
    later: str
    site: Website
    store: Store
    lines: tuple[Line, ...]

    @property
    def is_virtual(self) -> bool:
        """True where nothing has to be shipped."""
        return all(line.product.type in {"virtual", "downloadable"} for line in self.lines)

    @property
    def subtotal(self) -> float:
        """The lines' totals."""
        return round(sum(line.total for line in self.lines), 2)

    @property
    def is_tax_free(self) -> bool:
        """True for a customer abroad."""
        return self.id % 14 == 11

    def tax_on(self, amount: float) -> float:
        """The tax on an amount."""
        return 0.0 if self.is_tax_free else round(amount * TAX / 100, 2)

    @property
    def tax(self) -> float:
        """The lines' taxes."""
        return round(sum(self.tax_on(line.total) for line in self.lines), 2)

    @property
    def shipping(self) -> float:
        """What shipping costs."""
        return 0.0 if self.is_virtual else SHIPPING

    @property
    def discount(self) -> float:
        """What is taken off, a negative amount."""
        return -5.0 if self.id % 4 == 0 and self.subtotal > 20 else 0.0

    @property
    def total(self) -> float:
        """What is paid."""
        return round(self.subtotal + self.tax + self.shipping + self.discount, 2)

    @property
    def is_invoiced(self) -> bool:
        """True from `processing` on."""
        return self.state in {"processing", "complete", "closed"}

    @property
    def is_shipped(self) -> bool:
        """True where the goods have left."""
        return self.state in {"complete", "closed"} and not self.is_virtual


def line_sku(line: Line) -> str:
    """The SKU of an order line: of a configurable product, that of the variant."""
    p = line.product
    if p.type == "configurable":
        return p.members[p.id % len(p.members)].sku
    if p.type == "bundle":
        return "-".join((p.sku, *(member.sku for member in p.members)))[:255]
    return p.sku
