"""What an item of each feed must look like, after the published API contract of 2024-01.

Where an example of that contract contradicts its own type, both are taken; fields that its examples
leave out although it calls them required are optional here. Unknown fields and null for an optional
one are welcome.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

Kind = tuple[str, Callable[[Any], bool]]


def kind(words: str, *types: type) -> Kind:
    """A kind of value: JSON's own types, told apart (true is no number)."""
    return words, lambda value: type(value) in types


def moment(words: str, pattern: str) -> Kind:
    """A kind of value: a text that spells a moment."""
    matches = re.compile(pattern).fullmatch
    return words, lambda value: type(value) is str and matches(value) is not None


TEXT = kind("a text", str)
ID = kind("a text or a whole number", str, int)
NUMBER = kind("a number", int, float)
TRUTH = kind("true or false", bool)
FLAG = kind("true, false, 1 or 0", bool, int)
LIST = kind("a list", list)
OBJECT = kind("an object", dict)
TEXT_OR_ALL = kind("a text, or null for all", str, type(None))
TRUTH_OR_OPEN = kind("true, false, or null where it is left open", bool, type(None))
PLAIN_TIME = moment("a time like 2026-11-23 16:00:00", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
RFC3339 = moment(
    "a time like 2026-11-23T16:00:00+00:00",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
)
NOTHING: Mapping[str, Kind] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Contract:
    """The fields of a feed's items.

    identity: required even of a tombstone; an item replaces the earlier one with the same values.
    required: of a live item, beside the identity. optional: checked where present and not null.
    """

    identity: Mapping[str, Kind]
    required: Mapping[str, Kind] = field(default_factory=lambda: NOTHING)
    optional: Mapping[str, Kind] = field(default_factory=lambda: NOTHING)


SCOPE = {"storeCode": TEXT, "websiteCode": TEXT}
CONTRACTS: Mapping[str, Contract] = MappingProxyType(
    {
        "products": Contract(
            {"sku": TEXT, "storeViewCode": TEXT},
            SCOPE
            | {"type": TEXT, "name": TEXT, "url": TEXT, "createdAt": TEXT}
            | {"buyable": TRUTH, "displayable": TRUTH, "deleted": TRUTH, "modifiedAt": PLAIN_TIME},
            dict.fromkeys(("attributes", "images", "links", "optionsV2", "parents"), LIST)
            | dict.fromkeys(("image", "smallImage", "thumbnail", "swatchImage"), OBJECT)
            | {"productId": ID, "weight": NUMBER, "inStock": TRUTH, "lowStock": TRUTH},
        ),
        "productAttributes": Contract(
            {"attributeCode": TEXT, "storeViewCode": TEXT},
            SCOPE | {"attributeType": TEXT, "dataType": TEXT, "multi": TRUTH, "required": TRUTH},
            {"label": TEXT, "deleted": TRUTH, "modifiedAt": PLAIN_TIME, "searchWeight": NUMBER},
        ),
        "categories": Contract(
            {"categoryId": ID, "storeViewCode": TEXT},
            SCOPE | {"name": TEXT, "isActive": FLAG, "deleted": TRUTH, "modifiedAt": PLAIN_TIME},
            {"urlKey": TEXT, "urlPath": TEXT, "parentId": ID, "children": LIST, "path": TEXT},
        ),
        "categoryPermissions": Contract(
            {"categoryId": ID, "websiteCode": TEXT_OR_ALL, "customerGroupCode": TEXT_OR_ALL},
            dict.fromkeys(("displayable", "priceDisplayable", "addToCartAllowed"), TRUTH_OR_OPEN)
            | {"deleted": TRUTH},
            {"modifiedAt": PLAIN_TIME},
        ),
        "prices": Contract(
            {"sku": TEXT, "customerGroupCode": TEXT, "websiteCode": TEXT},
            {"regular": NUMBER, "updatedAt": RFC3339},
            {"deleted": TRUTH, "discounts": LIST, "parents": LIST, "type": TEXT},
        ),
        "variants": Contract(
            {"parentSku": TEXT, "productSku": TEXT},
            {"id": TEXT, "optionValues": LIST, "deleted": TRUTH},
            {"modifiedAt": PLAIN_TIME},
        ),
        "productOverrides": Contract(
            {"sku": TEXT, "websiteCode": TEXT, "customerGroupCode": TEXT},
            {"displayable": TRUTH, "deleted": TRUTH},
            {"productId": ID, "addToCartAllowed": TRUTH, "priceDisplayable": TRUTH}
            | {"modifiedAt": PLAIN_TIME},
        ),
        "scopesWebsite": Contract({"websiteId": ID}, {"websiteCode": TEXT}, {"stores": LIST}),
        "scopesCustomerGroup": Contract(
            {"customerGroupId": ID}, {"customerGroupCode": TEXT}, {"websites": LIST}
        ),
        "inventoryStockStatus": Contract(
            {"stockId": ID, "sku": TEXT},
            {"isSalable": TRUTH, "qty": NUMBER, "updatedAt": PLAIN_TIME},
            {"qtyForSale": NUMBER, "infiniteStock": TRUTH, "deleted": TRUTH},
        ),
        "orders": Contract({"commerceOrderId": ID}, {"status": TEXT}, {"items": LIST}),
        "reviews": Contract({"reviewId": ID}, {"title": TEXT}, {"ratings": LIST}),
        "ratingMetadata": Contract({"ratingId": ID, "storeViewCode": TEXT}, {"values": LIST}),
    }
)


def faults_of(contract: Contract, item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with an item: (field, message)."""
    deleted = item.get("deleted") is True
    for name, (words, fits) in contract.identity.items():
        yield from fault_of(name, item.get(name), words, fits, required=True)
    for name, (words, fits) in contract.required.items():
        yield from fault_of(name, item.get(name), words, fits, required=not deleted)
    for name, (words, fits) in contract.optional.items():
        yield from fault_of(name, item.get(name), words, fits, required=False)


def fault_of(
    name: str, value: Any, words: str, fits: Callable[[Any], bool], *, required: bool
) -> Iterator[tuple[str, str]]:
    """What is wrong with one field, if anything."""
    if value is None:
        if required and not fits(None):
            yield name, f"{name} is required"
    elif not fits(value):
        yield name, f"{name} must be {words}"
