"""The tables that an order is read from: columns, keys, and how a row leads to its order.

What is read here is what is watched: selects and subscriptions are made from the same columns.
"""

from __future__ import annotations

from collections.abc import Mapping

ORDER = "sales_order"
ITEM = "sales_order_item"
ADDRESS = "sales_order_address"
PAYMENT = "sales_order_payment"
TRANSACTION = "sales_payment_transaction"
INVOICE = "sales_invoice"
INVOICE_ITEM = "sales_invoice_item"
SHIPMENT = "sales_shipment"
SHIPMENT_ITEM = "sales_shipment_item"
TRACK = "sales_shipment_track"
MEMO = "sales_creditmemo"
MEMO_ITEM = "sales_creditmemo_item"
COMMENT = "sales_creditmemo_comment"
TAX = "sales_order_tax"
TAX_ITEM = "sales_order_tax_item"
UUID = "data_exporter_uuid"

COLUMNS: Mapping[str, tuple[str, ...]] = {
    ORDER: (
        "entity_id",
        "increment_id",
        "protect_code",
        "state",
        "status",
        "store_id",
        "customer_id",
        "customer_email",
        "customer_note",
        "is_virtual",
        "created_at",
        "updated_at",
        "base_currency_code",
        "base_subtotal",
        "base_grand_total",
        "base_discount_amount",
        "base_tax_amount",
        "base_total_invoiced",
        "total_qty_ordered",
        "shipping_method",
        "shipping_description",
        "base_shipping_amount",
        "base_shipping_tax_amount",
    ),
    ITEM: (
        "item_id",
        "order_id",
        "parent_item_id",
        "product_id",
        "product_type",
        "product_options",
        "sku",
        "name",
        "is_virtual",
        "qty_invoiced",
        "qty_shipped",
        "qty_backordered",
        "qty_ordered",
        "qty_refunded",
        "qty_canceled",
        "base_price",
        "base_row_total",
        "base_discount_amount",
        "base_tax_amount",
        "base_row_total_incl_tax",
        "weight",
        "updated_at",
        "additional_data",
    ),
    ADDRESS: (
        "entity_id",
        "parent_id",
        "address_type",
        "telephone",
        "region",
        "postcode",
        "street",
        "city",
        "country_id",
        "firstname",
        "lastname",
    ),
    PAYMENT: (
        "entity_id",
        "parent_id",
        "method",
        "base_amount_paid_online",
        "base_amount_refunded_online",
        "base_amount_authorized",
        "base_amount_paid",
        "base_amount_refunded",
        "base_amount_canceled",
        "additional_information",
    ),
    TRANSACTION: ("transaction_id", "order_id", "txn_id", "txn_type", "created_at"),
    INVOICE: (
        "entity_id",
        "order_id",
        "increment_id",
        "is_used_for_refund",
        "base_grand_total",
        "created_at",
    ),
    INVOICE_ITEM: ("entity_id", "parent_id", "order_item_id", "qty"),
    SHIPMENT: ("entity_id", "order_id", "increment_id", "created_at", "updated_at"),
    SHIPMENT_ITEM: ("entity_id", "parent_id", "order_item_id", "qty"),
    TRACK: ("entity_id", "parent_id", "carrier_code", "track_number"),
    MEMO: (
        "entity_id",
        "order_id",
        "increment_id",
        "state",
        "created_at",
        "base_currency_code",
        "base_shipping_amount",
        "base_shipping_tax_amount",
        "base_adjustment",
        "base_subtotal",
        "base_tax_amount",
        "base_grand_total",
    ),
    MEMO_ITEM: (
        "entity_id",
        "parent_id",
        "order_item_id",
        "qty",
        "base_price",
        "base_discount_amount",
    ),
    COMMENT: ("entity_id", "parent_id", "comment"),
    TAX: ("tax_id", "order_id", "title", "base_amount"),
    TAX_ITEM: ("tax_item_id", "tax_id", "item_id", "base_amount", "taxable_item_type"),
}
"""Table → columns, the primary key first."""

ORDER_KEYS: Mapping[str, str] = {
    ORDER: "entity_id",
    ITEM: "order_id",
    ADDRESS: "parent_id",
    PAYMENT: "parent_id",
    TRANSACTION: "order_id",
    INVOICE: "order_id",
    SHIPMENT: "order_id",
    MEMO: "order_id",
    TAX: "order_id",
}
"""Table → the column that holds the order's id."""

PARENTS: Mapping[str, str] = {
    INVOICE_ITEM: INVOICE,
    SHIPMENT_ITEM: SHIPMENT,
    TRACK: SHIPMENT,
    MEMO_ITEM: MEMO,
    COMMENT: MEMO,
    TAX_ITEM: TAX,
}
"""Table that finds its order by a parent → that table; PARENT_KEYS has the column of its key."""

PARENT_KEYS: Mapping[str, str] = dict.fromkeys(PARENTS, "parent_id") | {TAX_ITEM: "tax_id"}

UUID_TYPES: Mapping[str, str] = {
    ORDER: "order",
    ITEM: "order_item",
    SHIPMENT: "order_shipment",
    MEMO: "credit_memo",
}
"""Table → what data_exporter_uuid calls its rows."""
