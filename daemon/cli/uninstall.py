"""`feed-sync uninstall`: take everything away again."""

from __future__ import annotations

import click

from changelog_triggers import uninstall, uninstall_sql
from daemon.app import App
from daemon.cli.invocation import Invocation
from daemon.cli.output import confirm, yes_option
from daemon.sync.audit import capturing


@click.command
@click.option("--print", "only_print", is_flag=True, help="Show the SQL and run nothing.")
@yes_option
@click.pass_obj
def command(invocation: Invocation, only_print: bool, yes: bool) -> None:
    """Drop our triggers, then all tables of our own. The shop's tables are left alone."""
    app = invocation.app
    own = app.context.own
    if only_print:
        click.echo(sql(app))
        return
    daemons = [] if app.lacks_table(app.context.own.daemons.name) else app.living_daemons()
    if daemons:
        raise click.UsageError(f"a daemon is running: {', '.join(daemons)}. Stop it first.")
    confirm("Forget what every destination was told, and stop seeing changes?", yes=yes)
    with capturing(app.context) as (connection, _):
        uninstall(connection, own.prefix, own.schema)
    with app.engine.begin() as connection:
        own.metadata.drop_all(connection)
    click.echo("Nothing of ours is left in the database.")


def sql(app: App) -> str:
    """What `uninstall` would run, as a script."""
    own = app.context.own
    with capturing(app.context) as (connection, _):
        triggers = uninstall_sql(connection, own.prefix, own.schema)
        quote = connection.dialect.identifier_preparer.format_table
        tables = [f"DROP TABLE IF EXISTS {quote(table)};" for table in own.metadata.sorted_tables]
    return "\n".join([triggers, *tables])
