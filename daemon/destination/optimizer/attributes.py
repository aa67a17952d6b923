"""Product attributes as metadata, one for each locale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from daemon.core.item import Built, FeedItem
from daemon.core.translation import known_as
from daemon.destination.optimizer.terms import Terms, content_of

CODES = {"short_description": "shortDescription"}
"""Attributes that are fields of a product there, under another name."""

PLACES = {
    "visible": "PRODUCT_DETAIL",
    "visibleInListing": "PRODUCT_LISTING",
    "visibleInSearch": "SEARCH_RESULTS",
    "visibleInCompareList": "PRODUCT_COMPARE",
}


def translate(item: FeedItem, terms: Terms) -> Iterator[Built]:
    """The metadata of an attribute in a locale."""
    content = content_of(item)
    source = terms.source(content["storeViewCode"])
    if source is None:
        return
    code = content["attributeCode"]
    is_searchable = bool(content.get("searchable"))
    fields = {
        "label": content.get("label") or code,
        "dataType": data_type(content),
        "visibleIn": [place for field, place in PLACES.items() if content.get(field)],
        "filterable": bool(content.get("filterable")),
        "sortable": bool(content.get("sortable")),
        "searchable": is_searchable,
        "searchWeight": content.get("searchWeight") or 1,
        "searchTypes": ["AUTOCOMPLETE"] if is_searchable else [],
    }
    yield known_as(item, {"code": CODES.get(code, code), "source": source}, fields)


def data_type(content: Mapping[str, Any]) -> str:
    """The type of its values; those of options are texts, their labels."""
    if content.get("boolean"):
        return "BOOLEAN"
    if not content.get("numeric"):
        return "TEXT"
    return "INTEGER" if content.get("dataType") == "int" else "DECIMAL"
