"""`feed-sync init`: writes a first settings file."""

from __future__ import annotations

import os
import tomllib
import uuid
from pathlib import Path

import click

from daemon.commerce.env_php import Deployment, read_deployment
from daemon.errors import ConfigurationError
from daemon.template import filled_template

READ_WRITE_BY_OWNER = 0o600


@click.command
@click.option(
    "--commerce-root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Where the shop is installed; its app/etc/env.php tells database and table prefix.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("feed-sync.toml"),
    show_default=True,
    help="The file to write.",
)
@click.option("--force", is_flag=True, help="Overwrite the file.")
def command(commerce_root: Path | None, output: Path, force: bool) -> None:
    """Write a settings file with every setting, its meaning and its default."""
    found = read_deployment(commerce_root) if commerce_root else None
    values = {**values_of(found), "feeds.orders.uuid_namespace": namespace_of(output)}
    write_private(output, filled_template(values), force=force)
    click.echo(f"{output} is written. Only its owner can read it: it holds a password.")
    for path in found.scoped if found else ():
        click.echo(f"env.php fixes {path}, which can't be told per scope here.", err=True)
    click.echo(f"Next: edit it, then feed-sync --config {output} config validate")


def values_of(found: Deployment | None) -> dict[str, object]:
    """The settings that a deployment tells, by their name with dots."""
    if found is None:
        return {}
    return {
        "database.url": found.database_url,
        "database.table_prefix": found.table_prefix,
        "shop.config": dict(found.config),
    }


def namespace_of(file: Path) -> str:
    """The namespace of UUIDs in the file that is overwritten, where it has one; else a new one."""
    try:
        before = tomllib.loads(file.read_text(encoding="utf-8"))
        kept = before["feeds"]["orders"]["uuid_namespace"]
    except (OSError, ValueError, KeyError, TypeError):
        return str(uuid.uuid4())
    return str(kept)


def write_private(file: Path, text: str, *, force: bool) -> None:
    """Write a file that only its owner can read, whole or not at all.

    Raises:
        ConfigurationError: it exists and may not be overwritten, or can't be written.
    """
    if file.exists() and not force:
        raise ConfigurationError(f"{file} exists; --force overwrites it")
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with open(draft, "x", encoding="utf-8", opener=opened_private) as stream:
            stream.write(text)
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ConfigurationError(f"can't write {file}: {error.strerror}") from error


def opened_private(path: str, flags: int) -> int:
    """Open a new file for its owner alone."""
    return os.open(path, flags, READ_WRITE_BY_OWNER)
