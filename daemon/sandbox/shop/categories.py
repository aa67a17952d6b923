"""The category trees of the sample shop: departments, families and shelves under each root."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from daemon.sandbox.shop.attributes import CATEGORY_ID, CATEGORY_SET
from daemon.sandbox.shop.layout import CURRENT, row_of
from daemon.sandbox.shop.loader import NULL, Loader
from daemon.sandbox.shop.scopes import FIRST_ROOT, Website
from daemon.sandbox.shop.versions import SEASONS, Span, spans
from daemon.sandbox.shop.words import KINDS, SENTENCES

INACTIVE = "bottoms"
"""This family is switched off; its shelf too."""
NOT_ANCHORED = "light"
GERMAN_KEYS = {"camp": "lager", "tents": "zelte", "home": "zuhause", "wear": "kleidung"}


@dataclass(slots=True)
class Category:
    """A category; `way` are the ids from the root category down to itself."""

    id: int
    code: str
    parent_id: int
    way: tuple[int, ...]
    position: int
    active: bool = True
    anchor: bool = True
    children: list[Category] = field(default_factory=list)
    version: int = CURRENT

    @property
    def row_id(self) -> int:
        """The id of this version of it."""
        return row_of(self.id, self.version)

    @property
    def level(self) -> int:
        """1 for a root category."""
        return len(self.way)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All categories by id, and the shelf of each kind of product under each root.

    shelves: (root id, leaf code) → category.
    """

    by_id: dict[int, Category]
    shelves: dict[tuple[int, str], Category]

    def paths(self, category: Category, language: str) -> str:
        """The address of a category without its suffix, below the root."""
        way = (self.by_id[id_] for id_ in category.way[1:])
        return "/".join(url_key(part.code, language) for part in way)


def url_key(code: str, language: str) -> str:
    """A category's part of the address in a language."""
    return GERMAN_KEYS.get(code, code) if language == "de" else code


def plan_categories(websites: Sequence[Website]) -> Catalogue:
    """The trees under the websites' roots; ids follow one another."""
    found: dict[int, Category] = {}
    shelves: dict[tuple[int, str], Category] = {}
    roots = sorted({site.root_id for site in websites})
    for root in roots:
        found[root] = Category(root, "default", 1, (root,), root - 1)
    for root in roots:
        for kind in KINDS:
            parent = found[root]
            for code in kind.leaf:
                parent = _child(found, parent, code)
            shelves[root, kind.code] = parent
    return Catalogue(found, shelves)


def _child(found: dict[int, Category], parent: Category, code: str) -> Category:
    for child in parent.children:
        if child.code == code:
            return child
    id_ = max(found) + 1 if max(found) > FIRST_ROOT else FIRST_ROOT + 2
    child = Category(id_, code, parent.id, (*parent.way, id_),
                     len(parent.children) + 1, parent.active and code != INACTIVE,
                     code != NOT_ANCHORED)  # fmt: skip
    parent.children.append(child)
    found[id_] = child
    return child


def add_categories(
    load: Loader, websites: Sequence[Website], catalogue: Catalogue, rng: random.Random, now: str
) -> None:
    """The rows of the categories, their values and their addresses."""
    top = Category(1, "root", 0, (), 0)
    top.children = [c for c in catalogue.by_id.values() if c.level == 1]
    _add_entity(load, top, now)
    _value(load, top, "varchar", "name", "Root Catalog")
    for category in catalogue.by_id.values():
        _add_entity(load, category, now)
        _add_values(load, category, rng)
        for site in websites:
            if site.root_id == category.way[0]:
                _add_in_stores(load, catalogue, category, site)
        if load.layout.staged:
            _add_other_versions(load, category)


def _add_entity(load: Loader, category: Category, now: str) -> None:
    path = "/".join(map(str, (1, *category.way)))
    below = sum(1 for _ in _descendants(category))
    row = (category.id, CATEGORY_SET, category.parent_id, now, now, path,
           category.position, category.level, below)  # fmt: skip
    if load.layout.staged:
        load.add("sequence_catalog_category", category.id)
        for version, span in spans_of(category).items():
            load.add("catalog_category_entity", row_of(category.id, version), *span, *row)
        return
    load.add("catalog_category_entity", *row)


def spans_of(category: Category) -> dict[int, Span]:
    """The versions of a category; those at the top have one."""
    varies = category.level > 1
    return spans(
        category.id,
        former=varies and category.id % 3 != 0,
        scheduled=varies and category.id % 3 != 1,
    )


def _add_other_versions(load: Loader, category: Category) -> None:
    for version in spans_of(category):
        if version != CURRENT:
            code = f"{category.code}-{SEASONS[version].replace(' ', '-')}"
            active = category.active and category.id % 4 != 0
            other = replace(category, version=version, code=code, active=active)
            _add_values(load, other, random.Random(category.id))  # noqa: S311


def _descendants(category: Category) -> Iterator[Category]:
    for child in category.children:
        yield child
        yield from _descendants(child)


def _value(
    load: Loader, category: Category, backend: str, code: str, value: object, store: int = 0
) -> None:
    id_ = category.row_id if load.layout.staged else category.id
    load.add(f"catalog_category_entity_{backend}", CATEGORY_ID[code], store, id_, value)


def _add_values(load: Loader, category: Category, rng: random.Random) -> None:
    name = category.code.replace("-", " ").title() if category.level > 1 else "Default Category"
    _value(load, category, "varchar", "name", name)
    _value(load, category, "int", "is_active", int(category.active))
    _value(load, category, "int", "include_in_menu", int(category.code != "more"))
    _value(load, category, "int", "is_anchor", int(category.anchor))
    _value(load, category, "varchar", "display_mode", "PRODUCTS")
    if category.level == 1:
        return
    _value(load, category, "varchar", "url_key", category.code)
    way = category.code if category.level == 2 else None
    if way:
        text = f'<p>{rng.choice(SENTENCES)}</p><img src="{{{{media url=wysiwyg/{way}.jpg}}}}"/>'
        _value(load, category, "text", "description", text)
        _value(load, category, "varchar", "image", f"/media/catalog/category/{way}.jpg")
        _value(load, category, "varchar", "meta_title", f"{name} | Alder & Pine")
        _value(load, category, "text", "meta_keywords", f"{way}, outdoor, home")
        _value(load, category, "text", "meta_description", rng.choice(SENTENCES))
        _value(load, category, "text", "available_sort_by", "position,name,price")
        _value(load, category, "varchar", "default_sort_by", "name")
    elif category.level == 3 and category.position == 1:
        _value(load, category, "varchar", "image", f"{category.code}.png")


def _add_in_stores(load: Loader, catalogue: Catalogue, category: Category, site: Website) -> None:
    for store in site.stores:
        if category.level == 1:
            continue
        if store.language == "de" and category.code in GERMAN_KEYS:
            key = GERMAN_KEYS[category.code]
            _value(load, category, "varchar", "name", key.title(), store.id)
            _value(load, category, "varchar", "url_key", key, store.id)
            if category.code == "wear":
                _value(load, category, "int", "include_in_menu", 0, store.id)
        path = catalogue.paths(category, store.language)
        target = f"catalog/category/view/id/{category.id}"
        number = load.next_id("url_rewrite")
        load.add("url_rewrite", number, "category", category.id, f"{path}.html", target, 0,
                 store.id, 1, NULL)  # fmt: skip
