"""Configurable products: the options of `optionsV2`, with the values that enabled children have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.core.item import canonical
from daemon.feeds._eav import Values, read_numbers
from daemon.feeds._rows import among, fetch
from daemon.feeds._super_attributes import super_attributes
from daemon.feeds._values import integer, present
from daemon.feeds.products.labels import Option, Options
from daemon.feeds.products.values import VALUE, uid

TYPE = "configurable"
DISABLED = 2
SWATCH_PATH = "attribute/swatch"
COLOR, PICTURE, TEXT = 1, 2, 3

Swatches = Mapping[int, Mapping[int, tuple[int, str | None]]]
"""Option id → store id → (type, value)."""


@dataclass(frozen=True, slots=True)
class SuperAttribute:
    """An attribute that children differ in. labels: store id → label."""

    id: int
    code: str
    frontend_label: str | None
    additional_data: str | None
    labels: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Configurables:
    """What the configurable products of a batch are made of, by link id.

    attributes: (position, attribute) in their order. values: status of the children, and their
    options of what they can vary by at all.
    """

    attributes: Mapping[int, Sequence[tuple[int | None, SuperAttribute]]]
    children: Mapping[int, Sequence[int]]
    values: Values


EMPTY = Configurables({}, {}, Values({}))


def select_super_attributes(shop: Shop, link_ids: Sequence[int]) -> sa.Select[Any]:
    """(link id, attribute id, position), in their order."""
    c = shop.tables("catalog_product_super_attribute").c
    query = sa.select(c.product_id, c.attribute_id, c.position).where(among(c.product_id, link_ids))
    return query.order_by(c.product_id, c.position, c.product_super_attribute_id)


def select_attributes(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """What is said of these attributes, one row for each store with a label (at least one)."""
    attribute, label = shop.tables("eav_attribute"), shop.tables("eav_attribute_label")
    catalog = shop.tables("catalog_eav_attribute")
    c = attribute.c
    return (
        sa.select(
            c.attribute_id,
            c.attribute_code,
            c.frontend_label,
            catalog.c.additional_data,
            label.c.store_id,
            label.c.value,
        )
        .join_from(attribute, catalog, catalog.c.attribute_id == c.attribute_id)
        .outerjoin(label, label.c.attribute_id == c.attribute_id)
        .where(among(c.attribute_id, ids))
        .order_by(label.c.attribute_label_id)
    )


def select_children(shop: Shop, link_ids: Sequence[int]) -> sa.Select[Any]:
    """(link id, child's id)."""
    c = shop.tables("catalog_product_super_link").c
    return sa.select(c.parent_id, c.product_id).where(among(c.parent_id, link_ids))


def select_swatches(shop: Shop, option_ids: Iterable[int]) -> sa.Select[Any]:
    """(option id, store id, type, value) of these options."""
    c = shop.tables("eav_attribute_option_swatch").c
    columns = (c.option_id, c.store_id, c.type, c.value)
    return sa.select(*columns).where(among(c.option_id, option_ids))


def read_configurables(
    connection: sa.Connection, shop: Shop, link_ids: Sequence[int]
) -> Configurables:
    """What these configurable products are made of."""
    if not link_ids or "catalog_product_super_attribute" not in shop.tables:
        return EMPTY
    rows = fetch(connection, select_super_attributes(shop, link_ids))
    known = read_super_attributes(connection, shop, sorted({row[1] for row in rows}))
    attributes: dict[int, list[tuple[int | None, SuperAttribute]]] = {}
    for link_id, attribute_id, position in rows:
        if attribute_id in known:
            attributes.setdefault(link_id, []).append((position, known[attribute_id]))
    children: dict[int, list[int]] = {}
    for link_id, child_id in fetch(connection, select_children(shop, link_ids)):
        children.setdefault(link_id, []).append(child_id)
    codes = {one.id: one.code for one in super_attributes(shop) if one.id in known}
    codes |= {one.id: one.code for one in shop.product_attributes.all if one.code == "status"}
    child_ids = sorted({one for some in children.values() for one in some})
    values = read_numbers(connection, shop, "catalog_product_entity", codes, child_ids)
    return Configurables(attributes, children, values)


def read_super_attributes(
    connection: sa.Connection, shop: Shop, ids: Sequence[int]
) -> dict[int, SuperAttribute]:
    """What is said of these attributes in all store views."""
    found: dict[int, SuperAttribute] = {}
    for attribute_id, *own, store_id, label in fetch(connection, select_attributes(shop, ids)):
        one = found.setdefault(attribute_id, SuperAttribute(attribute_id, *own))
        if label is not None:
            one.labels[store_id] = label
    return found


def option_ids(configurables: Configurables) -> set[int]:
    """The options that children have."""
    codes = {one.code for some in configurables.attributes.values() for _, one in some}
    texts = {
        stores.get(0, {}).get(code)
        for stores in configurables.values.by_entity.values()
        for code in codes
    }
    return {int(text) for text in texts if text}


def read_swatches(connection: sa.Connection, shop: Shop, option_ids: Iterable[int]) -> Swatches:
    """The swatches of these options; empty where the shop has none."""
    found: dict[int, dict[int, tuple[int, str | None]]] = {}
    ids = sorted(option_ids)
    if ids and "eav_attribute_option_swatch" in shop.tables:
        for option_id, store_id, kind, value in fetch(connection, select_swatches(shop, ids)):
            found.setdefault(option_id, {})[store_id] = (kind, value)
    return found


class ConfigurableTexts:
    """Makes the options of items; remembers the values that recur.

    default_media_url: where pictures of swatches are, in all store views alike.
    """

    def __init__(
        self,
        configurables: Configurables,
        options: Options,
        swatches: Swatches,
        default_media_url: str,
    ) -> None:
        self._configurables = configurables
        self._options = options
        self._swatches = swatches
        self._media_url = default_media_url
        self._values: dict[tuple[int, int], orjson.Fragment] = {}

    def options(self, link_id: int, store_id: int) -> list[dict[str, Any]]:
        """The options of a configurable product in a store view."""
        enabled = [
            child
            for child in self._configurables.children.get(link_id, ())
            if is_enabled(self._configurables.values, child, store_id)
        ]
        return [
            {
                **present(
                    {
                        "id": attribute.code,
                        "type": TYPE,
                        "label": attribute.labels.get(store_id, attribute.frontend_label),
                        "sortOrder": integer(position),
                        "swatchType": attribute.additional_data,
                    }
                ),
                "values": self.values(attribute, enabled, store_id) or None,
            }
            for position, attribute in self._configurables.attributes.get(link_id, ())
        ]

    def values(
        self, attribute: SuperAttribute, children: Iterable[int], store_id: int
    ) -> list[orjson.Fragment]:
        """The options of an attribute that these children have, by id."""
        texts = {self._configurables.values.get(child, attribute.code) for child in children}
        ids = sorted(int(text) for text in texts if text)
        known = self._options.by_id
        return [
            self.value(known[one], store_id)
            for one in ids
            if one in known and known[one].attribute_id == attribute.id
        ]

    def value(self, option: Option, store_id: int) -> orjson.Fragment:
        """An option of an attribute as a value."""
        key = (option.id, store_id)
        if key not in self._values:
            fields = {
                **VALUE,
                "id": uid("configurable", option.attribute_id, option.id),
                "label": option.label(store_id),
                "sortOrder": integer(option.sort_order),
                **self.swatch(option.id, store_id),
            }
            self._values[key] = orjson.Fragment(canonical(fields))
        return self._values[key]

    def swatch(self, option_id: int, store_id: int) -> dict[str, Any]:
        """How the option is drawn; empty for one that is only named."""
        stores = self._swatches.get(option_id, {})
        own = stores.get(store_id, (0, None))
        kind, value = own if own[1] is not None else stores.get(0, (0, None))
        fields: dict[int, dict[str, Any]] = {
            COLOR: {"colorHex": value},
            PICTURE: {"imageUrl": f"{self._media_url}{SWATCH_PATH}{value}"},
            TEXT: {"customSwatchValue": value},
        }
        return {} if value is None else fields.get(kind, {})


def is_enabled(values: Values, child_id: int, store_id: int) -> bool:
    """True where the child has a status at all, and it is not the disabled one in this view."""
    has_status = "status" in values.by_entity.get(child_id, {}).get(0, {})
    status = values.get(child_id, "status", store_id)
    return has_status and status is not None and int(status) != DISABLED
