"""What the server has: triggers of ours, changelogs, columns and foreign keys of the shop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from changelog_triggers.cascade import ForeignKey
from changelog_triggers.ddl import digest_of, made_for
from changelog_triggers.naming import is_changelog_name, is_trigger_name, table_in
from changelog_triggers.status import InstalledTrigger


@dataclass(frozen=True)
class ServerState:
    """What was read; names of shop tables are unprefixed.

    columns: table → column → data type, for those of the asked tables that exist.
    changelogs: full names of the changelogs' tables.
    guards_snapshots: the server refuses to lock what is newer than a transaction's snapshot.
    """

    columns: Mapping[str, Mapping[str, str]]
    foreign_keys: tuple[ForeignKey, ...]
    triggers: tuple[InstalledTrigger, ...]
    changelogs: frozenset[str]
    guards_snapshots: bool = False


def read_server(
    connection: sa.Connection, prefix: str = "", schema: str = "", tables: Iterable[str] = ()
) -> ServerState:
    """What the connection's schema has of these tables (unprefixed) and of ours.

    The server shows triggers only to accounts that may create them: others see none, or no bodies.
    """
    names = frozenset(tables)
    return ServerState(
        read_columns(connection, prefix, names),
        read_foreign_keys(connection, prefix) if names else (),
        read_triggers(connection, prefix),
        read_changelogs(connection, prefix, schema),
        guards_snapshots(connection),
    )


def information(table: str, *columns: str) -> sa.TableClause:
    """A table of information_schema."""
    return sa.table(table, *map(sa.column, columns), schema="information_schema")


def read_columns(
    connection: sa.Connection, prefix: str, tables: frozenset[str]
) -> dict[str, dict[str, str]]:
    """Table → column → data type."""
    found: dict[str, dict[str, str]] = {}
    for table, column, data_type in connection.execute(columns_query(prefix, tables)):
        found.setdefault(table[len(prefix) :], {})[column] = data_type.lower()
    return found


def columns_query(prefix: str, tables: frozenset[str]) -> sa.Select[Any]:
    """Table, column and data type of all columns of these tables."""
    c = information("columns", "table_schema", "table_name", "column_name", "data_type").c
    return sa.select(c.table_name, c.column_name, c.data_type).where(
        c.table_schema == sa.func.database(),
        c.table_name.in_(sorted(prefix + table for table in tables)),
    )


def read_foreign_keys(connection: sa.Connection, prefix: str) -> tuple[ForeignKey, ...]:
    """Those by which a DELETE changes other tables."""
    rules = {tuple(row[:2]): row[2] for row in connection.execute(rules_query())}
    rows = connection.execute(references_query(prefix)).all()
    found = []
    for (child, name), columns in groupby(rows, key=lambda row: (row[0], row[1])):
        pairs = list(columns)
        rule = rules.get((child, name))
        if rule is not None:
            own, theirs = (tuple(pair[index] for pair in pairs) for index in (2, 4))
            parent = pairs[0][3]
            found.append(ForeignKey(child[len(prefix) :], own, parent[len(prefix) :], theirs, rule))
    return tuple(found)


def rules_query() -> sa.Select[Any]:
    """Child table, name and rule of the foreign keys that act on DELETE."""
    c = information(
        "referential_constraints",
        "constraint_schema",
        "unique_constraint_schema",
        "constraint_name",
        "table_name",
        "delete_rule",
    ).c
    return sa.select(c.table_name, c.constraint_name, c.delete_rule).where(
        c.constraint_schema == sa.func.database(),
        c.unique_constraint_schema == sa.func.database(),
        c.delete_rule.in_(["CASCADE", "SET NULL"]),
    )


def references_query(prefix: str) -> sa.Select[Any]:
    """Child table, key name, child column, parent table and parent column, in the keys' order."""
    c = information(
        "key_column_usage",
        "table_schema",
        "table_name",
        "constraint_name",
        "column_name",
        "referenced_table_name",
        "referenced_column_name",
        "ordinal_position",
    ).c
    return (
        sa.select(
            c.table_name,
            c.constraint_name,
            c.column_name,
            c.referenced_table_name,
            c.referenced_column_name,
        )
        .where(
            c.table_schema == sa.func.database(),
            c.table_name.startswith(prefix, autoescape=True),
            c.referenced_table_name.startswith(prefix, autoescape=True),
        )
        .order_by(c.table_name, c.constraint_name, c.ordinal_position)
    )


