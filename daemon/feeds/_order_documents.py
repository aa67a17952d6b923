"""The invoices and shipments of an order."""

from __future__ import annotations

import base64

from daemon.commerce.shop import Shop
from daemon.feeds._order_parts import Part, Parts, line_uuid, line_uuids
from daemon.feeds._order_rows import Row, Rows
from daemon.feeds._order_tables import (
    INVOICE,
    INVOICE_ITEM,
    SHIPMENT,
    SHIPMENT_ITEM,
    TRACK,
)
from daemon.feeds._order_values import Fields, filled, moment

INVOICE_FIELDS: Fields = (
    ("entityId", "entity_id", str),
    ("isUsedForRefund", "is_used_for_refund", bool),
    ("grandTotal", "base_grand_total", float),
    ("commerceInvoiceNumber", "increment_id", str),
)


def quantities(rows: Rows, table: str, document: Row, field: str) -> Parts:
    """The lines of an invoice or a shipment: which order item, and how many of it."""
    known = line_uuids(rows, document["order_id"])
    return [
        {
            "orderItemId": line_uuid(rows, known, row["order_item_id"]),
            **filled(row, ((field, "qty", float),)),
        }
        for row in rows.of(table, document["entity_id"])
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


def shipments(rows: Rows, shop: Shop, order: Row) -> Parts:
    """The order's shipments.

    Raises:
        ShopError: one has a tracking number, and the shop's address isn't known.
    """
    return [
        filled(row, (("commerceShipmentNumber", "increment_id", str),))
        | {
            "shipmentId": rows.uuid(SHIPMENT, row["entity_id"], row["uuid"]),
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
