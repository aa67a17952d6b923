"""Named points of the path at which a test may kill the process: FEED_SYNC_FAULTPOINT=name."""

from __future__ import annotations

import os
import signal
from enum import StrEnum


class Faultpoint(StrEnum):
    """The boundaries of the path's steps, in order."""

    COLLECT_ENQUEUED = "collect-enqueued"
    COLLECTED = "collected"
    CLAIMED = "claimed"
    CROSSED_ENQUEUED = "crossed-enqueued"
    BUILT = "built"
    RESERVED = "reserved"
    REQUESTING = "requesting"
    EXPORTED = "exported"
    RECORD_WRITTEN = "record-written"
    RECORDED = "recorded"


def reach(point: Faultpoint) -> None:
    """Die here, as by kill -9, if the environment says so."""
    if os.environ.get("FEED_SYNC_FAULTPOINT") == point.value:
        os.kill(os.getpid(), signal.SIGKILL)
