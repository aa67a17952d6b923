"""`feed-sync run`: the daemon."""

from __future__ import annotations

import click

from daemon.cli.invocation import Invocation
from daemon.process import serve
from daemon.service import SyncService


@click.command
@click.pass_obj
def command(invocation: Invocation) -> None:
    """Keep the destinations in step until told to stop.

    SIGTERM finishes the batch in hand and ends; SIGHUP reads the settings again.
    """
    service = SyncService(invocation.settings, invocation.reread)
    click.get_current_context().exit(serve(service, lambda: service.settings.sync.stop_timeout))
