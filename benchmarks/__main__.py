"""`python -m benchmarks [NAME …]`: measure, print a table, keep the figures as JSON."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click
import orjson
import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from benchmarks import build, cascade, idle, latency, shop, sync, triggers
from benchmarks.figures import Figure, cells
from benchmarks.machine import facts
from benchmarks.place import SIZES, Place, set_place

RESULTS = Path(__file__).with_name("results")
COLUMNS = ("figure", "value", "target", "", "others", "load", "measured on")
WIDTH = 180
"""Of the table in characters, where there is no terminal."""

BENCHMARKS: dict[str, Callable[[Place], Iterator[list[Figure]]]] = {
    "shop": shop.measure,
    "build": build.measure,
    "sync": sync.measure,
    "latency": latency.measure,
    "idle": idle.measure,
    "triggers": triggers.measure,
    "cascade": cascade.measure,
}


@click.command
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHMARKS)), metavar="[NAME]...")
@click.option("--size", default="full", type=click.Choice(list(SIZES)), show_default=True)
def main(names: Sequence[str], size: str) -> None:
    """Measure these, or everything."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    started = dt.datetime.now(dt.UTC)
    about = {"started": started.isoformat(timespec="seconds"), "size": size, "machine": facts()}
    with (
        tempfile.TemporaryDirectory(prefix="feed-sync-bench-") as directory,
        set_place(Path(directory), SIZES[size]) as place,
    ):
        about["server"] = version(place)
        figures = run(place, names or list(BENCHMARKS), console)
    console.print(table(figures))
    file = RESULTS / f"{started:%Y%m%dT%H%M%SZ}-{size}.json"
    keep(file, {**about, "figures": [figure.as_json() for figure in figures]})
    console.print(f"kept in {file}")


def run(place: Place, names: Sequence[str], console: Console) -> list[Figure]:
    """The figures of these benchmarks; each is told as soon as it is known."""
    figures: list[Figure] = []
    for name in names:
        for some in BENCHMARKS[name](place):
            figures += some
            for figure in some:
                console.print("  ".join(cells(figure)[:2]), style="dim", highlight=False)
    return figures


def version(place: Place) -> str:
    """The database server's version."""
    engine = sa.create_engine(place.server.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return str(connection.exec_driver_sql("SELECT VERSION()").scalar())


def table(figures: Sequence[Figure]) -> Table:
    """The figures for people; `others` and `load` tell how busy the machine was otherwise."""
    made = Table(box=None, pad_edge=False)
    for column in COLUMNS:
        made.add_column(column, no_wrap=True)
    for figure in figures:
        made.add_row(*cells(figure), style="red" if figure.verdict == "missed" else "")
    return made


def keep(file: Path, content: object) -> None:
    """Write JSON for comparisons later."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    main()
