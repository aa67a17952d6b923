import base64
import datetime as dt
import re

import orjson
import pytest
import sqlalchemy as sa

from daemon.core.item import FeedItem, Unbuildable, feed_id
from daemon.core.options import FeedOptions
from daemon.feeds._order_tables import COLUMNS, ORDER_KEYS, PARENTS
from daemon.feeds._order_values import moment, uuid_of
from daemon.feeds.orders import FEED

FULL_ORDER = {
    "increment_id": "000000007",
    "protect_code": "secret",
    "state": "processing",
    "status": "in_work",
    "store_id": 3,
    "customer_id": 12,
    "customer_email": "ann@example.com",
    "customer_note": "Ring twice",
    "is_virtual": 0,
    "base_currency_code": "EUR",
    "base_subtotal": "30.0000",
    "base_grand_total": "37.5000",
    "base_discount_amount": "-1.5000",
    "base_tax_amount": "4.0000",
    "base_total_invoiced": "37.5000",
    "total_qty_ordered": "3.0000",
    "shipping_method": "flatrate_flatrate",
    "shipping_description": "Flat Rate",
    "base_shipping_amount": "5.0000",
    "base_shipping_tax_amount": "0.5000",
}
ADDRESS = {
    "telephone": "555",
    "region": "Berlin",
    "postcode": "10115",
    "street": "Main 1\nBack house",
    "city": "Berlin",
    "country_id": "DE",
    "firstname": "Ann",
    "lastname": "Lee",
}
SENT_ADDRESS = {
    "phone": "555",
    "region": "Berlin",
    "postcode": "10115",
    "street": "Main 1\nBack house",
    "multiLineStreet": ["Main 1", "Back house"],
    "city": "Berlin",
    "country": "DE",
    "firstname": "Ann",
    "lastname": "Lee",
}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CREATED, UPDATED = "2026-03-01T10:00:00+00:00", "2026-03-02T11:00:00+00:00"


def only(shop, order_id=7):
    (item,) = shop.items(FEED, order_id)
    return item


def fill(shop):
    """Order 7 with everything that an order can have."""
    shop.order(7, **FULL_ORDER)
    shop.change(
        "sales_order_payment",
        "parent_id = 7",
        method="checkmo",
        base_amount_paid_online="1.0000",
        base_amount_refunded_online="2.0000",
        base_amount_authorized="3.0000",
        base_amount_paid="4.0000",
        base_amount_refunded="5.0000",
        base_amount_canceled="6.0000",
    )
    for kind in ("billing", "shipping"):
        shop.add("sales_order_address", parent_id=7, address_type=kind, **ADDRESS)
    shop.item(
        70,
        7,
        name="Bag",
        product_options='{"a":1}',
        additional_data='{"gift":true}',
        is_virtual=0,
        qty_ordered="3.0000",
        qty_backordered="1.0000",
        base_price="10.0000",
        base_row_total="30.0000",
        base_discount_amount="1.5000",
        base_tax_amount="4.0000",
        base_row_total_incl_tax="34.0000",
        weight="0.2500",
    )
    shop.item(71, 7, parent_item_id=70, weight=None, name=None, qty_backordered=None)
    shop.document("sales_invoice", 3, 7, base_grand_total="37.5000", is_used_for_refund=1)
    shop.add("sales_invoice_item", parent_id=3, order_item_id=70, qty="3.0000")
    shop.document("sales_shipment", 4, 7)
    shop.add("sales_shipment_item", parent_id=4, order_item_id=70, qty="2.0000")
    track(shop, 1, carrier_code="ups", track_number="1Z")
    shop.add(
        "sales_payment_transaction",
        transaction_id=5,
        order_id=7,
        txn_id="t-5",
        txn_type="capture",
        created_at="2026-03-01 10:00:00",
    )
    memo(shop, 6, 7)
    shop.add(
        "sales_creditmemo_item",
        parent_id=6,
        order_item_id=70,
        qty="1.0000",
        base_price="10.0000",
        base_discount_amount="0.5000",
    )


