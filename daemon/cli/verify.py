"""`feed-sync verify`: whether the destinations were told what the shop holds."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from daemon.app import App
from daemon.cli.invocation import Invocation
from daemon.cli.output import json_option, print_json, print_rows
from daemon.cli.selection import chosen
from daemon.core.drift import Kind, Totals
from daemon.core.feed import Feed
from daemon.sync.catalogue import every_window, sampled
from daemon.sync.dry_run import Workforce
from daemon.sync.resync import count_ids
from daemon.sync.verify import Culprit, Findings, comparisons, verification

SAMPLE = 1000
COLUMNS = ("feed", "destination", "compared", "equal", *map(str, Kind), "excused", "drift")
CULPRIT_COLUMNS = ("feed", "destination", "kind", "key", "identity", "entity_id", "recorded_at")


@click.command
@click.option("--feed", "names", multiple=True, metavar="NAME", help="Only this feed.")
@click.option("--sample", type=click.IntRange(1), help="So many entities of each feed by chance.")
@click.option("--all", "everything", is_flag=True, help="Every entity.")
@click.option("--repair/--no-repair", help="Make what has drifted pending, to be sent again.")
@json_option
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 — one argument per option
    ctx: click.Context,
    names: tuple[str, ...],
    sample: int | None,
    everything: bool,
    repair: bool,
    as_json: bool,
) -> None:
    """Build items anew and compare them with what the destinations were told; sends nothing.

    Looks at 1000 entities of each feed unless told otherwise. Ends with 0 where all is well, and
    with 1 where anything has drifted.
    """
    if everything and sample is not None:
        raise click.UsageError("say either --all or --sample N")
    call: Invocation = ctx.obj
    app = call.app
    app.check_installed()
    feeds = chosen(app.context, names, all_feeds=not names)
    number = None if everything else sample or SAMPLE
    found = dict(verified(app, feeds, number, repairs=repair))
    if as_json:
        print_json(report(found))
    else:
        show(found, repairs=repair)
    ctx.exit(1 if drift_of(found) else 0)


def verified(
    app: App, feeds: Sequence[Feed], number: int | None, *, repairs: bool
) -> Iterator[tuple[str, Findings]]:
    """What came out of each feed, built by the workers, with a bar on a terminal meanwhile."""
    context, pace = app.context, app.pace
    with app.make_executor() as executor, bar() as progress:
        for feed in feeds:
            size = pace.entities(feed)
            workforce = Workforce(executor, size, 2 * pace.workers)
            windows = every_window(context, feed, size)
            if number is None:
                with context.looking() as (connection, shop):
                    total = count_ids(connection, shop, feed)
            else:
                kept = sampled(windows, number, random.Random())  # noqa: S311 — no secret
                windows, total = chunks(kept, size), len(kept)
            task = progress.add_task(feed.name, total=total)
            seen = watched(windows, progress, task)
            one = verification(context, workforce, feed, repairs=repairs)
            yield feed.name, one.run(comparisons(workforce, feed, seen))


def chunks(ids: Sequence[int], size: int) -> Iterator[list[int]]:
    """The ids, so many at a time."""
    yield from (list(ids[start : start + size]) for start in range(0, len(ids), size))


def bar() -> Progress:
    """A bar per feed on standard error, where that is a terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("entities, left:"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())


def watched(windows: Iterable[list[int]], progress: Progress, task: Any) -> Iterator[list[int]]:
    """The windows; the bar moves with each."""
    for ids in windows:
        yield ids
        progress.advance(task, len(ids))


def rows_of(found: dict[str, Findings]) -> Iterator[tuple[str, str, Totals]]:
    """Feed, destination and totals."""
    for feed, findings in found.items():
        for destination, totals in findings.totals.items():
            yield feed, destination, totals


def drift_of(found: dict[str, Findings]) -> int:
    """How many items have drifted."""
    return sum(totals.drift for _, _, totals in rows_of(found))


def report(found: dict[str, Findings]) -> dict[str, Any]:
    """All that was found, for programs."""
    return {
        "drift": drift_of(found),
        "repaired": sum(one.repaired for one in found.values()),
        "feeds": [
            {
                "feed": feed,
                "destination": destination,
                "compared": totals.compared,
                "equal": totals.equal,
                **{kind.value: totals.drifted[kind] for kind in Kind},
                "excused": {why.value: count for why, count in totals.excused.items()},
                "drift_percent": round(totals.percent, 4),
            }
            for feed, destination, totals in rows_of(found)
        ],
        "culprits": [facts(each) for one in found.values() for each in one.culprits],
    }


def facts(one: Culprit) -> dict[str, Any]:
    """What is known of an item that has drifted."""
    told = one.recorded_at and f"{one.recorded_at:%Y-%m-%dT%H:%M:%SZ}"
    return {**asdict(one), "recorded_at": told}


def line(one: Culprit) -> dict[str, Any]:
    """The same for a table: of the identity only what the key doesn't tell."""
    more = (str(value) for value in one.identity.values() if str(value) != one.key)
    return {**facts(one), "identity": ", ".join(more)}


def show(found: dict[str, Findings], *, repairs: bool) -> None:
    """All that was found, for people."""
    rows = [
        {
            "feed": feed,
            "destination": destination,
            "compared": f"{totals.compared:,}",
            "equal": f"{totals.equal:,}",
            **{kind.value: f"{totals.drifted[kind]:,}" for kind in Kind},
            "excused": ", ".join(f"{count:,} {why}" for why, count in totals.excused.items()),
            "drift": f"{totals.percent:.2f} %",
        }
        for feed, destination, totals in rows_of(found)
    ]
    print_rows(COLUMNS, rows, as_json=False)
    culprits = [line(each) for one in found.values() for each in one.culprits]
    if culprits:
        click.echo()
        print_rows(CULPRIT_COLUMNS, culprits, as_json=False)
    click.echo(f"\n{sentence(found, repairs=repairs)}")


def sentence(found: dict[str, Findings], *, repairs: bool) -> str:
    """What came out, in one line."""
    drift = drift_of(found)
    if not drift:
        return "No drift."
    if repairs:
        pending = sum(one.repaired for one in found.values())
        return f"{drift:,} items have drifted; {pending:,} entities are pending now."
    return f"{drift:,} items have drifted; --repair makes them pending."
