"""The live table of the demonstration."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import quantiles

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from daemon.sandbox.demo.watch import Tracked

FAST_MS, SLOW_MS = 1000.0, 3000.0
WIDE = 110


def picture(tracked: Sequence[Tracked], rows: int, footer: str, width: int) -> Panel:
    """The last edits, each with its way and latency, above a line of numbers.

    width: characters of a line; where there are few, what was done goes before feed and items.
    """
    is_wide = width >= WIDE
    table = Table(box=None, expand=True, pad_edge=False, header_style="dim")
    table.add_column("edited", width=8, no_wrap=True)
    table.add_column("what was done in the shop", ratio=1, no_wrap=True, overflow="ellipsis")
    if is_wide:
        table.add_column("feed", width=21, no_wrap=True)
        table.add_column("items", width=6, justify="right")
    arrival = "commit → accepted" if is_wide else "accepted"
    table.add_column(arrival, min_width=12, justify="right", no_wrap=True)
    for one in list(tracked)[-rows:]:
        where = [one.edit.feed, str(one.items)] if is_wide else []
        when = f"{one.committed_at:%H:%M:%S}"
        table.add_row(when, Text(one.edit.summary), *where, latency(one))
    return Panel(
        Group(table, Text(), Text(f"{numbers(tracked)} {footer}", style="dim")),
        title="[bold]feed-sync[/bold] · every edit on its way from the shop to the service",
        border_style="cyan",
    )


def latency(one: Tracked) -> Text:
    """The latency in milliseconds, coloured by how long that is; a mark while it is on its way."""
    if one.latency_ms is None:
        return Text("on its way …", style="yellow")
    style = "green" if one.latency_ms < FAST_MS else "yellow"
    return Text(f"{one.latency_ms:,.0f} ms ✓", style="red" if one.latency_ms > SLOW_MS else style)


def numbers(tracked: Sequence[Tracked]) -> str:
    """How many edits have arrived, and how long that took."""
    times = sorted(one.latency_ms for one in tracked if one.latency_ms is not None)
    if not times:
        return f"{len(tracked)} edits, none has arrived yet."
    cuts = quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
    return (
        f"{len(tracked)} edits, {len(times)} arrived: half within {cuts[49]:,.0f} ms, "
        f"the slowest in {times[-1]:,.0f} ms."
    )
