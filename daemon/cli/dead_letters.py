"""`feed-sync dead-letters`: what can't be delivered, and what is to become of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from daemon.app import App
from daemon.cli.draining import follow
from daemon.cli.invocation import Invocation
from daemon.cli.output import confirm, json_option, print_json, print_pairs, print_rows, yes_option
from daemon.cli.selection import check_destinations, chosen, wait_option, which_options
from daemon.database.dead_letters import (
    Letters,
    count_letters,
    drop_letters,
    requeue_letters,
    select_letters,
)
from daemon.sync.resync import find_ids

COLUMNS = ("feed", "key", "destination", "outcome", "attempts", "tried_at", "status", "error")


@click.group
def command() -> None:
    """Show items that nothing but new content, or an order, will move on.

    They were refused by the destination, or their attempts are spent.
    """


def meant(
    app: App, names: Sequence[str], places: Sequence[str], keys: Sequence[str]
) -> list[Letters]:
    """Which dead letters the options name, feed by feed.

    Raises:
        click.UsageError: a feed or destination is named that there is not.
    """
    app.check_installed()
    check_destinations(app, places)
    feeds = chosen(app.context, names, all_feeds=not names)
    return [
        Letters(
            feed.name,
            feed.natural_key,
            keys,
            find_ids(app.context, feed, keys).values() if keys else (),
            places,
        )
        for feed in feeds
    ]


def rows_of(app: App, wanted: Sequence[Letters], limit: int) -> Iterator[dict[str, Any]]:
    """Dead letters as rows, so many at most."""
    with app.engine.connect() as connection:
        for letters in wanted:
            query = select_letters(app.context.own, letters).limit(limit)
            for row in connection.execute(query).mappings():
                limit -= 1
                yield {"feed": letters.feed, **row}


def counted(app: App, wanted: Sequence[Letters]) -> dict[str, int]:
    """How many dead letters there are, by feed; feeds without any are left out."""
    with app.engine.connect() as connection:
        own = app.context.own
        counts = {one.feed: count_letters(connection, own, one) for one in wanted}
    return {feed: count for feed, count in counts.items() if count}


@command.command("list")
@which_options
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many.")
@json_option
@click.pass_obj
def show_all(
    invocation: Invocation,
    names: tuple[str, ...],
    places: tuple[str, ...],
    limit: int,
    as_json: bool,
) -> None:
    """List dead letters, the newest of each feed first."""
    app = invocation.app
    wanted = meant(app, names, places, ())
    rows = list(rows_of(app, wanted, limit))
    print_rows(COLUMNS, rows, as_json=as_json)
    total = sum(counted(app, wanted).values())
    if total > len(rows) and not as_json:
        click.echo(f"… and {total - len(rows):,} more; --limit shows them")


@command.command("show")
@click.argument("key")
@which_options
@json_option
@click.pass_obj
def show_one(
    invocation: Invocation, key: str, names: tuple[str, ...], places: tuple[str, ...], as_json: bool
) -> None:
    """Show everything that is known of the dead letters of one entity, by SKU, code or number."""
    app = invocation.app
    rows = list(rows_of(app, meant(app, names, places, [key]), 1000))
    if not rows:
        raise click.UsageError(f"no dead letter of {key}")
    if as_json:
        print_json(rows)
        return
    for row in rows:
        print_pairs(row, as_json=False)
        click.echo()


def agreed(app: App, wanted: Sequence[Letters], question: str, *, yes: bool) -> list[Letters]:
    """Those of the wanted letters that there are, after somebody said yes."""
    counts = counted(app, wanted)
    for feed, count in counts.items():
        click.echo(f"{feed}: {count:,} dead letters")
    if not counts:
        click.echo("there are no such dead letters")
    elif not yes:
        confirm(question, yes=yes)
    return [one for one in wanted if one.feed in counts]


@command.command("requeue")
@click.argument("keys", nargs=-1)
@which_options
@yes_option
@wait_option
@click.pass_obj
def requeue(  # noqa: PLR0913, PLR0917 — one argument per option
    invocation: Invocation,
    keys: tuple[str, ...],
    names: tuple[str, ...],
    places: tuple[str, ...],
    yes: bool,
    wait: bool | None,
) -> None:
    """Build and send dead letters again: those of KEYS, or all that the options leave."""
    app = invocation.app
    wanted = agreed(app, meant(app, names, places, keys), "Send these again?", yes=yes)
    for one in wanted:
        app.context.transact(requeue_letters, app.context.own, one)
    if wanted and wait is not False:
        feeds = [app.context.feed[one.feed] for one in wanted]
        follow(app, feeds, app.pace, wait=bool(wait))


@command.command("drop")
@click.argument("keys", nargs=-1)
@which_options
@yes_option
@click.pass_obj
def drop(
    invocation: Invocation,
    keys: tuple[str, ...],
    names: tuple[str, ...],
    places: tuple[str, ...],
    yes: bool,
) -> None:
    """Give dead letters up: they are sent only when their content changes."""
    app = invocation.app
    for one in agreed(app, meant(app, names, places, keys), "Give these up?", yes=yes):
        done = app.context.transact(drop_letters, app.context.own, one)
        click.echo(f"{one.feed}: {done:,} given up")
