"""From watches to the text of changelogs and triggers. Runs nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from changelog_triggers.model import (
    COARSE,
    WHOLE_FEED,
    Changelog,
    CompiledTrigger,
    Key,
    KeyType,
)
from changelog_triggers.naming import Place, quoted, trigger_name
from changelog_triggers.watch import Columns, Watch

ID_TYPES = {
    KeyType.ID: "BIGINT UNSIGNED",
    KeyType.TEXT: "VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
}
COARSE_IDS = {KeyType.ID: str(WHOLE_FEED), KeyType.TEXT: "''"}
TEXT_TYPES = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext"})
TEXT_TYPES |= {"enum", "set"}
NOTE = re.compile(r"/\* feed-sync (\S+) [0-9a-f]{16} \*/")
"""The comment inside a trigger: the table it was made for, and its digest."""


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL that belongs into the trigger of a table and event; `table` is unprefixed."""

    table: str
    timing: str
    event: str
    sql: str


def changelog_ddl(changelog: Changelog, prefix: str = "", schema: str = "") -> str:
    """CREATE TABLE of a changelog. Nothing but the primary key, so that a write costs least."""
    return (
        f"CREATE TABLE IF NOT EXISTS {Place(prefix, schema).changelog(changelog)} (\n"
        "  version BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,\n"
        f"  entity_id {ID_TYPES[changelog.key_type]} NOT NULL,\n"
        "  source VARCHAR(65) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,\n"
        "  attribute_id INT UNSIGNED NULL,\n"
        "  changed_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)\n"
        ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"
    )


def insert(place: Place, watch: Watch, entity_id: str, attribute: str = "NULL") -> str:
    """INSERT of one change; a simple one, which takes no table lock for its version."""
    return insert_head(place, watch) + f" VALUES ({entity_id}, '{watch.table}', {attribute});"


def insert_coarse(place: Place, watch: Watch, attribute: str = "NULL") -> str:
    """INSERT of one coarse change."""
    entity_id = COARSE_IDS[watch.changelog.key_type]
    values = f"({entity_id}, '{watch.table}{COARSE}', {attribute})"
    return f"{insert_head(place, watch)} VALUES {values};"


def insert_head(place: Place, watch: Watch) -> str:
    """The beginning of an INSERT into the watch's changelog."""
    return f"INSERT INTO {place.changelog(watch.changelog)} (entity_id, source, attribute_id)"


def write_row(place: Place, watch: Watch, row: str) -> str:
    """SQL that writes the change of a row, which is OLD or NEW; nothing where it has no id."""
    attribute = f"{row}.{quoted(watch.attribute)}" if watch.attribute else "NULL"
    if watch.key.column is None:
        return insert_coarse(place, watch, attribute)
    column = f"{row}.{quoted(watch.key.column)}"
    if not watch.key.hops:
        written = insert(place, watch, column, attribute)
        if watch.grouped:
            return once_in_a_row(place, watch, column, written)
        return f"IF {column} IS NOT NULL THEN {written} END IF;"
    found = looked_up(place, watch.key, column)
    return (
        "BEGIN\n"
        f"DECLARE cfs_id {ID_TYPES[watch.changelog.key_type]};\n"
        "DECLARE cfs_failed BOOL DEFAULT FALSE;\n"
        "DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SET cfs_failed = TRUE;\n"
        f"SELECT {found.value} INTO cfs_id {found.rows};\n"
        "IF cfs_id IS NULL THEN\n"
        f"{loosened(f'SET cfs_id = (SELECT {found.value} {found.rows});', place)}\n"
        "END IF;\n"
        f"IF cfs_id IS NOT NULL THEN {insert(place, watch, 'cfs_id', attribute)}\n"
        f"ELSEIF cfs_failed THEN {insert_coarse(place, watch, attribute)} END IF;\n"
        "END;"
    )


def once_in_a_row(place: Place, watch: Watch, column: str, written: str) -> str:
    """SQL that writes a change unless this statement has just written the same one.

    The session remembers the id of its last change, and when the statement began that wrote it: to
    the microsecond, so no other has begun then. The two belong to one transaction, and what the
    server takes back of a statement it takes back whole. A clock that stands still on a whole
    second (`SET timestamp`) tells statements apart no more, and is not relied on. The variable is
    read in half the time that UTC_TIMESTAMP(6) takes.
    """
    what = f"{place.table(watch.table)} {place.changelog(watch.changelog)}"
    mark = hashlib.sha256(what.encode()).hexdigest()[:8]
    last, at = f"@cfs_last_{mark}", f"@cfs_at_{mark}"
    began = "@@timestamp"
    return (
        f"IF NOT ({column} <=> {last} AND {began} <=> {at}) AND {column} IS NOT NULL THEN\n"
        f"{written}\n"
        f"SET {last} = {column}, {at} = IF({began} % 1 > 0, {began}, NULL);\n"
        "END IF;"
    )


@dataclass(frozen=True, slots=True)
class Lookup:
    """The parts of a SELECT that follows a key's hops to at most one row.

    A trigger runs it twice. SELECT … INTO takes no lock, so the shop waits for nobody, but sees an
    old snapshot. Where that lacks the row, a subquery in an expression sees the newest one; InnoDB
    lets it take a shared lock under REPEATABLE READ. INSERT … SELECT would keep the changelog's
    AUTO-INC lock until the shop's statement ends.
    """

    value: str
    rows: str


