"""`feed-sync triggers`: how every trigger stands."""

from __future__ import annotations

from collections import Counter

import click

from daemon.cli.invocation import Invocation
from daemon.cli.output import json_option, print_rows
from daemon.sync.audit import trigger_states


@click.command
@json_option
@click.pass_obj
def command(invocation: Invocation, as_json: bool) -> None:
    """List the triggers: installed, missing, outdated or orphaned."""
    rows = [
        {
            "state": state.status.value,
            "table": state.table,
            "event": f"{state.trigger.timing} {state.event}".lower(),
            "changelogs": ", ".join(state.changelogs),
            "name": state.trigger.name,
        }
        for state in trigger_states(invocation.app.context)
    ]
    print_rows(["state", "table", "event", "name", "changelogs"], rows, as_json=as_json)
    if not as_json:
        counts = Counter(row["state"] for row in rows)
        states = ", ".join(f"{count} {state}" for state, count in counts.items())
        click.echo(states or "none wanted: no feed is on")
