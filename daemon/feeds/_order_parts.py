"""The parts of an order's item that an order has from the start: addresses, lines, payments."""

from __future__ import annotations

from typing import Any

from daemon.feeds._order_rows import Row, Rows
from daemon.feeds._order_tables import (
    ADDRESS,
    ITEM,
    TRANSACTION,
)
from daemon.feeds._order_values import (
    Fields,
    filled,
    moment,
    name_values,
    read_json,
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
    return [line(rows, row) for row in rows.of(ITEM, order_id)] or None


def line(rows: Rows, row: Row) -> Part:
    """One order item."""
    place = f"{ITEM} {row['item_id']}"
    return filled(row, LINE_FIELDS) | {
        "itemId": rows.uuid(ITEM, row["item_id"], row["uuid"]),
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


def transactions(rows: Rows, order_id: int) -> Parts:
    """The order's payment transactions."""
    found = rows.of(TRANSACTION, order_id)
    return [
        filled(row, TRANSACTION_FIELDS) | {"createdAt": moment(row["created_at"])} for row in found
    ] or None


def line_uuids(rows: Rows, order_id: int) -> dict[int, Part]:
    """The UUIDs of what was ordered, by item id."""
    found = rows.of(ITEM, order_id)
    return {row["item_id"]: rows.uuid(ITEM, row["item_id"], row["uuid"]) for row in found}


def line_uuid(rows: Rows, known: dict[int, Part], item_id: int | None) -> Part | None:
    """The UUID of the order item that a document's line is for; None where it names none."""
    if item_id is None:
        return None
    return known.get(item_id) or rows.uuid(ITEM, item_id, None)
