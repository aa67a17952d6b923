"""Bundles: the options of `optionsV2` and the products to choose in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.feeds._eav import Values, read_values
from daemon.feeds._rows import among, fetch
from daemon.feeds._values import decimal, first_set, integer, present
from daemon.feeds.products.values import VALUE, uid

TYPE = "bundle"


@dataclass(frozen=True, slots=True)
class Selection:
    """A product to choose. prices: website id → price there."""

    id: int
    child_id: int
    child_sku: str
    position: int | None
    is_default: Any
    price_type: int | None
    price: Any
    quantity: Any
    may_change_quantity: Any
    prices: dict[int, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Option:
    """An option. titles: by store id."""

    id: int
    is_required: Any
    position: int | None
    type: str | None
    titles: dict[int, str | None] = field(default_factory=dict)
    selections: list[Selection] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bundles:
    """The options by link id, in the order of their ids, and the names of the children."""

    options: Mapping[int, Sequence[Option]]
    names: Values


EMPTY = Bundles({}, Values({}))


def select_options(shop: Shop, link_ids: Sequence[int]) -> sa.Select[Any]:
    """The options, one row for each store with a title (at least one)."""
    option = shop.tables("catalog_product_bundle_option")
    title = shop.tables("catalog_product_bundle_option_value")
    is_title = sa.and_(
        title.c.option_id == option.c.option_id, title.c.parent_product_id == option.c.parent_id
    )
    c = option.c
    columns = (c.parent_id, c.option_id, c.required, c.position, c.type)
    return (
        sa.select(*columns, title.c.store_id, title.c.title)
        .join_from(option, title, is_title, isouter=True)
        .where(among(c.parent_id, link_ids))
        .order_by(c.option_id)
    )


def select_selections(shop: Shop, option_ids: Sequence[int]) -> sa.Select[Any]:
    """The selections with the sku of the child."""
    c = shop.tables("catalog_product_bundle_selection").c
    child = shop.tables("catalog_product_entity")
    return (
        sa.select(
            c.parent_product_id,
            c.option_id,
            c.selection_id,
            c.product_id,
            child.c.sku,
            c.position,
            c.is_default,
            c.selection_price_type,
            c.selection_price_value,
            c.selection_qty,
            c.selection_can_change_qty,
        )
        .join(child, sa.and_(child.c.entity_id == c.product_id, shop.current(child)))
        .where(among(c.option_id, option_ids))
        .order_by(c.selection_id)
    )


def select_prices(shop: Shop, link_ids: Sequence[int], ids: Sequence[int]) -> sa.Select[Any]:
    """(selection id, link id, website id, price) of these selections."""
    c = shop.tables("catalog_product_bundle_selection_price").c
    columns = (c.selection_id, c.parent_product_id, c.website_id, c.selection_price_value)
    return sa.select(*columns).where(
        among(c.selection_id, ids), among(c.parent_product_id, link_ids)
    )


def read_bundles(connection: sa.Connection, shop: Shop, link_ids: Sequence[int]) -> Bundles:
    """The options of these products; empty where the shop lacks the tables."""
    if "catalog_product_bundle_option" not in shop.tables:
        return EMPTY
    options: dict[tuple[int, int], Option] = {}
    for link_id, *own, store_id, title in fetch(connection, select_options(shop, link_ids)):
        option = options.setdefault((link_id, own[0]), Option(*own))
        option.titles[store_id] = title
    if not options:
        return EMPTY
    children = read_selections(connection, shop, options)
    found: dict[int, list[Option]] = {}
    for (link_id, _), option in options.items():
        found.setdefault(link_id, []).append(option)
    return Bundles(
        found, read_values(connection, shop, shop.product_attributes, ["name"], sorted(children))
    )


def read_selections(
    connection: sa.Connection, shop: Shop, options: Mapping[tuple[int, int], Option]
) -> set[int]:
    """Put the selections into their options; the ids of the children."""
    option_ids = sorted({option_id for _, option_id in options})
    found: dict[tuple[int, int], Selection] = {}
    for link_id, option_id, *own in fetch(connection, select_selections(shop, option_ids)):
        if (link_id, option_id) in options:
            selection = found[link_id, own[0]] = Selection(*own)
            options[link_id, option_id].selections.append(selection)
    if found:
        link_ids = sorted({link_id for link_id, _ in found})
        query = select_prices(shop, link_ids, sorted({one for _, one in found}))
        for selection_id, link_id, website_id, price in fetch(connection, query):
            if (link_id, selection_id) in found:
                found[link_id, selection_id].prices[website_id] = price
    return {one.child_id for one in found.values()}


def bundle_options(
    bundles: Bundles, link_id: int, store_id: int, website_id: int
) -> list[dict[str, Any]]:
    """The options of a bundle in a store view."""
    return [
        {
            **present(
                {
                    "id": str(one.id),
                    "label": first_set(one.titles.get(store_id), one.titles.get(0)),
                    "sortOrder": integer(one.position),
                    "required": bool(one.is_required),
                    "renderType": one.type,
                    "type": TYPE,
                }
            ),
            "values": [
                bundle_value(one.id, some, bundles.names, store_id, website_id)
                for some in one.selections
            ]
            or None,
        }
        for one in bundles.options.get(link_id, ())
    ]


def bundle_value(
    option_id: int, selection: Selection, names: Values, store_id: int, website_id: int
) -> dict[str, Any]:
    """A product to choose."""
    return {
        **VALUE,
        "id": uid("bundle", option_id, selection.id, int(selection.quantity or 0)),
        "label": names.get(selection.child_id, "name", store_id),
        "sortOrder": integer(selection.position),
        "isDefault": bool(selection.is_default),
        "qtyMutability": bool(selection.may_change_quantity),
        "qty": decimal(selection.quantity),
        "sku": selection.child_sku,
        "price": decimal(first_set(selection.prices.get(website_id), selection.price)),
        "priceType": "percent" if selection.price_type else "fixed",
    }
