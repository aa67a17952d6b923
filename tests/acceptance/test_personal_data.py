"""Personal data of orders and reviews stay out of logs, status and our tables, whatever fails."""

from __future__ import annotations

import json

import pytest

from daemon.sandbox.receiver import Fault

NAME = "Zorblatt"
"""Stands in every field of an order or a review that can hold personal data."""

QUOTING = json.dumps({"message": f"customerEmail {NAME}@example.com of {NAME} is not an address"})
NAMING = json.dumps(
    {"invalidFeedItems": [{"field": "/0/customerEmail", "message": f"{NAME} is no address"}]}
)
DEEP = "[" * 5000 + "]" * 5000
VIEW = """CREATE FUNCTION speak(said TEXT) RETURNS TEXT DETERMINISTIC
BEGIN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = said; RETURN said; END"""
COLUMNS = (
    "entity_id, parent_id, address_type, telephone, region, postcode, street, city, country_id,"
    " speak(firstname) AS firstname, lastname"
)


@pytest.fixture
def shop(fresh):
    """An installed shop whose orders and reviews all speak of one person; it logs all it can."""
    fresh.sql(
        f"UPDATE sales_order SET customer_email = '{NAME}@example.com', customer_note = '{NAME}'",
        f"UPDATE sales_order_address SET firstname = '{NAME}', lastname = '{NAME}',"
        f" street = '{NAME}', city = '{NAME}', telephone = '{NAME}', region = '{NAME}'",
        f"UPDATE review_detail SET nickname = '{NAME}', title = '{NAME}', detail = '{NAME}'",
    )
    fresh.configure(
        log={"level": "DEBUG", "format": "json"},
        destinations={"receiver": {"feeds": ["orders", "reviews"]}},
    )
    fresh.install()
    return fresh


def everything_said(installation):
    """All that commands print, and all that stands in tables of our own."""
    said = [
        text
        for arguments in (
            ("resync", "--all"),
            ("sync",),
            ("status",),
            ("status", "--json"),
            ("dead-letters", "list", "--json"),
        )
        for done in [installation.command(*arguments)]
        for text in (done.stdout, done.stderr)
    ]
    tables = installation.column("SHOW TABLES LIKE 'cfs\\_%'")
    rows = [str(row) for table in tables for row in installation.rows(f"SELECT * FROM {table}")]
    return "\n".join(said + rows)


def outcomes(installation, feed="orders"):
    """How the items of a feed ended, and why."""
    return set(installation.rows(f"SELECT outcome, error FROM cfs_item_{feed}"))


LEFT_OUT = "its words are left out, for they may quote personal data"


@pytest.mark.parametrize(
    ("fault", "outcome", "error"),
    [
        (Fault(status=400, body=NAMING), "refused", f"HTTP 400, about customerEmail; {LEFT_OUT}"),
        (Fault(status=503, body=QUOTING), "failed", f"HTTP 503, about customerEmail; {LEFT_OUT}"),
        (Fault(status=401, body=QUOTING), "failed", f"HTTP 401, about customerEmail; {LEFT_OUT}"),
    ],
    ids=["refused", "failed", "denied"],
)
def test_what_a_destination_quotes_is_not_kept(shop, fault, outcome, error):
    shop.receiver.fail(fault)
    said = everything_said(shop)
    assert (outcome, error) in outcomes(shop)
    assert f'"error": "{error}"' in said, "the log tells why"
    assert NAME not in said


def test_what_can_not_be_built_names_the_place_and_not_the_content(shop):
    payments = "UPDATE sales_order_payment SET additional_information ="
    shop.sql(
        f"{payments} 'no JSON of {NAME}' ORDER BY entity_id LIMIT 1",
        f"{payments} '{DEEP}' ORDER BY entity_id DESC LIMIT 1",
    )
    said = everything_said(shop)
    faults = sorted(error for _, error in outcomes(shop) if error)
    assert len(faults) == 2
    assert faults[0].startswith("RecursionError at ")
    assert faults[1].endswith("additional_information is not a JSON object")
    assert NAME not in said


def test_a_database_error_that_quotes_a_row_is_told_without_its_words(shop):
    shop.sql(
        VIEW,
        "RENAME TABLE sales_order_address TO hidden",
        f"CREATE VIEW sales_order_address AS SELECT {COLUMNS} FROM hidden",
    )
    try:
        said = everything_said(shop)
    finally:
        shop.sql("DROP VIEW sales_order_address", "RENAME TABLE hidden TO sales_order_address")
    assert '"event": "batch failed"' in said
    assert "OperationalError 1644" in said
    assert "_order_rows.py" in said, "the place is told"
    assert NAME not in said


def test_what_is_delivered_leaves_no_trace(shop):
    said = everything_said(shop)
    assert {outcome for outcome, _ in outcomes(shop)} == {"exported"}
    assert any(NAME in json.dumps(item) for item in shop.receiver.items("orders"))
    assert any(NAME in json.dumps(item) for item in shop.receiver.items("reviews"))
    assert NAME not in said
