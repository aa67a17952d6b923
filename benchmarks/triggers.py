"""What triggers cost the shop: ours, against none and against those of MView."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

import sqlalchemy as sa

from benchmarks import mview
from benchmarks.figures import Figure, at_most, under
from benchmarks.mview import VIEWED
from benchmarks.place import Place, app_of
from benchmarks.writes import Write, clear, writes

HALF = 0.5
"""Ours should cost at most so much of what MView's cost."""

ORDER = ("none", "ours", "none", "mview")


def measure(place: Place) -> Iterator[list[Figure]]:
    """Processor time of the server for each write, all variants in turn."""
    url = place.shop(place.size.products)
    with place.installed("triggers", url, "http://127.0.0.1:9") as config, app_of(config) as app:
        engine = app.engine.execution_options(isolation_level="AUTOCOMMIT")
        with app.context.looking() as (_, shop), engine.connect() as connection:
            clock = server_clock(place, connection)
            variants = {
                "none": [],
                "ours": installed(connection),
                "mview": mview.triggers(connection),
            }
            for statement in mview.changelogs():
                connection.exec_driver_sql(statement)
            for write in writes(connection, shop, place.size):
                meter = place.meter()
                figures = compare(connection, write, variants, clock, place.size.rounds)
                spent = meter.read()
                yield under(figures, spent.load, spent.others)
            use(connection, variants["ours"])
            clear(connection)


def server_clock(place: Place, connection: sa.Connection) -> Callable[[], float]:
    """Processor microseconds of the thread that serves the connection.

    Waiting for a busy machine doesn't count, which would be more than what is measured.
    """
    thread = connection.exec_driver_sql(
        "SELECT tid FROM information_schema.processlist WHERE id = CONNECTION_ID()"
    ).scalar()
    file = Path(f"/proc/{place.process.pid}/task/{thread}/schedstat")
    return lambda: int(file.read_text(encoding="ascii").split()[0]) / 1000


def installed(connection: sa.Connection) -> list[str]:
    """The statements that make the product's own triggers."""
    return [
        connection.exec_driver_sql(f"SHOW CREATE TRIGGER `{name}`").one()[2]
        for name in names(connection)
    ]


def names(connection: sa.Connection) -> list[str]:
    """All triggers of the tables that are written to."""
    found = connection.exec_driver_sql(
        "SELECT trigger_name, event_object_table FROM information_schema.triggers"
        " WHERE trigger_schema = DATABASE()"
    )
    return [name for name, table in found if table in VIEWED or table.startswith("sales_")]


def use(connection: sa.Connection, statements: Sequence[str]) -> None:
    """Leave these triggers on the tables that are written to, and no others."""
    for name in names(connection):
        connection.exec_driver_sql(f"DROP TRIGGER `{name}`")
    for statement in statements:
        connection.exec_driver_sql(statement.replace("%", "%%"))


def compare(
    connection: sa.Connection,
    write: Write,
    variants: Mapping[str, Sequence[str]],
    clock: Callable[[], float],
    rounds: int,
) -> list[Figure]:
    """What the write costs, what each kind of triggers adds, and the ratio; medians of rounds."""
    found: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for variant in ORDER:
            use(connection, variants[variant])
            write.make()  # the first after the change, which reads the triggers
            began = clock()
            count = write.make()
            found[variant].append((clock() - began) / count)
    plain, ours, theirs = (median(found[variant]) for variant in ("none", "ours", "mview"))
    name, unit = f"triggers, {write.name}", f"µs/{write.unit}"
    return [
        Figure(f"{name}: none", plain, unit, note=f"median of {2 * rounds}"),
        Figure(f"{name}: ours", ours - plain, unit, note="added"),
        Figure(f"{name}: MView", theirs - plain, unit, note="added"),
        Figure(f"{name}: slower", ours / plain, "x", note="with ours"),
        Figure(
            f"{name}: ratio",
            (ours - plain) / (theirs - plain),
            "x",
            at_most(HALF),
            "ours / MView's",
        ),
    ]
