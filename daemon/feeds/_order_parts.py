"""The parts of an order's item: addresses, lines, invoices, credit memos, shipments."""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import Any

from daemon.commerce.shop import Shop
from daemon.feeds._order_rows import Row, Rows
from daemon.feeds._order_tables import (
    ADDRESS,
    COMMENT,
    INVOICE,
    INVOICE_ITEM,
    ITEM,
    MEMO,
    MEMO_ITEM,
    SHIPMENT,
    SHIPMENT_ITEM,
    TAX_ITEM,
    TRACK,
    TRANSACTION,
    UUID_TYPES,
)
from daemon.feeds._order_values import (
    Fields,
    filled,
    moment,
    name_values,
    read_json,
    uuid_of,
)

Part = dict[str, Any]
Parts = list[Part] | None
"""None where there is none: an empty list is not sent."""

ADDRESS_FIELDS: Fields = (
    ("phone", "telephone", str),
    ("region", "region", str),
    ("postcode", "postcode", str),
    ("street", "street", str),
    ("city", "city", str),
    ("country", "country_id", str),
    ("firstname", "firstname", str),
    ("lastname", "lastname", str),
)
LINE_FIELDS: Fields = (
    ("entityId", "item_id", str),
    ("parentEntityId", "parent_item_id", str),
    ("isVirtual", "is_virtual", bool),
    ("qtyInvoiced", "qty_invoiced", float),
    ("qtyShipped", "qty_shipped", float),
    ("qtyBackordered", "qty_backordered", float),
    ("qtyOrdered", "qty_ordered", float),
    ("qtyRefunded", "qty_refunded", float),
    ("qtyCanceled", "qty_canceled", float),
    ("productType", "product_type", str),
    ("productOptions", "product_options", str),
    ("sku", "sku", str),
    ("name", "name", str),
    ("qty", "qty_ordered", int),
    ("unitPrice", "base_price", float),
    ("itemPrice", "base_row_total", float),
    ("discountAmount", "base_discount_amount", float),
    ("taxAmount", "base_tax_amount", float),
    ("totalAmount", "base_row_total_incl_tax", float),
    ("weight", "weight", float),
)
TRANSACTION_FIELDS: Fields = (
    ("entityId", "transaction_id", str),
    ("txnId", "txn_id", str),
    ("type", "txn_type", str),
)
INVOICE_FIELDS: Fields = (
    ("entityId", "entity_id", str),
    ("isUsedForRefund", "is_used_for_refund", bool),
    ("grandTotal", "base_grand_total", float),
    ("commerceInvoiceNumber", "increment_id", str),
)
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


def address(rows: Rows, order_id: int, kind: str) -> Part | None:
    """The order's address for billing or shipping; None where it has none."""
    found = [row for row in rows.of(ADDRESS, order_id) if row["address_type"] == kind]
    if not found:
        return None
    street = found[-1]["street"]
    lines = None if street is None else street.split("\n")
    return filled(found[-1], ADDRESS_FIELDS) | {"multiLineStreet": lines}


def lines(rows: Rows, order_id: int) -> Parts:
    """Everything that was ordered, the parts of configurable and bundle products included.

    Raises:
        UnreadableError: the options or additional data of a line can't be read.
    """
    return [line(row) for row in rows.of(ITEM, order_id)] or None


def line(row: Row) -> Part:
    """One order item."""
    place = f"{ITEM} {row['item_id']}"
    return filled(row, LINE_FIELDS) | {
        "itemId": uuid_of(UUID_TYPES[ITEM], row["item_id"], row["uuid"]),
        "itemsShippedTogether": is_shipped_together(row, place),
        "productSku": row["product_sku"] if row["product_sku"] is not None else row["sku"],
        "updatedAt": moment(row["updated_at"]),
        "additionalInformation": name_values(read_json(row, "additional_data", place)),
    }


def is_shipped_together(row: Row, place: str) -> bool:
    """True for what leaves the house as one piece though it has several parts."""
    if row["product_type"] != "bundle":
        return bool(row["product_type"] == "configurable")
    return str(read_json(row, "product_options", place).get("shipment_type")) == "0"


def line_uuid(rows: Rows, order_id: int, item_id: int | None) -> Part | None:
    """The UUID of the order item that a document's line is for; None where it names none."""
    if item_id is None:
        return None
    given = {row["item_id"]: row["uuid"] for row in rows.of(ITEM, order_id)}
    return uuid_of(UUID_TYPES[ITEM], item_id, given.get(item_id))


