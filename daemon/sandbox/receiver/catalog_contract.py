"""What entities of the Catalog Data Ingestion API must look like, after its contract of 2026-03."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from daemon.sandbox.receiver.contract import (
    LIST,
    NUMBER,
    OBJECT,
    TEXT,
    TRUTH,
    Contract,
    Kind,
    faults_of,
)

SLUG_PATTERN = re.compile(r"[a-z0-9-]+(?:/[a-z0-9-]+)*")
LONGEST_SLUG, LONGEST_NAME, LONGEST_ID = 1024, 128, 64


def is_source(value: Any) -> bool:
    """True for an object with a locale."""
    return isinstance(value, dict) and isinstance(value.get("locale"), str)


def is_layer(value: Any) -> bool:
    """True for an object with a layer."""
    return isinstance(value, dict) and isinstance(value.get("layer"), str)


def short(most: int) -> Kind:
    """A kind of value: a text that isn't empty and has so many characters at most."""
    return f"a text of 1 to {most} characters", lambda it: type(it) is str and 0 < len(it) <= most


def one_of(*words: str) -> Kind:
    """A kind of value: one of these words."""
    return f"one of {', '.join(words)}", lambda value: value in words


SOURCE: Kind = ("an object with a locale", is_source)
LAYER: Kind = ("an object with a layer", is_layer)
SLUG: Kind = (
    "small letters, digits and hyphens, parted by slashes",
    lambda value: (
        type(value) is str
        and len(value) <= LONGEST_SLUG
        and SLUG_PATTERN.fullmatch(value) is not None
    ),
)
LAYER_FIELDS = {"name": TEXT, "description": TEXT} | dict.fromkeys(
    ("attributes", "images", "links"), LIST
)
PRODUCT_LISTS = dict.fromkeys(
    ("visibleIn", "attributes", "images", "links", "routes", "configurations", "bundles"), LIST
)


@dataclass(frozen=True, slots=True)
class Collection:
    """One kind of entity. either: a live one needs one of these fields. is_closed: no others."""

    name: str
    contract: Contract
    either: tuple[str, ...] = ()
    is_closed: bool = False


COLLECTIONS: Mapping[str, Collection] = MappingProxyType(
    {
        "products": Collection(
            "catalog-products",
            Contract(
                {"sku": TEXT, "source": SOURCE},
                {"name": TEXT, "slug": TEXT, "status": one_of("ENABLED", "DISABLED")},
                {"description": TEXT, "shortDescription": TEXT, "metaTags": OBJECT} | PRODUCT_LISTS,
            ),
        ),
        "products/metadata": Collection(
            "catalog-metadata",
            Contract(
                {"code": TEXT, "source": SOURCE},
                {"label": TEXT, "dataType": one_of("TEXT", "DECIMAL", "INTEGER", "BOOLEAN")},
                {"visibleIn": LIST, "searchTypes": LIST, "searchWeight": NUMBER}
                | dict.fromkeys(("filterable", "sortable", "searchable"), TRUTH),
            ),
        ),
        "products/layers": Collection(
            "catalog-layers", Contract({"sku": TEXT, "source": LAYER}, {}, LAYER_FIELDS)
        ),
        "products/prices": Collection(
            "catalog-prices",
            Contract(
                {"sku": TEXT, "priceBookId": TEXT},
                {"regular": NUMBER},
                {"discounts": LIST, "tierPrices": LIST},
            ),
        ),
        "price-books": Collection(
            "catalog-price-books",
            Contract(
                {"priceBookId": short(LONGEST_ID)},
                {"name": TEXT},
                {"currency": short(5), "parentId": short(LONGEST_ID)},
            ),
            either=("currency", "parentId"),
        ),
        "categories": Collection(
            "catalog-categories",
            Contract(
                {"slug": SLUG, "source": SOURCE},
                {"name": short(LONGEST_NAME)},
                {"description": TEXT, "families": LIST, "metaTags": OBJECT, "images": LIST},
            ),
            is_closed=True,
        ),
    }
)
"""Path behind /v1/catalog/ → what it takes."""


def faults_in(collection: Collection, item: Any, *, is_whole: bool) -> Iterator[tuple[str, str]]:
    """What is wrong with an entity: (field, message). is_whole: it must have all it needs."""
    if not isinstance(item, dict):
        yield "", "an item is an object"
        return
    yield from faults_of(collection.contract, {**item, "deleted": not is_whole})
    if is_whole and collection.either and not any(item.get(name) for name in collection.either):
        yield collection.either[0], f"one of {' and '.join(collection.either)} is required"
    if collection.is_closed:
        contract = collection.contract
        known = {*contract.identity, *contract.required, *contract.optional}
        yield from ((name, f"{name} is unknown") for name in sorted(item.keys() - known))
