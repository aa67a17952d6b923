"""Feed productAttributes: one item per product attribute and store view."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from changelog_triggers.model import Key, Subscription
from daemon.commerce.scopes import StoreView
from daemon.commerce.shop import Shop
from daemon.core.feed import Edge, Feed
from daemon.core.item import FeedItem, make_item
from daemon.feeds._changelogs import ATTRIBUTE
from daemon.feeds._markers import MARKERS, made_up, made_up_row
from daemon.feeds._rows import fetch
from daemon.feeds._scopes import scope_codes, whole_feed_edges

ENTITY_TYPE = "catalog_product"

EAV_COLUMNS = (
    "attribute_code",
    "backend_type",
    "frontend_input",
    "frontend_label",
    "frontend_class",
    "is_required",
    "is_unique",
    "is_user_defined",
)
CATALOG_COLUMNS = (
    "is_global",
    "is_visible",
    "is_searchable",
    "is_filterable",
    "is_comparable",
    "used_in_product_listing",
    "used_for_sort_by",
    "is_visible_on_front",
    "is_filterable_in_search",
    "search_weight",
    "is_used_for_price_rules",
)
FLAGS = {
    "required": "is_required",
    "unique": "is_unique",
    "global": "is_global",
    "visible": "is_visible",
    "searchable": "is_searchable",
    "filterable": "is_filterable",
    "visibleInCompareList": "is_comparable",
    "visibleInListing": "used_in_product_listing",
    "sortable": "used_for_sort_by",
    "visibleInSearch": "is_visible_on_front",
    "filterableInSearch": "is_filterable_in_search",
    "usedForRules": "is_used_for_price_rules",
    "systemAttribute": "is_user_defined",
}
"""Field → the column of which it tells whether it is other than 0. The names of visibleInSearch
and systemAttribute promise something else, but so they are filled in the reference.
"""

BOOLEAN_CODES = frozenset(
    {
        "allow_message",
        "has_options",
        "is_redeemable",
        "use_config_allow_message",
        "use_config_email_template",
        "use_config_is_redeemable",
        "use_config_lifetime",
    }
)
"""Attributes that hold yes or no though their input type doesn't say so."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a batch reads.

    attributes: the columns of both attribute tables by name. labels: (attribute id, store id) →
    the label of that store view.
    """

    attributes: Sequence[Mapping[str, Any]]
    labels: Mapping[tuple[int, int], str]


def edges(_shop: Shop) -> tuple[Edge, ...]:
    """The attribute's two rows, its labels, and the codes of the store views."""
    key = Key("attribute_id")
    own = (
        ("eav_attribute", EAV_COLUMNS, "the attribute"),
        ("catalog_eav_attribute", CATALOG_COLUMNS, "the attribute"),
        ("eav_attribute_label", ("store_id", "value"), "the attribute, in the label's store view"),
    )
    return (
        *(Edge(Subscription(ATTRIBUTE, table, key, read), why) for table, read, why in own),
        *whole_feed_edges("all attributes, for each has an item per store view"),
    )


def select_real(shop: Shop, *columns: str) -> sa.Select[Any]:
    """These columns of the product attributes that stand in the shop's tables."""
    attribute, catalog = shop.tables("eav_attribute"), shop.tables("catalog_eav_attribute")
    kind = shop.tables("eav_entity_type")
    names = [catalog.c[name] if name in CATALOG_COLUMNS else attribute.c[name] for name in columns]
    return (
        sa.select(*names)
        .join_from(attribute, catalog, catalog.c.attribute_id == attribute.c.attribute_id)
        .join(kind, kind.c.entity_type_id == attribute.c.entity_type_id)
        .where(kind.c.entity_type_code == ENTITY_TYPE)
    )


def select_ids(shop: Shop) -> sa.Select[tuple[int]]:
    """Every product attribute, and the markers that are made up where the shop lacks them."""
    more = (sa.select(sa.literal(key)) for key in made_up(shop))
    every = sa.union_all(select_real(shop, "attribute_id"), *more).subquery()
    return sa.select(every.c[0])


