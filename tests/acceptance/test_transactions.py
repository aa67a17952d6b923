"""What transactions do to a reader of changelogs: they commit late, roll back, and nest."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from daemon.sandbox import edits

MINUTE = 60.0


def priced(value_id, price):
    """The statement that sets a price."""
    table = "catalog_product_entity_decimal"
    return f"UPDATE {table} SET value = {price} WHERE value_id = {value_id}"


@pytest.fixture
def prices(installation):
    """The value ids of some prices."""
    return installation.column(
        "SELECT v.value_id FROM catalog_product_entity_decimal v JOIN eav_attribute a"
        " ON a.attribute_id = v.attribute_id AND a.attribute_code = 'price'"
        " AND a.entity_type_id = 4 WHERE v.store_id = 0 ORDER BY v.value_id"
    )


def test_a_transaction_that_stays_open_while_others_commit_is_delivered_after_its_commit(
    installation, prices
):
    installation.start()
    with installation.engine.connect() as late:
        late.exec_driver_sql(priced(prices[0], 77.01))
        for price in (11, 12, 13):
            installation.sql(priced(prices[1], price))
            installation.wait_until_settled()
        late.exec_driver_sql(priced(prices[2], 77.03))
        late.commit()
    installation.wait_until_settled()


def test_a_transaction_that_is_open_for_half_an_hour_is_delivered(
    installation, prices, monkeypatch
):
    now = [0.0]
    monkeypatch.setattr(
        "daemon.sync.collect.time", SimpleNamespace(monotonic=lambda: now[0]), raising=True
    )
    engine = installation.app.make_sync_engine()
    with installation.engine.connect() as late:
        late.exec_driver_sql(priced(prices[0], 78.01))
        for price in range(20, 35):
            now[0] += 2 * MINUTE
            installation.sql(priced(prices[1], price))
            engine.drain()
        late.commit()
    engine.drain()
    now[0] += MINUTE
    engine.drain()
    installation.assert_delivered()


def test_what_was_rolled_back_is_never_heard_of(installation, prices):
    with installation.engine.connect() as connection:
        connection.exec_driver_sql(priced(prices[0], 99))
        connection.rollback()
    assert installation.left() == {}
    assert installation.drain() == 0


def test_what_was_rolled_back_to_a_savepoint_is_not_heard_of_but_the_rest_is(installation, prices):
    query = "SELECT entity_id FROM catalog_product_entity_decimal WHERE value_id = {}"
    kept, dropped = (installation.column(query.format(prices[n]))[0] for n in (0, 1))
    with installation.engine.begin() as connection:
        connection.exec_driver_sql(priced(prices[0], 51.5))
        connection.exec_driver_sql("SAVEPOINT half")
        connection.exec_driver_sql(priced(prices[1], 52.5))
        connection.exec_driver_sql("ROLLBACK TO half")
    heard = installation.column("SELECT DISTINCT entity_id FROM cfs_cl_product")
    assert heard == [kept] != [dropped]
    installation.drain()
    installation.assert_delivered()


def test_a_thousand_small_commits_beside_the_daemon_all_arrive(installation, prices):
    installation.start()
    for number in range(1000):
        installation.sql(priced(prices[number % len(prices)], 10 + number / 100))
    installation.edit(edits.rename_sku)
    installation.wait_until_settled()
