"""`python -m memory SETTINGS`: every edit and every duty of the daemon, again and again, in one
process.

Prints after every round how many blocks of memory Python holds, as `blocks 123`. The statements
that SQLAlchemy keeps, 500 at most, are left out.
"""

from __future__ import annotations

import contextlib
import gc
import random
import sys
from pathlib import Path
from typing import Any

from daemon.app import App
from daemon.database.runs import beat
from daemon.errors import FeedSyncError
from daemon.sandbox import edits
from daemon.settings import load_settings
from daemon.sync.audit import audit
from daemon.sync.boundaries import cross
from daemon.sync.brake import remind
from daemon.sync.patrol import Beat, Patrol
from daemon.sync.processes import own_name
from daemon.sync.recover import purge, purge_history, recover

SAMPLES, AT_ONCE, TURNS = 9, 5, 2
FINAL = (edits.delete_product, edits.disable_product)


def main() -> None:
    """Nine rounds; whatever is in memory for good is there after a few."""
    app = App(load_settings(Path(sys.argv[1])))
    context, engine = app.context, app.make_sync_engine()
    duties = (
        engine.drain,
        lambda: recover(context),
        lambda: cross(context),
        lambda: audit(context),
        Patrol(context, Beat(60.0, True)).run,
        lambda: remind(context),
        lambda: purge(context, 0.0),
        lambda: purge_history(context, 0.0),
        lambda: context.transact(beat, context.own, own_name()),
    )
    rng = random.Random(7)  # noqa: S311 — the same edits in every run
    kinds = [one for one in edits.EDITS if one not in FINAL]
    for _ in range(SAMPLES):
        for first in range(0, len(kinds), AT_ONCE):
            for kind in kinds[first : first + AT_ONCE]:
                edit(app, kind, rng)
            for duty in duties * TURNS:
                duty()
        app.engine.clear_compiled_cache()
        gc.collect()
        sys.stdout.write(f"blocks {sys.getallocatedblocks()}\n")


def edit(app: App, kind: Any, rng: random.Random) -> None:
    """Make one edit, where the shop has what it takes."""
    with app.context.looking() as (connection, shop):
        connection.rollback()
        with contextlib.suppress(FeedSyncError):
            kind(connection, shop, rng)


if __name__ == "__main__":
    main()
