"""The rows of what a product consists of: variants, bundles, sets, links, downloads and options."""

from __future__ import annotations

from collections.abc import Sequence

from daemon.sandbox.shop.attributes import PRODUCT_ID
from daemon.sandbox.shop.loader import NULL, Loader
from daemon.sandbox.shop.product import Product
from daemon.sandbox.shop.values import Setting, link_of

RELATED, GROUPED, UPSELL, CROSSSELL = 1, 3, 4, 5
_LINK_ATTRIBUTES = (
    (1, RELATED, "position", "int"),
    (2, UPSELL, "position", "int"),
    (3, CROSSSELL, "position", "int"),
    (4, GROUPED, "position", "int"),
    (5, GROUPED, "qty", "decimal"),
)
_POSITION = {type_: id_ for id_, type_, code, _ in _LINK_ATTRIBUTES if code == "position"}
_QUANTITY = 5


def add_link_types(load: Loader) -> None:
    """The kinds of links between products."""
    for id_, code in ((1, "relation"), (3, "super"), (4, "up_sell"), (5, "cross_sell")):
        load.add("catalog_product_link_type", id_, code)
    for row in _LINK_ATTRIBUTES:
        load.add("catalog_product_link_attribute", *row)


def add_composition(load: Loader, setting: Setting, p: Product) -> None:
    """What a composite or downloadable product is made of."""
    if p.type == "configurable":
        _add_variants(load, p)
    elif p.type == "grouped":
        for position, member in enumerate(p.members, 1):
            _add_link(load, p, member, GROUPED, position)
    elif p.type == "bundle":
        _add_bundle(load, setting, p)
    elif p.type == "downloadable":
        _add_downloads(load, setting, p)
    if p.is_composite:
        load.rows["catalog_product_relation"] += [(link_of(load, p), m.id) for m in p.members]


def add_links(load: Loader, p: Product, others: Sequence[Product]) -> None:
    """Related, up-sell and cross-sell links to other products."""
    for position, other in enumerate(others):
        if other is not p:
            type_ = (RELATED, UPSELL, CROSSSELL)[position % 3]
            _add_link(load, p, other, type_, position + 1)


def _add_link(load: Loader, p: Product, other: Product, type_: int, position: int) -> None:
    id_ = load.next_id("catalog_product_link")
    load.add("catalog_product_link", id_, link_of(load, p), other.id, type_)
    load.add("catalog_product_link_attribute_int", _POSITION[type_], id_, position)
    if type_ == GROUPED:
        load.add("catalog_product_link_attribute_decimal", _QUANTITY, id_, position)


def _add_variants(load: Loader, p: Product) -> None:
    for position, axis in enumerate(p.kind.axes):
        id_ = load.next_id("catalog_product_super_attribute")
        load.add("catalog_product_super_attribute", id_, link_of(load, p), PRODUCT_ID[axis],
                 position)  # fmt: skip
        load.add("catalog_product_super_attribute_label", id_, 0, 0, axis.title())
    load.rows["catalog_product_super_link"] += [(m.id, link_of(load, p)) for m in p.members]


def _add_bundle(load: Loader, setting: Setting, p: Product) -> None:
    link = link_of(load, p)
    halves = (p.members[:2], p.members[2:])
    for position, (members, type_) in enumerate(zip(halves, ("select", "checkbox"), strict=True)):
        option = load.next_id("catalog_product_bundle_option")
        title = ("The main thing", "And with it")[position]
        load.add("catalog_product_bundle_option", option, link, 1 - position, position + 1, type_)
        load.add("catalog_product_bundle_option_value", option, 0, title, link)
        for store in setting.stores_of(p):
            if store.language == "de":
                german = ("Das Hauptstück", "Und dazu")[position]
                load.add("catalog_product_bundle_option_value", option, store.id, german, link)
        for number, member in enumerate(members):
            _add_selection(load, p, option, member, number)


def _add_selection(load: Loader, p: Product, option: int, member: Product, number: int) -> None:
    id_ = load.next_id("catalog_product_bundle_selection")
    price_type = number if p.fixed_price else 0
    price = (10 if price_type else 24.5) if p.fixed_price else 0
    link = link_of(load, p)
    load.add("catalog_product_bundle_selection", id_, option, link, member.id, number + 1,
             int(number == 0), price_type, price, number + 1, number % 2)  # fmt: skip
    if p.fixed_price and number == 0 and 2 in p.websites:
        load.add("catalog_product_bundle_selection_price", id_, 2, 0, 22.75, link)


def _add_downloads(load: Loader, setting: Setting, p: Product) -> None:
    link = link_of(load, p)
    german = [store.id for store in setting.stores_of(p) if store.language == "de"]
    for number in (1, 2):
        id_ = load.next_id("downloadable_link")
        sample = ("/s/h/sheet.pdf", "file") if number == 1 else (NULL, NULL)
        load.add("downloadable_link", id_, link, number, 5 * (number - 1), 2, NULL,
                 f"/m/a/map-{p.id}-{number}.zip", "file", NULL, *sample)  # fmt: skip
        load.add("downloadable_link_title", id_, 0, f"Sheet {number}")
        for store in german:
            load.add("downloadable_link_title", id_, store, f"Blatt {number}")
        load.add("downloadable_link_price", id_, 0, round(p.price / (number + 1), 2))
        if 2 in p.websites:
            load.add("downloadable_link_price", id_, 2, round(p.price / (number + 1) - 0.5, 2))
        id_ = load.next_id("downloadable_sample")
        load.add("downloadable_sample", id_, link, NULL, f"/s/a/sample-{p.id}-{number}.pdf",
                 "file", number)  # fmt: skip
        load.add("downloadable_sample_title", id_, 0, f"Sample {number}")
        for store in german:
            load.add("downloadable_sample_title", id_, store, f"Probe {number}")
