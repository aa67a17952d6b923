"""Fields that are left out by setting leave the house nowhere."""

from __future__ import annotations

import pytest

PATHS = ["customerEmail", "payment.billingAddress"]
NAMES = ("customerEmail", "billingAddress")


@pytest.mark.parametrize("executor", ["inline", "processes"])
def test_what_is_left_out_reaches_neither_destination_nor_payload_log_nor_preview(fresh, executor):
    sent, preview = fresh.directory / "sent.jsonl", fresh.directory / "preview"
    fresh.configure(
        feeds={"redact": {"orders": PATHS}},
        destinations={"receiver": {"feeds": ["orders"], "payload_log": str(sent)}},
        sync={"executor": executor},
    )
    fresh.install()
    for command in (("resync", "--all"), ("resync", "--all", "--dry-run", "--output", preview)):
        done = fresh.command(*map(str, command))
        assert done.returncode == 0, done.stderr
    for text in (sent.read_text(), (preview / "orders.jsonl").read_text()):
        assert "commerceOrderId" in text
        assert [name for name in NAMES if name in text] == []
    held = fresh.receiver.items("orders")
    assert held
    assert [
        one for one in held if "customerEmail" in one or "billingAddress" in one["payment"]
    ] == []


def test_a_change_of_what_is_left_out_is_sent_by_itself_and_a_change_within_it_is_not(fresh):
    chosen = {"receiver": {"feeds": ["orders"]}}
    fresh.configure(destinations=chosen)
    fresh.install()
    fresh.first_sync()
    assert all("customerEmail" in one for one in fresh.receiver.items("orders"))
    fresh.configure(destinations=chosen, feeds={"redact": {"orders": PATHS}})
    daemon = fresh.run()
    fresh.wait_until_settled()
    assert not any("customerEmail" in one for one in fresh.receiver.items("orders"))
    before = fresh.mark
    fresh.sql(
        "UPDATE sales_order SET customer_email = 'another@example.com', updated_at = updated_at"
    )
    fresh.wait_until_settled()
    assert (fresh.mark, daemon.poll()) == (before, None)
