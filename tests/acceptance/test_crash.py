"""kill -9 at the boundaries of the path's steps: nothing is lost, nothing is stuck.

Those at which something is committed are those of `test_crash_commits.py`.
"""

from __future__ import annotations

import os
import signal

import psutil
import pytest
from installation import wait_until

from daemon.sandbox import edits
from daemon.sandbox.receiver import Fault
from daemon.sync.faultpoints import Faultpoint

IN_MAIN = {Faultpoint.COLLECT_ENQUEUED}
ALWAYS_REACHED = [point for point in Faultpoint if point is not Faultpoint.CROSSED_ENQUEUED]
"""Those that any edit reaches; what time alone does is tested with it."""

SLOW = Fault(latency_ms=1000)


def workers(process):
    """The processes that build batches; not Python's tracker of shared resources."""
    children = psutil.Process(process.pid).children()
    return [one for one in children if "spawn_main" in " ".join(one.cmdline())]


def is_sending(installation):
    held = "SELECT COUNT(*) FROM cfs_pending WHERE claimed_by <> ''"
    return installation.column(held)[0] and any("sending" in what for what in installation.left())


def kill_where_it_works(installation, point, executor):
    killed = installation.start(FEED_SYNC_FAULTPOINT=point.value)
    if executor == "inline" or point in IN_MAIN:
        assert killed.wait(60) == -signal.SIGKILL, installation.log[-3000:]
    else:
        wait_until(lambda: "terminated abruptly" in installation.log, lambda: installation.log)
        assert killed.poll() is None, "the death of a worker is not that of the daemon"
        installation.kill(killed)


@pytest.mark.parametrize("point", ALWAYS_REACHED)
@pytest.mark.parametrize("executor", ["inline", "processes"])
def test_a_process_that_is_killed_at_any_boundary_loses_nothing(installation, executor, point):
    installation.configure(sync={"executor": executor})
    installation.edit(edits.rename_sku, edits.change_price, edits.place_order)
    before = installation.mark
    kill_where_it_works(installation, point, executor)
    installation.configure()
    installation.recover()
    assert max(installation.tombstones_since(before).values(), default=0) <= 2


def test_a_daemon_that_is_killed_again_and_again_gets_there(installation):
    for point in (Faultpoint.BUILT, Faultpoint.EXPORTED, Faultpoint.RECORD_WRITTEN):
        installation.edit(edits.unassign_website, edits.change_price)
        killed = installation.start(FEED_SYNC_FAULTPOINT=point.value)
        assert killed.wait(60) == -signal.SIGKILL
    installation.start()
    installation.wait_until_settled()


def test_a_worker_that_is_killed_is_replaced(installation):
    installation.configure(sync={"executor": "processes", "workers": 2})
    installation.receiver.fail(SLOW)
    daemon = installation.start()
    installation.edit(edits.change_price, edits.rename_sku, edits.move_category)
    wait_until(lambda: is_sending(installation), lambda: installation.log)
    workers(daemon)[0].kill()
    installation.receiver.fail()
    installation.wait_until_settled()
    assert daemon.poll() is None


def test_workers_end_with_the_daemon_that_was_killed(installation):
    installation.configure(sync={"executor": "processes"})
    installation.receiver.fail(SLOW)
    daemon = installation.start()
    installation.edit(edits.rename_sku)
    wait_until(lambda: is_sending(installation), lambda: installation.log)
    orphans = workers(daemon)
    assert orphans
    os.kill(daemon.pid, signal.SIGKILL)
    daemon.wait()
    wait_until(lambda: not any(map(psutil.Process.is_running, orphans)), seconds=10)
    installation.receiver.fail()
    installation.start()
    installation.wait_until_settled()
