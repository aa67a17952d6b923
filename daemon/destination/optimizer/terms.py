"""What all entities have in common: the source they belong to, slugs, and fields that are set."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha1
from typing import Any

import orjson

from daemon.core.item import FeedItem
from daemon.core.translation import UntranslatableError

NO_SLUG = re.compile(r"[^a-z0-9-]+")
MARK_CHARACTERS = 6


@dataclass(frozen=True, slots=True)
class Terms:
    """What the settings say of a destination.

    locales: store view code → locale, empty for one that is left out. currencies: website code →
    currency.
    """

    locales: Mapping[str, str]
    currencies: Mapping[str, str]

    def source(self, view: str) -> dict[str, str] | None:
        """The source of what belongs to a store view; None where that is left out.

        Raises:
            UntranslatableError: another store view has that locale.
        """
        locale = self.locales.get(view, view)
        if view not in self.locales and view in self.locales.values():
            other = next(one for one, chosen in self.locales.items() if chosen == view)
            raise UntranslatableError(
                f"its store view {view} would have the locale of {other}; set locales.{view}"
            )
        return {"locale": locale} if locale else None


def content_of(item: FeedItem) -> dict[str, Any]:
    """The fields of an item."""
    content: dict[str, Any] = orjson.loads(item.content)
    return content


def set_fields(**fields: Any) -> dict[str, Any]:
    """The fields that are neither null nor empty."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def slug_of(path: str) -> str:
    """A path of URL keys as the slug of a category: small letters, digits, hyphens and slashes.

    A key with anything else is marked with a piece of its hash, so that no two become one.
    """
    return "/".join(map(segment, path.strip("/").split("/")))


def segment(key: str) -> str:
    """One URL key as a part of a slug."""
    plain = key.lower()
    if plain and not NO_SLUG.search(plain):
        return plain
    mark = sha1(plain.encode(), usedforsecurity=False).hexdigest()[:MARK_CHARACTERS]
    letters = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return "-".join(filter(None, (NO_SLUG.sub("-", letters).strip("-"), mark)))


def meta_tags(content: Mapping[str, Any], keywords: str) -> dict[str, Any]:
    """What search engines are told of a page. keywords: the field with them, parted by commas."""
    words = [word.strip() for word in (content.get(keywords) or "").split(",")]
    return set_fields(
        title=content.get("metaTitle"),
        description=content.get("metaDescription"),
        keywords=[word for word in words if word],
    )
