"""The attributes of products and categories: their sets, options, swatches and labels."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from daemon.sandbox.shop.attribute_list import (
    CATEGORY_ATTRIBUTES,
    GERMAN_LABELS,
    ONLY_IN_SETS,
    OPTION_LABELS,
    PRODUCT_ATTRIBUTES,
    SWATCHES,
)
from daemon.sandbox.shop.loader import NULL, Loader
from daemon.sandbox.shop.scopes import Website

CATEGORY, PRODUCT = 3, 4
BOOLEAN = "Magento\\Eav\\Model\\Entity\\Attribute\\Source\\Boolean"
SETS = ((4, "Default"), (9, "Gear"), (10, "Apparel"), (11, "Home"), (12, "Digital"))
SET_IDS = {name: id_ for id_, name in SETS}
CATEGORY_SET = 3


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute as it is declared. scope: 0 store, 1 global, 2 website."""

    id: int
    entity_type: int
    code: str
    backend: str
    input: str | None
    flags: str
    scope: int
    label: str | None


@dataclass(frozen=True, slots=True)
class Option:
    """An option of an attribute: its admin label, and what stands for it in an SKU."""

    id: int
    label: str

    @property
    def tag(self) -> str:
        """A short form of the label."""
        return self.label.replace(" l", "L").replace(".", "")[:3].upper()


def _declared(text: str, entity_type: int) -> Iterable[Attribute]:
    for line in text.strip().splitlines():
        id_, code, backend, input_, flags, label = line.split()
        yield Attribute(
            int(id_),
            entity_type,
            code,
            backend,
            None if input_ == "-" else input_,
            flags[:-1],
            int(flags[-1]),
            None if label == "-" else label.replace("_", " "),
        )


ATTRIBUTES = (*_declared(CATEGORY_ATTRIBUTES, CATEGORY), *_declared(PRODUCT_ATTRIBUTES, PRODUCT))
CATEGORY_ID = {a.code: a.id for a in ATTRIBUTES if a.entity_type == CATEGORY}
PRODUCT_ID = {a.code: a.id for a in ATTRIBUTES if a.entity_type == PRODUCT}
USER_DEFINED = {a.code for a in ATTRIBUTES if "U" in a.flags}


def _numbered() -> dict[str, tuple[Option, ...]]:
    number, options = 3, {}
    for code, labels in OPTION_LABELS.items():
        options[code] = tuple(Option(number + n, row[0]) for n, row in enumerate(labels))
        number += len(labels)
    return options


OPTIONS = _numbered()
"""The options of each attribute that has some, in their order."""


def add_attributes(load: Loader, websites: Sequence[Website]) -> None:
    """The rows of entity types, attributes, sets, options, swatches and labels."""
    for id_, code, table, set_id in (
        (CATEGORY, "catalog_category", "catalog_category_entity", CATEGORY_SET),
        (PRODUCT, "catalog_product", "catalog_product_entity", SETS[0][0]),
    ):
        load.add("eav_entity_type", id_, code, f"Magento\\{code}", table, set_id)
    for attribute in ATTRIBUTES:
        _add_attribute(load, attribute)
    german = [s.id for w in websites for s in w.stores if s.language == "de"]
    for code, label in GERMAN_LABELS.items():
        for store in german:
            load.add("eav_attribute_label", PRODUCT_ID[code], store, label)
    _add_sets(load)
    for code in OPTIONS:
        _add_options(load, code, german)


def _add_attribute(load: Loader, a: Attribute) -> None:
    has = {flag: int(flag in a.flags) for flag in "rsuUfclovhx"}
    source: object = NULL
    if a.input == "boolean" or a.code in {"is_active", "is_anchor", "include_in_menu"}:
        source = BOOLEAN
    load.add(
        "eav_attribute", a.id, a.entity_type, a.code, a.backend, a.input or NULL,
        a.label or NULL, "validate-digits" if a.code == "warranty_years" else NULL,
        source, has["r"], has["U"], has["u"],
    )  # fmt: skip
    load.add(
        "catalog_eav_attribute", a.id, a.scope, 1 - has["x"], has["s"], has["f"], has["c"],
        has["v"], has["h"], has["h"], has["f"], has["l"], has["o"], 0,
        5 if a.code == "name" else 1, _swatch_input(a.code),
    )  # fmt: skip


def _swatch_input(code: str) -> object:
    if code not in SWATCHES:
        return NULL
    values = {"swatch_input_type": SWATCHES[code][0], "update_product_preview_image": 1}
    return json.dumps({**values, "use_product_image_for_swatch": 0}, separators=(",", ":"))


def _add_sets(load: Loader) -> None:
    load.add("eav_attribute_set", CATEGORY_SET, CATEGORY, "Default", 1)
    load.add("eav_attribute_group", 1, CATEGORY_SET, "General", 1, 1, "general")
    for order, (set_id, name) in enumerate(SETS):
        load.add("eav_attribute_set", set_id, PRODUCT, name, order)
        for number, title in enumerate(("Product Details", "Content", name)):
            group = set_id * 10 + number
            default = int(number == 0)
            code = title.lower().replace(" ", "-")
            load.add("eav_attribute_group", group, set_id, title, number, default, code)
    for a in ATTRIBUTES:
        if a.entity_type == CATEGORY:
            load.add("eav_entity_attribute", CATEGORY, CATEGORY_SET, 1, a.id, a.id)
            continue
        for set_id, name in SETS:
            if name in ONLY_IN_SETS.get(a.code, (name,)):
                group = set_id * 10 + (2 if "U" in a.flags else int(a.backend == "text"))
                load.add("eav_entity_attribute", PRODUCT, set_id, group, a.id, a.id)


def _add_options(load: Loader, code: str, german: Sequence[int]) -> None:
    for order, (option, row) in enumerate(zip(OPTIONS[code], OPTION_LABELS[code], strict=True)):
        load.add("eav_attribute_option", option.id, PRODUCT_ID[code], order)
        load.add("eav_attribute_option_value", option.id, 0, row[0])
        if len(row) > 1:
            for store in german:
                load.add("eav_attribute_option_value", option.id, store, row[1])
        if code in SWATCHES:
            type_ = SWATCHES[code][1]
            load.add("eav_attribute_option_swatch", option.id, 0, type_, row[-1])
