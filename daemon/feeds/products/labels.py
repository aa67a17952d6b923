"""Labels of attribute options by store view: only those that a batch needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.feeds._rows import among, fetch

BOOLEANS = {"0": "no", "1": "yes"}


@dataclass(frozen=True, slots=True)
class Option:
    """An option of an attribute. labels: store id → label, not NULL."""

    id: int
    attribute_id: int
    sort_order: int
    labels: Mapping[int, str]

    def label(self, store_id: int) -> str | None:
        """Its label in a store view, else the default one."""
        own = self.labels.get(store_id)
        return self.labels.get(0) if own is None else own


@dataclass(frozen=True, slots=True)
class Options:
    """Options that a batch needs, and which attributes have any at all.

    with_options: attribute ids. spoken: store ids that have labels of their own among `by_id`.
    """

    by_id: Mapping[int, Option]
    with_options: frozenset[int]
    spoken: frozenset[int]


def select_attributes_with_options(shop: Shop) -> sa.Select[Any]:
    """The ids of all attributes that have options."""
    return sa.select(shop.tables("eav_attribute_option").c.attribute_id).distinct()


def select_options(shop: Shop, ids: Iterable[int]) -> sa.Select[Any]:
    """(option id, attribute id, sort order, store id, label) of these options, in their order."""
    option, value = shop.tables("eav_attribute_option"), shop.tables("eav_attribute_option_value")
    return (
        sa.select(
            option.c.option_id,
            option.c.attribute_id,
            option.c.sort_order,
            value.c.store_id,
            value.c.value,
        )
        .join_from(option, value, value.c.option_id == option.c.option_id, isouter=True)
        .where(among(option.c.option_id, ids))
        .order_by(option.c.option_id, value.c.value_id)
    )


def read_attributes_with_options(connection: sa.Connection, shop: Shop) -> frozenset[int]:
    """The ids of all attributes that have options."""
    rows = fetch(connection, select_attributes_with_options(shop))
    return frozenset(attribute_id for (attribute_id,) in rows)


def read_options(
    connection: sa.Connection, shop: Shop, with_options: frozenset[int], ids: Iterable[int]
) -> Options:
    """These options; ids that are none are passed over."""
    found: dict[int, Option] = {}
    spoken = set()
    labels: dict[int, dict[int, str]] = {}
    for option_id, attribute_id, sort_order, store_id, label in fetch(
        connection, select_options(shop, sorted(ids))
    ):
        if option_id not in found:
            labels[option_id] = {}
            found[option_id] = Option(option_id, attribute_id, sort_order, labels[option_id])
        if label is not None:
            labels[option_id][store_id] = label
            spoken.add(store_id)
    return Options(found, with_options, frozenset(spoken - {0}))
