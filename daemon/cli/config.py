"""`feed-sync config`: what is set, and whether it is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from daemon.cli.invocation import Invocation
from daemon.cli.output import json_option, print_json, print_pairs
from daemon.secret import masked


@click.group
def command() -> None:
    """Show or check the settings."""


@command.command
@json_option
@click.pass_obj
def show(call: Invocation, as_json: bool) -> None:
    """Print the settings in force: file, environment and defaults together, secrets masked."""
    values = masked(call.settings.model_dump(mode="json"))
    if as_json:
        print_json(values)
    else:
        print_pairs(dict(flat(values)), as_json=False)


@command.command
@click.pass_obj
def validate(call: Invocation) -> None:
    """Check the settings and the secret files they name; connects to nothing."""
    settings = call.settings
    _ = settings.database.address
    click.echo(f"{call.config}: {len(settings.destinations)} destination(s), all settings right")


def flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Names with dots, and their values."""
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
