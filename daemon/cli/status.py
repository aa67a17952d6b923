"""`feed-sync status`: backlog, and how each feed stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import click

from daemon.cli.invocation import Invocation
from daemon.cli.output import json_option, print_json, print_pairs, print_rows
from daemon.overview import overview
from daemon.sync.brake import CURE

USUAL = ("feed", "delivered", "pending", "last_success")


@click.command
@json_option
@click.pass_obj
def command(invocation: Invocation, as_json: bool) -> None:
    """Show the backlog, its age, and what became of each feed's items."""
    app = invocation.app
    app.check_installed()
    found = overview(app)
    if as_json:
        print_json(found)
        return
    feeds = found.pop("feeds")
    off, off_at = found.pop("off"), found.pop("off_at")
    held = found.pop("held")
    destinations = found.pop("destinations")
    resyncs = [f"{row['feed']} {row['filled']} of {row['total']}" for row in found["resyncs"]]
    lists = {
        "resyncs": ", ".join(resyncs) or "none",
        "daemons": ", ".join(found["daemons"]) or "none",
    }
    print_pairs({**found, **lists}, as_json=False)
    click.echo()
    standing = [{"destination": name, **facts} for name, facts in destinations.items()]
    print_rows(list(standing[0]) if standing else ["destination"], standing, as_json=False)
    click.echo()
    rows = [{"feed": name, **spaced(counts)} for name, counts in feeds.items()]
    print_rows(telling(rows), rows, as_json=False)
    for one in held:
        click.echo(
            f"HELD: {one['held']:,} of {one['living']:,} items of {one['feed']} would be deleted at"
            f" {one['destination']}: {CURE}"
        )
    for name, reason in off.items():
        click.echo(f"off: {name}: {reason}")
    for name, lacking in off_at.items():
        click.echo(f"off at {name}: {', '.join(lacking)}: it has no route for them")


def spaced(counts: Mapping[str, Any]) -> dict[str, Any]:
    """The counts, with times (UTC) that a narrow terminal can break between day and hour."""
    return {
        name: f"{dt.datetime.fromisoformat(value):%d %b %H:%MZ}"
        if isinstance(value, str)
        else value
        for name, value in counts.items()
    }


def telling(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The columns that say something: the usual ones, and what isn't 0 for every feed."""
    columns = rows[0] if rows else USUAL
    return [name for name in columns if name in USUAL or any(row[name] for row in rows)]
