"""What a history has exercised: subscribed tables, parents of cascades, and edges."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from changelog_triggers.cascade import ForeignKey
from changelog_triggers.installed import read_foreign_keys
from changelog_triggers.model import COARSE
from converge.domains import SYSTEM
from converge.trail import name_of, numberless
from daemon.core.feed import Edge, Feed
from daemon.sync.collect import attribute_codes
from daemon.sync.context import Context, edges_of

WRITTEN = re.compile(r"(INSERT|REPLACE|UPDATE|DELETE)(?: IGNORE)?(?: INTO| FROM)? `?(\w+)`?")
REMOVING = frozenset({"DELETE", "REPLACE"})
SEEN = "converge_seen"


@dataclass
class Exercised:
    """Names, and how often something had an effect in transactions that were committed.

    tables: writes. parents: deletes. edges: changes that an edge asks for. Numbers of stores and
    stocks are left out of names: tables of a kind count as one.
    """

    tables: Counter[str] = field(default_factory=Counter)
    parents: Counter[str] = field(default_factory=Counter)
    edges: Counter[str] = field(default_factory=Counter)

    def add(self, other: Exercised) -> None:
        """Add these counts."""
        self.tables += other.tables
        self.parents += other.parents
        self.edges += other.edges

    def note(self, statements: Iterable[str], prefix: str) -> None:
        """Count statements that changed rows."""
        for statement in statements:
            if found := WRITTEN.match(statement):
                table = numberless(found[2].removeprefix(prefix))
                self.tables[table] += 1
                if found[1] in REMOVING:
                    self.parents[table] += 1

    def lacking(self, wanted: Exercised) -> list[str]:
        """What of this was never exercised, in words."""
        return [
            *(f"written to: {one}" for one in sorted(wanted.tables.keys() - self.tables.keys())),
            *(
                f"deleted from: {one}"
                for one in sorted(wanted.parents.keys() - self.parents.keys())
            ),
            *(f"followed: {one}" for one in sorted(wanted.edges.keys() - self.edges.keys())),
        ]


def declared(edges: Iterable[tuple[Feed, Edge]], keys: Sequence[ForeignKey]) -> Exercised:
    """All that there is to exercise, by the declarations of the feeds and the shop's foreign
    keys.
    """
    named = {name_of(feed, edge): edge.on.table for feed, edge in edges}
    tables = set(named.values())
    parents = parents_of(tables, keys)
    return Exercised(
        Counter(map(numberless, tables)), Counter(map(numberless, parents)), Counter(named)
    )


def parents_of(tables: set[str], keys: Iterable[ForeignKey]) -> set[str]:
    """The tables whose deletes take rows of these along; not those that no shop deletes from."""
    found: set[str] = set()
    while more := {key.parent for key in keys if key.child in found | tables} - found:
        found |= more
    return found - {table for table, rows in SYSTEM.items() if rows == "TRUE"}


class Witness:
    """Sees every change that is written to a changelog, whoever takes it from there."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._prefix = context.own.prefix
        with context.looking() as (connection, shop):
            self._edges = [
                (feed, edge)
                for feed, edge in edges_of(context.feeds, shop)
                if edge.on.table in shop.tables
            ]
        with context.engine.begin() as connection:
            self.wanted = declared(self._edges, read_foreign_keys(connection, self._prefix))
            for statement in self._script():
                connection.exec_driver_sql(statement)

    def _script(self) -> Iterator[str]:
        seen = f"{self._prefix}{SEEN}"
        yield (
            f"CREATE TABLE {seen} (n BIGINT AUTO_INCREMENT PRIMARY KEY, changelog VARCHAR(64),"
            " entity_id VARBINARY(1020), source VARCHAR(80), attribute_id INT)"
        )
        for changelog in sorted({edge.on.changelog.entity for _, edge in self._edges}):
            name = f"{self._prefix}cfs_cl_{changelog}"
            yield (
                f"CREATE TRIGGER {name}_seen AFTER INSERT ON {name} FOR EACH ROW INSERT INTO {seen}"
                " (changelog, entity_id, source, attribute_id) VALUES"
                f" ('{changelog}', NEW.entity_id, NEW.source, NEW.attribute_id)"
            )

    def take(self) -> Counter[str]:
        """How many changes asked for each edge since this was last called."""
        seen = f"{self._prefix}{SEEN}"
        with self._context.looking() as (connection, shop):
            codes = attribute_codes(shop)
            last = connection.exec_driver_sql(f"SELECT MAX(n) FROM {seen}").scalar_one()
            rows = connection.exec_driver_sql(
                f"SELECT changelog, source, entity_id, attribute_id, COUNT(*) FROM {seen}"
                f" WHERE n <= {last or 0} GROUP BY 1, 2, 3, 4"
            ).all()
        with self._context.engine.begin() as connection:
            connection.exec_driver_sql(f"DELETE FROM {seen} WHERE n <= {last or 0}")
        found: Counter[str] = Counter()
        for changelog, source, entity, attribute_id, count in rows:
            for feed, edge in self._edges:
                on = edge.on
                if (on.changelog.entity, on.table) == (changelog, source.removesuffix(COARSE)) and (
                    asks_for(edge, entity.decode(), codes.get(attribute_id))
                    and not (source.endswith(COARSE) and on.key.column)
                ):
                    found[name_of(feed, edge)] += count
        return found


def asks_for(edge: Edge, entity: str, code: str | None) -> bool:
    """True for a change of what the edge is about itself, not only of what may be."""
    return (edge.attributes is None or code in edge.attributes) and (
        edge.values is None or entity in map(str, edge.values)
    )
