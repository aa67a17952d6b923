"""Draining pending from a command, or watching a daemon do it, with a bar that tells how far."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from daemon.app import App
from daemon.core.feed import Feed
from daemon.database.status import queued_before, still_to_do
from daemon.sync.boundaries import cross
from daemon.sync.claiming import Pace
from daemon.sync.context import Context
from daemon.sync.engine import Engine

LOOK_SECONDS = 0.5


class Bar:
    """How many entities are done of those known so far; nothing is shown without a terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("looking for changes", total=None)

    def show(self, done: int, left: int, said: str) -> None:
        """Move the bar. The whole may grow, for changes that come meanwhile go first."""
        self._progress.update(self._task, completed=done, total=done + left, description=said)


@contextmanager
def bar() -> Iterator[Bar]:
    """A bar on standard error while the block runs."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("entities"),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as progress:
        yield Bar(progress)


def drain(app: App, context: Context, pace: Pace | None = None) -> Counter[str]:
    """Collect and work until nothing is due; the totals, which are printed too.

    Ctrl-C finishes the batch in hand: what is left stays pending, and nothing is lost.
    """
    engine = app.make_sync_engine(pace)
    began = time.monotonic()
    try:
        with bar() as shown:
            if sys.stderr.isatty():
                engine.watch = lambda: show(shown, context, engine, began)
            drain_now(context, engine)
    finally:
        engine.close()
    click.echo(sentence(engine.totals, time.monotonic() - began))
    return engine.totals


def drain_now(context: Context, engine: Engine) -> None:
    """Work on what was written, then on what has changed by time alone."""
    engine.drain()
    if cross(context):
        engine.drain()


def show(shown: Bar, context: Context, engine: Engine, began: float) -> None:
    """How far the engine is, and its items per second."""
    with context.engine.connect() as connection:
        left = still_to_do(connection, context.own)
    items = engine.totals["sent"] + engine.totals["unchanged"]
    rate = items / (time.monotonic() - began)
    shown.show(engine.totals["affected"], left, f"{rate:,.0f} items/s")


def watch(app: App, context: Context, feeds: Sequence[str]) -> bool:
    """Wait until a running daemon has done what is pending in these feeds now.

    False where no daemon is left that would do it. Changes that come later are not waited for.
    """
    with bar() as shown:
        most, moment = 0, None
        while True:
            with context.engine.connect() as connection:
                moment, left = queued_before(connection, context.own, feeds, moment)
            most = max(most, left)
            shown.show(most - left, left, ", ".join(feeds))
            if not left:
                return True
            if not app.living_daemons():
                return False
            time.sleep(LOOK_SECONDS)


def follow(app: App, feeds: Sequence[Feed], pace: Pace, *, wait: bool) -> None:
    """Drain pending here, unless a daemon is running that does it, which may be waited for."""
    daemons = app.living_daemons()
    if not daemons:
        drain(app, app.context, pace)
        return
    click.echo(f"{', '.join(daemons)} does the rest; see `feed-sync status`.")
    if wait and not watch(app, app.context, [feed.name for feed in feeds]):
        click.echo("The daemon has ended; this command goes on.")
        drain(app, app.context, pace)


def sentence(totals: Counter[str], seconds: float) -> str:
    """What was done, in one line."""
    names = {
        "sent": "sent",
        "tombstones": "deleted",
        "unchanged": "unchanged",
        "refused": "refused",
        "failed": "failed",
        "unbuildable": "unbuildable",
        "unrendered": "unrendered",
        "deferred": "deferred",
        "held": "deletions held",
    }
    counts = [f"{totals[key]:,} {name}" for key, name in names.items() if totals[key]]
    return f"{totals['batches']:,} batches in {seconds:.1f} s: " + (", ".join(counts) or "nothing")
