"""Runs the demonstration: sets the stage, then edits and watches."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.live import Live

from daemon.app import App
from daemon.commerce.shop import ShopReader
from daemon.database.connect import make_engine
from daemon.errors import FeedSyncError
from daemon.overview import overview
from daemon.sandbox.agreement import disagreements
from daemon.sandbox.demo.stage import Stage, set_stage
from daemon.sandbox.demo.table import picture
from daemon.sandbox.demo.watch import Tracked, follow
from daemon.sandbox.edits import EDITS, MakeEdit
from daemon.sandbox.shop import create_shop

SEED = 7
ROWS = 16
LOOK_SECONDS = 0.05
PAUSE_SECONDS = 1.2
PATIENCE_SECONDS = 60.0


def show(directory: Path, products: int, *, once: bool, console: Console) -> int:
    """Show the way of edits to a receiver; 0, or 1 where something did not arrive as it should.

    once: make each kind of edit once, check that all arrived and that the receiver holds exactly
        what a full build gives, and end. Otherwise go on until Ctrl-C.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with set_stage(directory) as stage:
        console.print(
            f"[green]✓[/green] MariaDB/MySQL {stage.server}, receiver {stage.receiver.url}"
        )
        prepare(stage, products, console)
        with stage.daemon():
            with step(console, "daemon running, nothing left to do"):
                wait_for_daemon(stage)
            tracked = edit_and_watch(stage, once=once, console=console)
            if not console.is_terminal:
                console.print(picture(tracked, len(EDITS), "", console.width))
            if not once:
                return 0
            return check(stage, tracked, console)


def prepare(stage: Stage, products: int, console: Console) -> None:
    """A sample shop, the triggers, and the first full sync."""
    with step(console, f"sample shop of {products:,} products created"):
        engine = make_engine(stage.url)
        create_shop(engine, products, SEED)
        engine.dispose()
    with step(console, "triggers installed"):
        stage.run("install")
    with step(console, "first full sync accepted"):
        stage.run("resync", "--all")
    held = {feed.name: len(stage.receiver.items(feed.name)) for feed in stage.app().context.feeds}
    console.print("  " + ", ".join(f"{name} {count:,}" for name, count in held.items()))


@contextmanager
def step(console: Console, done: str) -> Iterator[None]:
    """Say what is going on, and how long it took."""
    began = time.monotonic()
    with console.status(f"{done} …"):
        yield
    console.print(f"[green]✓[/green] {done} [dim]({time.monotonic() - began:.1f} s)[/dim]")


def edit_and_watch(stage: Stage, *, once: bool, console: Console) -> list[Tracked]:
    """Edit the shop again and again, or (once) in each way once, and follow every edit."""
    watching = Watching(stage)
    rng = random.Random(SEED)  # noqa: S311 — which product is edited is no secret
    makers = EDITS if once else itertools.cycle(EDITS)
    footer = "" if once else "Ctrl-C stops everything."
    with Live(console=console, refresh_per_second=8, transient=not console.is_terminal) as live:
        try:
            for make in makers:
                watching.edit(make, rng)
                until = time.monotonic() + (PATIENCE_SECONDS if once else PAUSE_SECONDS)
                while time.monotonic() < until and not (once and watching.is_complete):
                    watching.look()
                    live.update(picture(watching.tracked, ROWS, footer, console.width))
                    time.sleep(LOOK_SECONDS)
            live.update(picture(watching.tracked, len(EDITS), footer, console.width))
        except KeyboardInterrupt:
            console.print("stopping")
        finally:
            watching.close()
    return watching.tracked


class Watching:
    """The edits made so far, each followed to the receiver."""

    def __init__(self, stage: Stage) -> None:
        self.tracked: list[Tracked] = []
        self._receiver = stage.receiver
        self._engine = make_engine(stage.url)
        self._reader = ShopReader()
        self._seen = len(self._receiver.log())

    @property
    def is_complete(self) -> bool:
        """True when all edits have arrived."""
        return all(one.is_complete for one in self.tracked)

    def edit(self, make: MakeEdit, rng: random.Random) -> None:
        """Make an edit; one that finds nothing to change is passed over."""
        with self._engine.connect() as connection:
            shop = self._reader.read(connection)
            connection.rollback()
            edit = make(connection, shop, rng)
        self.tracked.append(Tracked(edit, dt.datetime.now(dt.UTC)))

    def look(self) -> None:
        """See what has arrived since the last look."""
        log = self._receiver.log(self._seen)
        if log:
            self._seen = log[-1].number
            self.tracked = [
                follow(one, log) if not one.is_complete else one for one in self.tracked
            ]

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()


def wait_for_daemon(stage: Stage) -> None:
    """Wait until the daemon is alive and has looked through what is there."""
    app = stage.app()
    wait_until(lambda: bool(app.living_daemons()), "the daemon does not start")
    wait_until_idle(app)
    app.close()


def check(stage: Stage, tracked: list[Tracked], console: Console) -> int:
    """Say what did not arrive, and whether the receiver holds what a full build gives."""
    late = [one.edit.summary for one in tracked if not one.is_complete]
    for summary in late:
        console.print(f"[red]✗[/red] did not arrive: {summary}")
    app = stage.app()
    wait_until_idle(app)
    found = disagreements(app.context, stage.receiver.items, app.context.feeds)
    for one in found:
        console.print(
            f"[red]✗[/red] {one.feed}: {len(one.missing)} items missing, {len(one.surplus)} surplus"
        )
        console.print(f"  built ≠ held: {one.example()}", markup=False)
    app.close()
    if not late and not found:
        console.print(
            f"[green]✓[/green] {len(tracked)} edits arrived, and the receiver holds exactly what a "
            "full build of the shop gives"
        )
    return 1 if late or found else 0


def wait_until_idle(app: App) -> None:
    """Wait until nothing is left in changelogs, resyncs and pending."""

    def is_idle() -> bool:
        left = overview(app)
        return not (left["pending"] or left["changelog"] or left["resyncs"])

    wait_until(is_idle, "something is still pending; see daemon.log")


def wait_until(holds: Callable[[], bool], otherwise: str) -> None:
    """Wait until it holds.

    Raises:
        FeedSyncError: it doesn't after a while, with the words given.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > until:
            raise FeedSyncError(otherwise)
        time.sleep(LOOK_SECONDS)
