"""Many rows of one entity, written by one statement, are one change."""

import contextlib
import threading

import pytest
import sqlalchemy as sa
from capture_tables import PRODUCT, changes, create, installed, run

from changelog_triggers.model import Key, Subscription

PRICES = Subscription(PRODUCT, "rule_price", Key("product_id"), ("price",), grouped=True)
TABLE = """CREATE TABLE rule_price (id INT AUTO_INCREMENT PRIMARY KEY, product_id INT NULL,
    day INT, price INT, UNIQUE KEY (product_id, day))"""
THREE = "INSERT INTO rule_price (product_id, day, price) VALUES (1, 1, 5), (1, 2, 5), (1, 3, 5)"


@pytest.fixture
def shop(engine):
    create(engine, TABLE)
    installed(engine, [PRICES])
    return engine


def written(shop):
    """The ids that were written since the last look, in their order."""
    return [row[0] for row in changes(shop)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("(1, 1, 5), (1, 2, 5), (2, 1, 5), (2, 2, 5), (2, 3, 5)", [1, 2]),
        ("(1, 1, 5), (2, 1, 5), (1, 2, 5)", [1, 2, 1]),
        ("(NULL, 1, 5), (1, 1, 5), (NULL, 1, 5), (1, 2, 5)", [1]),
    ],
    ids=["one after the other", "in turns", "some without an id"],
)
def test_each_run_of_rows_is_one_change(shop, values, expected):
    run(shop, f"INSERT INTO rule_price (product_id, day, price) VALUES {values}")
    assert written(shop) == expected


def test_each_event_is_counted_alike(shop):
    run(shop, THREE)
    assert written(shop) == [1]
    run(shop, "UPDATE rule_price SET price = 6")
    assert written(shop) == [1]
    run(shop, "REPLACE INTO rule_price (product_id, day, price) VALUES (1, 1, 7), (1, 2, 7)")
    assert written(shop) == [1]
    run(shop, "DELETE FROM rule_price")
    assert written(shop) == [1]


def test_rows_that_pass_to_another_entity_name_both(shop):
    run(shop, THREE)
    written(shop)
    run(shop, "UPDATE rule_price SET product_id = 2")
    assert set(written(shop)) == {1, 2}


def test_every_statement_writes_for_itself(shop):
    run(shop, THREE)
    with shop.begin() as connection:
        for price in (7, 8):
            connection.exec_driver_sql(f"UPDATE rule_price SET price = {price}")
    assert written(shop) == [1, 1, 1]


def test_what_is_collected_between_two_statements_comes_again(shop):
    with shop.connect() as session:
        for price in (6, 7, 8):
            if price == 6:
                session.exec_driver_sql(THREE)
            else:
                session.exec_driver_sql(f"UPDATE rule_price SET price = {price}")
            session.commit()
            assert written(shop) == [1]


def test_what_was_taken_back_is_written_when_it_is_done_again(shop):
    with shop.connect() as session:
        session.exec_driver_sql(THREE)
        session.rollback()
        session.exec_driver_sql("SAVEPOINT before_it")
        session.exec_driver_sql(THREE)
        session.exec_driver_sql("ROLLBACK TO SAVEPOINT before_it")
        session.exec_driver_sql(THREE)
        session.commit()
    assert written(shop) == [1]


def test_a_statement_that_fails_in_the_midst_leaves_nothing_out_of_the_next(shop):
    run(shop, "INSERT INTO rule_price (product_id, day, price) VALUES (1, 9, 5)")
    written(shop)
    with shop.connect() as session:
        with contextlib.suppress(sa.exc.IntegrityError):
            session.exec_driver_sql(f"{THREE}, (1, 9, 5)")
        session.exec_driver_sql(THREE)
        session.commit()
    assert written(shop) == [1]


def test_a_clock_that_stands_still_hides_nothing(shop):
    with shop.connect() as session:
        session.exec_driver_sql("SET timestamp = 1700000000")
        session.exec_driver_sql(THREE)
        session.commit()
        assert set(written(shop)) == {1}
        session.exec_driver_sql("UPDATE rule_price SET price = 6")
        session.commit()
        assert set(written(shop)) == {1}


def test_each_statement_of_a_procedure_writes_for_itself(shop):
    """For a procedure may commit after each."""
    change = "UPDATE rule_price SET price = price + 1; COMMIT;"
    run(shop, f"CREATE PROCEDURE thrice() BEGIN {change * 3} END", THREE)
    written(shop)
    run(shop, "CALL thrice()")
    assert written(shop) == [1, 1, 1]


def test_each_execution_of_a_prepared_statement_writes_for_itself(shop):
    run(shop, THREE)
    written(shop)
    with shop.connect() as session:
        session.exec_driver_sql("PREPARE raised FROM 'UPDATE rule_price SET price = price + 1'")
        for _ in range(3):
            session.exec_driver_sql("EXECUTE raised")
            session.commit()
            assert written(shop) == [1]


def test_sessions_do_not_count_on_each_other(shop):
    begin = threading.Barrier(4)

    def insert(day):
        with shop.connect() as session:
            begin.wait()
            session.exec_driver_sql(
                f"INSERT INTO rule_price (product_id, day, price) VALUES (1, {day}, 5)"
            )
            session.commit()

    threads = [threading.Thread(target=insert, args=(day,)) for day in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert written(shop) == [1, 1, 1, 1]
