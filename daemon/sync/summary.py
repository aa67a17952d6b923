"""A batch in numbers: for the history, and for its one line in the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from daemon.core.outcome import Outcome
from daemon.core.plan import Plan
from daemon.core.settle import Settled
from daemon.database.claims import Batch
from daemon.database.runs import Report


def line_of(report: Report) -> dict[str, object]:
    """The keys of a batch's one line in the log; elapsed in seconds."""
    known = asdict(report)
    shown = ("feed", "batch", "reason", "affected", "sent", "unchanged", "failed")
    rare = ("tombstones", "refused", "unbuildable", "unrendered", "deferred", "held", "error")
    return {
        **{key: known[key] for key in shown},
        **{key: known[key] for key in rare if known[key]},
        "elapsed": report.elapsed_ms / 1000,
    }


def summary(batch: Batch, plans: Sequence[Plan], settled: Sequence[Sequence[Settled]]) -> Report:
    """The batch in numbers."""
    outcomes = [one for group in settled for one in group]
    accepted = [one for one in outcomes if one.outcome is Outcome.EXPORTED]
    unbuildable = sum(len(one.unbuildable) for one in plans)
    failed = sum(one.outcome in {Outcome.FAILED, Outcome.DEAD} for one in outcomes)
    return Report(
        batch=batch.token,
        feed=batch.feed,
        reason=batch.reason,
        affected=len(batch.entities),
        sent=sum(not one.is_deleted for one in accepted),
        tombstones=sum(one.is_deleted for one in accepted),
        unchanged=sum(one.unchanged for one in plans),
        refused=sum(one.outcome is Outcome.REFUSED for one in outcomes),
        failed=failed - unbuildable,
        unbuildable=unbuildable,
        deferred=len({key for one in plans for key in one.deferred}),
        held=sum(len(one.held) for one in plans),
        changed_at=batch.changed_at,
        error=next((one.error for one in outcomes if one.error), None),
    )
