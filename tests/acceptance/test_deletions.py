"""What is gone from the shop goes from the receiver, by tombstones that carry the minimum."""

from __future__ import annotations

from collections import Counter

import orjson
import pytest
from installation import wait_until

from daemon.sandbox import edits

TIMES = {"deleted", "modifiedAt", "updatedAt"}


def recorded_tombstones(installation, feed):
    table = installation.own.items[feed].name
    query = f"SELECT minimal FROM {table} WHERE is_deleted = 1 AND outcome = 'exported'"
    return sorted(installation.column(query))


def held_tombstones(installation, feed):
    bare = (
        {key: value for key, value in body.items() if key not in TIMES}
        for body in installation.receiver.tombstones(feed)
    )
    return sorted(orjson.dumps(one, option=orjson.OPT_SORT_KEYS).decode() for one in bare)


@pytest.mark.parametrize(
    "edit",
    [edits.delete_product, edits.unassign_website, edits.rename_sku],
    ids=lambda e: e.__name__,
)
def test_what_is_gone_ends_in_tombstones_with_the_minimal_payload(installation, edit):
    installation.forget()
    installation.first_sync()
    (made,) = installation.edit(edit)
    installation.drain()
    installation.assert_delivered()
    deleted, told = 0, set()
    for feed in installation.own.items:
        held = held_tombstones(installation, feed)
        assert held == recorded_tombstones(installation, feed)
        deleted += len(held)
        for body in installation.receiver.tombstones(feed):
            assert body["deleted"] is True
            told |= {str(value) for value in body.values()}
    assert deleted, made.summary
    assert made.natural_keys[0] in told


def test_a_sku_that_comes_back_is_alive_again(installation):
    def rename(before, after):
        for table in ("catalog_product_entity", "inventory_source_item", "inventory_stock_2"):
            installation.sql(f"UPDATE {table} SET sku = '{after}' WHERE sku = '{before}'")
        installation.drain()
        installation.assert_delivered()

    def held():
        return [body["sku"] for body in installation.receiver.items("prices")]

    before = held()
    old = next(sku for sku in before if sku.replace("-", "").isalnum())
    rename(old, "GONE-FOR-A-WHILE")
    assert old not in held()
    rename("GONE-FOR-A-WHILE", old)
    assert Counter(held()) == Counter(before)


def test_tombstones_are_forgotten_after_seven_days_and_not_before(installation):
    tables = [table.name for table in installation.own.items.values()]
    installation.edit(edits.rename_sku)
    installation.drain()
    before = sum(len(recorded_tombstones(installation, one)) for one in installation.own.items)
    assert before
    installation.configure(schedule={"purge": "200ms"})

    def accepted(days):
        moment = f"UTC_TIMESTAMP(3) - INTERVAL {days} DAY + INTERVAL 1 HOUR"
        installation.sql(
            *(f"UPDATE {table} SET accepted_at = {moment} WHERE is_deleted = 1" for table in tables)
        )

    def kept():
        return sum(len(recorded_tombstones(installation, one)) for one in installation.own.items)

    accepted(7)
    installation.run()
    installation.edit(edits.change_price)
    installation.wait_until_settled()
    assert kept() == before
    accepted(8)
    wait_until(lambda: kept() == 0, lambda: f"{kept()} of {before} kept")
    installation.wait_until_settled()