def looked_up(place: Place, key: Key, value: str) -> Lookup:
    """Where the key's hops lead from this value, the content of the key's column."""
    tables, conditions = [], []
    for number, hop in enumerate(key.hops, start=1):
        tables.append(f"{place.table(hop.table)} h{number}")
        conditions.append(f"h{number}.{quoted(hop.match)} = {value}")
        value = f"h{number}.{quoted(hop.give)}"
    rows = f"FROM {', '.join(tables)} WHERE {' AND '.join(conditions)} LIMIT 1"
    return Lookup(value, rows)


def loosened(sql: str, place: Place) -> str:
    """The statement, free to lock rows that are newer than the shop's snapshot.

    MariaDB else rolls the shop's whole transaction back, and no handler can prevent that.
    """
    if not place.guards_snapshots:
        return sql
    return (
        "BEGIN\n"
        "DECLARE cfs_was BOOL DEFAULT @@SESSION.innodb_snapshot_isolation;\n"
        "SET SESSION innodb_snapshot_isolation = OFF;\n"
        f"{sql}\n"
        "SET SESSION innodb_snapshot_isolation = cfs_was;\n"
        "END;"
    )


def differs(column: str, data_type: str) -> str:
    """The condition that an UPDATE changed the column.

    Texts are compared byte by byte: to most collations a change of only case, accents or trailing
    blanks is none.
    """
    old, new = f"OLD.{quoted(column)}", f"NEW.{quoted(column)}"
    if data_type in TEXT_TYPES:
        old, new = f"CAST({old} AS BINARY)", f"CAST({new} AS BINARY)"
    return f"NOT ({old} <=> {new})"


def update_statement(place: Place, watch: Watch, types: Mapping[str, str]) -> str | None:
    """What an UPDATE writes: old and new id where the identity changed, else the id if anything
    watched did. None where nothing can be of interest.
    """
    identity = [name for name in (watch.key.column, watch.attribute) if name is not None]
    watched = [name for name in watch.columns if name not in identity]
    moved = " OR ".join(differs(name, types[name]) for name in dict.fromkeys(identity))
    changed = " OR ".join(differs(name, types[name]) for name in watched)
    old, new = (write_row(place, watch, row) for row in ("OLD", "NEW"))
    branches = [
        f"IF {condition} THEN\n{sql}\n"
        for condition, sql in ((moved, f"{old}\n{new}"), (changed, new))
        if condition
    ]
    return "ELSE".join(branches) + "END IF;" if branches else None


def row_statements(watch: Watch, columns: Columns, place: Place) -> Iterator[Statement]:
    """What the watch's own table must do on INSERT, UPDATE and DELETE."""
    yield Statement(watch.table, "AFTER", "INSERT", write_row(place, watch, "NEW"))
    updated = update_statement(place, watch, columns[watch.table])
    if updated is not None:
        yield Statement(watch.table, "AFTER", "UPDATE", updated)
    yield Statement(watch.table, "AFTER", "DELETE", write_row(place, watch, "OLD"))


def compile_triggers(
    statements: Iterable[Statement], prefix: str = ""
) -> tuple[CompiledTrigger, ...]:
    """One trigger per table and event. One statement that must run before makes all do so."""
    groups: dict[tuple[str, str], list[Statement]] = {}
    for statement in statements:
        groups.setdefault((statement.table, statement.event), []).append(statement)
    return tuple(
        compile_trigger(table, event, group, prefix)
        for (table, event), group in sorted(groups.items())
    )


def compile_trigger(
    table: str, event: str, statements: list[Statement], prefix: str
) -> CompiledTrigger:
    """The trigger that runs these statements and can't fail the statement that fires it."""
    timing = "BEFORE" if any(one.timing == "BEFORE" for one in statements) else "AFTER"
    parts = [
        "DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END;",
        *dict.fromkeys(statement.sql for statement in statements),
        "END",
    ]
    digest = digest_of("\n".join(["BEGIN", *parts]))
    body = "\n".join(["BEGIN", f"/* feed-sync {table} {digest} */", *parts])
    name = trigger_name(table, timing, event, digest, prefix)
    return CompiledTrigger(name, table, timing, event, body, digest)


def digest_of(body: str) -> str:
    """The hash of a trigger's body, whatever its comment says and its white space is."""
    text = " ".join(NOTE.sub(" ", body).split())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def made_for(body: str) -> str | None:
    """The table that a trigger of ours was made for, by its comment.

    None where that is lost: a dump that is read in by the command-line client comes without.
    """
    found = NOTE.search(body)
    return found[1] if found else None


def sources_in(body: str) -> tuple[str, ...]:
    """The tables whose changes a trigger of ours writes, sorted: its own, and those of children."""
    return tuple(sorted(set(re.findall(r", '(\w+)\*?', ", body))))


def changelogs_in(body: str) -> tuple[str, ...]:
    """The entities whose changelogs a trigger of ours writes, sorted."""
    return tuple(sorted(set(re.findall(r"cfs_cl_(\w+)` \(entity_id", body))))
