"""The fields of a category: rules from plain values to what an item says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from daemon.commerce.config import Config
from daemon.commerce.scopes import StoreView
from daemon.commerce.shop import Shop
from daemon.feeds._category_paths import ids_of
from daemon.feeds._directives import Rendered, rendered
from daemon.feeds._eav import Values

ENTITY_TYPE = "catalog_category"
TEXTS = {
    "name": "name",
    "metaTitle": "meta_title",
    "metaKeywords": "meta_keywords",
    "metaDescription": "meta_description",
    "displayMode": "display_mode",
    "urlKey": "url_key",
}
INTEGERS = {"isAnchor": "is_anchor", "includeInMenu": "include_in_menu", "isActive": "is_active"}
SPECIAL = ("description", "image", "default_sort_by", "available_sort_by")
ATTRIBUTES = (*TEXTS.values(), *INTEGERS.values(), *SPECIAL)
"""The codes of the attributes that items are made from."""

STATUS = frozenset({"is_active", "include_in_menu"})
MENU_LEVEL = 2
"""The level of the categories whose status all below them share: those under a store's root."""

MEDIA_DIRECTORIES = ("media/", "pub/media/")

MARKUP = re.compile(r"[<>\"']|&(?!#?\w+;)")
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#039;"}

Text = Mapping[str, str | None]
"""A category's values in one store view, by attribute code."""

Treatment = Callable[[str], Rendered]
"""What happens to a description."""


def plain_fields(own: Text) -> dict[str, Any]:
    """The values that go out as they are, where they are set."""
    texts = {field: own.get(code) for field, code in TEXTS.items()}
    numbers = {field: own.get(code) for field, code in INTEGERS.items()}
    found: dict[str, Any] = {field: text for field, text in texts.items() if text is not None}
    return found | {field: int(text or 0) for field, text in numbers.items() if text is not None}


def description(own: Text, treat: Treatment) -> Rendered | None:
    """The description, treated as the shop's pages would treat it; None where it isn't set."""
    text = own.get("description")
    return None if text is None else treat(text)


def treatment(shop: Shop, *, html_allowed: bool, wysiwyg: bool) -> Treatment:
    """What happens to descriptions, by two settings of the attribute."""
    if html_allowed and wysiwyg:
        return partial(rendered, config=shop.config, directives=shop.options.directives)
    return Rendered if html_allowed or wysiwyg else lambda text: Rendered(escaped(text))


def escaped(text: str) -> str:
    """Text whose markup is shown and not obeyed; entities that stand in it already are left."""
    return MARKUP.sub(lambda found: ESCAPES[found[0]], text)


def inherited_status(path: str, above: Values, store_id: int) -> dict[str, int]:
    """What a category of the main menu takes from all below it: being active, or in the menu.

    Others between do not count. One of the two attributes without a row is a no, both are a yes.
    """
    ids = ids_of(path)
    if len(ids) <= MENU_LEVEL + 1:
        return {}
    values = above.of(ids[MENU_LEVEL], store_id)
    status = {code: values[code] for code in STATUS if code in values}
    fields = {field: code for field, code in INTEGERS.items() if code in STATUS}
    return {field: 0 for field, code in fields.items() if status and not is_set(status.get(code))}


def is_set(text: str | None) -> bool:
    """True for a number other than 0."""
    return int(text or 0) != 0


def sort_codes(own: Text) -> list[str] | None:
    """The orders that the category offers, as they were entered; None where it offers all."""
    text = own.get("available_sort_by")
    return text.split(",") if text else None


def default_sort_by(own: Text, usual: str, sortable: Sequence[str]) -> str:
    """The order products stand in at first: one that the category offers and the shop knows.

    usual: what the configuration says. sortable: attributes that products can be sorted by.
    """
    known = ["position", *sortable]
    allowed = [code for code in sort_codes(own) or () if code in known] or known
    wanted = own.get("default_sort_by") or usual
    return wanted if wanted in allowed else allowed[0]


def image_url(own: Text, config: Config, store: StoreView) -> str | None:
    """The address of the category's image; None where it has none.

    A value is the path of a file in the media directory, a bare file name, or anything else.
    """
    value = own.get("image")
    if value is None:
        return None
    path = urlsplit(value).path if "://" in value else value
    path = path.removeprefix(urlsplit(config.link_url(store)).path).lstrip("/")
    for directory in MEDIA_DIRECTORIES:
        if path.startswith(directory):
            return config.media_url(store) + path.removeprefix(directory)
    if value.startswith("/"):
        return value
    return f"{config.media_url(store)}catalog/category/{value.rsplit('/', 1)[-1]}"
