"""Two daemons on one database share the work, and one goes on without the other."""

from __future__ import annotations

from installation import wait_until

from daemon.sandbox import edits
from daemon.sandbox.receiver import Fault

KINDS = (edits.change_price, edits.rename_product, edits.change_stock, edits.rename_sku)


def at_work(installation):
    """The process ids of the daemons that have finished a batch."""
    return {token.split(":")[1] for token in installation.column("SELECT batch FROM cfs_run")}


def test_two_daemons_deliver_everything_even_when_one_is_killed(installation):
    installation.configure(sync={"claim": "8s", "batch_entities": {"default": 1}})
    installation.receiver.fail(Fault(latency_ms=50))
    daemons = [installation.run() for _ in range(2)]
    pids = {str(daemon.pid) for daemon in daemons}
    before = installation.mark
    installation.edit(*KINDS * 5)
    wait_until(lambda: pids <= at_work(installation), lambda: str(installation.left()))
    mine = f"SELECT COUNT(*) FROM cfs_pending WHERE claimed_by LIKE '%:{daemons[0].pid}:%'"
    wait_until(lambda: installation.column(mine)[0], lambda: str(installation.left()))
    installation.kill(daemons[0])
    installation.receiver.fail()
    installation.edit(*KINDS)
    installation.wait_until_settled()
    assert daemons[1].poll() is None
    assert max(installation.tombstones_since(before).values()) <= 2
