"""A host whose clock jumps while the daemon runs: nothing is late, or built for a wrong day."""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from daemon.sandbox import edits
from daemon.sandbox.receiver import Fault

SOURCE = Path(__file__).with_name("shifted.c")
DAY = 86400
POSITIONS = "SELECT name, value FROM cfs_meta WHERE name LIKE 'boundary:%' ORDER BY name"
COMPILER = shutil.which("cc")

pytestmark = pytest.mark.skipif(COMPILER is None, reason="no C compiler on this machine")


@pytest.fixture
def shifted(installation, tmp_path):
    """Starts a daemon on a host whose clock is ahead by so many seconds, and shifts it later."""
    library, file = tmp_path / "shifted.so", tmp_path / "shift"
    compile_ = [COMPILER, "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"]
    done = subprocess.run(compile_, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no shifted clock can be compiled here: {done.stderr[-300:]}")

    def shift(seconds):
        part = file.with_suffix(".part")
        part.write_text(str(seconds), encoding="ascii")
        part.replace(file)

    def run(seconds):
        shift(seconds)
        return installation.run(LD_PRELOAD=str(library), SHIFT_FILE=str(file))

    return run, shift


@pytest.mark.parametrize(("first", "then"), [(0, -DAY), (0, DAY), (DAY, 0)])
def test_a_clock_that_jumps_holds_nothing_up(installation, shifted, first, then):
    run, shift = shifted
    positions = installation.rows(POSITIONS)
    daemon = run(first)
    installation.edit(edits.change_price)
    installation.wait_until_settled()
    installation.receiver.fail(Fault(status=503, times=2))
    shift(then)
    installation.edit(edits.change_price, edits.rename_sku)
    installation.wait_until_settled()
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(30) == 0, installation.log[-3000:]
    assert installation.rows(POSITIONS) == positions
