"""`feed-sync recover`: bring failed items back now."""

from __future__ import annotations

import click

from daemon.cli.draining import drain
from daemon.cli.invocation import Invocation
from daemon.sync.recover import recover


@click.command
@click.option("--no-wait", is_flag=True, help="Only make them pending; a daemon does the rest.")
@click.pass_obj
def command(invocation: Invocation, no_wait: bool) -> None:
    """Send again what failed and is due. The daemon does so by itself every minute."""
    app = invocation.app
    app.check_installed()
    click.echo(f"{recover(app.context):,} entities with failed items are due")
    if not no_wait:
        drain(app, app.context)