def track(shop, track_id, **row):
    shop.add("sales_shipment_track", entity_id=track_id, parent_id=4, order_id=7, **row)


def memo(shop, memo_id, order_id):
    shop.document(
        "sales_creditmemo",
        memo_id,
        order_id,
        state=2,
        base_currency_code="EUR",
        base_shipping_amount="5.0000",
        base_shipping_tax_amount="0.5000",
        base_adjustment="1.0000",
        base_subtotal="10.0000",
        base_tax_amount="1.3300",
        base_grand_total="16.3300",
    )


def tax(shop, tax_id, order_id, title, amount):
    shop.add(
        "sales_order_tax",
        tax_id=tax_id,
        order_id=order_id,
        title=title,
        base_amount=amount,
        priority=0,
        position=0,
        process=0,
    )


def tax_item(shop, tax_id, item_id, amount, kind="product"):
    shop.add(
        "sales_order_tax_item",
        tax_id=tax_id,
        item_id=item_id,
        base_amount=amount,
        taxable_item_type=kind,
        tax_percent=0,
        amount=99,
        real_amount=99,
        real_base_amount=99,
    )


def test_an_order_is_one_item_with_all_its_parts(shop):
    fill(shop)
    line, part = uuid_of("order_item", 70, None), uuid_of("order_item", 71, None)
    nothing = dict.fromkeys(("qtyInvoiced", "qtyShipped", "qtyRefunded", "qtyCanceled"), 0.0)
    assert only(shop) == {
        "orderId": {"id": "ea0059bc-ebfb-5cd4-853a-a427d5bd897c"},
        "commerceOrderId": "7",
        "commerceOrderNumber": "000000007",
        "externalId": {"id": "7", "salesChannel": "magento"},
        "createdAt": CREATED,
        "updatedAt": UPDATED,
        "state": 3,
        "status": "in_work",
        "totalInvoiced": 37.5,
        "totalQtyOrdered": 3.0,
        "isVirtual": False,
        "subtotal": 30.0,
        "grandTotal": 37.5,
        "discountAmount": -1.5,
        "currency": "EUR",
        "amountCapturedOnline": 1.0,
        "amountRefundedOnline": 2.0,
        "amountAuthorized": 3.0,
        "amountPaid": 4.0,
        "amountRefunded": 5.0,
        "amountCanceled": 6.0,
        "storeViewCode": "de",
        "storeCode": "eu_store",
        "websiteCode": "eu",
        "storeId": 3,
        "customerId": 12,
        "customerEmail": "ann@example.com",
        "customerNote": "Ring twice",
        "payment": {
            "billingAddress": SENT_ADDRESS,
            "paymentMethodName": "Check",
            "paymentMethodCode": "checkmo",
            "totalAmount": 30.0,
            "taxAmount": 4.0,
            "currency": "EUR",
        },
        "shipping": {
            "shippingAddress": SENT_ADDRESS,
            "shippingMethodName": "Flat Rate",
            "shippingMethodCode": "flatrate_flatrate",
            "shippingAmount": 5.0,
            "shippingTax": 0.5,
        },
        "items": [
            {
                **nothing,
                "itemId": line,
                "entityId": "70",
                "isVirtual": False,
                "qtyBackordered": 1.0,
                "qtyOrdered": 3.0,
                "productType": "simple",
                "productOptions": '{"a":1}',
                "itemsShippedTogether": False,
                "sku": "sku-70",
                "productSku": "sku-70",
                "name": "Bag",
                "qty": 3,
                "unitPrice": 10.0,
                "itemPrice": 30.0,
                "discountAmount": 1.5,
                "taxAmount": 4.0,
                "totalAmount": 34.0,
                "weight": 0.25,
                "updatedAt": UPDATED,
                "additionalInformation": [{"name": "gift", "value": "true"}],
            },
            {
                **nothing,
                "itemId": part,
                "entityId": "71",
                "parentEntityId": "70",
                "qtyOrdered": 0.0,
                "productType": "simple",
                "itemsShippedTogether": False,
                "sku": "sku-71",
                "productSku": "sku-71",
                "qty": 0,
                "unitPrice": 0.0,
                "itemPrice": 0.0,
                "discountAmount": 0.0,
                "taxAmount": 0.0,
                "updatedAt": UPDATED,
                "additionalInformation": None,
            },
        ],
        "invoices": [
            {
                "entityId": "3",
                "isUsedForRefund": True,
                "grandTotal": 37.5,
                "createdAt": CREATED,
                "commerceInvoiceNumber": "000000003",
                "invoiceItems": [{"orderItemId": line, "qtyInvoiced": 3.0}],
            }
        ],
        "creditMemos": [
            {
                "creditMemoId": uuid_of("credit_memo", 6, None),
                "entityId": "6",
                "state": 2,
                "createdAt": CREATED,
                "creditMemoComments": [""],
                "shippingAmount": 5.0,
                "shippingTaxAmount": 0.5,
                "adjustment": 1.0,
                "currency": "EUR",
                "refundTaxes": None,
                "subtotal": 10.0,
                "productsTaxAmount": 1.33,
                "grandTotal": 16.33,
                "commerceCreditMemoNumber": "000000006",
                "refundItems": [
                    {
                        "orderItemId": line,
                        "qtyRefunded": 1.0,
                        "basePrice": 10.0,
                        "baseRowTotal": 9.5,
                        "productTaxes": None,
                    }
                ],
            }
        ],
        "transactions": [
            {"entityId": "5", "txnId": "t-5", "type": "capture", "createdAt": CREATED}
        ],
        "shipments": [
            {
                "shipmentId": uuid_of("order_shipment", 4, None),
                "createdAt": CREATED,
                "updatedAt": UPDATED,
                "trackingInfo": {
                    "shippingCarrier": "ups",
                    "shippingMethod": "flatrate_flatrate",
                    "trackingNumber": "1Z",
                    "trackingUrl": "https://shop.test/shipping/tracking/popup?hash="
                    "dHJhY2tfaWQ6MTpzZWNyZXQ%7E",
                },
                "commerceShipmentNumber": "000000004",
                "items": [{"orderItemId": line, "qtyShipped": 2.0}],
            }
        ],
        "additionalInformation": [{"name": "method_title", "value": "Check"}],
    }


