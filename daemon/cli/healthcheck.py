"""`feed-sync healthcheck`: whether the daemon on this machine makes progress."""

from __future__ import annotations

import time
from pathlib import Path

import click

from daemon.errors import FeedSyncError
from daemon.process import HEARTBEAT
from daemon.timing import seconds_of


@click.command
@click.option("--max-age", default="60s", show_default=True, help="Oldest sign of life.")
@click.option(
    "--directory",
    envvar="RUNTIME_DIRECTORY",
    show_envvar=True,
    type=click.Path(path_type=Path),
    default=Path("/run/commerce-feed-sync"),
    show_default=True,
    help="The runtime directory of the daemon.",
)
def command(max_age: str, directory: Path) -> None:
    """End with 0 if the daemon has made progress lately, else with 1.

    Reads the time of a file that the daemon touches as it goes; needs no settings and no network.
    """
    file = directory / HEARTBEAT
    try:
        limit = seconds_of(max_age)
        age = time.time() - file.stat().st_mtime
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--max-age") from error
    except OSError as error:
        raise FeedSyncError(f"no sign of life: no {HEARTBEAT} in {file.parent}") from error
    if age > limit:
        raise FeedSyncError(f"the last sign of life was {age:.0f} s ago")
    click.echo(f"alive {age:.0f} s ago")
