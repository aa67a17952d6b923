"""Products, one for each locale; fields of an item that the API has no place for are left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from daemon.core.item import Built, FeedItem
from daemon.core.translation import known_as
from daemon.destination.optimizer.composites import CONFIGURABLE, bundles, configurations, links
from daemon.destination.optimizer.terms import Terms, content_of, meta_tags, set_fields, slug_of

ORIGIN = "Adobe Commerce"
PLACES = {"Catalog": "CATALOG", "Search": "SEARCH"}
ROLES = {
    "image": "BASE",
    "small_image": "SMALL",
    "thumbnail": "THUMBNAIL",
    "swatch_image": "SWATCH",
}
Fields = Mapping[str, Any]


def translate(item: FeedItem, terms: Terms) -> Iterator[Built]:
    """The product of a locale."""
    content = content_of(item)
    source = terms.source(content["storeViewCode"])
    if source is None:
        return
    sku = content["sku"]
    visibility = (content.get("visibility") or "").split(", ")
    fields = {
        "name": content.get("name") or sku,
        "slug": content.get("urlKey") or slug_of(sku),
        "status": "ENABLED" if content.get("status") == "Enabled" else "DISABLED",
        "visibleIn": [place for word, place in PLACES.items() if word in visibility],
        "externalIds": [{"id": str(content["productId"]), "origin": ORIGIN}],
    } | set_fields(
        description=content.get("description"),
        shortDescription=content.get("shortDescription"),
        metaTags=meta_tags(content, "metaKeyword"),
        attributes=attributes(content, orjson.loads(item.aside)),
        images=images(content),
        links=links(content),
        routes=routes(content),
        configurations=configurations(content),
        bundles=bundles(content),
    )
    yield known_as(item, {"sku": sku, "source": source}, fields)


def attributes(content: Fields, aside: Fields) -> list[dict[str, Any]]:
    """The attributes; those that tell a variant from its siblings say which value of the parent's
    configurations it is.
    """
    parents = content.get("parents") or ()
    is_variant = any(one["productType"] == CONFIGURABLE for one in parents)
    references: dict[str, str] = aside["variant_references"] if is_variant else {}
    values = {one["attributeCode"]: one.get("value") for one in content.get("attributes") or ()}
    return [
        {"code": code, "values": [str(one) for one in values.get(code) or () if one is not None]}
        | set_fields(variantReferenceId=references.get(code))
        for code in dict.fromkeys((*values, *references))
    ]


def images(content: Fields) -> list[dict[str, Any]]:
    """The images in their order, with what they are used for."""
    ordered = sorted(content.get("images") or (), key=lambda one: int(one.get("sortOrder") or 0))
    return [image(one["resource"]) for one in ordered]


def image(resource: Fields) -> dict[str, Any]:
    """One image."""
    roles = resource.get("roles") or ()
    return {"url": resource["url"]} | set_fields(
        label=resource.get("label"),
        roles=[ROLES[one] for one in roles if one in ROLES],
        customRoles=[one for one in roles if one not in ROLES],
    )


def routes(content: Fields) -> list[dict[str, Any]]:
    """The slugs of the product's categories, and its position in each."""
    return [
        {"path": slug_of(one["categoryPath"]), "position": one["productPosition"]}
        for one in content.get("categoryData") or ()
    ]
