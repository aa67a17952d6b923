"""`feed-sync explain`: why an item was sent or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from daemon.cli.invocation import Invocation
from daemon.cli.output import json_option, print_json, print_pairs
from daemon.cli.selection import chosen
from daemon.overview import standing
from daemon.sync.explain import NOTHING_COMES, Story, Told, explain, find_entities

SHOWN = 20
"""So many items of an entity are shown to people; --json prints all."""


@click.command
@click.argument("feed")
@click.argument("key")
@json_option
@click.pass_obj
def command(invocation: Invocation, feed: str, key: str, as_json: bool) -> None:
    """Tell why the items of KEY (SKU, code, number or entity id) were sent to FEED or not.

    Builds them and lays them beside what every destination was told; sends and writes nothing.
    """
    app = invocation.app
    app.check_installed()
    [one] = chosen(app.context, [feed], all_feeds=False)
    entities = find_entities(app.context, one, key)
    stories = [explain(app.context, one, entity_id) for entity_id in entities]
    known = [story for story in stories if story.is_in_shop or story.items or story.is_coming]
    if not known:
        raise click.UsageError(f"nothing is known of {key} in {one.name}, neither here nor there")
    if as_json:
        print_json([asdict(story) for story in known])
        return
    places = standing(app.context)
    for story in known:
        show(key, story, places)


def show(key: str, story: Story, places: dict[str, dict[str, Any]]) -> None:
    """One entity for people: how it stands here, then each item of it."""
    click.secho(f"{story.feed} {key}, entity {story.entity_id}", bold=True)
    print_pairs(dict(here(story)), as_json=False)
    for told in story.items[:SHOWN]:
        state = places[told.destination]["state"]
        scope = ", ".join(
            str(value)
            for name, value in told.identity.items()
            if not isinstance(value, dict | list) and str(value) != key
        )
        place = f"{told.destination} ({told.environment}, {state})"
        click.echo()
        click.secho(f"{place}: {scope}" if scope else place, bold=True)
        print_pairs(dict(there(told, story)), as_json=False)
    if len(story.items) > SHOWN:
        click.echo(f"\n… and {len(story.items) - SHOWN:,} items more; --json prints all")


def here(story: Story) -> Iterator[tuple[str, Any]]:
    """How the entity itself stands."""
    yield "in the shop", story.is_in_shop
    if story.pending is None:
        yield "pending", False
    else:
        for name, value in story.pending.items():
            if value is not None:
                yield f"pending.{name}", moment(value)
    for change in story.changes:
        yield "change waiting", change
    for reason in story.resyncs:
        yield "resync coming", reason
    if story.is_crossing:
        yield "time", "has changed something in this feed that is not pending yet"


def there(told: Told, story: Story) -> Iterator[tuple[str, Any]]:
    """How an item of it stands at a destination."""
    yield "verdict", told.verdict
    if told.is_open:
        yield "next", "is built again" if story.is_coming else NOTHING_COMES
    recorded = told.recorded or {}
    for name, value in recorded.items():
        if value and name != "hash":
            yield name, moment(value)
    hashes = {"hash sent": recorded.get("hash"), "hash now": told.built}
    yield from ((name, value) for name, value in hashes.items() if value)


def moment(value: Any) -> Any:
    """A value; a time without what is smaller than a second."""
    return value.replace(microsecond=0) if hasattr(value, "microsecond") else value
