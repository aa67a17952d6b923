"""From what changed to the products whose items say something of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from daemon.commerce.attributes import Attribute
from daemon.commerce.shop import Shop
from daemon.feeds._category_paths import subtrees
from daemon.feeds._eav import BACKENDS
from daemon.feeds._rows import among
from daemon.feeds._subscriptions import PRODUCT_TABLE
from daemon.feeds._super_attributes import super_attributes
from daemon.feeds.products.attributes import listed
from daemon.feeds.products.categories import index_table

SINGLE = "int"
"""The backend type of values that are one option id; texts hold lists of them."""

NAMES_PER_PATTERN = 500
"""MariaDB takes no regular expression with more than some thousand of them."""

Ids = sa.Select[Any]
"""A query of product ids."""


def owners(shop: Shop, child: sa.TableClause, link_column: str) -> Ids:
    """The products that own rows of a child table, by the column with their link field."""
    product = shop.tables(PRODUCT_TABLE)
    if not shop.is_staged:
        return sa.select(child.c[link_column]).distinct()
    joined = product.c.row_id == child.c[link_column]
    return sa.select(product.c.entity_id).join_from(child, product, joined).distinct()


def pointing_to(shop: Shop, ids: Sequence[int]) -> Ids:
    """The products with links to these: related, upsell, crosssell, or of a group."""
    link = shop.tables("catalog_product_link")
    return owners(shop, link, "product_id").where(among(link.c.linked_product_id, ids))


def bundles_of(shop: Shop, ids: Sequence[int]) -> Ids:
    """The bundles in which these can be chosen."""
    selection = shop.tables("catalog_product_bundle_selection")
    found = owners(shop, selection, "parent_product_id")
    return found.where(among(selection.c.product_id, ids))


def configurables_of(shop: Shop, ids: Sequence[int]) -> Ids:
    """The configurable products that are sold as these."""
    link = shop.tables("catalog_product_super_link")
    return owners(shop, link, "parent_id").where(among(link.c.product_id, ids))


def showing(shop: Shop, value_ids: Sequence[int]) -> Ids:
    """The products that have these files in their galleries."""
    owner = shop.tables("catalog_product_entity_media_gallery_value_to_entity")
    return owners(shop, owner, shop.link_field).where(among(owner.c.value_id, value_ids))


def in_categories(shop: Shop, ids: Sequence[int]) -> Ids:
    """The products of these categories and of all that lie below them, in any store view."""
    below = subtrees(shop, ids).subquery()
    tree = sa.union(
        sa.select(below.c[0]), *(sa.select(sa.literal_column(str(int(one)))) for one in ids)
    ).subquery()
    names = [index_table(store.id) for store in shop.scopes.store_views]
    tables = [shop.tables(name) for name in names if name in shop.tables]
    return any_of(
        shop,
        (
            sa.select(one.c.product_id).join_from(tree, one, one.c.category_id == tree.c[0])
            for one in tables
        ),
    )


def nothing(shop: Shop) -> Ids:
    """No product."""
    return sa.select(shop.tables(PRODUCT_TABLE).c.entity_id).where(sa.false())


def with_tax_classes(shop: Shop, ids: Sequence[int]) -> Ids:
    """The products of these tax classes, in any store view."""
    values = shop.tables(f"{PRODUCT_TABLE}_{SINGLE}")
    return owners(shop, values, shop.link_field).where(
        values.c.attribute_id == shop.product_attributes.id_of("tax_class_id"),
        among(values.c.value, ids),
    )


def of_attribute_sets(shop: Shop, ids: Sequence[int]) -> Ids:
    """The products of these attribute sets."""
    product = shop.tables(PRODUCT_TABLE)
    return sa.select(product.c.entity_id).where(among(product.c.attribute_set_id, ids)).distinct()


def carrying(shop: Shop, attribute_ids: Sequence[int]) -> Ids:
    """The products with any value of these attributes."""
    return any_of(
        shop,
        (
            owners(shop, values, shop.link_field).where(among(values.c.attribute_id, attribute_ids))
            for values in (shop.tables(f"{PRODUCT_TABLE}_{backend}") for backend in BACKENDS)
        ),
    )


def varying_by(shop: Shop, attribute_ids: Sequence[int]) -> Ids:
    """The configurable products that vary by these attributes."""
    varies = shop.tables("catalog_product_super_attribute")
    return owners(shop, varies, "product_id").where(among(varies.c.attribute_id, attribute_ids))


def having_options(shop: Shop, option_ids: Sequence[int]) -> Ids:
    """The products with one of these options, whether it still exists or not.

    Of free texts those alone whose attribute has any option now; `naming_in_texts` has the others.
    """
    free = free_texts(shop)
    choices = [one for one in listed(shop) if may_have_options(one) and one not in free]
    offering = sa.select(shop.tables("eav_attribute_option").c.attribute_id)
    found = (*naming(shop, choices, option_ids), *naming(shop, free, option_ids, offering))
    return any_of(shop, found)


def naming_in_texts(shop: Shop, option_ids: Sequence[int]) -> Ids:
    """The products with one of these options in a free text."""
    return any_of(shop, naming(shop, free_texts(shop), option_ids))


def naming(
    shop: Shop, attributes: Iterable[Attribute], option_ids: Sequence[int], only: Ids | None = None
) -> Iterator[Ids]:
    """By backend type the products whose values of these attributes name one of these options.

    only: further, the attributes with these ids.
    """
    by_backend: dict[str, list[int]] = {}
    for one in attributes:
        by_backend.setdefault(one.backend_type, []).append(one.id)
    for backend, ids in by_backend.items():
        values = shop.tables(f"{PRODUCT_TABLE}_{backend}")
        query = owners(shop, values, shop.link_field).where(
            among(values.c.attribute_id, ids),
            among(values.c.store_id, shop.scopes.stores),
            names_any(values.c.value, backend, option_ids),
        )
        yield query if only is None else query.where(values.c.attribute_id.in_(only))


def free_texts(shop: Shop) -> list[Attribute]:
    """The attributes that may have options though people type in their values."""
    return [
        one
        for one in listed(shop)
        if may_have_options(one) and one.backend_type != SINGLE and not is_chosen(one)
    ]


def may_have_options(attribute: Attribute) -> bool:
    """True where values may be option ids: whatever the input is, options are shown as labels."""
    return attribute.backend_type in {SINGLE, "varchar", "text"} and not attribute.is_boolean


def is_chosen(attribute: Attribute) -> bool:
    """True where people choose among options."""
    return attribute.frontend_input in {"select", "multiselect"}


def names_any(
    value: sa.ColumnElement[Any], backend: str, option_ids: Iterable[int]
) -> sa.ColumnElement[bool]:
    """True where a value is one of these options, or a list with one of them."""
    if backend == SINGLE:
        return among(value, option_ids)
    names = [str(int(one)) for one in option_ids]
    parts = (names[at : at + NAMES_PER_PATTERN] for at in range(0, len(names), NAMES_PER_PATTERN))
    patterns = (f"(^|,)({'|'.join(part)})(,|$)" for part in parts)
    return sa.or_(sa.false(), *map(value.regexp_match, patterns))


def listing_options(shop: Shop, option_ids: Sequence[int]) -> Ids:
    """The configurable products whose children have one of these options."""
    values, child = shop.tables(f"{PRODUCT_TABLE}_{SINGLE}"), shop.tables(PRODUCT_TABLE).alias()
    link, field = shop.tables("catalog_product_super_link"), shop.link_field
    return (
        owners(shop, link, "parent_id")
        .join(child, child.c.entity_id == link.c.product_id)
        .join(values, values.c[field] == child.c[field])
        .where(
            among(values.c.attribute_id, [one.id for one in super_attributes(shop)]),
            values.c.store_id == 0,
            among(values.c.value, option_ids),
        )
    )


def any_of(shop: Shop, queries: Iterable[Ids]) -> Ids:
    """The ids that any of these queries finds, each once."""
    parts = list(queries)
    return sa.select(sa.union(*parts).subquery().c[0]) if parts else nothing(shop)
