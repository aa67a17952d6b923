"""`feed-sync install`: tables of our own, and triggers."""

from __future__ import annotations

from collections import Counter

import click

from changelog_triggers import install_sql
from daemon.app import App
from daemon.cli.invocation import Invocation
from daemon.sync.audit import capturing, install_triggers

FOR_THE_CLIENT = "-- Run by `mysql --comments`: without it the client drops the triggers' hashes."


@click.command
@click.option("--print", "only_print", is_flag=True, help="Show the SQL and run nothing.")
@click.pass_obj
def command(invocation: Invocation, only_print: bool) -> None:
    """Install what is missing: tables of our own, changelogs and triggers. Changes nothing else.

    After an upgrade of this product it adds what the new version needs.
    """
    app = invocation.app
    if only_print:
        click.echo(sql(app))
        return
    app.create_tables()
    found = Counter(state.status.value for state in install_triggers(app.context))
    states = ", ".join(f"{count} {status}" for status, count in sorted(found.items()))
    click.echo(f"{len(app.context.feeds)} feeds on; triggers found: {states or 'none wanted'}")
    for sentence in app.unknown_names():
        click.echo(f"WARNING: {sentence}.")
    click.echo("Everything is installed. Next: `feed-sync resync --all`, or just `feed-sync run`.")


def sql(app: App) -> str:
    """What `install` would run, as a script."""
    context = app.context
    with capturing(context) as (connection, wanted):
        created = [f"{lack.sql};" for lack in app.missing()]
        triggers = install_sql(connection, wanted, context.own.prefix, context.own.schema)
    return "\n\n".join([FOR_THE_CLIENT, *created, triggers])
