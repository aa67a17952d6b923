"""Draining pending from a command, with a line that shows how far it is."""

from __future__ import annotations

import sys
import time
from collections import Counter

import click
from rich.console import Console

from daemon.app import App
from daemon.database.status import pending_backlog
from daemon.sync.context import Context
from daemon.sync.engine import Engine


def drain(app: App, context: Context) -> Counter[str]:
    """Collect and work until nothing is due; the totals, which are printed too.

    Ctrl-C finishes the batch in hand: what is left stays pending, and nothing is lost.
    """
    engine = app.make_sync_engine()
    engine.free_dead_claims()
    console = Console(stderr=True)
    began = time.monotonic()
    try:
        if sys.stderr.isatty():
            with console.status("looking for changes") as line:
                engine.watch = lambda: line.update(state(context, engine, began))
                engine.drain()
        else:
            engine.drain()
    finally:
        engine.close()
    click.echo(sentence(engine.totals, time.monotonic() - began))
    return engine.totals


def state(context: Context, engine: Engine, began: float) -> str:
    """How far it is: entities left, items per second, and the time that takes."""
    with context.engine.connect() as connection:
        left, _ = pending_backlog(connection, context.own)
    elapsed = time.monotonic() - began
    done = engine.totals["affected"]
    rate = done / elapsed if elapsed else 0.0
    eta = f", about {left / rate:.0f} s left" if rate and left else ""
    items = engine.totals["sent"] + engine.totals["unchanged"]
    return f"{done:,} entities done, {left:,} pending{eta} ({items / elapsed:,.0f} items/s)"


def sentence(totals: Counter[str], seconds: float) -> str:
    """What was done, in one line."""
    names = {
        "sent": "sent",
        "tombstones": "deleted",
        "unchanged": "unchanged",
        "refused": "refused",
        "failed": "failed",
        "unbuildable": "unbuildable",
        "deferred": "deferred",
    }
    counts = [f"{totals[key]:,} {name}" for key, name in names.items() if totals[key]]
    return f"{totals['batches']:,} batches in {seconds:.1f} s: " + (", ".join(counts) or "nothing")
