"""The rows that prices are made of, read for a batch of products at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from daemon.commerce.columns import packed, packed_keys, unpacked, unpacked_keys, unpacked_numbers
from daemon.commerce.shop import Shop
from daemon.feeds._rows import among, fetch
from daemon.feeds._subscriptions import PRODUCT_TABLE

ALL_WEBSITES = 0
DEFAULT_STORE = 0
UNPRICED_TYPES = ("configurable", "giftcard")
"""Product types that have no price items: they stand in items as parents only."""

Tier = tuple[float, dict[str, float]]
"""A quantity, and either its `price` or its `percentage`."""

ScopedTiers = Mapping[tuple[int | None, int], Sequence[Tier]]
"""By customer group id (None for all) and website id (0 for all): tiers by quantity."""

Amounts = Mapping[int, Sequence[tuple[int, float | None]]]
"""Link → (store id, amount), by store."""


@dataclass(frozen=True, slots=True)
class PriceRows:
    """The rows of a batch. "link" is the value of the shop's link field.

    ids: those of the batch that may have prices, in its order.
    products: entity id → sku, type, link: of the batch, and of all parents.
    websites: entity id → the ids of the websites it is assigned to, parents included.
    parents: entity id → entity ids of its parents.
    regular, special: prices and special prices.
    price_types: link of a bundle → its price type.
    tiers: by link.
    rules: (website id, customer group id, date, JSON object of product id → price).
    default_stores: website id → id of its default store view.
    """

    ids: Sequence[int]
    products: Mapping[int, tuple[str, str, int]]
    websites: Mapping[int, Sequence[int]]
    parents: Mapping[int, Sequence[int]]
    regular: Amounts
    special: Amounts
    price_types: Mapping[int, int]
    tiers: Mapping[int, ScopedTiers]
    rules: Sequence[tuple[int, int, dt.date, str]]
    default_stores: Mapping[int, int]


def read(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> PriceRows:
    """Read a batch in eight queries; in seven where the shop has no rule prices."""
    parents = by_member(fetch(connection, select_parents(shop, ids)))
    known = {*ids, *(parent for found in parents.values() for parent in found)}
    products = by_product(fetch(connection, select_products(shop, known)))
    priced = [key for key in ids if key in products and products[key][1] not in UNPRICED_TYPES]
    links = [products[key][2] for key in priced]
    bundles = [products[key][2] for key in priced if products[key][1] == "bundle"]
    attributes = shop.product_attributes
    amounts = by_attribute(fetch(connection, select_amounts(shop, links)))
    return PriceRows(
        ids=priced,
        products=products,
        websites=by_member(fetch(connection, select_websites(shop, known))),
        parents=parents,
        regular=amounts[attributes.id_of("price")],
        special=amounts[attributes.id_of("special_price")],
        price_types=dict(fetch(connection, select_price_types(shop, bundles))),
        tiers=by_link(fetch(connection, select_tiers(shop, links))),
        rules=fetch(connection, select_rules(shop, priced)) if has_rules(shop) else (),
        default_stores=dict(fetch(connection, select_default_stores(shop))),
    )


def select_ids(shop: Shop) -> sa.Select[Any]:
    """The products that may have prices."""
    product = shop.tables(PRODUCT_TABLE)
    return sa.select(product.c.entity_id).where(
        product.c.type_id.not_in(UNPRICED_TYPES), shop.current(product)
    )


def select_parents(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """(parent, its children of the batch), entity ids, by parent."""
    relation, parent = shop.tables("catalog_product_relation"), shop.tables(PRODUCT_TABLE)
    return (
        sa.select(parent.c.entity_id, packed_keys(relation.c.child_id))
        .join(parent, parent.c[shop.link_field] == relation.c.parent_id)
        .where(among(relation.c.child_id, ids), shop.current(parent))
        .group_by(parent.c.entity_id)
        .order_by(parent.c.entity_id)
    )


def select_products(shop: Shop, ids: Iterable[int]) -> sa.Select[Any]:
    """(type, skus by entity id, links by entity id)."""
    product = shop.tables(PRODUCT_TABLE)
    c = product.c
    return (
        sa.select(c.type_id, packed(c.entity_id, c.sku), packed(c.entity_id, c[shop.link_field]))
        .where(among(c.entity_id, ids), shop.current(product))
        .group_by(c.type_id)
    )


def select_websites(shop: Shop, ids: Iterable[int]) -> sa.Select[Any]:
    """(website id, ids of the products assigned to it), by website."""
    assigned = shop.tables("catalog_product_website").c
    return (
        sa.select(assigned.website_id, packed_keys(assigned.product_id))
        .where(among(assigned.product_id, ids))
        .group_by(assigned.website_id)
        .order_by(assigned.website_id)
    )


def select_amounts(shop: Shop, links: Sequence[int]) -> sa.Select[Any]:
    """(attribute id, store id, prices or special prices by link), by store.

    Adding 0 keeps the server from planning one range for each pair of link and attribute.
    """
    values, id_of = shop.tables(f"{PRODUCT_TABLE}_decimal").c, shop.product_attributes.id_of
    link = values[shop.link_field]
    return (
        sa.select(values.attribute_id, values.store_id, packed(link, values.value))
        .where(
            among(link, links),
            among(values.attribute_id + 0, [id_of("price"), id_of("special_price")]),
        )
        .group_by(values.attribute_id, values.store_id)
        .order_by(values.store_id)
    )


def select_price_types(shop: Shop, links: Sequence[int]) -> sa.Select[Any]:
    """(link, price type) as all store views have it."""
    values = shop.tables("catalog_product_entity_int").c
    link = values[shop.link_field]
    return sa.select(link, values.value).where(
        among(link, links),
        values.attribute_id == shop.product_attributes.id_of("price_type"),
        values.store_id == DEFAULT_STORE,
    )


def select_tiers(shop: Shop, links: Sequence[int]) -> sa.Select[Any]:
    """(all groups?, customer group, website, quantity, prices by link, percentages by link)."""
    tier = shop.tables("catalog_product_entity_tier_price").c
    link = tier[shop.link_field]
    key = (tier.all_groups, tier.customer_group_id, tier.website_id, tier.qty)
    return (
        sa.select(*key, packed(link, tier.value), packed(link, tier.percentage_value))
        .where(among(link, links))
        .group_by(*key)
        .order_by(tier.qty, tier.customer_group_id)
    )


def select_rules(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """(website id, customer group id, date, rule prices by product id), whatever the date."""
    rule = shop.tables("catalogrule_product_price").c
    key = (rule.website_id, rule.customer_group_id, rule.rule_date)
    return (
        sa.select(*key, packed(rule.product_id, rule.rule_price))
        .where(among(rule.product_id, ids), rule.customer_group_id.is_not(None))
        .group_by(*key)
    )


def has_rules(shop: Shop) -> bool:
    """True where the shop has the table of rule prices."""
    return "catalogrule_product_price" in shop.tables


def select_default_stores(shop: Shop) -> sa.Select[Any]:
    """(website id, id of its default store view)."""
    website, group = shop.tables("store_website"), shop.tables("store_group")
    return sa.select(website.c.website_id, group.c.default_store_id).join(
        group, group.c.group_id == website.c.default_group_id
    )


def by_product(rows: Iterable[tuple[Any, ...]]) -> dict[int, tuple[str, str, int]]:
    """Entity id → sku, type, link."""
    found: dict[int, tuple[str, str, int]] = {}
    for type_id, skus, texts in rows:
        links = orjson.loads(texts)
        found |= {int(key): (sku, type_id, links[key]) for key, sku in orjson.loads(skus).items()}
    return found


def by_member(rows: Iterable[tuple[int, str]]) -> dict[int, list[int]]:
    """From groups and their members to the groups of each member, in order."""
    found: dict[int, list[int]] = defaultdict(list)
    for group, members in rows:
        for member in unpacked_keys(members):
            found[member].append(group)
    return found


def by_attribute(rows: Iterable[tuple[int, int, str]]) -> Mapping[int, Amounts]:
    """Attribute id → amounts."""
    found: dict[int, dict[int, list[tuple[int, float | None]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for attribute, store, text in rows:
        amounts = found[attribute]
        for link, amount in unpacked(text).items():
            amounts[link].append((store, None if amount is None else amount + 0.0))
    return found


def by_link(rows: Iterable[tuple[Any, ...]]) -> Mapping[int, ScopedTiers]:
    """Link → tiers in order, each row by its own kind: a percentage where it has one."""
    found: dict[int, dict[tuple[int | None, int], list[Tier]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for all_groups, group, website, qty, prices, texts in rows:
        scope, quantity = (None if all_groups else group, website), float(qty)
        percentages = unpacked_numbers(texts)
        for link, price in unpacked_numbers(prices).items():
            percentage = percentages.get(link)
            kind, amount = ("price", price) if percentage is None else ("percentage", percentage)
            found[link][scope].append((quantity, {kind: amount}))
    return found
