"""The `attributes` of an item: what the shop's people have defined, with labels for option ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from daemon.commerce.attributes import Attribute
from daemon.commerce.shop import Shop
from daemon.core.item import canonical
from daemon.feeds._eav import BACKENDS, Values
from daemon.feeds.products.labels import BOOLEANS, Options

ALSO = frozenset({"news_from_date", "news_to_date"})
"""Attributes of the system that are listed all the same."""

ADMIN = 0


def listed(shop: Shop) -> tuple[Attribute, ...]:
    """The attributes whose values are listed, in their order: by backend table, then by id."""
    also = ALSO.union(shop.options.system_attributes)
    found = [
        attribute
        for attribute in shop.product_attributes.all
        if attribute.backend_type in BACKENDS
        and (attribute.is_user_defined or attribute.code in also)
    ]
    return tuple(sorted(found, key=lambda one: (BACKENDS.index(one.backend_type), one.id)))


def option_ids(
    values: Values, attributes: Iterable[Attribute], with_options: frozenset[int]
) -> set[int]:
    """The ids of the options that these values name."""
    codes = [one.code for one in attributes if one.id in with_options and not one.is_boolean]
    found: set[str] = set()
    for stores in values.by_entity.values():
        for texts in stores.values():
            found.update(texts[code] or "" for code in codes if code in texts)
    return {int(part) for text in found for part in text.split(",") if part.isdecimal()}


@dataclass(frozen=True)
class Listing:
    """Makes the entries of items; remembers those that recur.

    attributes: code → attribute, in the order of the list.
    """

    attributes: Mapping[str, Attribute]
    options: Options
    rank: Mapping[str, int] = field(default_factory=dict)
    known: dict[tuple[int, str, str | None], bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, attributes: Iterable[Attribute], options: Options) -> Listing:
        """A listing of these attributes."""
        by_code = {attribute.code: attribute for attribute in attributes}
        return cls(by_code, options, {code: rank for rank, code in enumerate(by_code)})

    def language(self, store_id: int) -> int:
        """The store view whose labels items of this one have: store 0 where it has none."""
        return store_id if store_id in self.options.spoken else ADMIN

    def entries(self, values: Mapping[str, str | None], language: int) -> list[bytes]:
        """One JSON object for each attribute that has a row, NULL or not."""
        rank, known = self.rank, self.known
        codes = sorted((code for code in values if code in rank), key=rank.__getitem__)
        found = []
        for code in codes:
            key = (language, code, values[code])
            entry = known.get(key)
            if entry is None:
                entry = known[key] = self.entry(*key)
            found.append(entry)
        return found

    def entry(self, language: int, code: str, text: str | None) -> bytes:
        """One entry; without `value` where the row holds NULL."""
        if text is None:
            return canonical({"attributeCode": code})
        return canonical({"attributeCode": code, "value": list(self.words(language, code, text))})

    def words(self, language: int, code: str, text: str) -> Iterator[str]:
        """The value's parts: option ids as their labels, everything else as it is."""
        attribute = self.attributes[code]
        if attribute.is_boolean:
            yield from (BOOLEANS.get(part, part) for part in text.split(","))
        elif attribute.id in self.options.with_options:
            for part in text.split(","):
                yield self.label(attribute.id, part, language) or part
        else:
            yield text

    def label(self, attribute_id: int, part: str, language: int) -> str | None:
        """The label of an option id; None for what is no option of the attribute."""
        option = self.options.by_id.get(int(part)) if part.isdecimal() and part.isascii() else None
        if option is None or option.attribute_id != attribute_id or str(option.id) != part:
            return None
        return option.label(language)
