"""Points of the path at which a test may kill the process: FEED_SYNC_FAULTPOINT=name.

What a crash can leave behind is decided by what was committed and what was sent. So there is such a
point after every commit, which need not be named here; a few more lie in between.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from enum import StrEnum

VARIABLE = "FEED_SYNC_FAULTPOINT"


class Faultpoint(StrEnum):
    """Boundaries of the path's steps at which nothing is committed, in order."""

    COLLECT_ENQUEUED = "collect-enqueued"
    CROSSED_ENQUEUED = "crossed-enqueued"
    BUILT = "built"
    REQUESTING = "requesting"
    EXPORTED = "exported"
    RECORD_WRITTEN = "record-written"


def reach(point: str) -> None:
    """Die here, as by kill -9, if the environment says so."""
    if os.environ.get(VARIABLE) == point:
        os.kill(os.getpid(), signal.SIGKILL)


def reach_commit(work: Callable[..., object], found: object) -> None:
    """The point after a commit, called by what the path calls to commit: `module.caller:work`.

    Not where the work says by its result (0, False, an empty list) that it found nothing to do.
    """
    if VARIABLE in os.environ and (found is None or found):
        caller = sys._getframe(2)  # noqa: SLF001 — the only way to name a caller without its help
        module = caller.f_globals["__name__"].rpartition(".")[2]
        reach(f"{module}.{caller.f_code.co_qualname}:{work.__name__}")
