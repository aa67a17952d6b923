"""`feed-sync deletions`: what the brake holds, and what is to become of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import click

from daemon.cli.draining import follow
from daemon.cli.invocation import Invocation
from daemon.cli.output import confirm, json_option, print_rows, yes_option
from daemon.cli.selection import check_destinations, chosen, wait_option, which_options
from daemon.sync import deletions
from daemon.sync.deletions import Held

COLUMNS = ("feed", "destination", "environment", "held", "living", "since", "examples")


@click.group
def command() -> None:
    """Show what the brake holds: too many deletions at once wait here for a word from you."""


def found(invocation: Invocation, names: Sequence[str], places: Sequence[str]) -> list[Held]:
    """What is held of the feeds and at the destinations that were named, or of all.

    Raises:
        click.UsageError: a feed or destination is named that there is not.
    """
    app = invocation.app
    app.check_installed()
    feeds = chosen(app.context, names, all_feeds=not names)
    check_destinations(app, places)
    held = deletions.list_held(app.context, {feed.name for feed in feeds})
    return [one for one in held if not places or one.destination in places]


def proceed(invocation: Invocation, held: Sequence[Held], wait: bool | None) -> None:
    """Let a running daemon do what is pending now, or do it here."""
    if wait is not False:
        context = invocation.app.context
        feeds = [context.feed[name] for name in dict.fromkeys(one.feed for one in held)]
        follow(invocation.app, feeds, invocation.app.pace, wait=bool(wait))


@command.command("list")
@which_options
@json_option
@click.pass_obj
def show(
    invocation: Invocation, names: tuple[str, ...], places: tuple[str, ...], as_json: bool
) -> None:
    """List the deletions that wait, by feed and destination."""
    rows = [asdict(one) for one in found(invocation, names, places)]
    if not as_json:
        rows = [{**row, "examples": ", ".join(row["examples"])} for row in rows]
    print_rows(COLUMNS, rows, as_json=as_json)


@command.command("confirm")
@which_options
@yes_option
@wait_option
@click.pass_obj
def release(
    invocation: Invocation,
    names: tuple[str, ...],
    places: tuple[str, ...],
    yes: bool,
    wait: bool | None,
) -> None:
    """Send the deletions that are held at this moment. What is held later waits again."""
    held = found(invocation, names, places)
    if not held:
        click.echo("no deletions are held")
        return
    for one in held:
        click.echo(f"{one.feed}: {one.held:,} of {one.living:,} items at {one.destination}")
    confirm("Delete these there?", yes=yes)
    for one in held:
        done = deletions.confirm(invocation.app.context, one)
        click.echo(f"{one.feed}: {done:,} deletions confirmed for {one.destination}")
    proceed(invocation, held, wait)


@command.command("recheck")
@which_options
@wait_option
@click.pass_obj
def build_again(
    invocation: Invocation, names: tuple[str, ...], places: tuple[str, ...], wait: bool | None
) -> None:
    """Build again what is held: what exists is kept at the destination, the rest stays held."""
    held = found(invocation, names, places)
    if not held:
        click.echo("no deletions are held")
        return
    for one in held:
        deletions.recheck(invocation.app.context, one)
        click.echo(f"{one.feed}: {one.held:,} held items are built again")
    proceed(invocation, held, wait)
