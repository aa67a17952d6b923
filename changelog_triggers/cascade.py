"""What a DELETE takes along by foreign keys: no trigger fires for those rows, so the parent's does.

A BEFORE DELETE trigger of the parent writes the ids of the children while they can still be read.
Updates of a parent's key (ON UPDATE CASCADE) are not followed: no shop changes its ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from changelog_triggers.ddl import Statement, insert, insert_coarse, insert_head, loosened
from changelog_triggers.model import Key
from changelog_triggers.naming import Place, quoted
from changelog_triggers.watch import Watch

UNBOUNDED = frozenset(
    {
        "catalog_product_link_attribute",
        "catalog_product_link_type",
        "cataloginventory_stock",
        "customer_group",
        "eav_attribute",
        "eav_attribute_option",
        "eav_attribute_set",
        "eav_entity_type",
        "inventory_source",
        "inventory_stock",
        "review_entity",
        "store",
        "store_group",
        "store_website",
        "tax_class",
    }
)
"""Parents of any number of rows: their children are not named one by one, a coarse change stands
for them.
"""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Rows of `child` that go with a row of `parent`, or lose their reference to it.

    Names are unprefixed; `columns` of the child refer to `references` of the parent, pair by pair.
    rule: CASCADE or SET NULL.
    """

    child: str
    columns: tuple[str, ...]
    parent: str
    references: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Path:
    """The foreign keys from a table down to one that its DELETE reaches; none: the table itself."""

    top: str
    keys: tuple[ForeignKey, ...] = ()

    @property
    def tables(self) -> tuple[str, ...]:
        """All tables on the way; level 0 is the one whose DELETE fires the trigger."""
        return (self.top, *(key.child for key in self.keys))

    def places(self, level: int, column: str) -> Iterator[tuple[int, str]]:
        """Level and column of every table above that holds the same value as this column."""
        yield level, column
        while level and column in self.keys[level - 1].columns:
            key = self.keys[level - 1]
            level, column = level - 1, key.references[key.columns.index(column)]
            yield level, column


Spot = tuple[int, str]
"""Level in a path, and column of the table there."""


def cascade_statements(
    watches: Sequence[Watch], foreign_keys: Sequence[ForeignKey], place: Place
) -> Iterator[Statement]:
    """What DELETE triggers of the parents must do for the watched tables below them."""
    coarse: dict[tuple[Watch, str, str], list[Path]] = {}
    for watch in watches:
        for path in paths(watch, foreign_keys):
            spot = located(path, watch.key)
            if is_told(path, watch, spot, watches):
                continue
            if is_coarse(path, watch, spot):
                group = (watch, path.top, attribute_at_top(path, watch))
                coarse.setdefault(group, []).append(path)
            else:
                yield statement(path.top, write_children(path, watch, spot, place))
    for (watch, top, attribute), found in coarse.items():
        condition = " OR ".join(exists(path, place) for path in found)
        sql = f"IF {condition} THEN\n{insert_coarse(place, watch, attribute)}\nEND IF;"
        yield statement(top, surely(sql, place, watch))


def statement(table: str, sql: str) -> Statement:
    """SQL for the moment before a row of the table is deleted."""
    return Statement(table, "BEFORE", "DELETE", sql)


def paths(watch: Watch, foreign_keys: Iterable[ForeignKey]) -> Iterator[Path]:
    """All ways by which a DELETE elsewhere reaches the watched table; no key is used twice."""
    by_child: dict[str, list[ForeignKey]] = {}
    for key in foreign_keys:
        by_child.setdefault(key.child, []).append(key)
    growing: list[tuple[ForeignKey, ...]] = [
        (key,) for key in by_child.get(watch.table, ()) if concerns(key, watch)
    ]
    while growing:
        keys = growing.pop(0)
        yield Path(keys[0].parent, keys)
        growing += [
            (key, *keys)
            for key in by_child.get(keys[0].parent, ())
            if key.rule == "CASCADE" and key not in keys
        ]


def concerns(key: ForeignKey, watch: Watch) -> bool:
    """True where the key deletes watched rows, or empties a column that is watched."""
    watched = {*watch.columns, watch.key.column, watch.attribute}
    return key.rule == "CASCADE" or not watched.isdisjoint(key.columns)


def located(path: Path, key: Key) -> Spot | None:
    """Where on the path the entity id of the rows at its end stands already, nearest to the top.

    None where only the rows themselves, or a table aside, can tell it.
    """
    if key.column is None:
        return None
    spot = (len(path.keys), key.column)
    for hop in key.hops:
        found = [
            (level, hop.give)
            for level, column in path.places(*spot)
            if (path.tables[level], column) == (hop.table, hop.match)
        ]
        if not found:
            return None
        spot = found[0]
    return list(path.places(*spot))[-1]