def test_what_an_order_lacks_is_absent_and_its_lists_are_null(shop):
    shop.order(7, said=None)
    assert only(shop) == {
        "orderId": uuid_of("order", 7, None),
        "commerceOrderId": "7",
        "commerceOrderNumber": "000000007",
        "externalId": {"id": "7", "salesChannel": "magento"},
        "createdAt": CREATED,
        "updatedAt": UPDATED,
        "state": 1,
        "storeViewCode": "en",
        "storeCode": "main",
        "websiteCode": "base",
        "storeId": 1,
        "payment": {"billingAddress": None},
        "shipping": {"shippingAddress": None},
        "items": None,
        "invoices": None,
        "creditMemos": None,
        "transactions": None,
        "shipments": None,
        "additionalInformation": None,
    }


@pytest.mark.parametrize(
    ("state", "number"),
    [
        ("pending_payment", 2),
        ("complete", 4),
        ("closed", 5),
        ("canceled", 6),
        ("holded", 7),
        ("payment_review", 8),
        ("RECEIVED", 9),
        ("REJECTED", 10),
        ("of_an_extension", 0),
        (None, 0),
    ],
)
def test_a_state_is_a_number_and_one_that_commerce_does_not_know_is_0(shop, state, number):
    shop.order(7, state=state)
    assert only(shop)["state"] == number


def test_an_order_of_a_store_that_is_gone_names_no_codes(shop):
    shop.order(7, store_id=None)
    assert not only(shop).keys() & {"storeViewCode", "storeCode", "websiteCode", "storeId"}


def test_of_several_payments_and_addresses_the_last_counts(shop):
    shop.order(7)
    shop.add("sales_order_payment", parent_id=7, additional_information='{"method_title":"Card"}')
    for city in ("Bonn", "Ulm"):
        shop.add("sales_order_address", parent_id=7, address_type="billing", city=city)
    payment = only(shop)["payment"]
    assert payment["paymentMethodName"] == "Card"
    assert payment["billingAddress"] == {"city": "Ulm", "multiLineStreet": None}


