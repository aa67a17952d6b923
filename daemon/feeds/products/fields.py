"""The fields that an item takes from the product's own row and values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daemon.commerce.shop import Shop
from daemon.feeds._directives import Rendered, rendered
from daemon.feeds._values import present
from daemon.feeds.products.faults import FaultyProductError
from daemon.feeds.products.media import IMAGE_PATH
from daemon.feeds.products.reading import FIELD_CODES
from daemon.feeds.products.views import View

ENABLED, DISABLED = "Enabled", "Disabled"
STATUSES = {"1": ENABLED, "2": DISABLED}
VISIBILITIES = {
    "1": "Not Visible Individually",
    "2": "Catalog",
    "3": "Search",
    "4": "Catalog, Search",
}
INVISIBLE = VISIBILITIES["1"]
PRICE_VIEWS = {"0": "price_range", "1": "as_low_as"}
NO_TAX_CLASS = "no"

TEXTS = {
    "name": "name",
    "metaDescription": "meta_description",
    "metaKeyword": "meta_keyword",
    "metaTitle": "meta_title",
    "urlKey": "url_key",
    "weightType": "weight_type",
}
"""Field → the attribute that it is, as it is."""

DESCRIPTIONS = {"description": "description", "shortDescription": "short_description"}

IMAGES = {
    "image": ("image", "image_label"),
    "smallImage": ("small_image", "small_image_label"),
    "swatchImage": ("swatch_image", None),
    "thumbnail": ("thumbnail", "thumbnail_label"),
}
"""Field → the attributes that hold file and label."""


def own_fields(
    shop: Shop, view: View, values: Mapping[str, str | None], tax_classes: Mapping[str, str]
) -> dict[str, Any]:
    """The fields that the product's values tell in a store view.

    Raises:
        FaultyProductError: there are no values, or it is neither enabled nor disabled.
    """
    check(values)
    weight = values.get("weight")
    status, visibility = status_of(values), visibility_of(values)
    bought_apart = values.get("links_purchased_separately")
    texts = {field: values.get(code) for field, code in TEXTS.items()}
    return present(
        {
            **texts,
            **{field: one.text for field, one in descriptions(shop, values).items()},
            **images(view.media_url, values),
            "linksPurchasedSeparately": None if bought_apart is None else bought_apart != "0",
            "priceView": PRICE_VIEWS.get(values.get("price_view") or ""),
            "status": status,
            "visibility": visibility,
            "taxClassId": tax_classes.get(values.get("tax_class_id") or "", NO_TAX_CLASS),
            "weight": None if weight is None else float(weight),
            "displayable": status == ENABLED and visibility not in {None, INVISIBLE},
            "currency": view.currency,
        }
    ) | {"weightUnit": None if weight is None else view.weight_unit}


def status_of(values: Mapping[str, str | None]) -> str:
    """Enabled or disabled; a product that has no status is disabled.

    Raises:
        FaultyProductError: the status is no option of that attribute.
    """
    status = values.get("status")
    if status is None:
        return DISABLED
    if status not in STATUSES:
        raise FaultyProductError(f"Status {status} is neither enabled (1) nor disabled (2)")
    return STATUSES[status]


def visibility_of(values: Mapping[str, str | None]) -> str | None:
    """Where the product is shown; None for what is no option of that attribute."""
    visibility = values.get("visibility")
    return INVISIBLE if visibility is None else VISIBILITIES.get(visibility)


def descriptions(shop: Shop, values: Mapping[str, str | None]) -> dict[str, Rendered]:
    """The descriptions with their directives filled in."""
    texts = {field: values.get(code) for field, code in DESCRIPTIONS.items()}
    return {
        field: rendered(text, shop.config, shop.options.directives)
        for field, text in texts.items()
        if text is not None
    }


def images(media_url: str, values: Mapping[str, str | None]) -> dict[str, dict[str, Any]]:
    """The images that have a role. The file `no_selection` is a file like any other."""
    found = {}
    for field, (code, label_code) in IMAGES.items():
        file = values.get(code)
        if file is not None:
            label = None if label_code is None else values.get(label_code)
            found[field] = {"url": f"{media_url}{IMAGE_PATH}{file}", "label": label}
    return found


def check(values: Mapping[str, str | None]) -> None:
    """Refuse a product of which the shop holds next to nothing.

    Raises:
        FaultyProductError: none of the attributes that have fields of their own has a value.
    """
    if "status" not in values and FIELD_CODES.isdisjoint(values):
        raise FaultyProductError("It has no values at all, not even a name or a status")
