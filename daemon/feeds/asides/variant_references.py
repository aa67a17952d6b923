"""Beside products: which value of its parents' options a variant is, by attribute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.core.aside import Aside
from daemon.core.feed import Edge
from daemon.feeds import _variant_rows
from daemon.feeds._product_ids import select_variants
from daemon.feeds._subscriptions import product_child, product_values
from daemon.feeds._super_attributes import SUPER_ATTRIBUTE, super_codes
from daemon.feeds._variant_edges import LINK, select_of_attributes
from daemon.feeds.products.configurable import TYPE
from daemon.feeds.products.values import uid

TABLE = "catalog_product_super_attribute"

References = Mapping[int, Mapping[str, str]]
"""Child's id → attribute code → the id that the value has in the parent's `optionsV2`."""


def edges(shop: Shop) -> tuple[Edge, ...]:
    """Who is a variant of what, by what configurables vary, and which value each child has."""
    if TABLE not in shop.tables:
        return ()
    (options,) = product_values(shop, "int")
    varies = product_child(shop, TABLE, "product_id", "attribute_id")
    return (
        Edge(LINK, "the variant"),
        Edge(options, "the variant", attributes=super_codes(shop)),
        Edge(varies, "the variants of the configurable", widen=select_variants),
        Edge(
            SUPER_ATTRIBUTE,
            "the variants that differ in the attribute",
            widen=select_of_attributes,
        ),
    )


def read(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> References:
    """The references of these products, of whatever parents."""
    if TABLE not in shop.tables:
        return {}
    rows = _variant_rows.read(connection, shop, ids)
    found: dict[int, dict[str, str]] = {}
    for _, _, parent_link, _, links in rows.parents:
        for child, link in orjson.loads(links).items():
            for attribute in rows.attributes.get(parent_link, ()):
                if chosen := rows.options.get(attribute, {}).get(link):
                    code = shop.product_attributes.by_id[attribute].code
                    found.setdefault(int(child), {})[code] = uid(TYPE, attribute, chosen[0])
    return found


def facts(references: References, _shop: Shop, entity_id: int) -> Mapping[str, Any]:
    """Those of one product; empty for what is no variant."""
    return {"variant_references": references.get(entity_id, {})}


ASIDE = Aside(edges, read, facts)
"""The child's value in all store views is the one that counts, as in the parent's options."""
