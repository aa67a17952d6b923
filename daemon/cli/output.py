"""What commands print: tables for people, JSON for programs. Logs go to standard error instead."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

F = TypeVar("F", bound=Callable[..., Any])
PIPE_WIDTH = 10_000
"""So wide that nothing is folded where no terminal limits the line."""


def json_option(function: F) -> F:
    """`--json`, for commands that read: passes `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def yes_option(function: F) -> F:
    """`--yes`, for commands that ask before they act: passes `yes`."""
    return click.option("--yes", "-y", is_flag=True, help="Don't ask.")(function)


def confirm(question: str, *, yes: bool) -> None:
    """Go on only where the answer is yes.

    Raises:
        click.UsageError: nobody can be asked, for there is no terminal.
        click.Abort: the answer is no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("there is no terminal to ask on; say --yes")
    click.confirm(question, abort=True)


def console() -> Console:
    """Standard output for tables; NO_COLOR is respected."""
    return Console(
        width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False, soft_wrap=False
    )


def print_rows(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, as_json: bool) -> None:
    """Rows as a table of these columns, or as a JSON array of objects with all their keys.

    Where a terminal is too narrow, heads and cells are broken between words; nothing is cut off.
    """
    found = list(rows)
    if as_json:
        print_json([dict(row) for row in found])
        return
    table = Table(box=None, pad_edge=False)
    for column in columns:
        head, cells = column.replace("_", " "), [shown(row.get(column)) for row in found]
        is_whole = not any(" " in str(text) for text in (head, *cells))
        table.add_column(head, no_wrap=is_whole)
    for row in found:
        table.add_row(*(shown(row.get(column)) for column in columns))
    print_table(table)


def print_table(table: Table) -> None:
    """A table on standard output, without the blanks behind its last column.

    What can't be made as narrow as the terminal is left to that to break.
    """
    out = console()
    out.width = max(
        out.width, Measurement.get(out, out.options.update(max_width=PIPE_WIDTH), table).minimum
    )
    with out.capture() as capture:
        out.print(table)
    for line in capture.get().splitlines():
        click.echo(line.rstrip())


def print_pairs(pairs: Mapping[str, Any], *, as_json: bool) -> None:
    """Names and values, one per line (names inside names with dots), or as one JSON object."""
    if as_json:
        print_json(pairs)
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, value in flat(pairs):
        table.add_row(name, shown(value))
    print_table(table)


def flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Names with dots, and their values."""
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def print_json(value: Any) -> None:
    """A value as indented JSON; times and paths as text."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def shown(value: Any) -> Text:
    """A value as a cell of a table; its brackets are no markup."""
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    return Text("" if value is None else str(value))
