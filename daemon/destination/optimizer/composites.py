"""What composite products are made of, and how their parts point to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from daemon.destination.optimizer.terms import set_fields

CONFIGURABLE = "configurable"
BUNDLE = "bundle"
TO_PARENT = {
    CONFIGURABLE: "VARIANT_OF",
    "bundle": "IN_BUNDLE",
    "bundle_fixed": "IN_BUNDLE",
    "grouped": "IN_GROUP",
}
"""Type of a parent → type of the link to it. The last is one of our own, which the API allows."""

SWATCHES = frozenset({"visual", "text"})
MULTIPLE = frozenset({"checkbox", "multi"})
Fields = Mapping[str, Any]


def links(content: Fields) -> list[dict[str, str]]:
    """What the product points to, and the products that it is a part of."""
    pairs = [
        *((TO_PARENT.get(one["productType"]), one["sku"]) for one in content.get("parents") or ()),
        *((one["type"].upper(), one["sku"]) for one in content.get("links") or ()),
    ]
    return [{"type": kind, "sku": sku} for kind, sku in dict.fromkeys(pairs) if kind]


def options(content: Fields, kind: str) -> Iterator[Fields]:
    """The options of a kind."""
    return (one for one in content.get("optionsV2") or () if one["type"] == kind)


def configurations(content: Fields) -> list[dict[str, Any]]:
    """What a shopper chooses of a configurable product, with a reference for each value."""
    return [
        {"attributeCode": one["id"], "type": "SWATCH" if is_swatch(one) else "CONFIGURABLE"}
        | set_fields(label=one.get("label"))
        | {"values": [value(each) for each in one.get("values") or ()]}
        for one in options(content, CONFIGURABLE)
    ]


def is_swatch(option: Fields) -> bool:
    """True where values are shown as colours, pictures or short texts."""
    text = option.get("swatchType")
    try:
        told = orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return False
    return isinstance(told, Mapping) and told.get("swatch_input_type") in SWATCHES


def value(one: Fields) -> dict[str, Any]:
    """One value of a configuration."""
    return {"variantReferenceId": one["id"]} | set_fields(
        label=one.get("label"), colorHex=one.get("colorHex"), imageUrl=one.get("imageUrl")
    )


def bundles(content: Fields) -> list[dict[str, Any]]:
    """The groups of a bundle. A product stands in one of them only, the first: the API refuses a
    bundle that has it twice.
    """
    found, seen, groups = [], set[str](), set[str]()
    for option in options(content, BUNDLE):
        items = []
        for one in option.get("values") or ():
            if one["sku"] is not None and one["sku"] not in seen:
                seen.add(one["sku"])
                items.append(one)
        label = option.get("label") or option["id"]
        group = label if label not in groups else f"{label} ({option['id']})"
        groups.add(group)
        found.append(bundle(option, group, items))
    return found


def bundle(option: Fields, group: str, items: list[Fields]) -> dict[str, Any]:
    """One group of a bundle."""
    return {
        "group": group,
        "required": bool(option.get("required")),
        "multiSelect": option.get("renderType") in MULTIPLE,
        "defaultItemSkus": [one["sku"] for one in items if one.get("isDefault")],
        "items": [
            {"sku": one["sku"], "userDefinedQty": bool(one.get("qtyMutability"))}
            | set_fields(qty=one.get("qty"))
            for one in items
        ],
    }
