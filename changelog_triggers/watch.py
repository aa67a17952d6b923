"""Subscriptions of all feeds, merged and checked against the tables that the shop has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from changelog_triggers.errors import CaptureError
from changelog_triggers.model import Changelog, Key, Subscription

Columns = Mapping[str, Mapping[str, str]]
"""Unprefixed table name → column name → data type, in lower case as the server names it."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What all subscriptions of one table want that share changelog and key: one statement.

    columns: sorted, and only those that the table has. readers: sorted.
    """

    changelog: Changelog
    table: str
    key: Key
    columns: tuple[str, ...] = ()
    attribute: str | None = None
    grouped: bool = False
    readers: tuple[str, ...] = ("",)


def merged(subscriptions: Iterable[Subscription], columns: Columns) -> tuple[Watch, ...]:
    """One watch for each changelog, table and key, in an order that doesn't depend on the feeds'.

    Raises:
        CaptureError: the shop lacks a table that is not optional, or a column that a key needs;
            or two subscriptions note different attributes of the same row.
    """
    groups: dict[tuple[Changelog, str, Key], list[Subscription]] = {}
    for subscription in subscriptions:
        if is_here(subscription, columns):
            group = (subscription.changelog, subscription.table, subscription.key)
            groups.setdefault(group, []).append(subscription)
    watches = [watch_of(group, columns) for group in groups.values()]
    return tuple(sorted(watches, key=repr))


def watch_of(group: list[Subscription], columns: Columns) -> Watch:
    """The watch of subscriptions that share changelog, table and key."""
    first = group[0]
    watched = {column for one in group for column in one.columns}
    attributes = {one.attribute for one in group if one.attribute is not None}
    if len(attributes) > 1:
        raise CaptureError(
            f"Subscriptions of {first.table} to {first.changelog.entity} note different "
            f"attributes: {', '.join(sorted(attributes))}. Make them agree."
        )
    return Watch(
        first.changelog,
        first.table,
        first.key,
        tuple(sorted(watched & columns[first.table].keys())),
        next(iter(attributes), None),
        any(one.grouped for one in group) and not attributes,
        tuple(sorted({one.reader for one in group})),
    )


def is_here(subscription: Subscription, columns: Columns) -> bool:
    """True where the shop has what the subscription needs; False where it lacks an optional table.

    Raises:
        CaptureError: naming what is lacking.
    """
    for table, needed in needs(subscription).items():
        if table not in columns:
            if subscription.optional:
                return False
            raise CaptureError(
                f"There is no table {table}, whose changes belong into the changelog "
                f"{subscription.changelog.entity}. Check the database and the table prefix."
            )
        missing = needed - columns[table].keys()
        if missing:
            raise CaptureError(
                f"Table {table} has no column {', '.join(sorted(missing))}, which the changelog "
                f"{subscription.changelog.entity} needs."
            )
    return True


def needs(subscription: Subscription) -> dict[str, set[str]]:
    """Table → columns without which a change can't be written."""
    own = {name for name in (subscription.key.column, subscription.attribute) if name is not None}
    found = {subscription.table: own}
    for hop in subscription.key.hops:
        found.setdefault(hop.table, set()).update((hop.match, hop.give))
    return found


def tables_of(subscriptions: Iterable[Subscription]) -> frozenset[str]:
    """The unprefixed names of all tables that the subscriptions name."""
    return frozenset(table for one in subscriptions for table in needs(one))
