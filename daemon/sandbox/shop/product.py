"""A product of the sample shop, and the families in which products come."""

from __future__ import annotations

import itertools
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from daemon.sandbox.shop.attributes import OPTIONS, Option
from daemon.sandbox.shop.layout import CURRENT
from daemon.sandbox.shop.words import (
    DIGITAL,
    GOODS,
    MODIFIERS,
    ODD_SKUS,
    SERIES,
    SERVICE,
    Kind,
    slug,
)

OPENING = (
    *("simple",) * 4, "configurable", "virtual", "downloadable", "grouped", "bundle", "fixed"
)  # fmt: skip
"""The first families of every shop, so that a small one has every type."""
SHAPES = {"configurable": 55, "simple": 28, "fixed": 3, "bundle": 3, "grouped": 4, "virtual": 3,
          "downloadable": 4}  # fmt: skip
RECENT = 200
NOT_VISIBLE, IN_CATALOG, IN_SEARCH, EVERYWHERE = 1, 2, 3, 4
DISABLED_EVERY, CLOSED_STORE_EVERY = 23, 29


@dataclass(slots=True)
class Product:
    """A product with what its rows are made of.

    number: of its family. options: attribute code → the option that makes it this variant.
    members: the children of a configurable, grouped or bundle product.
    fixed_price: True for a bundle that has a price of its own.
    version: which of its versions this is, in the staged layout.
    """

    id: int
    type: str
    sku: str
    name: str
    kind: Kind
    number: int
    price: float
    weight: float
    visibility: int
    websites: tuple[int, ...]
    options: dict[str, Option] = field(default_factory=dict)
    members: list[Product] = field(default_factory=list)
    fixed_price: bool = False
    is_variant: bool = False
    version: int = CURRENT

    @property
    def enabled(self) -> bool:
        """False where it is switched off everywhere."""
        return self.id % DISABLED_EVERY != 5

    @property
    def url_key(self) -> str:
        """Its part of the address, unique in the shop."""
        return f"{slug(self.name)}-{self.id}"

    @property
    def is_composite(self) -> bool:
        """True for what is sold as its members."""
        return self.type in {"configurable", "grouped", "bundle"}

    @property
    def has_custom_options(self) -> bool:
        """True where the shopper enters or picks options of this product alone."""
        return self.type == "simple" and not self.is_variant and self.id % 3 == 0

    def title(self, language: str) -> str:
        """Its name in a language; variants carry their options."""
        nouns = dict(zip(("en", "de", "fr"), self.kind.nouns, strict=True))
        return self.name.replace(nouns["en"], nouns.get(language, nouns["en"]))


class Families:
    """Makes families of products, one after the other, from one source of chance.

    A family is a list of products: those that exist for another (variants), then the main one.
    """

    def __init__(self, rng: random.Random, websites: int) -> None:
        self._rng = rng
        self._websites = websites
        self._ids = itertools.count(1)
        self._numbers = itertools.count(1)
        self._recent: deque[Product] = deque(maxlen=RECENT)

    def stream(self, total: int) -> Iterator[list[Product]]:
        """Families of `total` products altogether."""
        opening = iter(OPENING)
        shapes, weights = list(SHAPES), list(SHAPES.values())
        left = total
        while left:
            shape = next(opening, None) or self._rng.choices(shapes, weights)[0]
            family = self._family(shape, left)
            left -= len(family)
            yield family

    def _family(self, shape: str, left: int) -> list[Product]:
        if shape == "configurable" and left > 2:
            return self._configurable(left - 1)
        if shape in {"grouped", "bundle", "fixed"} and len(self._recent) >= 4:
            return [self._composite(shape)]
        if shape in {"virtual", "downloadable"}:
            kind = SERVICE if shape == "virtual" else DIGITAL
            return [self._single(shape, kind)]
        product = self._single("simple", self._rng.choice(GOODS))
        self._recent.append(product)
        return [product]

    def _single(self, type_: str, kind: Kind) -> Product:
        number = next(self._numbers)
        id_ = next(self._ids)
        sku = f"{kind.code}-{number:04d}"
        if type_ == "simple" and number % 9 == 4:
            odd = ODD_SKUS[number // 9 % len(ODD_SKUS)]
            sku = odd if number < 9 * len(ODD_SKUS) else f"{odd} {number}"
        visibility = {3: IN_CATALOG, 4: IN_SEARCH}.get(id_ % 15, EVERYWHERE)
        return self._product(id_, type_, sku, self._name(kind), kind, number, visibility)

    def _product(
        self, id_: int, type_: str, sku: str, name: str, kind: Kind, number: int, visibility: int
    ) -> Product:
        low, high = kind.price
        price = self._rng.randint(low, high) - (0.05 if number % 3 else 0.01)
        weight = round(self._rng.uniform(*kind.weight), 2)
        everywhere = tuple(range(1, self._websites + 1))
        sites = everywhere if type_ == "downloadable" else self._sites(number)
        return Product(id_, type_, sku, name, kind, number, price, weight, visibility, sites)

    def _sites(self, number: int) -> tuple[int, ...]:
        if number % 53 == 15:
            return ()
        if number % 17 == 11 and self._websites > 1:
            return (2,)
        return tuple(range(1, self._websites + 1)) if number % 5 in {0, 1} else (1,)

    def _name(self, kind: Kind) -> str:
        return f"{self._rng.choice(SERIES)} {self._rng.choice(MODIFIERS)} {kind.nouns[0]}"

    def _configurable(self, room: int) -> list[Product]:
        kind = self._rng.choice([kind for kind in GOODS if kind.axes])
        number = next(self._numbers)
        small = number <= len(OPENING)
        axes = [
            sorted(
                self._rng.sample(OPTIONS[axis], k=2 if small else self._rng.randint(2, 4)),
                key=lambda option: option.id,
            )
            for axis in kind.axes
        ]
        name, base = self._name(kind), f"{kind.code}-{number:04d}"
        choices = list(itertools.islice(itertools.product(*axes), room))
        ids = [next(self._ids) for _ in choices]
        main = self._product(next(self._ids), "configurable", base, name, kind, number, EVERYWHERE)
        for id_, picked in zip(ids, choices, strict=True):
            main.members.append(self._variant(main, id_, picked))
        return [*main.members, main]

    def _variant(self, main: Product, id_: int, picked: tuple[Option, ...]) -> Product:
        sku = "-".join((main.sku, *(option.tag for option in picked)))
        name = "-".join((main.name, *(option.label for option in picked)))
        return Product(
            id_, "simple", sku, name, main.kind, main.number, main.price, main.weight,
            NOT_VISIBLE, main.websites, dict(zip(main.kind.axes, picked, strict=True)),
            is_variant=True,
        )  # fmt: skip

    def _composite(self, shape: str) -> Product:
        number = next(self._numbers)
        members = self._rng.sample(list(self._recent), k=min(len(self._recent), 4))
        kind = members[0].kind
        code = {"grouped": "SET", "bundle": "KIT", "fixed": "BOX"}[shape]
        name = f"{self._rng.choice(SERIES)} {kind.nouns[0]} " + code.title()
        type_ = "grouped" if shape == "grouped" else "bundle"
        sku = f"{code}-{number:04d}"
        main = self._product(next(self._ids), type_, sku, name, kind, number, EVERYWHERE)
        main.members = sorted(members, key=lambda member: member.id)
        main.fixed_price = shape == "fixed"
        return main
