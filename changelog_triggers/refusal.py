"""What the server refuses, in words that name the cure."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from changelog_triggers.errors import BusyError, CaptureError
from changelog_triggers.script import Step


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are to the server.

    account: user@host as the server matched it. database: the shop's schema. own: where the
        changelogs are. lock_wait_seconds: how long a statement may wait for a table.
    """

    account: str
    database: str
    own: str
    lock_wait_seconds: int

    @property
    def grantee(self) -> str:
        """The account as GRANT wants it."""
        user, _, host = self.account.rpartition("@")
        return f"'{user}'@'{host}'"


TRIGGER_GRANT = (
    "{account} may not create triggers on {table}. Run as an administrator:\n"
    "  GRANT SELECT, TRIGGER ON `{database}`.* TO {account};\n"
    "  GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP ON `{own}`.* TO {account};"
)
OWN_GRANT = (
    "{account} may not make or change {table} in {own}. Run as an administrator:\n"
    "  GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP ON `{own}`.* TO {account};"
)
BINLOG = (
    "The server writes a binary log and lets only privileged accounts create triggers. Run as an "
    "administrator, and put it into the server's configuration as well:\n"
    "  SET GLOBAL log_bin_trust_function_creators = 1;"
)
LOCK_WAIT_TIMEOUT = 1205

MESSAGES = {
    1044: OWN_GRANT,
    1049: "There is no schema {own} for the changelogs. Run as an administrator:\n"
    "  CREATE DATABASE `{own}`;\n"
    "  GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP ON `{own}`.* TO {account};",
    1146: "There is no table {table} in {database}. Check the database and the table prefix.",
    LOCK_WAIT_TIMEOUT: "Table {table} is in use by a transaction that did not end within {seconds} "
    "seconds; waiting longer would hold up the shop. What was done so far stays; run the same "
    "again to do the rest.",
    1227: BINLOG,
    1419: BINLOG,
}


def refused(error: sa.exc.DBAPIError, step: Step, account: Account) -> CaptureError | None:
    """The error that tells what to do, or None where that is not known."""
    number = error_number(error)
    message = MESSAGES.get(number)
    if number == 1142:  # noqa: PLR2004 — ER_TABLEACCESS_DENIED_ERROR
        message = TRIGGER_GRANT if " TRIGGER " in step.sql.split("\n")[0] else OWN_GRANT
    if message is None:
        return None
    text = message.format(
        account=account.grantee,
        table=step.table,
        database=account.database,
        own=account.own,
        seconds=account.lock_wait_seconds,
    )
    kind = BusyError if number == LOCK_WAIT_TIMEOUT else CaptureError
    return kind(f"{text}\nThe server says: {error.orig}")


def error_number(error: sa.exc.DBAPIError) -> int:
    """The server's number of an error, or 0."""
    arguments = getattr(error.orig, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else 0
