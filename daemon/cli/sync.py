"""`feed-sync sync`: collect changes and drain, once."""

from __future__ import annotations

import click

from daemon.cli.draining import drain
from daemon.cli.invocation import Invocation


@click.command
@click.pass_obj
def command(invocation: Invocation) -> None:
    """Collect what changed and send it, until nothing is left that is due."""
    app = invocation.app
    app.check_installed()
    drain(app, app.context)
