"""`feed-sync sandbox`: what it takes to try the product alone. Nothing for production."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click
import sqlalchemy as sa
from rich.console import Console

from daemon.cli.invocation import Invocation
from daemon.cli.output import json_option, print_pairs
from daemon.errors import ConfigurationError


@click.group
def command() -> None:
    """Try it out: a receiving endpoint and a sample shop."""


@command.command
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8899, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep what comes here, beyond the end.",
)
def receiver(host: str, port: int, directory: Path | None) -> None:
    """Take feeds as the service would, check them, and tell what came."""
    from daemon.sandbox.receiver import serve  # noqa: PLC0415 — production never needs it

    click.echo(f"listening on http://{host}:{port}", err=True)
    serve(host, port, directory=directory)


@command.command
@click.option("--url", help="Where to create it, instead of the settings' database.")
@click.option("--prefix", help="Table prefix; with --url none, else that of the settings.")
@click.option("--products", default=2000, show_default=True, type=click.IntRange(1))
@click.option("--seed", default=7, show_default=True, help="The same seed, the same shop.")
@click.option("--if-empty", is_flag=True, help="Where there are tables, do nothing; end with 0.")
@click.option("--staged", is_flag=True, help="As Adobe Commerce with content staging.")
@json_option
@click.pass_obj
def shop(  # noqa: PLR0913, PLR0917 — one for each option
    call: Invocation,
    url: str | None,
    prefix: str | None,
    products: int,
    seed: int,
    staged: bool,
    if_empty: bool,
    as_json: bool,
) -> None:
    """Create a sample shop in a schema that is empty or doesn't exist yet."""
    from daemon.sandbox.shop import create_shop  # noqa: PLC0415 — production never needs it

    if prefix is None:
        prefix = "" if url else call.settings.database.table_prefix
    engine = sa.create_engine(url or call.settings.database.address)
    if not has_empty_schema(engine):
        if if_empty:
            return
        raise ConfigurationError(
            f"schema {engine.url.database} is not empty: it may be that of a real shop"
        )
    with click.progressbar(length=products, label="products", file=sys.stderr) as bar:
        made = create_shop(engine, products, seed, prefix, staged, steps(bar.update))
    engine.dispose()
    print_pairs(asdict(made), as_json=as_json)


def has_empty_schema(engine: sa.Engine) -> bool:
    """True where the engine's schema has no tables; one that is missing is created."""
    name = str(engine.url.database)
    quoted = engine.dialect.identifier_preparer.quote_identifier(name)
    server = sa.create_engine(engine.url.set(database=""), poolclass=sa.NullPool)
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE IF NOT EXISTS {quoted} CHARACTER SET utf8mb4")
    return not sa.inspect(engine).get_table_names()


def steps(advance: Callable[[int], None]) -> Callable[[int, int], None]:
    """Turns the number of products made so far into steps of a bar."""
    shown = 0

    def show(done: int, _total: int) -> None:
        nonlocal shown
        advance(done - shown)
        shown = done

    return show


@command.command
@click.option("--products", default=300, show_default=True, type=click.IntRange(20))
@click.option("--once", is_flag=True, help="Make each kind of edit once, check all, and end.")
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".demo"),
    show_default=True,
    help="Where the private server and the settings are.",
)
def demo(products: int, once: bool, directory: Path) -> None:
    """Show a shop that is edited, and every edit on its way to the service."""
    from daemon.sandbox.demo import show  # noqa: PLC0415 — production never needs it

    done = show(directory, products, once=once, console=Console())
    click.get_current_context().exit(done)
