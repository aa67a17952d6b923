"""`feed-sync config`: what is set, and whether it is right."""

from __future__ import annotations

import click

from daemon.cli.invocation import Invocation
from daemon.cli.output import json_option, print_pairs
from daemon.secret import masked


@click.group
def command() -> None:
    """Show or check the settings."""


@command.command
@json_option
@click.pass_obj
def show(call: Invocation, as_json: bool) -> None:
    """Print the settings in force: file, environment and defaults together, secrets masked."""
    print_pairs(masked(call.settings.model_dump(mode="json")), as_json=as_json)


@command.command
@click.pass_obj
def validate(call: Invocation) -> None:
    """Check the settings and the secret files they name; connects to nothing."""
    settings = call.settings
    _ = settings.database.address
    click.echo(f"{call.config}: {len(settings.destinations)} destination(s), all settings right")
    if not settings.destinations:
        click.echo("Nothing will be sent: say where to under [destinations.NAME].")
