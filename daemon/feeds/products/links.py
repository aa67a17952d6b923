"""Products that a product points to: related, upsell and crosssell links, and grouped children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.feeds._rows import among, fetch
from daemon.feeds._values import decimal, integer
from daemon.feeds.products.entities import Websites
from daemon.feeds.products.values import VALUE

TYPES = {1: "related", 4: "upsell", 5: "crosssell"}
GROUPED_TYPE = 3
GROUPED = "grouped"


class Linked(NamedTuple):
    """A product that is pointed to."""

    id: int
    sku: str
    type: str


class GroupedChild(NamedTuple):
    """A product of a group."""

    id: int
    sku: str
    quantity: Any
    position: int | None


@dataclass(frozen=True, slots=True)
class Links:
    """What the products of a batch point to, by link id; grouped children by their ids."""

    linked: Mapping[int, Sequence[Linked]]
    grouped: Mapping[int, Sequence[GroupedChild]]

    def product_ids(self) -> set[int]:
        """All products that are pointed to."""
        linked = {one.id for some in self.linked.values() for one in some}
        return linked | {one.id for some in self.grouped.values() for one in some}


def select_links(shop: Shop, link_ids: Sequence[int]) -> sa.Select[Any]:
    """(link id, linked product's id, sku, type of the link)."""
    link, linked = shop.tables("catalog_product_link"), shop.tables("catalog_product_entity")
    is_linked = sa.and_(linked.c.entity_id == link.c.linked_product_id, shop.current(linked))
    return (
        sa.select(link.c.product_id, linked.c.entity_id, linked.c.sku, link.c.link_type_id)
        .join(linked, is_linked)
        .where(among(link.c.product_id, link_ids), among(link.c.link_type_id + 0, TYPES))
    )


def select_grouped(shop: Shop, link_ids: Sequence[int]) -> sa.Select[Any]:
    """(link id, child's id, sku, quantity, position), by child."""
    link, child = shop.tables("catalog_product_link"), shop.tables("catalog_product_entity")
    quantity, is_quantity = detail(shop, link, "decimal", "qty")
    position, is_position = detail(shop, link, "int", "position")
    return (
        sa.select(
            link.c.product_id, child.c.entity_id, child.c.sku, quantity.c.value, position.c.value
        )
        .join(child, sa.and_(child.c.entity_id == link.c.linked_product_id, shop.current(child)))
        .outerjoin(quantity, is_quantity)
        .outerjoin(position, is_position)
        .where(among(link.c.product_id, link_ids), link.c.link_type_id == GROUPED_TYPE)
        .order_by(child.c.entity_id)
    )


def detail(
    shop: Shop, link: sa.TableClause, backend: str, code: str
) -> tuple[sa.FromClause, sa.ColumnElement[bool]]:
    """The table that holds a detail of grouped links, and the condition to join it."""
    table = shop.tables(f"catalog_product_link_attribute_{backend}").alias(code)
    c = shop.tables("catalog_product_link_attribute").c
    attribute = (
        sa.select(sa.func.max(c.product_link_attribute_id))
        .where(c.product_link_attribute_code == code, c.link_type_id == GROUPED_TYPE)
        .scalar_subquery()
    )
    return table, sa.and_(
        table.c.link_id == link.c.link_id, table.c.product_link_attribute_id == attribute
    )


def read_links(connection: sa.Connection, shop: Shop, link_ids: Sequence[int]) -> Links:
    """What these products point to."""
    linked: dict[int, list[Linked]] = {}
    for link_id, product_id, sku, kind in fetch(connection, select_links(shop, link_ids)):
        linked.setdefault(link_id, []).append(Linked(product_id, sku, TYPES[kind]))
    grouped: dict[int, list[GroupedChild]] = {}
    for link_id, *child in fetch(connection, select_grouped(shop, link_ids)):
        grouped.setdefault(link_id, []).append(GroupedChild(*child))
    return Links(linked, grouped)


def link_list(
    linked: Sequence[Linked], websites: Websites, website_id: int
) -> list[dict[str, Any]] | None:
    """The field `links` on a website, by type and sku; None where there are none."""
    pairs = {(one.type, one.sku) for one in linked if website_id in websites.get(one.id, ())}
    ordered = sorted(pairs, key=lambda pair: "-".join(pair).encode())
    return [{"sku": sku, "type": kind} for kind, sku in ordered] or None


def grouped_option(
    product_id: int, children: Sequence[GroupedChild], websites: Websites, website_id: int
) -> list[dict[str, Any]]:
    """The one option of a grouped product; none without children on the website."""
    values = [
        {
            **VALUE,
            "id": str(one.id),
            "sku": one.sku,
            "qty": decimal(one.quantity),
            "sortOrder": integer(one.position),
            "qtyMutability": True,
        }
        for one in children
        if website_id in websites.get(one.id, ())
    ]
    return [{"id": str(product_id), "type": GROUPED, "values": values}] if values else []
