"""Comparing what is recorded with the shop, in this process."""

from __future__ import annotations

from functools import partial

from daemon.core.feed import Feed
from daemon.sync.catalogue import every_window
from daemon.sync.context import Context
from daemon.sync.examine import examine
from daemon.sync.verify import Findings, Verification


def findings_of(
    context: Context, feed: Feed, size: int = 500, *, repairs: bool = False
) -> Findings:
    """What comparing a whole feed comes to."""
    look = partial(examine, context, feed)
    verification = Verification(context, feed, look, size, repairs)
    return verification.run(map(look, every_window(context, feed, size)))


def drift(context: Context, *, repairs: bool = False) -> list[tuple[str, str, str]]:
    """Feed, kind and key of whatever has drifted; makes sure that every feed has been looked at."""
    found = []
    for feed in context.feeds:
        findings = findings_of(context, feed, repairs=repairs)
        assert all(one.compared for one in findings.totals.values()), feed.name
        found += [(one.feed, one.kind.value, one.key) for one in findings.culprits]
    return found
