"""The credit memos of an order."""

from __future__ import annotations

from decimal import Decimal

from daemon.feeds._order_parts import Part, Parts, line_uuid, line_uuids
from daemon.feeds._order_rows import Row, Rows
from daemon.feeds._order_tables import COMMENT, MEMO, MEMO_ITEM, TAX_ITEM
from daemon.feeds._order_values import Fields, filled, moment

MEMO_FIELDS: Fields = (
    ("entityId", "entity_id", str),
    ("state", "state", int),
    ("shippingAmount", "base_shipping_amount", float),
    ("shippingTaxAmount", "base_shipping_tax_amount", float),
    ("adjustment", "base_adjustment", float),
    ("currency", "base_currency_code", str),
    ("subtotal", "base_subtotal", float),
    ("productsTaxAmount", "base_tax_amount", float),
    ("grandTotal", "base_grand_total", float),
    ("commerceCreditMemoNumber", "increment_id", str),
)
REFUND_FIELDS: Fields = (("qtyRefunded", "qty", float), ("basePrice", "base_price", float))


def memos(rows: Rows, order_id: int) -> Parts:
    """The order's credit memos, each once, however many comments it has."""
    return [memo(rows, row) for row in rows.of(MEMO, order_id)] or None


def memo(rows: Rows, row: Row) -> Part:
    """One credit memo. Without a comment it has one empty comment, as destinations know it."""
    comments = [one["comment"] or "" for one in rows.of(COMMENT, row["entity_id"])]
    return filled(row, MEMO_FIELDS) | {
        "creditMemoId": rows.uuid(MEMO, row["entity_id"], row["uuid"]),
        "createdAt": moment(row["created_at"]),
        "creditMemoComments": comments or [""],
        "refundTaxes": order_taxes(rows, row["order_id"]),
        "refundItems": refunds(rows, row),
    }


def refunds(rows: Rows, memo_row: Row) -> Parts:
    """The lines of a credit memo, each with the taxes of the order item that it refunds."""
    known = line_uuids(rows, memo_row["order_id"])
    taxes = item_taxes(rows, memo_row["order_id"])
    return [
        filled(row, REFUND_FIELDS)
        | {
            "orderItemId": line_uuid(rows, known, row["order_item_id"]),
            "baseRowTotal": row_total(row),
            "productTaxes": taxes.get(row["order_item_id"]),
        }
        for row in rows.of(MEMO_ITEM, memo_row["entity_id"])
    ] or None


def item_taxes(rows: Rows, order_id: int) -> dict[int, list[Part]]:
    """The taxes of the order's items by item id; those of shipping and fees belong to none."""
    found: dict[int, list[Part]] = {}
    for row in rows.of(TAX_ITEM, order_id):
        if row["item_id"] is not None:
            found.setdefault(row["item_id"], []).append(tax(row, row["base_amount"]))
    return found


def row_total(row: Row) -> float:
    """Quantity times price less discount, reckoned in decimals."""
    nothing = Decimal(0)
    gross = (row["qty"] or nothing) * (row["base_price"] or nothing)
    return float(gross - (row["base_discount_amount"] or nothing))


def order_taxes(rows: Rows, order_id: int) -> Parts:
    """The order's taxes, each once for every type of thing that it was taken on."""
    found = {(row["tax_id"], row["taxable_item_type"]): row for row in rows.of(TAX_ITEM, order_id)}
    return [tax(row, row["order_amount"]) for row in found.values()] or None


def tax(row: Row, amount: Decimal | None) -> Part:
    """A tax as credit memos name it."""
    fields: Fields = (("taxName", "title", str), ("taxType", "taxable_item_type", str))
    return filled(row, fields) | ({} if amount is None else {"taxAmount": float(amount)})
