"""Options by which several commands choose feeds and destinations, and whether they wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from daemon.app import App
from daemon.core.feed import Feed
from daemon.sync.context import Context

F = TypeVar("F", bound=Callable[..., Any])


def which_options(function: F) -> F:
    """`--feed` and `--destination`: passes `names` and `places`."""
    feed = click.option("--feed", "names", multiple=True, metavar="NAME", help="Only this feed.")
    place = click.option(
        "--destination", "places", multiple=True, metavar="NAME", help="Only there."
    )
    return feed(place(function))


def wait_option(function: F) -> F:
    """`--wait/--no-wait`: passes `wait`, None where neither is said."""
    return click.option(
        "--wait/--no-wait",
        default=None,
        help="Return when it is done, or at once.  [default: at once where a daemon runs]",
    )(function)


def chosen(context: Context, names: Sequence[str], *, all_feeds: bool) -> list[Feed]:
    """The feeds that are asked for, by names in any case.

    Raises:
        click.UsageError: none is named, or one that is unknown or off.
    """
    if all_feeds == bool(names):
        raise click.UsageError("say either --all or --feed NAME")
    known = {feed.name.lower(): feed for feed in context.feeds}
    unknown = [name for name in names if name.lower() not in known]
    if unknown:
        there = ", ".join(feed.name for feed in context.feeds) or "none"
        raise click.UsageError(f"no such feed, or it is off: {', '.join(unknown)}. On are: {there}")
    return list(context.feeds) if all_feeds else [known[name.lower()] for name in names]


def check_destinations(app: App, places: Sequence[str]) -> None:
    """Make sure that all destinations that are named exist.

    Raises:
        click.UsageError: one does not.
    """
    unknown = sorted(set(places) - set(app.settings.destinations))
    if unknown:
        there = ", ".join(app.settings.destinations) or "none"
        raise click.UsageError(f"no such destination: {', '.join(unknown)}. There are: {there}")