def test_what_is_said_of_a_payment_becomes_names_and_texts(shop):
    said = {"a": "x/y", "b": {"url": "a/é", "n": 10.0, "o": {}}, "c": None, "d": [1, 2.5], "e": 3}
    shop.order(7, said=orjson.dumps(said).decode())
    assert only(shop)["additionalInformation"] == [
        {"name": "a", "value": "x/y"},
        {"name": "b", "value": r'{"url":"a\/\u00e9","n":10,"o":[]}'},
        {"name": "c", "value": "null"},
        {"name": "d", "value": "[1,2.5]"},
        {"name": "e", "value": "3"},
    ]


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("[]", None),
        ("{}", None),
        ("null", None),
        ('["x"]', [{"name": "0", "value": "x"}]),
    ],
)
def test_a_payment_may_say_nothing_or_a_list(shop, said, sent):
    shop.order(7, said=said)
    item = only(shop)
    assert item["additionalInformation"] == sent
    assert "paymentMethodName" not in item["payment"]


@pytest.mark.difference("An order that can't be read holds back no other")
@pytest.mark.parametrize("text", ['a:1:{s:4:"card";s:4:"4242";}', '"4242"', "4242"])
def test_an_order_whose_payment_cannot_be_read_holds_back_no_other_and_is_not_quoted(shop, text):
    shop.order(6)
    shop.order(7, said=text)
    good, bad = shop.built(FEED, 6, 7)
    reference = []  # nothing of the batch
    assert [one.entity_id for one in (good, bad) if isinstance(one, FeedItem)] == [6] != reference
    assert bad == Unbuildable(
        7,
        feed_id(["7"]),
        b'{"commerceOrderId":"7","orderId":{"id":"%s"}}' % uuid_of("order", 7, None)["id"].encode(),
        "sales_order_payment 7.additional_information is not a JSON object",
    )


def test_an_order_without_a_payment_is_unbuildable(shop):
    shop.order(7)
    shop.delete("sales_order_payment", "parent_id = 7")
    (built,) = shop.built(FEED, 7)
    assert built.reason == "sales_order_payment has no row of order 7"


def test_a_line_whose_data_cannot_be_read_is_named_and_not_quoted(shop):
    shop.order(7)
    shop.item(70, 7, additional_data="to Ann, with love")
    (built,) = shop.built(FEED, 7)
    assert built.reason == "sales_order_item 70.additional_data is not a JSON object"


@pytest.mark.difference("Each document has its own date")
def test_every_document_has_its_own_time_though_they_share_an_id(shop):
    for order_id, day in ((7, 1), (8, 2), (9, 3)):
        shop.order(order_id)
        own = {"created_at": f"2026-05-0{day} 00:00:00", "updated_at": "2026-06-01 00:00:00"}
        if order_id == 7:
            shop.document("sales_invoice", 1, 7, **own)
        elif order_id == 8:
            shop.document("sales_creditmemo", 1, 8, **own)
        else:
            own.pop("updated_at")
            shop.add("sales_payment_transaction", transaction_id=1, order_id=9, **own)
    seven, eight, nine = shop.items(FEED, 7, 8, 9)
    documents = seven["invoices"], eight["creditMemos"], nine["transactions"]
    here = [(one["entityId"], one["createdAt"]) for (one,) in documents]
    by_id = dict(here)  # of the last kind of document
    reference = [(entity_id, by_id[entity_id]) for entity_id, _ in here]
    assert reference == [("1", "2026-05-03T00:00:00+00:00")] * 3
    assert here == [
        ("1", "2026-05-01T00:00:00+00:00"),
        ("1", "2026-05-02T00:00:00+00:00"),
        ("1", "2026-05-03T00:00:00+00:00"),
    ]
    assert here != reference


