"""What the server refuses, in words that name the cure."""

import pymysql
import pytest
import sqlalchemy as sa

from changelog_triggers.refusal import Account, refused
from changelog_triggers.script import Step

ACCOUNT = Account("feed@10.0.0.1", "shop", "own", 5)
TRIGGER = Step("CREATE TRIGGER `x` AFTER INSERT ON `m_store` FOR EACH ROW\nBEGIN END", "m_store")
TABLE = Step("CREATE TABLE IF NOT EXISTS `own`.`cfs_cl_product` (…)", "cfs_cl_product")


def cause(number, step):
    origin = pymysql.err.OperationalError(number, "no")
    return refused(sa.exc.OperationalError(step.sql, {}, origin), step, ACCOUNT)


@pytest.mark.parametrize(
    ("number", "step", "cure"),
    [
        (1142, TRIGGER, "GRANT SELECT, TRIGGER ON `shop`.* TO 'feed'@'10.0.0.1';"),
        (1142, TABLE, "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP ON `own`.* TO"),
        (1044, TABLE, "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP ON `own`.* TO"),
        (1049, TABLE, "CREATE DATABASE `own`;"),
        (1146, TRIGGER, "no table m_store in shop"),
        (1205, TRIGGER, "m_store is in use by a transaction that did not end within 5 seconds"),
        (1227, TRIGGER, "SET GLOBAL log_bin_trust_function_creators = 1;"),
        (1419, TRIGGER, "SET GLOBAL log_bin_trust_function_creators = 1;"),
    ],
)
def test_the_cure_is_named(number, step, cure):
    error = cause(number, step)
    assert error is not None
    assert cure in str(error)
    assert "The server says:" in str(error)


def test_what_is_not_known_is_left_as_it_is():
    assert cause(2013, TRIGGER) is None
