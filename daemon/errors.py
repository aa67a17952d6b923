"""Everything this product raises on purpose.

FeedSyncError
├── ConfigurationError      a setting is missing or wrong; names the key and the cure
├── OtherTermsError         others work here by other settings; worth trying when they are gone
├── ShopError               the shop's database lacks something that a feed needs
│   └── ShopBusyError       a table stays in use; worth trying again
├── ServerUnavailableError  the database can't be reached now; worth trying again
└── ClaimLostError          another worker owns the batch now; drop it, nothing is lost
"""

from __future__ import annotations

import traceback


class FeedSyncError(Exception):
    """Base of all errors raised on purpose; `exit_code` is what the command line ends with."""

    exit_code = 1


class ConfigurationError(FeedSyncError):
    """A setting is missing or wrong. The message names the key and the cure."""

    exit_code = 78


class OtherTermsError(FeedSyncError):
    """Others work on this database by other settings; the message says how they differ."""

    exit_code = 75


class ShopError(FeedSyncError):
    """The shop's database lacks something that is needed; the message says what, and what to do."""

    exit_code = 69


class ShopBusyError(ShopError):
    """The shop keeps a table in use that must be changed; what could be done without it is done."""

    exit_code = 75


class ServerUnavailableError(FeedSyncError):
    """The database server can't be reached at the moment."""

    exit_code = 75


class ClaimLostError(FeedSyncError):
    """The claim on a batch ran out and another worker has taken it over."""


def place_of(error: BaseException) -> str:
    """The class of an error and where it arose; its words may quote a customer's data."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {last.filename}:{last.lineno}"
