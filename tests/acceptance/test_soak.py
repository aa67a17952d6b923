"""A short soak; `make soak` goes on for longer."""

from __future__ import annotations

import random
import sys

import pytest
from soak import Sample, Soak, check_growth

SECONDS = 60
FRESH = random.SystemRandom().randrange(10**9)


def test_edits_faults_and_kills_at_once_end_in_agreement(installation, capsys):
    with capsys.disabled():
        sys.stdout.write(f"\nsoak: seed {FRESH}\n")
    soak = Soak(installation, random.Random(FRESH))  # noqa: S311 — chance that repeats
    soak.run(SECONDS)
    assert soak.made > SECONDS


def test_what_grows_is_noticed():
    steady = [Sample(200_000_000 + n % 7, 9) for n in range(90)]
    check_growth(steady)
    with pytest.raises(AssertionError, match="memory grows"):
        check_growth([Sample(one.bytes + n * 2_000_000, 9) for n, one in enumerate(steady)])
    with pytest.raises(AssertionError, match="connections grow"):
        check_growth([Sample(one.bytes, 9 + n // 10) for n, one in enumerate(steady)])
