"""The rows of orders, and of the invoices, shipments and credit memos that follow them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from daemon.sandbox.shop.documents import add_credit_memo, add_invoice, add_shipment
from daemon.sandbox.shop.loader import NULL, Loader
from daemon.sandbox.shop.order import TAX, Line, Order, line_sku
from daemon.sandbox.shop.product import Product
from daemon.sandbox.shop.scopes import CUSTOMERS
from daemon.sandbox.shop.values import Setting
from daemon.sandbox.shop.words import CITIES, FIRST_NAMES, LAST_NAMES

STEPS = ("new", "processing", "complete", "complete", "closed", "canceled", "holded")
_STATUS = {"new": "pending"}
PAYMENTS = (("checkmo", "Check / Money order"), ("card", "Credit Card"))


def plan_order(
    load: Loader, setting: Setting, pool: Sequence[Product], number: int
) -> Order | None:
    """An order of one to three of the products, None where none is sold in its website."""
    rng = setting.rng
    site = setting.websites[number % 3 % len(setting.websites)]
    store = site.stores[number % len(site.stores)]
    offered = [p for p in rng.sample(pool, k=min(len(pool), 12)) if site.id in p.websites]
    if not offered:
        return None
    lines: list[Line] = []
    for product in offered[: 1 + number % 3]:
        lines += _lines(load, product, 1 + number % 2)
    state = STEPS[number % len(STEPS)]
    at = datetime.combine(setting.today, datetime.min.time()) - timedelta(minutes=97 * number)
    later = at + timedelta(minutes=45)
    return Order(load.next_id("sales_order"), f"{store.id if store.id > 1 else ''}{number:09d}",
                 state, str(at), str(later), site, store, tuple(lines))  # fmt: skip


def _lines(load: Loader, p: Product, quantity: int) -> list[Line]:
    id_ = load.next_id("sales_order_item")
    if p.type == "configurable":
        member = p.members[p.id % len(p.members)]
        chosen = {"simple_sku": member.sku, "simple_name": member.name, "shipment_type": 0}
        child = load.next_id("sales_order_item")
        return [
            Line(id_, p, quantity, member.price, None, json.dumps(chosen)),
            Line(child, member, quantity, 0.0, id_),
        ]
    if p.type == "bundle":
        options = json.dumps({"shipment_type": p.number % 2, "product_calculations": 0})
        price = p.price if p.fixed_price else sum(member.price for member in p.members)
        below = [
            Line(load.next_id("sales_order_item"), member, quantity, 0.0, id_)
            for member in p.members
        ]
        return [Line(id_, p, quantity, round(price, 2), None, options), *below]
    return [Line(id_, p, quantity, p.price)]


def add_order(load: Loader, order: Order) -> None:
    """The order with its lines, addresses, payment, tax, and what followed."""
    _add_head(load, order)
    for line in order.lines:
        _add_line(load, order, line)
    _add_addresses(load, order)
    _add_payment(load, order)
    _add_tax(load, order)
    _add_reservations(load, order)
    if order.is_invoiced:
        add_invoice(load, order)
    if order.is_shipped:
        add_shipment(load, order)
    if order.state == "closed" or (order.id % 10 == 2 and order.is_invoiced):
        add_credit_memo(load, order)


def _customer(order: Order) -> tuple[object, str, str, str, int]:
    number = order.id % CUSTOMERS + 1
    known = order.id % 3 != 0
    first, last = FIRST_NAMES[number % len(FIRST_NAMES)], LAST_NAMES[number % len(LAST_NAMES)]
    return (number if known else NULL, f"customer{number}@mail.example", first, last, int(known))


def _add_head(load: Loader, o: Order) -> None:
    customer, email, first, last, known = _customer(o)
    paid = o.total if o.is_invoiced else NULL
    protect = hashlib.sha256(o.number.encode()).hexdigest()[:32]
    pieces = sum(line.quantity for line in o.lines if line.parent is None)
    name = ("flatrate_flatrate", "Flat Rate - Fixed") if not o.is_virtual else (NULL, NULL)
    refunded = o.total if o.state == "closed" else NULL
    load.add(
        "sales_order", o.id, o.state, _STATUS.get(o.state, o.state), protect, name[1],
        int(o.is_virtual), o.store.id, customer, o.discount, o.total, o.shipping,
        o.tax_on(o.shipping), o.subtotal, o.tax, paid, paid, refunded, o.discount,
        o.total, o.subtotal, o.tax, pieces, 1 - known, known, o.number, o.site.currency,
        o.site.currency, email, first, last, name[0], o.site.name,
        "Please leave it with the neighbours." if o.id % 6 == 1 else NULL, o.at, o.later,
        len(o.lines),
    )  # fmt: skip


def _add_line(load: Loader, o: Order, line: Line) -> None:
    p, quantity = line.product, line.quantity
    tax = o.tax_on(line.total)
    gross = round(line.total + tax, 2)
    note = '{"engraving":"A. B.","wrap":{"paper":"kraft"}}' if line.id % 9 == 0 else NULL
    load.add(
        "sales_order_item", line.id, o.id, line.parent or NULL, o.store.id, o.at, o.later, p.id,
        p.type, line.options, p.weight, int(p.type in {"virtual", "downloadable"}),
        line_sku(line), p.name, note, 0,
        quantity if o.state == "canceled" else 0, quantity if o.is_invoiced else 0, quantity,
        quantity if o.state == "closed" else 0, quantity if o.is_shipped else 0, line.price,
        line.price, TAX if tax else 0, tax, tax, 0, 0, line.total, line.total, gross, gross,
    )  # fmt: skip


def _add_addresses(load: Loader, o: Order) -> None:
    _, email, first, last, _ = _customer(o)
    street, city, postcode, country, region = CITIES[o.id % len(CITIES)]
    for type_ in ("billing",) if o.is_virtual else ("billing", "shipping"):
        id_ = load.next_id("sales_order_address")
        load.add("sales_order_address", id_, o.id, region or NULL, postcode, last, street, city,
                 email, "+49 40 5550100", country, first, type_)  # fmt: skip


def _add_payment(load: Loader, o: Order) -> None:
    method, title = PAYMENTS[o.id % 2]
    by_card = method == "card"
    paid = o.total if o.is_invoiced else NULL
    refunded = o.total if o.state == "closed" else NULL
    information: dict[str, object] = {"method_title": title}
    if by_card:
        information["card"] = {"brand": "Visa", "last4": "4242"}
    load.add(
        "sales_order_payment", o.id, o.id, paid, o.total if by_card else NULL,
        paid if by_card else NULL, refunded if by_card else NULL, o.total, refunded,
        o.total if o.state == "canceled" else NULL, method, json.dumps(information),
    )  # fmt: skip
    kinds = ("authorization", "capture") if o.is_invoiced else ("authorization",)
    for kind in kinds if by_card else ():
        id_ = load.next_id("sales_payment_transaction")
        load.add("sales_payment_transaction", id_, o.id, o.id, f"txn-{o.id}-{kind}", kind,
                 int(o.is_invoiced), o.later)  # fmt: skip


def _add_tax(load: Loader, o: Order) -> None:
    if o.is_tax_free:
        return
    load.add("sales_order_tax", o.id, o.id, "US-OR", "Sales Tax", TAX, o.tax, 0, 0, o.tax, 0, o.tax)
    for line in o.lines:
        if tax := o.tax_on(line.total):
            load.add("sales_order_tax_item", o.id, line.id, TAX, *(tax,) * 4, NULL, "product")
    if o.shipping:
        tax = o.tax_on(o.shipping)
        load.add("sales_order_tax_item", o.id, NULL, TAX, *(tax,) * 4, NULL, "shipping")


def _add_reservations(load: Loader, o: Order) -> None:
    for line in o.lines:
        if line.product.is_composite:
            continue
        told = {"object_type": "order", "object_id": str(o.id), "object_increment_id": o.number}
        steps = [("order_placed", -1)]
        if o.is_shipped or o.state == "canceled":
            steps.append(("shipment_created" if o.is_shipped else "order_canceled", 1))
        for event, sign in steps:
            data = json.dumps({"event_type": event, **told}, separators=(",", ":"))
            load.add("inventory_reservation", o.site.stock_id, line.product.sku,
                     sign * line.quantity, data)  # fmt: skip
