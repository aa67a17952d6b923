"""Where the data of a reference shop lie, for the tests that compare with it."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
GOLD = SHARED / "gold"


def needs_gold() -> pytest.MarkDecorator:
    """Skips a test where the reference data are not beside the checkout."""
    return pytest.mark.skipif(not GOLD.is_dir(), reason=f"no reference data in {GOLD}")
