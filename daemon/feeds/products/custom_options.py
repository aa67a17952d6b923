"""Custom options: those to choose from (`optionsV2`) and those to enter (`shopperInputOptions`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.feeds._rows import among, fetch
from daemon.feeds._values import decimal, first_set, integer, present
from daemon.feeds.products.faults import FaultyProductError
from daemon.feeds.products.values import VALUE, uid

SELECTABLE = frozenset({"drop_down", "radio", "checkbox", "multiple"})
ENTERED = frozenset({"field", "area", "file", "date", "time", "date_time"})


class Words(NamedTuple):
    """What a store view with a title of its own says; a price it may lack."""

    title: str | None = None
    price: Any = None
    price_type: str | None = None


SILENT = Words()


@dataclass(frozen=True, slots=True)
class Value:
    """A value to choose. words: store id → what that store view says."""

    id: int
    sku: str | None
    sort_order: int
    words: dict[int, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Option:
    """An option. words: store id → what that store view says."""

    id: int
    type: str
    is_required: Any
    sku: str | None
    max_characters: Any
    file_extension: str | None
    image_size_x: int | None
    image_size_y: int | None
    sort_order: int
    words: dict[int, Words] = field(default_factory=dict)
    values: dict[int, Value] = field(default_factory=dict)


CustomOptions = Mapping[int, Sequence[Option]]
"""Link id → options, by sort order and id."""


def select_options(shop: Shop, link_ids: Sequence[int]) -> sa.Select[Any]:
    """The options, one row for each store with a title, and the price of the same store."""
    option, title = (
        shop.tables("catalog_product_option"),
        shop.tables("catalog_product_option_title"),
    )
    price = shop.tables("catalog_product_option_price")
    is_price = sa.and_(price.c.option_id == title.c.option_id, price.c.store_id == title.c.store_id)
    c = option.c
    return (
        sa.select(
            c.product_id,
            c.option_id,
            c.type,
            c.is_require,
            c.sku,
            c.max_characters,
            c.file_extension,
            c.image_size_x,
            c.image_size_y,
            c.sort_order,
            title.c.store_id,
            title.c.title,
            price.c.price,
            price.c.price_type,
        )
        .join_from(option, title, title.c.option_id == c.option_id)
        .outerjoin(price, is_price)
        .where(among(c.product_id, link_ids))
        .order_by(c.sort_order, c.option_id)
    )


def select_values(shop: Shop, option_ids: Sequence[int]) -> sa.Select[Any]:
    """The values, one row for each store with a title, and the price of the same store."""
    value = shop.tables("catalog_product_option_type_value")
    title = shop.tables("catalog_product_option_type_title")
    price = shop.tables("catalog_product_option_type_price")
    same = (price.c.option_type_id == title.c.option_type_id, price.c.store_id == title.c.store_id)
    c = value.c
    return (
        sa.select(
            c.option_id,
            c.option_type_id,
            c.sku,
            c.sort_order,
            title.c.store_id,
            title.c.title,
            price.c.price,
            price.c.price_type,
        )
        .join_from(value, title, title.c.option_type_id == c.option_type_id)
        .outerjoin(price, sa.and_(*same))
        .where(among(c.option_id, option_ids))
        .order_by(c.option_type_id)
    )


def read_custom_options(
    connection: sa.Connection, shop: Shop, link_ids: Sequence[int]
) -> CustomOptions:
    """The options of these products in all store views."""
    found: dict[int, list[Option]] = {}
    options: dict[int, Option] = {}
    for link_id, *own, store_id, title, price, price_type in fetch(
        connection, select_options(shop, link_ids)
    ):
        option = options.get(own[0])
        if option is None:
            option = options[own[0]] = Option(*own)
            found.setdefault(link_id, []).append(option)
        option.words[store_id] = Words(title, price, price_type)
    if options:
        for row in fetch(connection, select_values(shop, sorted(options))):
            add_value(options[row[0]].values, row[1:])
    return found


def add_value(values: dict[int, Value], row: Sequence[Any]) -> None:
    """Add a row of a value to its option's."""
    value_id, sku, sort_order, store_id, *words = row
    value = values.setdefault(value_id, Value(value_id, sku, sort_order))
    value.words[store_id] = Words(*words)


def said(words: Mapping[int, Words], store_id: int) -> Words:
    """What holds in a store view: its own, column by column, else the default."""
    return Words(*map(first_set, words.get(store_id, SILENT), words.get(0, SILENT)))


def selectable(options: Sequence[Option], store_id: int) -> list[dict[str, Any]]:
    """The options to choose from.

    Raises:
        FaultyProductError: an option has no values in this store view.
    """
    chosen = [one for one in options if one.type in SELECTABLE and 0 in one.words]
    return [selectable_option(one, store_id) for one in chosen]


def selectable_option(option: Option, store_id: int) -> dict[str, Any]:
    """One option to choose from."""
    title = said(option.words, store_id).title
    values = [one for one in option.values.values() if 0 in one.words]
    values += [
        one for one in option.values.values() if 0 not in one.words and store_id in one.words
    ]
    if not values:
        raise FaultyProductError(
            f"Custom option {option.id} ({title}) has no values to choose from"
        )
    fields = {
        "id": str(option.id),
        "label": title,
        "sortOrder": integer(option.sort_order),
        "required": bool(option.is_required),
        "renderType": option.type,
        "type": "custom_option",
        "values": [selectable_value(option.id, one, store_id) for one in values],
    }
    return present(fields)


def selectable_value(option_id: int, value: Value, store_id: int) -> dict[str, Any]:
    """One value to choose."""
    words = said(value.words, store_id)
    return {
        **VALUE,
        "id": uid("custom-option", option_id, value.id),
        "label": words.title,
        "sortOrder": integer(value.sort_order),
        "isDefault": False,
        "sku": value.sku,
        "price": decimal(words.price),
        "priceType": words.price_type,
    }


def entered(options: Sequence[Option], store_id: int) -> list[dict[str, Any]]:
    """The options to enter something."""
    chosen = [one for one in options if one.type in ENTERED and 0 in one.words]
    return [entered_option(one, said(one.words, store_id)) for one in chosen]


def entered_option(option: Option, words: Words) -> dict[str, Any]:
    """One option to enter something."""
    fields = {
        "id": uid("custom-option", option.id),
        "label": words.title,
        "sortOrder": integer(option.sort_order),
        "required": bool(option.is_required),
        "renderType": option.type,
        "price": decimal(words.price),
        "fileExtension": option.file_extension,
        "sku": option.sku,
        "imageSizeX": integer(option.image_size_x),
        "imageSizeY": integer(option.image_size_y),
    }
    return {**present(fields), "range": {"from": None, "to": decimal(option.max_characters)}}
