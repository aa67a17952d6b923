"""Feed orders: one item per order, with its lines, invoices, credit memos and shipments.

Orders and their parts are named by UUIDs: those that the shop keeps in data_exporter_uuid. Where it
lacks that table, or a row in it, they are derived from kind and id, and nothing need be written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.core.feed import Feed
from daemon.core.item import Built, Unbuildable, canonical, feed_id, make_item
from daemon.feeds import _order_documents as documents
from daemon.feeds import _order_parts as parts
from daemon.feeds._order_edges import edges
from daemon.feeds._order_memos import memos
from daemon.feeds._order_rows import Row, Rows, read
from daemon.feeds._order_tables import COLUMNS, ORDER, PAYMENT
from daemon.feeds._order_values import (
    Fields,
    UnreadableError,
    as_text,
    filled,
    moment,
    name_values,
    read_json,
)
from daemon.feeds._scopes import scope_codes

STATES = {
    "new": 1,
    "pending_payment": 2,
    "processing": 3,
    "complete": 4,
    "closed": 5,
    "canceled": 6,
    "holded": 7,
    "payment_review": 8,
    "RECEIVED": 9,
    "REJECTED": 10,
}
UNKNOWN_STATE = 0

ORDER_FIELDS: Fields = (
    ("commerceOrderNumber", "increment_id", str),
    ("status", "status", str),
    ("totalInvoiced", "base_total_invoiced", float),
    ("totalQtyOrdered", "total_qty_ordered", float),
    ("isVirtual", "is_virtual", bool),
    ("subtotal", "base_subtotal", float),
    ("grandTotal", "base_grand_total", float),
    ("discountAmount", "base_discount_amount", float),
    ("currency", "base_currency_code", str),
    ("storeId", "store_id", int),
    ("customerId", "customer_id", int),
    ("customerEmail", "customer_email", str),
    ("customerNote", "customer_note", str),
)
AMOUNT_FIELDS: Fields = (
    ("amountCapturedOnline", "base_amount_paid_online", float),
    ("amountRefundedOnline", "base_amount_refunded_online", float),
    ("amountAuthorized", "base_amount_authorized", float),
    ("amountPaid", "base_amount_paid", float),
    ("amountRefunded", "base_amount_refunded", float),
    ("amountCanceled", "base_amount_canceled", float),
)
PAYMENT_FIELDS: Fields = (
    ("totalAmount", "base_subtotal", float),
    ("taxAmount", "base_tax_amount", float),
    ("currency", "base_currency_code", str),
)
SHIPPING_FIELDS: Fields = (
    ("shippingMethodName", "shipping_description", str),
    ("shippingMethodCode", "shipping_method", str),
    ("shippingAmount", "base_shipping_amount", float),
    ("shippingTax", "base_shipping_tax_amount", float),
)


def select_ids(shop: Shop) -> sa.Select[tuple[int]]:
    """Every order, or those that have changed within the age that the settings allow."""
    c = shop.tables(ORDER).c
    seconds = shop.options.orders_max_age_seconds
    if not seconds:
        return sa.select(c.entity_id)
    age = sa.func.timestampadd(sa.text("SECOND"), -int(seconds), sa.func.utc_timestamp())
    return sa.select(c.entity_id).where(c.updated_at >= age)


def select_owners(shop: Shop, keys: Sequence[str]) -> sa.Select[tuple[str, int]]:
    """The orders of these numbers; a number is unique within its store view only."""
    c = shop.tables(ORDER).c
    return sa.select(c.increment_id, c.entity_id).where(c.increment_id.in_(keys))


def assemble(rows: Rows, shop: Shop, _now: dt.datetime) -> Iterator[Built]:
    """An item for each order; an order that can't be read holds back no other."""
    for order in rows.orders():
        yield build_order(order, rows, shop)


def build_order(order: Row, rows: Rows, shop: Shop) -> Built:
    """The item of one order, or why there is none. A reason names rows, never what they hold."""
    order_id = order["entity_id"]
    identity = (str(order_id),)
    minimal = {
        "orderId": rows.uuid(ORDER, order_id, order["uuid"]),
        "commerceOrderId": str(order_id),
    }
    try:
        content = minimal | order_content(order, last_payment(rows, order_id), rows, shop)
    except UnreadableError as fault:
        return Unbuildable(order_id, feed_id(identity), canonical(minimal), str(fault))
    return make_item(order_id, identity, content, {}, minimal)


def last_payment(rows: Rows, order_id: int) -> Row:
    """The payment that counts where an order has several.

    Raises:
        UnreadableError: it has none.
    """
    payments = rows.of(PAYMENT, order_id)
    if not payments:
        raise UnreadableError(f"{PAYMENT} has no row of order {order_id}")
    return payments[-1]


def order_content(order: Row, payment: Row, rows: Rows, shop: Shop) -> dict[str, Any]:
    """Everything that is said of an order but its identity. All amounts are in base currency.

    Raises:
        UnreadableError: a text of the order that must be read can't be.
    """
    order_id = order["entity_id"]
    said = read_json(payment, "additional_information", f"{PAYMENT} {payment['entity_id']}")
    store = shop.scopes.stores.get(order["store_id"])
    return {
        **filled(order, ORDER_FIELDS),
        **filled(payment, AMOUNT_FIELDS),
        **({} if store is None else scope_codes(store)),
        "externalId": {"id": str(order_id), "salesChannel": "magento"},
        "createdAt": moment(order["created_at"]),
        "updatedAt": moment(order["updated_at"]),
        "state": STATES.get(order["state"], UNKNOWN_STATE),
        "payment": payment_part(order, payment, said, rows),
        "shipping": filled(order, SHIPPING_FIELDS)
        | {"shippingAddress": parts.address(rows, order_id, "shipping")},
        "items": parts.lines(rows, order_id),
        "invoices": documents.invoices(rows, order_id),
        "creditMemos": memos(rows, order_id),
        "transactions": parts.transactions(rows, order_id),
        "shipments": documents.shipments(rows, shop, order),
        "additionalInformation": name_values(said),
    }


def payment_part(order: Row, payment: Row, said: dict[str, Any], rows: Rows) -> dict[str, Any]:
    """How the order is paid. Its total is the subtotal, as in the reference."""
    method = filled(payment, (("paymentMethodCode", "method", str),))
    title = filled(
        {"method_title": None, **said}, (("paymentMethodName", "method_title", as_text),)
    )
    return {
        **filled(order, PAYMENT_FIELDS),
        **method,
        **title,
        "billingAddress": parts.address(rows, order["entity_id"], "billing"),
    }


FEED = Feed(
    name="orders",
    edges=edges,
    ids=select_ids,
    read=read,
    assemble=assemble,
    natural_key="commerceOrderNumber",
    owners=select_owners,
    requires=tuple(COLUMNS),
    options=("orders_max_age_seconds", "order_uuid_namespace"),
    is_personal=True,
)
"""The shop's orders, for order management and analytics."""
