"""The rows that variants are made of, read for a batch of children at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from daemon.commerce.columns import packed, packed_keys, unpacked, unpacked_keys
from daemon.commerce.shop import Shop
from daemon.feeds._rows import among, fetch
from daemon.feeds._subscriptions import PRODUCT_TABLE
from daemon.feeds._super_attributes import super_attributes

Parent = tuple[int, str, int, str, str]
"""Entity id, sku and link of a configurable; its children's skus and links by entity id, packed."""


@dataclass(frozen=True, slots=True)
class VariantRows:
    """The rows of a batch. "link" is the value of the shop's link field.

    parents: the configurables, each with its children of the batch.
    attributes: link of a parent → ids of its super attributes, ascending.
    options: attribute id → link of a child → option ids, by store.
    labels: option id → labels in the order they were made.
    """

    parents: Sequence[Parent]
    attributes: Mapping[int, Sequence[int]]
    options: Mapping[int, Mapping[int, Sequence[int]]]
    labels: Mapping[int, Sequence[str | None]]


def read(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> VariantRows:
    """Read a batch in four queries."""
    parents = fetch(connection, select_parents(shop, ids))
    varies = fetch(connection, select_super_attributes(shop, {row[2] for row in parents}))
    links = {link for row in parents for link in orjson.loads(row[4]).values()}
    known = {one.id for one in super_attributes(shop)} & {row[0] for row in varies}
    values = fetch(connection, select_options(shop, known, links))
    options = by_attribute(values)
    used = {option for column in options.values() for some in column.values() for option in some}
    return VariantRows(
        parents,
        by_parent(varies),
        options,
        by_option(fetch(connection, select_labels(shop, used))),
    )


def select_ids(shop: Shop) -> sa.Select[Any]:
    """The products that some configurable is sold as."""
    return sa.select(shop.tables("catalog_product_super_link").c.product_id).distinct()


def select_parents(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """The parents of these children, by entity id."""
    link = shop.tables("catalog_product_super_link")
    child = sa.alias(shop.tables(PRODUCT_TABLE), "child")
    parent = sa.alias(shop.tables(PRODUCT_TABLE), "parent")
    key = (parent.c.entity_id, parent.c.sku, parent.c[shop.link_field].label("link"))
    return (
        sa.select(
            *key,
            packed(child.c.entity_id, child.c.sku),
            packed(child.c.entity_id, child.c[shop.link_field]),
        )
        .select_from(link)
        .join(child, child.c.entity_id == link.c.product_id)
        .join(parent, parent.c[shop.link_field] == link.c.parent_id)
        .where(among(link.c.product_id, ids), shop.current(child), shop.current(parent))
        .group_by(*key)
        .order_by(parent.c.entity_id)
    )


def select_super_attributes(shop: Shop, links: Iterable[int]) -> sa.Select[Any]:
    """(attribute id, links of the parents that vary by it), by attribute."""
    varies = shop.tables("catalog_product_super_attribute").c
    return (
        sa.select(varies.attribute_id, packed_keys(varies.product_id))
        .where(among(varies.product_id, links))
        .group_by(varies.attribute_id)
        .order_by(varies.attribute_id)
    )


def select_options(shop: Shop, attributes: Iterable[int], links: Iterable[int]) -> sa.Select[Any]:
    """(attribute id, store id, option ids by link of the child), by store; never NULL.

    Adding 0 keeps the server from planning one range for each pair of link and attribute.
    """
    values = shop.tables(f"{PRODUCT_TABLE}_int").c
    link = values[shop.link_field]
    return (
        sa.select(values.attribute_id, values.store_id, packed(link, values.value))
        .where(
            among(link, links),
            among(values.attribute_id + 0, attributes),
            values.value.is_not(None),
        )
        .group_by(values.attribute_id, values.store_id)
        .order_by(values.store_id)
    )


def select_labels(shop: Shop, options: Iterable[int]) -> sa.Select[Any]:
    """(option id, label) of all store views, in the order they were made."""
    label = shop.tables("eav_attribute_option_value").c
    return (
        sa.select(label.option_id, label.value)
        .where(among(label.option_id, options))
        .order_by(label.value_id)
    )


def by_parent(rows: Iterable[tuple[int, str]]) -> dict[int, list[int]]:
    """Link of a parent → attribute ids, in order."""
    found: dict[int, list[int]] = defaultdict(list)
    for attribute, text in rows:
        for link in unpacked_keys(text):
            found[link].append(attribute)
    return found


def by_attribute(rows: Iterable[tuple[int, int, str]]) -> dict[int, dict[int, list[int]]]:
    """Attribute id → link → option ids, in order."""
    found: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for attribute, _, text in rows:
        column = found[attribute]
        for link, option in unpacked(text).items():
            column[link].append(option)
    return found


def by_option(rows: Iterable[tuple[int, str | None]]) -> dict[int, list[str | None]]:
    """Option id → labels, in order."""
    found: dict[int, list[str | None]] = defaultdict(list)
    for option, label in rows:
        found[option].append(label)
    return found
