"""What the daemon does again and again takes up no more memory, whatever fails."""

import os
import re
import subprocess
import sys
from statistics import median

from daemon.sandbox.receiver import Fault

SHARE = 0.1
FAULTS = (
    Fault(status=503, probability=SHARE, seed=1),
    Fault(status=400, probability=SHARE, seed=2),
    Fault(drop=True, probability=SHARE, seed=3),
    Fault(reset=True, probability=SHARE, seed=4),
    Fault(partial=True, probability=SHARE, seed=5),
)
MOST_GROWTH = 1.005


def test_rounds_of_edits_and_faults_leave_nothing_behind(installation):
    installation.configure(retry={"first_delay": "1ms", "longest_delay": "1ms"})
    installation.receiver.fail(*FAULTS)
    done = subprocess.run(
        [sys.executable, "-m", "memory", str(installation.config)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    blocks = [int(one) for one in re.findall(r"^blocks (\d+)$", done.stdout, flags=re.MULTILINE)]
    third = len(blocks) // 3
    assert median(blocks[-third:]) < median(blocks[third:-third]) * MOST_GROWTH, blocks