def quantities(rows: Rows, table: str, document: Row, field: str) -> Parts:
    """The lines of an invoice or a shipment: which order item, and how many of it."""
    return [
        {
            "orderItemId": line_uuid(rows, document["order_id"], row["order_item_id"]),
            **filled(row, ((field, "qty", float),)),
        }
        for row in rows.of(table, document["entity_id"])
    ] or None


def transactions(rows: Rows, order_id: int) -> Parts:
    """The order's payment transactions."""
    found = rows.of(TRANSACTION, order_id)
    return [
        filled(row, TRANSACTION_FIELDS) | {"createdAt": moment(row["created_at"])} for row in found
    ] or None


def invoices(rows: Rows, order_id: int) -> Parts:
    """The order's invoices."""
    return [
        filled(row, INVOICE_FIELDS)
        | {
            "createdAt": moment(row["created_at"]),
            "invoiceItems": quantities(rows, INVOICE_ITEM, row, "qtyInvoiced"),
        }
        for row in rows.of(INVOICE, order_id)
    ] or None


def memos(rows: Rows, order_id: int) -> Parts:
    """The order's credit memos, each once, however many comments it has."""
    return [memo(rows, row) for row in rows.of(MEMO, order_id)] or None


def memo(rows: Rows, row: Row) -> Part:
    """One credit memo. Without a comment it has one empty comment, as destinations know it."""
    comments = [one["comment"] or "" for one in rows.of(COMMENT, row["entity_id"])]
    refunds = [refund(rows, row["order_id"], one) for one in rows.of(MEMO_ITEM, row["entity_id"])]
    return filled(row, MEMO_FIELDS) | {
        "creditMemoId": uuid_of(UUID_TYPES[MEMO], row["entity_id"], row["uuid"]),
        "createdAt": moment(row["created_at"]),
        "creditMemoComments": comments or [""],
        "refundTaxes": order_taxes(rows, row["order_id"]),
        "refundItems": refunds or None,
    }


def refund(rows: Rows, order_id: int, row: Row) -> Part:
    """One line of a credit memo, with the taxes of the order item that it refunds."""
    item_id = row["order_item_id"]
    taxes = [
        tax(one, one["base_amount"])
        for one in rows.of(TAX_ITEM, order_id)
        if item_id is not None and one["item_id"] == item_id
    ]
    return filled(row, REFUND_FIELDS) | {
        "orderItemId": line_uuid(rows, order_id, item_id),
        "baseRowTotal": row_total(row),
        "productTaxes": taxes or None,
    }


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


def shipments(rows: Rows, shop: Shop, order: Row) -> Parts:
    """The order's shipments.

    Raises:
        ShopError: one has a tracking number, and the shop's address isn't known.
    """
    return [
        filled(row, (("commerceShipmentNumber", "increment_id", str),))
        | {
            "shipmentId": uuid_of(UUID_TYPES[SHIPMENT], row["entity_id"], row["uuid"]),
            "createdAt": moment(row["created_at"]),
            "updatedAt": moment(row["updated_at"]),
            "trackingInfo": tracking(rows, shop, order, row["entity_id"]),
            "items": quantities(rows, SHIPMENT_ITEM, row, "qtyShipped"),
        }
        for row in rows.of(SHIPMENT, order["entity_id"])
    ] or None


def tracking(rows: Rows, shop: Shop, order: Row, shipment_id: int) -> Part | None:
    """The last tracking number of a shipment; the item has no room for more."""
    tracks = rows.of(TRACK, shipment_id)
    if not tracks:
        return None
    fields: Fields = (
        ("shippingCarrier", "carrier_code", str),
        ("trackingNumber", "track_number", str),
    )
    method = filled(order, (("shippingMethod", "shipping_method", str),))
    return (
        filled(tracks[-1], fields) | method | {"trackingUrl": tracking_url(shop, order, tracks[-1])}
    )


def tracking_url(shop: Shop, order: Row, track: Row) -> str:
    """The page of the shop that shows where a parcel is.

    It stands at the address of the default scope, as in the reference; the page is found under
    the address of any store.
    """
    secret = f"track_id:{track['entity_id']}:{order['protect_code'] or ''}"
    coded = base64.b64encode(secret.encode(), altchars=b"-_").decode().replace("=", "%7E")
    return f"{shop.config.link_url()}shipping/tracking/popup?hash={coded}"
