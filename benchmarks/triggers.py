"""What triggers cost the shop: ours, against none and against three statements like MView's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import sqlalchemy as sa

from benchmarks.figures import Figure, at_most, under
from benchmarks.place import Place, app_of
from daemon.commerce.shop import Shop

HALF = 0.5
"""Ours should cost at most so much of what MView's cost."""

VIEWS = ("price", "stock", "search")
SINGLE_ROWS = 300
ORDER = ("none", "ours", "none", "mview")


@dataclass(frozen=True, slots=True)
class Write:
    """A table of values, and the new value that a bulk update gives those of one attribute."""

    table: str
    code: str
    value: str


WRITES = (
    Write("catalog_product_entity_int", "status", "3 - value"),
    Write("catalog_product_entity_varchar", "name", "REVERSE(value)"),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A write in this shop: ids of the rows, and the texts of the triggers to compare.

    clock: microseconds that the server spent for the connection.
    """

    write: Write
    value_ids: Sequence[int]
    triggers: Mapping[str, str | None]
    clock: Callable[[], float]


def measure(place: Place) -> Iterator[list[Figure]]:
    """Processor time of the server for bulk updates and single ones, all variants in turn."""
    url = place.shop(place.size.products)
    with place.installed("triggers", url, "http://127.0.0.1:9") as config, app_of(config) as app:
        engine = app.engine.execution_options(isolation_level="AUTOCOMMIT")
        with app.context.looking() as (_, shop), engine.connect() as connection:
            create_views(connection)
            for write in WRITES:
                clock = server_clock(place, connection)
                subject = subject_of(connection, shop, write, place.size.rows, clock)
                meter = place.meter()
                figures = compare(connection, subject, place.size.rounds)
                spent = meter.read()
                yield under(figures, spent.load, spent.others)
            drop_views(connection)


def server_clock(place: Place, connection: sa.Connection) -> Callable[[], float]:
    """Processor microseconds of the thread that serves the connection.

    Waiting for a busy machine doesn't count, which would be more than what is measured.
    """
    thread = connection.exec_driver_sql(
        "SELECT tid FROM information_schema.processlist WHERE id = CONNECTION_ID()"
    ).scalar()
    file = Path(f"/proc/{place.process.pid}/task/{thread}/schedstat")
    return lambda: int(file.read_text(encoding="ascii").split()[0]) / 1000


def subject_of(
    connection: sa.Connection, shop: Shop, write: Write, rows: int, clock: Callable[[], float]
) -> Subject:
    """The rows of a write, and the trigger that is installed on its table."""
    attribute = shop.product_attributes.by_code[write.code].id
    ids = connection.exec_driver_sql(
        f"SELECT value_id FROM {write.table} WHERE attribute_id = %s ORDER BY value_id LIMIT %s",
        (attribute, rows),
    ).scalars()
    triggers = {"none": None, "ours": installed(connection, write), "mview": like_mview(write)}
    return Subject(write, list(ids), triggers, clock)


def installed(connection: sa.Connection, write: Write) -> str:
    """The statement that makes the product's own UPDATE trigger of the table."""
    names = connection.exec_driver_sql(
        "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE() "
        "AND event_object_table = %s AND event_manipulation = 'UPDATE'",
        (write.table,),
    ).scalars()
    made: str = connection.exec_driver_sql(f"SHOW CREATE TRIGGER `{next(names)}`").one()[2]
    return made


def like_mview(write: Write) -> str:
    """One trigger that writes to three changelogs whenever any column changed."""
    columns = ("value_id", "attribute_id", "store_id", "entity_id", "value")
    changed = " OR ".join(f"NOT (NEW.{column} <=> OLD.{column})" for column in columns)
    statements = "".join(
        f"IF {changed} THEN INSERT IGNORE INTO bench_{view}_cl (entity_id) "
        "VALUES (NEW.entity_id); END IF; "
        for view in VIEWS
    )
    return (
        f"CREATE TRIGGER bench_mview AFTER UPDATE ON {write.table} "
        f"FOR EACH ROW BEGIN {statements}END"
    )


def create_views(connection: sa.Connection) -> None:
    """The changelogs of the three views."""
    for view in VIEWS:
        connection.exec_driver_sql(
            f"CREATE TABLE bench_{view}_cl (version_id INT UNSIGNED NOT NULL AUTO_INCREMENT "
            "PRIMARY KEY, entity_id INT UNSIGNED NOT NULL DEFAULT 0) ENGINE = InnoDB"
        )


def drop_views(connection: sa.Connection) -> None:
    """Take the changelogs of the three views away."""
    for view in VIEWS:
        connection.exec_driver_sql(f"DROP TABLE bench_{view}_cl")


def compare(connection: sa.Connection, subject: Subject, rounds: int) -> list[Figure]:
    """Medians of all rounds as added cost, and the ratio of the two."""
    bulk: dict[str, list[float]] = defaultdict(list)
    single: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for variant in ORDER:
            use_trigger(connection, subject, variant)
            bulk[variant].append(bulk_micros(connection, subject))
            single[variant].append(single_micros(connection, subject))
    use_trigger(connection, subject, "ours")
    kind = subject.write.table.rpartition("_")[2]
    rows = f"{len(subject.value_ids):,} rows, median of {rounds}"
    return [
        *added(f"triggers.bulk.{kind}", bulk, "µs/row", rows),
        *added(f"triggers.single.{kind}", single, "µs", "one row, autocommit", target=None),
    ]


def added(
    name: str,
    found: Mapping[str, Sequence[float]],
    unit: str,
    note: str,
    target: float | None = HALF,
) -> list[Figure]:
    """What the statement costs, and what each kind of trigger adds."""
    plain, ours, mview = (median(found[variant]) for variant in ("none", "ours", "mview"))
    ceiling = None if target is None else at_most(target)
    ratio = (ours - plain) / (mview - plain)
    return [
        Figure(f"{name}.none", plain, unit, note=note),
        Figure(f"{name}.ours", ours - plain, unit, note="added"),
        Figure(f"{name}.mview", mview - plain, unit, note="added, three changelogs"),
        Figure(f"{name}.ratio", ratio, "x", ceiling, "ours / MView's"),
    ]


def use_trigger(connection: sa.Connection, subject: Subject, variant: str) -> None:
    """Leave only this variant's UPDATE trigger on the table, or none."""
    table = subject.write.table
    names = connection.exec_driver_sql(
        "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE() "
        "AND event_object_table = %s AND event_manipulation = 'UPDATE'",
        (table,),
    ).scalars()
    for name in list(names):
        connection.exec_driver_sql(f"DROP TRIGGER `{name}`")
    text = subject.triggers[variant]
    if text is not None:
        connection.exec_driver_sql(text.replace("%", "%%"))
    update(connection, subject, subject.value_ids[:1])


def bulk_micros(connection: sa.Connection, subject: Subject) -> float:
    """Microseconds per row of one statement that updates all rows."""
    began = subject.clock()
    update(connection, subject, subject.value_ids)
    return (subject.clock() - began) / len(subject.value_ids)


def single_micros(connection: sa.Connection, subject: Subject) -> float:
    """Mean microseconds of a statement that updates one row, and its commit."""
    some = subject.value_ids[:SINGLE_ROWS]
    began = subject.clock()
    for value_id in some:
        update(connection, subject, [value_id])
    return (subject.clock() - began) / len(some)


def update(connection: sa.Connection, subject: Subject, value_ids: Sequence[int]) -> None:
    """Give the rows between the first and the last of these ids their new value."""
    write = subject.write
    attribute = (
        "attribute_id = (SELECT attribute_id FROM eav_attribute WHERE entity_type_id = 4 "
        "AND attribute_code = %s)"
    )
    connection.exec_driver_sql(
        f"UPDATE {write.table} SET value = {write.value} "
        f"WHERE value_id BETWEEN %s AND %s AND {attribute}",
        (value_ids[0], value_ids[-1], write.code),
    )
