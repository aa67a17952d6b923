"""The manual page, as `man` reads it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from daemon import errors
from daemon.errors import FeedSyncError

PAGE = Path(__file__).resolve().parents[2] / "deploy" / "man" / "feed-sync.1"

pytestmark = pytest.mark.skipif(shutil.which("man") is None, reason="no man on this machine")


@pytest.fixture(scope="module")
def shown():
    return subprocess.run(
        ["man", "--warnings", "-l", str(PAGE)],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", "MANWIDTH": "90", "LC_ALL": "C.UTF-8"},
    )


def test_man_has_nothing_to_complain_about(shown):
    assert shown.stderr == ""


def test_each_exit_code_is_explained(shown):
    status = shown.stdout.split("EXIT STATUS")[1].split("ENVIRONMENT")[0]
    explained = {int(line.split()[0]) for line in status.splitlines() if line[7:8].isdigit()}
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    raised = {kind.exit_code for kind in kinds if issubclass(kind, FeedSyncError)}
    assert raised | {0, 2, 130, 143} == explained