def is_told(path: Path, watch: Watch, spot: Spot | None, watches: Sequence[Watch]) -> bool:
    """True where all readers learn the same id from tables above, in the same changelog, anyway."""
    if spot is None:
        return False
    above = [
        (table, Path(path.top, path.keys[:level])) for level, table in enumerate(path.tables[:-1])
    ]
    told = {
        reader
        for table, upper in above
        for other in watches
        if other.table == table
        and other.changelog == watch.changelog
        and located(upper, other.key) == spot
        for reader in other.readers
    }
    return told.issuperset(watch.readers)


def is_coarse(path: Path, watch: Watch, spot: Spot | None) -> bool:
    """True where the rows at the end can't be named: they have no ids, or may be too many."""
    if watch.key.column is None:
        return True
    at_top = spot is not None and spot[0] == 0
    return not at_top and not UNBOUNDED.isdisjoint(path.tables[:-1])


def write_children(path: Path, watch: Watch, spot: Spot | None, place: Place) -> str:
    """SQL that writes the ids of the rows at the end of the path.

    One that the deleted row knows itself is written once, if there are such rows. Else only INSERT
    … SELECT can write an unknown number of ids: a cursor's loop might never end under a handler
    that goes on after errors. It holds the changelog's AUTO-INC lock until the DELETE is done.
    """
    if spot is None or spot[0] > 0:
        return select_children(path, watch, place)
    id_ = f"OLD.{quoted(spot[1])}"
    written = insert(place, watch, id_, attribute_at_top(path, watch))
    sql = f"IF {id_} IS NOT NULL AND {exists(path, place)} THEN\n{written}\nEND IF;"
    return surely(sql, place, watch)


def surely(sql: str, place: Place, watch: Watch) -> str:
    """The statement, or a coarse change where it fails, as where a table below was altered since
    the shop's snapshot.
    """
    handler = f"DECLARE EXIT HANDLER FOR SQLEXCEPTION {insert_coarse(place, watch)}"
    return f"BEGIN\n{handler}\n{sql}\nEND;"


def select_children(path: Path, watch: Watch, place: Place) -> str:
    """INSERT … SELECT of the ids of the rows at the end of the path."""
    last = len(path.keys)
    joins, value = "", column_of(last, str(watch.key.column))
    for number, hop in enumerate(watch.key.hops, start=1):
        joins += f" JOIN {place.table(hop.table)} h{number} ON h{number}.{quoted(hop.match)}"
        joins += f" = {value}"
        value = f"h{number}.{quoted(hop.give)}"
    attribute = column_of(last, watch.attribute) if watch.attribute else "NULL"
    sql = (
        f"{insert_head(place, watch)}\n"
        f"SELECT DISTINCT {value}, '{watch.table}', {attribute}\n"
        f"FROM {tables_below(path, place)}{joins}\n"
        f"WHERE {belongs(path)} AND {value} IS NOT NULL;"
    )
    sql = surely(sql, place, watch)
    return loosened(sql, place) if joins else sql  # the cascade locks the rows below anyway


def exists(path: Path, place: Place) -> str:
    """The condition that the deleted row has rows at the end of the path."""
    return f"EXISTS (SELECT 1 FROM {tables_below(path, place)} WHERE {belongs(path)})"


def tables_below(path: Path, place: Place) -> str:
    """The tables below the top, joined by their foreign keys as t1, t2 and so on."""
    text = f"{place.table(path.keys[0].child)} t1"
    for level, key in enumerate(path.keys[1:], start=2):
        pairs = zip(key.columns, key.references, strict=True)
        on = " AND ".join(f"{column_of(level, c)} = {column_of(level - 1, r)}" for c, r in pairs)
        text += f" JOIN {place.table(key.child)} t{level} ON {on}"
    return text


def belongs(path: Path) -> str:
    """The condition that rows of t1 belong to the deleted row."""
    pairs = zip(path.keys[0].columns, path.keys[0].references, strict=True)
    return " AND ".join(f"{column_of(1, c)} = OLD.{quoted(r)}" for c, r in pairs)


def column_of(level: int, column: str) -> str:
    """A column of the table at this level."""
    return f"t{level}.{quoted(column)}"


def attribute_at_top(path: Path, watch: Watch) -> str:
    """The attribute id that the deleted row knows itself, as SQL; NULL stands for any."""
    if watch.attribute is None:
        return "NULL"
    level, column = list(path.places(len(path.keys), watch.attribute))[-1]
    return f"OLD.{quoted(column)}" if level == 0 else "NULL"