def select_owners(shop: Shop, keys: Sequence[str]) -> sa.Select[tuple[str, int]]:
    """The attributes of these codes."""
    code = shop.tables("eav_attribute").c.attribute_code
    real = select_real(shop, "attribute_code", "attribute_id").where(code.in_(keys))
    more = (
        sa.select(sa.literal(marker), sa.literal(key))
        for key, marker in made_up(shop).items()
        if marker in keys
    )
    every = sa.union_all(real, *more).subquery()
    return sa.select(every.c[0], every.c[1])


def select_labels(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """The labels of these attributes by store view; of two for the same one the last counts."""
    c = shop.tables("eav_attribute_label").c
    query = sa.select(c.attribute_id, c.store_id, c.value)
    query = query.where(c.attribute_id.in_(ids), c.value.is_not(None))
    return query.order_by(c.attribute_label_id)


def read(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> Rows:
    """The attributes of a batch and their labels."""
    names = ("attribute_id", *EAV_COLUMNS, *CATALOG_COLUMNS)
    id_column = shop.tables("eav_attribute").c.attribute_id
    found = fetch(connection, select_real(shop, *names).where(id_column.in_(ids)))
    attributes = [dict(zip(names, row, strict=True)) for row in found]
    attributes += [
        {**dict.fromkeys(names, 0), **made_up_row(key)} for key in made_up(shop) if key in ids
    ]
    labels = fetch(connection, select_labels(shop, ids))
    return Rows(attributes, {(attribute, store): value for attribute, store, value in labels})


def assemble(rows: Rows, shop: Shop, now: dt.datetime) -> Iterator[FeedItem]:
    """An item for each attribute and store view, active or not."""
    times = {"modifiedAt": f"{now:%Y-%m-%d %H:%M:%S}"}
    for row in rows.attributes:
        fields = definition(row)
        for store in shop.scopes.store_views:
            label = rows.labels.get((row["attribute_id"], store.id), row["frontend_label"])
            yield attribute_item(row, store, fields, label, times)


def attribute_item(
    row: Mapping[str, Any],
    store: StoreView,
    fields: Mapping[str, Any],
    label: str | None,
    times: Mapping[str, Any],
) -> FeedItem:
    """The item of one attribute in one store view."""
    minimal = {
        **scope_codes(store),
        "attributeCode": row["attribute_code"],
        "attributeType": ENTITY_TYPE,
    }
    content = {**fields, **minimal} | ({} if label is None else {"label": label})
    identity = (row["attribute_code"], store.code)
    return make_item(row["attribute_id"], identity, content, times, minimal)


def definition(row: Mapping[str, Any]) -> dict[str, Any]:
    """What is the same in every store view."""
    fields: dict[str, Any] = {field: bool(row[column]) for field, column in FLAGS.items()}
    fields |= {
        "id": str(row["attribute_id"]),
        "dataType": row["backend_type"],
        "multi": row["frontend_input"] in {"multiline", "multiselect"},
        "searchWeight": float(row["search_weight"]),
        "boolean": is_boolean(row),
        "numeric": is_numeric(row),
        "deleted": False,
    }
    if row["frontend_input"] is not None:
        fields["frontendInput"] = row["frontend_input"]
    if row["attribute_code"] in MARKERS:
        fields |= {"visible": True, "visibleInSearch": False, **MARKERS[row["attribute_code"]]}
    return fields


def is_boolean(row: Mapping[str, Any]) -> bool:
    """True where the attribute's values are yes and no."""
    is_switch = row["frontend_input"] == "boolean" and row["backend_type"] == "int"
    return is_switch or row["attribute_code"] in BOOLEAN_CODES


def is_numeric(row: Mapping[str, Any]) -> bool:
    """True where the attribute's values are numbers; several classes at once are none of them."""
    if is_boolean(row):
        return False
    typed = row["frontend_input"] in {"price", "weight", "text"}
    return (
        (typed and row["backend_type"] in {"decimal", "int"})
        or row["frontend_class"] in {"validate-number", "validate-digits"}
        or row["attribute_code"] == "required_options"
    )


FEED = Feed(
    name="productAttributes",
    edges=edges,
    ids=select_ids,
    read=read,
    assemble=assemble,
    natural_key="attributeCode",
    owners=select_owners,
    options=("extra_attributes",),
)
"""What destinations must know of an attribute to read the values in product items."""
