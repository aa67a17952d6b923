"""The command line: one command per file.

A command is a file here that defines `command`, and its name in COMMANDS. Only the file of the
command that is called is imported.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

from daemon.cli.endings import ending
from daemon.cli.invocation import Invocation

COMMANDS = (
    "init",
    "config",
    "install",
    "triggers",
    "uninstall",
    "run",
    "sync",
    "resync",
    "recover",
    "deletions",
    "dead-letters",
    "status",
    "explain",
    "verify",
    "healthcheck",
    "sandbox",
)


class Commands(click.Group):
    """A group whose commands are files of this package."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of use."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """The command of the file of that name."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
        found: click.Command = module.command
        return found


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--config",
    envvar="FEED_SYNC_CONFIG",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("feed-sync.toml"),
    show_default=True,
    show_envvar=True,
    help="The settings file.",
)
@click.version_option(package_name="commerce-feed-sync", prog_name="feed-sync")
@click.pass_context
def group(ctx: click.Context, config: Path) -> None:
    """Keep external services in step with an Adobe Commerce or Magento Open Source shop."""
    ctx.obj = Invocation(config)


def main() -> None:
    """Run the command line; errors raised on purpose end it with a message and their exit code."""
    try:
        status = group(prog_name="feed-sync", standalone_mode=False)
    except BaseException as error:  # noqa: BLE001 — what has no ending is raised again there
        status = ending(error)
    sys.exit(status)