@pytest.mark.difference("A credit memo stands in its order once")
def test_a_credit_memo_with_two_comments_stands_there_once(shop):
    shop.order(7)
    memo(shop, 6, 7)
    for comment in ("broken", None):
        shop.add("sales_creditmemo_comment", parent_id=6, comment=comment)
    here = [one["creditMemoComments"] for one in only(shop)["creditMemos"]]
    reference = [["broken", ""]] * 2
    assert here == [["broken", ""]] != reference


@pytest.mark.difference("A credit memo has the taxes of its own order")
def test_each_credit_memo_has_the_taxes_of_its_own_order(shop):
    for order_id in (7, 8):
        shop.order(order_id)
        shop.item(order_id * 10, order_id)
        memo(shop, order_id, order_id)
        tax(shop, order_id, order_id, f"VAT {order_id}", f"{order_id}.5000")
        tax_item(shop, order_id, order_id * 10, "1.0000")
        tax_item(shop, order_id, None, "2.0000", "shipping")
        tax_item(shop, order_id, None, "3.0000", "shipping")
        tax(shop, order_id + 10, order_id, "Levy", "0.2500")
        tax_item(shop, order_id + 10, order_id * 10, "1.0000")
    reference = [None, [{"taxName": "VAT 8", "taxType": "product", "taxAmount": 8.5}]]
    here = [item["creditMemos"][0]["refundTaxes"] for item in shop.items(FEED, 7, 8)]
    assert here != reference
    assert here == [
        [
            {"taxName": f"VAT {order_id}", "taxType": "product", "taxAmount": order_id + 0.5},
            {"taxName": f"VAT {order_id}", "taxType": "shipping", "taxAmount": order_id + 0.5},
            {"taxName": "Levy", "taxType": "product", "taxAmount": 0.25},
        ]
        for order_id in (7, 8)
    ]


@pytest.mark.difference("A deleted order is deleted there")
def test_an_order_that_is_gone_has_no_item(shop):
    shop.order(7)
    reference = [item["commerceOrderId"] for item in shop.items(FEED, 7)]
    shop.delete("sales_order", "entity_id = 7")
    assert (reference, shop.built(FEED, 7)) == (["7"], [])


@pytest.mark.difference("A refunded line has the taxes of its order item")
def test_a_refunded_line_has_the_taxes_of_its_order_item(shop):
    shop.order(7)
    memo(shop, 6, 7)
    tax(shop, 1, 7, "VAT", "9.0000")
    for item_id in (70, 71, 72):
        shop.item(item_id, 7)
    tax_item(shop, 1, 70, "7.0000")
    tax_item(shop, 1, 1, "8.0000")
    for item_id in (71, 70, None):
        shop.add("sales_creditmemo_item", parent_id=6, order_item_id=item_id, qty=1, base_price=1)
    refunds = only(shop)["creditMemos"][0]["refundItems"]
    of_order_item_one = [{"taxName": "VAT", "taxType": "product", "taxAmount": 8.0}]
    reference = [of_order_item_one, None, None]
    assert [one["productTaxes"] for one in refunds] != reference
    assert [(one["orderItemId"], one["productTaxes"]) for one in refunds] == [
        (uuid_of("order_item", 71, None), None),
        (
            uuid_of("order_item", 70, None),
            [{"taxName": "VAT", "taxType": "product", "taxAmount": 7.0}],
        ),
        (None, None),
    ]


@pytest.mark.difference("Refunded totals are reckoned in decimals")
def test_a_refund_is_reckoned_in_decimals(shop):
    shop.order(7)
    memo(shop, 6, 7)
    shop.add("sales_creditmemo_item", parent_id=6, qty="3.0000", base_price="1.1000")
    (refund,) = only(shop)["creditMemos"][0]["refundItems"]
    reference = float("3.0000") * float("1.1000")
    assert refund["baseRowTotal"] == 3.3 != reference == 3.3000000000000003


def test_a_refund_and_a_tax_without_amounts_come_to_nothing(shop):
    shop.order(7)
    memo(shop, 6, 7)
    shop.item(70, 7)
    tax(shop, 1, 7, "VAT", None)
    tax_item(shop, 1, 70, "7.0000")
    for row in ({"qty": 2}, {"base_price": 3, "base_discount_amount": 1}, {}):
        shop.add("sales_creditmemo_item", parent_id=6, **row)
    credited = only(shop)["creditMemos"][0]
    assert [one["baseRowTotal"] for one in credited["refundItems"]] == [0, -1, 0]
    assert credited["refundTaxes"] == [{"taxName": "VAT", "taxType": "product"}]


