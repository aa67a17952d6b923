"""How a command ends: the exit code and the message of whatever stopped it."""

from __future__ import annotations

import os
import sys

import click

from daemon.errors import FeedSyncError, ServerUnavailableError
from daemon.secret import masked_text

INTERRUPTED = 130
BROKEN_PIPE = 141


def ending(error: BaseException) -> int:
    """The exit code for what stopped a command; its message goes to standard error.

    Raises:
        BaseException: the error itself, where nobody foresaw it: that deserves its traceback.
    """
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        error.show()
        return error.exit_code
    if isinstance(error, FeedSyncError):
        return told(str(error), error.exit_code)
    if isinstance(error, click.Abort | KeyboardInterrupt):
        return told("stopped", INTERRUPTED)
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    if is_of_the_database(error):
        cause = str(getattr(error, "orig", error))
        return told(f"the database refuses: {cause}", ServerUnavailableError.exit_code)
    raise error


def is_of_the_database(error: BaseException) -> bool:
    """True for what a database server that is away or overloaded makes SQLAlchemy raise."""
    sqlalchemy = sys.modules.get("sqlalchemy")
    return sqlalchemy is not None and isinstance(error, sqlalchemy.exc.OperationalError)


def told(message: str, code: int) -> int:
    """The code, after the message was shown."""
    click.echo(f"feed-sync: {masked_text(message)}", err=True)
    return code
