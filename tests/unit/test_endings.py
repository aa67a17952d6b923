import click
import pytest
import sqlalchemy as sa

from daemon.cli.endings import ending
from daemon.errors import ConfigurationError, FeedSyncError, ServerUnavailableError, ShopError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FeedSyncError("x"), 1),
        (ConfigurationError("x"), 78),
        (ShopError("x"), 69),
        (ServerUnavailableError("x"), 75),
        (sa.exc.OperationalError("SELECT", {}, Exception("gone away")), 75),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
        (click.UsageError("x"), 2),
        (click.exceptions.Exit(3), 3),
    ],
)
def test_each_error_has_its_exit_code(error, code):
    assert ending(error) == code


def test_a_message_stands_on_standard_error_without_secrets(capsys):
    ending(ConfigurationError("can't use mysql://shop:s3cret@db/x"))
    assert capsys.readouterr() == ("", "feed-sync: can't use mysql://shop:********@db/x\n")


def test_a_refusing_database_is_quoted_without_the_statement(capsys):
    ending(sa.exc.OperationalError("SELECT secret", {}, Exception("gone away")))
    assert capsys.readouterr().err == "feed-sync: the database refuses: gone away\n"


def test_what_nobody_foresaw_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError):
        ending(ZeroDivisionError())