def test_a_shipment_without_a_tracking_number_says_so(shop):
    shop.order(7)
    shop.document("sales_shipment", 4, 7)
    assert only(shop)["shipments"][0]["trackingInfo"] is None


def test_a_tracking_page_of_an_order_without_a_protect_code_has_none(shop):
    shop.order(7, protect_code=None)
    shop.document("sales_shipment", 4, 7)
    shop.add("sales_shipment_track", entity_id=9, parent_id=4, order_id=7, track_number="1Z")
    url = only(shop)["shipments"][0]["trackingInfo"]["trackingUrl"]
    assert base64.b64decode(url.partition("hash=")[2].replace("%7E", "=")) == b"track_id:9:"


def test_of_several_tracking_numbers_the_last_is_sent(shop):
    fill(shop)
    track(shop, 2, track_number="2Z")
    info = only(shop)["shipments"][0]["trackingInfo"]
    assert info["trackingNumber"] == "2Z"
    assert "shippingCarrier" not in info


def test_a_tracking_number_belongs_to_the_order_of_its_shipment(shop):
    fill(shop)
    shop.order(8)
    shop.change("sales_shipment_track", "entity_id = 1", order_id=8)
    both = [shop.items(FEED, *ids)[0]["shipments"][0] for ids in ((7,), (7, 8))]
    assert [one["trackingInfo"]["trackingNumber"] for one in both] == ["1Z", "1Z"]


@pytest.mark.difference("Tracking links lead to the address of the default scope")
def test_a_tracking_page_stands_at_the_address_of_the_default_scope(shop):
    shop.config("web/unsecure/base_url", "https://eu.test/", "websites", 2)
    shop.config("web/url/use_store", "1")
    fill(shop)
    shop.change("sales_order", "entity_id = 7", protect_code="\xfb\xff~~?")
    url = only(shop)["shipments"][0]["trackingInfo"]["trackingUrl"]
    reference = "https://shop.test/admin/shipping/tracking/popup?hash="
    assert url.startswith("https://shop.test/shipping/tracking/popup?hash=")
    assert not url.startswith(reference)
    assert re.fullmatch(r"[\w%-]+", url.partition("hash=")[2])
    assert "-" in url or "_" in url.partition("hash=")[2]


def test_a_configurable_product_is_named_by_the_sku_it_has_now(shop):
    order_of_products(shop)
    assert [line["productSku"] for line in only(shop)["items"]] == [
        "now",
        "now",
        "sku-72",
        "sku-73",
    ]


def order_of_products(shop):
    shop.product(5, "now")
    if shop.layout.staged:
        shop.change("catalog_product_entity", "entity_id = 5", created_in=50)
        shop.version(5, "old", "configurable", 1, (1, 50))
        shop.add("flag", flag_code="staging", flag_data='{"current_version":"60"}', state=0)
    shop.order(7)
    for number, kind in enumerate(("configurable", "bundle", "simple")):
        shop.item(70 + number, 7, product_id=5, product_type=kind)
    shop.item(73, 7, product_id=6, product_type="configurable")


@pytest.mark.parametrize(
    ("kind", "options", "together"),
    [
        ("configurable", None, True),
        ("bundle", '{"shipment_type":"0"}', True),
        ("bundle", '{"shipment_type":0}', True),
        ("bundle", '{"shipment_type":"1"}', False),
        ("bundle", "{}", False),
        ("bundle", None, False),
        ("simple", '{"shipment_type":"0"}', False),
    ],
)
def test_what_is_shipped_together(shop, kind, options, together):
    shop.order(7)
    shop.item(70, 7, product_type=kind, product_options=options)
    assert only(shop)["items"][0]["itemsShippedTogether"] is together


