"""`feed-sync resync`: rebuild whole feeds, or chosen entities, and send what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from daemon.app import App
from daemon.cli.draining import follow
from daemon.cli.invocation import Invocation
from daemon.cli.output import print_rows
from daemon.cli.selection import check_destinations, chosen, wait_option
from daemon.core.feed import Feed
from daemon.core.outcome import Force
from daemon.database.pending import Cause, Priority
from daemon.sync.baseline import note_baselines
from daemon.sync.claiming import Pace
from daemon.sync.context import Context
from daemon.sync.dry_run import Workforce, dry_run
from daemon.sync.resync import ORDERED, find_ids, request_full, resync_ids


@click.command
@click.option("--all", "all_feeds", is_flag=True, help="Every feed that is on.")
@click.option("--feed", "names", multiple=True, metavar="NAME", help="This feed; may be repeated.")
@click.option("--by-ids", metavar="A,B", help="Only these: skus, codes or numbers.")
@click.option(
    "--id-type",
    type=click.Choice(["key", "entity"]),
    default="key",
    show_default=True,
    help="What --by-ids names: natural keys (sku …), or entity ids.",
)
@click.option("--force", is_flag=True, help="Send even what did not change.")
@click.option("--dry-run", is_flag=True, help="Write items to files; send and record nothing.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("dry-run"),
    show_default=True,
    help="Where a dry run writes <feed>.jsonl.",
)
@click.option(
    "--destination",
    "place",
    metavar="NAME",
    help="A dry run for this destination: its feeds, as it is sent them.",
)
@click.option(
    "--batch-size",
    type=click.IntRange(1, 10_000),
    help="Entities per batch, where this command does the work.  [default: sync.batch_entities]",
)
@wait_option
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917 — one argument per option
    invocation: Invocation,
    all_feeds: bool,
    names: tuple[str, ...],
    by_ids: str | None,
    id_type: str,
    force: bool,
    dry_run: bool,
    output: Path,
    place: str | None,
    batch_size: int | None,
    wait: bool | None,
) -> None:
    """Rebuild feeds and send what changed, was never sent, or failed.

    Works through the same table as live changes, which go first; it survives a crash. Where a
    daemon runs, that does it; else this command does, and returns when everything is sent.
    """
    app = invocation.app
    if dry_run:
        if by_ids is not None:
            raise click.UsageError(
                "a dry run builds whole feeds; `feed-sync explain` builds one KEY"
            )
        check_destinations(app, [place] if place else [])
        context = app.preview_at(place) if place else app.preview_context
        feeds = chosen(context, names, all_feeds=all_feeds)
        preview(app, context, feeds, output, pace_of(app, batch_size))
        return
    if place:
        raise click.UsageError(
            "--destination goes with --dry-run; a resync sends each what it lacks"
        )
    context = app.context
    feeds = chosen(context, names, all_feeds=all_feeds)
    app.check_installed()
    app.adopt_terms()
    if by_ids is None:
        totals = request_full(
            context, feeds, Cause("resync by hand", Priority.RESYNC, force=Force(force))
        )
        note_baselines(context, feeds)
        click.echo(", ".join(f"{feed}: {total} entities" for feed, total in totals.items()))
    else:
        ask_for_ids(context, feeds, by_ids.split(","), by_entity=id_type == "entity")
    if wait is not False:
        follow(app, feeds, pace_of(app, batch_size), wait=bool(wait))


def pace_of(app: App, batch_size: int | None) -> Pace:
    """The pace that the settings name, or one with batches of this size in every feed."""
    if batch_size is None:
        return app.pace
    return replace(app.pace, batch_entities={"default": batch_size})


def preview(app: App, context: Context, feeds: Sequence[Feed], output: Path, pace: Pace) -> None:
    """Write every item of these feeds to files."""
    workers = app.settings.sync.workers
    rows = []
    with app.make_executor(tuple(one.name for one in context.destinations)) as executor:
        for feed in feeds:
            workforce = Workforce(executor, pace.entities(feed), 2 * workers)
            done = dry_run(context, workforce, feed, output)
            rows.append(
                {
                    "feed": done.feed,
                    "entities": done.entities,
                    "items": done.items,
                    "unbuildable": done.unbuildable,
                    "file": output / f"{done.feed}.jsonl",
                }
            )
    print_rows(list(rows[0]) if rows else [], rows, as_json=False)


def ask_for_ids(
    context: Context, feeds: Sequence[Feed], keys: Sequence[str], *, by_entity: bool
) -> None:
    """Make chosen entities pending in each feed that knows them.

    Raises:
        click.UsageError: no feed knows any of them.
    """
    wanted = [key.strip() for key in keys if key.strip()]
    asked = 0
    for feed in feeds:
        found = (
            {key: int(key) for key in wanted if key.isdigit()}
            if by_entity
            else find_ids(context, feed, wanted)
        )
        known = {key.casefold() for key in found}  # to the shop, case makes no other sku
        missing = [key for key in wanted if key.casefold() not in known]
        if missing:
            click.echo(f"{feed.name}: nothing known of {', '.join(missing)}", err=True)
        asked += resync_ids(context, feed, list(found.values()), ORDERED)
    if not asked:
        raise click.UsageError("nothing to resync: none of these ids is known")
