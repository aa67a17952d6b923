"""Edits of a shop, and which orders, reviews and ratings the triggers say they concern."""

import pytest
import sqlalchemy as sa

from daemon.feeds import orders, rating_metadata, reviews

FEEDS = (orders.FEED, reviews.FEED, rating_metadata.FEED)


@pytest.fixture(scope="module")
def shop(own_shop):
    own_shop.uuids()
    fill_order(own_shop)
    own_shop.rating(4, "Quality")
    own_shop.rating(5, "Price")
    for review_id, rating_id in ((8, 4), (9, 5)):
        own_shop.review(review_id)
        own_shop.vote(review_id, rating_id, 1)
    own_shop.watch(FEEDS)
    return own_shop


def fill_order(shop):
    """Order 7 with a row in every table, whose ids are not the order's."""
    shop.add("customer_entity", entity_id=12)
    shop.order(7, customer_id=12)
    shop.add("sales_order_address", entity_id=61, parent_id=7)
    shop.item(70, 7)
    shop.document("sales_invoice", 31, 7)
    shop.add("sales_invoice_item", entity_id=32, parent_id=31)
    shop.document("sales_shipment", 41, 7)
    shop.add("sales_shipment_item", entity_id=42, parent_id=41)
    shop.add("sales_shipment_track", entity_id=43, parent_id=41, order_id=7)
    shop.document("sales_creditmemo", 51, 7)
    shop.add("sales_creditmemo_item", entity_id=52, parent_id=51)
    shop.add("sales_payment_transaction", transaction_id=81, order_id=7, payment_id=7)
    shop.add("sales_creditmemo_comment", entity_id=53, parent_id=51)
    priority = {"priority": 0, "position": 0, "process": 0}
    shop.add("sales_order_tax", tax_id=91, order_id=7, **priority)
    amounts = dict.fromkeys(
        ("tax_percent", "amount", "base_amount", "real_amount", "real_base_amount"), 0
    )
    kind = {"taxable_item_type": "product"}
    shop.add("sales_order_tax_item", tax_item_id=92, tax_id=91, item_id=70, **kind, **amounts)


def concerned(shop, entity, statement):
    """The ids that an edit writes to a changelog. The edit is undone; `{p}` is the prefix."""
    shop.execute(statement.replace("{p}", shop.layout.prefix))
    changelog = shop.layout(f"cfs_cl_{entity}")
    found = shop.ids(sa.text(f"SELECT DISTINCT entity_id FROM {changelog}"))
    shop.connection.rollback()
    return found


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {p}sales_order SET status = 'x' WHERE entity_id = 7",
        "UPDATE {p}sales_payment_transaction SET txn_type = 'void' WHERE transaction_id = 81",
        "UPDATE {p}sales_invoice SET is_used_for_refund = 1 WHERE entity_id = 31",
        "UPDATE {p}sales_shipment SET increment_id = 'x' WHERE entity_id = 41",
        "UPDATE {p}sales_creditmemo SET base_adjustment = 1 WHERE entity_id = 51",
        "DELETE FROM {p}sales_shipment WHERE entity_id = 41",
        "DELETE FROM {p}sales_order WHERE entity_id = 7",
    ],
)
def test_an_edit_concerns_its_order(shop, statement):
    assert concerned(shop, "order", statement) == [7]


@pytest.mark.difference("Whatever an item shows makes it stale")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {p}sales_order_item SET qty_shipped = 1 WHERE item_id = 70",
        "UPDATE {p}sales_order_address SET city = 'Ulm' WHERE entity_id = 61",
        "UPDATE {p}sales_order_payment SET base_amount_paid = 5 WHERE entity_id = 7",
        "UPDATE {p}sales_invoice_item SET qty = 2 WHERE entity_id = 32",
        "UPDATE {p}sales_shipment_item SET qty = 2 WHERE entity_id = 42",
        "UPDATE {p}sales_shipment_track SET track_number = '2Z' WHERE entity_id = 43",
        "INSERT INTO {p}sales_shipment_track (parent_id, order_id) VALUES (41, 7)",
        "INSERT INTO {p}sales_shipment_track (parent_id, order_id) VALUES (41, 8)",
        "UPDATE {p}sales_creditmemo_item SET qty = 2 WHERE entity_id = 52",
        "INSERT INTO {p}sales_creditmemo_comment (parent_id, comment) VALUES (51, 'x')",
        "UPDATE {p}sales_order_tax SET base_amount = 1 WHERE tax_id = 91",
        "UPDATE {p}sales_order_tax_item SET base_amount = 1 WHERE tax_item_id = 92",
        "DELETE FROM {p}sales_invoice_item WHERE entity_id = 32",
        "DELETE FROM {p}customer_entity WHERE entity_id = 12",
    ],
)
def test_an_edit_that_the_reference_does_not_notice_concerns_its_order(shop, statement):
    reference = []
    assert concerned(shop, "order", statement) == [7] != reference


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {p}sales_order SET email_sent = 1, updated_at = updated_at WHERE entity_id = 7",
        "UPDATE {p}sales_invoice SET state = 2, updated_at = updated_at WHERE entity_id = 31",
        "UPDATE {p}sales_order_address SET company = 'x' WHERE entity_id = 61",
    ],
)
def test_an_edit_of_what_no_item_shows_concerns_no_order(shop, statement):
    assert concerned(shop, "order", statement) == []


def test_a_store_view_that_is_deleted_concerns_all_orders_by_one_coarse_change(shop):
    assert concerned(shop, "order", "DELETE FROM {p}store WHERE store_id = 1") == [0]


@pytest.mark.parametrize(
    ("write", "told"),
    [
        ("UPDATE {t} SET entity_id = 8 WHERE uuid = 'u-1'", [7, 8]),
        ("DELETE FROM {t}", [7]),
    ],
)
def test_a_uuid_that_the_shop_gives_or_takes_is_a_change(shop, write, told):
    table = "{p}data_exporter_uuid"
    given = f"INSERT INTO {table} (uuid, entity_id, type) VALUES ('u-1', 7, 'order')"
    assert concerned(shop, "order_part", given) == [7]
    shop.execute(given.replace("{p}", shop.layout.prefix))
    assert concerned(shop, "order_part", write.replace("{t}", table)) == told


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {p}review SET status_id = 2 WHERE review_id = 8",
        "UPDATE {p}review_detail SET title = 'x' WHERE review_id = 8",
        "DELETE FROM {p}review_store WHERE review_id = 8 AND store_id = 1",
        "UPDATE {p}rating_option_vote SET option_id = 42 WHERE review_id = 8",
        "DELETE FROM {p}review WHERE review_id = 8",
        "DELETE FROM {p}rating_option WHERE option_id = 41",
        "DELETE FROM {p}rating WHERE rating_id = 4",
    ],
)
def test_an_edit_concerns_its_review(shop, statement):
    assert concerned(shop, "review", statement) == [8]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {p}rating SET is_active = 0 WHERE rating_id = 4",
        "UPDATE {p}rating_option SET value = 9 WHERE option_id = 41",
        "INSERT INTO {p}rating_title VALUES (4, 1, 'x')",
        "DELETE FROM {p}rating_store WHERE rating_id = 4 AND store_id = 1",
        "DELETE FROM {p}rating WHERE rating_id = 4",
    ],
)
def test_an_edit_concerns_its_rating(shop, statement):
    assert concerned(shop, "rating", statement) == [4]