@pytest.mark.difference("Every order is sent, with a UUID or without")
def test_a_uuid_that_the_shop_has_given_is_kept(shop):
    fill(shop)
    given = {
        kind: f"{number}0000000-0000-4000-8000-000000000000"
        for number, kind in enumerate(("order", "order_item", "order_shipment", "credit_memo"), 1)
    }
    ids = {"order": 7, "order_item": 70, "order_shipment": 4, "credit_memo": 6}
    shop.uuids(*((uuid, ids[kind], kind) for kind, uuid in given.items()))
    shop.order(8)
    reference = shop.ids(
        sa.text(f"SELECT entity_id FROM {shop.layout('data_exporter_uuid')} WHERE type = 'order'")
    )
    here = [int(item["commerceOrderId"]) for item in shop.items(FEED, 7, 8)]
    assert here == [7, 8] != reference == [7]
    item = only(shop)
    assert item["orderId"]["id"] == given["order"]
    line = {"id": given["order_item"]}
    assert item["items"][0]["itemId"] == line
    assert item["items"][1]["itemId"] == uuid_of("order_item", 71, None)
    assert item["invoices"][0]["invoiceItems"][0]["orderItemId"] == line
    assert item["shipments"][0]["shipmentId"]["id"] == given["order_shipment"]
    assert item["shipments"][0]["items"][0]["orderItemId"] == line
    assert item["creditMemos"][0]["creditMemoId"]["id"] == given["credit_memo"]
    assert item["creditMemos"][0]["refundItems"][0]["orderItemId"] == line


def test_uuids_of_two_shops_differ_where_each_has_a_namespace(shop):
    fill(shop)
    plain = uuids_in(only(shop))
    found = []
    for namespace in ("one", "two"):
        shop.options = FeedOptions(order_uuid_namespace=namespace)
        found.append(uuids_in(only(shop)))
        assert found[-1] == uuids_in(only(shop)), "the same whenever it is built"
        assert only(shop)["orderId"] == uuid_of("order", 7, None, namespace)
    assert len(plain) == len(found[0]) == len(found[1]) == 5
    assert len(plain | found[0] | found[1]) == 15


def uuids_in(value):
    """All UUIDs that stand in a part of an item."""
    if isinstance(value, list):
        return set().union(*map(uuids_in, value))
    if isinstance(value, dict):
        found = set().union(*map(uuids_in, value.values()))
        return found | ({value["id"]} if UUID.fullmatch(str(value.get("id"))) else set())
    return set()


def test_a_uuid_given_to_an_order_is_not_that_of_an_item_with_its_number(shop):
    shop.order(7)
    shop.item(7, 7)
    shop.uuids(("10000000-0000-4000-8000-000000000000", 7, "order"))
    item = only(shop)
    assert item["orderId"] == {"id": "10000000-0000-4000-8000-000000000000"}
    assert item["items"][0]["itemId"] == uuid_of("order_item", 7, None)


def test_a_tombstone_names_the_order_and_a_deleted_order_has_no_item(shop):
    shop.order(7)
    (built,) = shop.built(FEED, 7, 8)
    minimal = orjson.loads(built.minimal)
    assert minimal == {"orderId": uuid_of("order", 7, None), "commerceOrderId": "7"}
    assert (built.entity_id, built.feed_id, built.volatile) == (7, feed_id(["7"]), b"{}")


def test_a_full_resync_can_leave_out_orders_that_have_not_changed_for_long(shop):
    now = dt.datetime.now(dt.UTC)
    for order_id, days in ((7, 8), (8, 6), (9, 0)):
        shop.order(order_id, updated_at=f"{now - dt.timedelta(days=days):%Y-%m-%d %H:%M:%S}")
    shop.options = FeedOptions(orders_max_age_seconds=7 * 86400)
    assert shop.ids(FEED.ids(shop.read())) == [8, 9]
    assert len(shop.built(FEED, 7, 8, 9)) == 3, "whatever is asked for is built"


