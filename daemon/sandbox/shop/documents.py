"""The rows that follow an order: invoices, shipments and credit memos."""

from __future__ import annotations

from daemon.sandbox.shop.loader import Loader
from daemon.sandbox.shop.order import Order, line_sku


def add_invoice(load: Loader, o: Order) -> None:
    """The invoice of the whole order."""
    id_ = load.next_id("sales_invoice")
    load.add("sales_invoice", id_, o.store.id, o.total, o.total, int(o.state == "closed"), o.id, 2,
             f"{id_:09d}", o.site.currency, o.later, o.later)  # fmt: skip
    for line in o.lines:
        load.add("sales_invoice_item", id_, line.price, line.quantity, line.price,
                 line.product.id, line.id, line_sku(line), line.product.name)  # fmt: skip


def add_shipment(load: Loader, o: Order) -> None:
    """The shipment of the whole order, in none, one or two parcels."""
    id_ = load.next_id("sales_shipment")
    shipped = [line for line in o.lines if line.parent is None]
    load.add("sales_shipment", id_, o.store.id, sum(line.quantity for line in shipped), o.id,
             f"{id_:09d}", o.later, o.later)  # fmt: skip
    for line in shipped:
        p = line.product
        load.add("sales_shipment_item", id_, line.price, p.weight, line.quantity, p.id, line.id,
                 p.name, line_sku(line))  # fmt: skip
    for part in range(id_ % 3):
        load.add("sales_shipment_track", id_, o.id, f"1Z{id_:06d}{part}", "Parcel", "ups", o.later,
                 o.later)  # fmt: skip


def add_credit_memo(load: Loader, o: Order) -> None:
    """The credit memo of the whole order, with up to two comments."""
    id_ = load.next_id("sales_creditmemo")
    load.add("sales_creditmemo", id_, o.store.id, o.total, o.total, o.subtotal, o.shipping,
             o.tax_on(o.shipping), o.tax, 0, o.id, 2, f"{id_:09d}", o.site.currency,
             o.later, o.later)  # fmt: skip
    for line in o.lines:
        load.add("sales_creditmemo_item", id_, line.price, line.quantity, line.price, line.total,
                 0, line.product.id, line.id, line_sku(line), line.product.name)  # fmt: skip
    for number in range(id_ % 3):
        load.add("sales_creditmemo_comment", id_, 0, f"Came back unused ({number + 1})", o.later)
