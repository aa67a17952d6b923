"""How the feeds of reviews and of ratings name ratings and the options that can be chosen."""

from __future__ import annotations

import base64
import binascii

ADMIN_STORE = 0
"""The admin's store view: rows for it stand in the shop's tables, but nothing is shown there."""


def coded(number: int) -> str:
    """The id of a rating, or of one of its options, as items carry it: base64 of its digits."""
    return base64.b64encode(str(number).encode()).decode()


def decoded(key: str) -> int | None:
    """The number in an id as items carry it; None where there is none."""
    try:
        return int(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError):
        return None