def read_triggers(connection: sa.Connection, prefix: str) -> tuple[InstalledTrigger, ...]:
    """The triggers of ours, wherever in the schema they stand."""
    rows = [row for row in connection.execute(triggers_query()) if is_trigger_name(row[0], prefix)]
    gone = gone_accounts(connection, frozenset(row[-1] for row in rows))
    return tuple(
        replace(found, is_stranded=found.definer in gone)
        for found in (installed_trigger(prefix, *row) for row in rows)
    )


def gone_accounts(connection: sa.Connection, definers: frozenset[str]) -> frozenset[str]:
    """Those of the accounts that are no more.

    Most accounts may not read who there is. Then any other user than our own is taken for gone, for
    a trigger of ours that runs as ourselves works in any case.
    """
    account = connection.scalar(sa.select(sa.func.current_user()))
    others = definers - {account}
    if not others:
        return frozenset()
    try:
        rows = connection.exec_driver_sql("SELECT user, host FROM mysql.user").all()
    except sa.exc.DBAPIError:
        user = str(account).rpartition("@")[0]
        return frozenset(one for one in others if one.rpartition("@")[0] != user)
    return others - {f"{user}@{host}" for user, host in rows}


def triggers_query() -> sa.Select[Any]:
    """Name, table, timing, event, body, time and definer of all triggers of the schema."""
    c = information(
        "triggers",
        "trigger_schema",
        "trigger_name",
        "event_object_table",
        "action_timing",
        "event_manipulation",
        "action_statement",
        "created",
        "definer",
    ).c
    return (
        sa.select(
            c.trigger_name,
            c.event_object_table,
            c.action_timing,
            c.event_manipulation,
            c.action_statement,
            c.created,
            c.definer,
        )
        .where(c.trigger_schema == sa.func.database())
        .order_by(c.trigger_name)
    )


def installed_trigger(  # noqa: PLR0913, PLR0917 — the columns of a row
    prefix: str,
    name: str,
    table: str,
    timing: str,
    event: str,
    shown: str | None,
    created_at: datetime | None,
    definer: str,
) -> InstalledTrigger:
    """A row of information_schema.triggers as a value; a body that isn't shown is no wanted one."""
    stands_on, body = table.removeprefix(prefix), shown or ""
    made = made_for(body) or table_in(name, prefix) or stands_on
    digest = digest_of(body)
    return InstalledTrigger(
        name, stands_on, timing, event, body, digest, made, definer, created_at=created_at
    )


def read_changelogs(connection: sa.Connection, prefix: str, schema: str) -> frozenset[str]:
    """The full names of the changelogs' tables that exist."""
    c = information("tables", "table_schema", "table_name").c
    query = sa.select(c.table_name).where(
        c.table_schema == (schema or sa.func.database()),
        c.table_name.startswith(f"{prefix}cfs_cl_", autoescape=True),
    )
    return frozenset(name for name in connection.scalars(query) if is_changelog_name(name, prefix))


def guards_snapshots(connection: sa.Connection) -> bool:
    """True where innodb_snapshot_isolation is on, which only MariaDB has; by default since 11.6."""
    query = "SHOW GLOBAL VARIABLES LIKE 'innodb_snapshot_isolation'"
    row = connection.exec_driver_sql(query).first()
    return row is not None and row[1] == "ON"