@pytest.mark.difference("Every order is sent, however old")
def test_all_orders_are_found_and_each_by_its_number(shop):
    shop.order(7, updated_at="2011-01-01 00:00:00")
    shop.order(8, increment_id="DE-8", store_id=3)
    read = shop.read()
    shop.change("sales_order", "entity_id = 8", updated_at=dt.datetime.now(dt.UTC))
    young = "updated_at > UTC_TIMESTAMP() - INTERVAL 604800 SECOND"
    reference = shop.ids(
        sa.text(f"SELECT entity_id FROM {shop.layout('sales_order')} WHERE {young}")
    )
    assert shop.ids(FEED.ids(read)) == [7, 8] != reference == [8]
    assert shop.rows(FEED.owners(read, ["DE-8", "none"])) == [("DE-8", 8)]


def test_five_hundred_orders_cost_as_many_queries_as_one(shop):
    for order_id in range(1, 501):
        shop.order(order_id)
        shop.item(order_id, order_id)
    counted = []
    for count in (1, 10, 500):
        assert len(shop.built(FEED, *range(1, count + 1))) == count
        counted.append(shop.queries)
    assert counted == [14, 14, 14]


def test_every_column_that_is_read_is_watched(shop):
    watched = {
        one.on.table: set(one.on.columns)
        for one in FEED.edges(shop.read())
        if one.on.changelog.entity == "order"
    }
    assert watched == {table: set(columns) for table, columns in COLUMNS.items()}
    assert watched.keys() == {*ORDER_KEYS, *PARENTS}


def test_every_watched_row_leads_to_its_order(shop):
    fill(shop)
    tax(shop, 1, 7, "VAT", "9.0000")
    tax_item(shop, 1, 70, "7.0000")
    shop.add("sales_creditmemo_comment", parent_id=6, comment="broken")
    edges = [one for one in FEED.edges(shop.read()) if one.on.changelog.entity == "order"]
    assert {one.on.table: found_by(shop, one.on) for one in edges} == {
        table: {7} for table in COLUMNS
    }


def found_by(shop, subscription):
    """The ids that the key of a subscription leads to, row by row."""
    key = subscription.key
    text = f"SELECT {key.column} FROM {shop.layout(subscription.table)}"
    ids = set(shop.ids(sa.text(text)))
    for hop in key.hops:
        text = f"SELECT {hop.give} FROM {shop.layout(hop.table)} WHERE {hop.match} IN :ids"
        ids = set(
            shop.ids(sa.text(text).bindparams(sa.bindparam("ids", sorted(ids), expanding=True)))
        )
    return ids


def test_a_uuid_leads_to_the_order_of_what_it_was_given_to(shop):
    fill(shop)
    shop.order(4)
    rows = [("a", 4, "order"), ("b", 70, "order_item"), ("c", 4, "order_shipment")]
    rows += [("d", 6, "credit_memo"), ("e", 70, "something_else"), ("f", 999, "order_item")]
    shop.uuids(*rows)
    (edge,) = [one for one in FEED.edges(shop.read()) if one.on.table == "data_exporter_uuid"]
    assert (edge.on.optional, edge.on.key.column) == (True, "entity_id")
    read = shop.read()
    found = {number: set(shop.ids(edge.widen(read, [number]))) for number in (4, 6, 70, 999)}
    assert found == {4: {4, 7}, 6: {7}, 70: {7}, 999: set()}


def test_an_address_of_the_shop_concerns_all_orders_and_no_other_setting_does(shop):
    (edge,) = [one for one in FEED.edges(shop.read()) if one.on.table == "core_config_data"]
    assert edge.whole
    assert edge.values == {
        "web/unsecure/base_url",
        "web/unsecure/base_link_url",
        "web/secure/base_url",
        "web/seo/use_rewrites",
    }


def test_the_codes_of_stores_concern_all_orders(shop):
    whole = {one.on.table for one in FEED.edges(shop.read()) if one.whole}
    assert whole == {"store", "store_group", "store_website", "core_config_data"}


def test_times_that_are_zeros_are_null():
    assert moment("0000-00-00 00:00:00") is None
    assert moment(None) is None
    assert moment(dt.datetime(2026, 3, 1, 10, 0, 0)) == CREATED  # noqa: DTZ001
