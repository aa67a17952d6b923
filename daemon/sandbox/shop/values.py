"""The rows of a product itself: entity, attribute values, websites, categories, pictures."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from daemon.sandbox.shop.attributes import OPTIONS, PRODUCT_ID, SET_IDS, USER_DEFINED
from daemon.sandbox.shop.categories import Catalogue, Category
from daemon.sandbox.shop.layout import row_of
from daemon.sandbox.shop.loader import NULL, Loader
from daemon.sandbox.shop.product import CLOSED_STORE_EVERY, Product
from daemon.sandbox.shop.scopes import REDUCED, TAXABLE, Store, Website
from daemon.sandbox.shop.versions import spans_of
from daemon.sandbox.shop.words import FEATURES, GERMAN, SENTENCES, slug

_PREFIX = "catalog_product_entity_"


@dataclass(frozen=True, slots=True)
class Setting:
    """What the rows of all products have in common. now: `YYYY-MM-DD HH:MM:SS` in UTC.

    grants: (category, website, customer group) → what category permissions say of seeing the
        category, seeing prices and buying.
    """

    websites: Sequence[Website]
    catalogue: Catalogue
    today: date
    rng: random.Random
    grants: Mapping[tuple[int, int, int], tuple[int, int, int]]

    @property
    def now(self) -> str:
        """The day's first moment."""
        return f"{self.today} 00:00:00"

    def day(self, days: int) -> str:
        """A date so many days from today."""
        return str(self.today + timedelta(days=days))

    def sites_of(self, product: Product) -> list[Website]:
        """The websites that the product is assigned to."""
        return [site for site in self.websites if site.id in product.websites]

    def stores_of(self, product: Product) -> list[Store]:
        """The store views of its websites."""
        return [store for site in self.sites_of(product) for store in site.stores]

    def shelves_of(self, product: Product) -> list[Category]:
        """The categories that it is assigned to: its shelf under each root, and now and then the
        shelf's parent.
        """
        found = []
        for root in sorted({site.root_id for site in self.sites_of(product)}):
            shelf = self.catalogue.shelves[root, product.kind.code]
            found.append(shelf)
            if product.id % 6 == 2:
                found.append(self.catalogue.by_id[shelf.parent_id])
        return found


def closed_in(product: Product, store: Store) -> bool:
    """True where the product is switched off in this one store view."""
    return product.id % CLOSED_STORE_EVERY == 6 and store.id == 2


def link_of(load: Loader, product: Product) -> int:
    """What the child tables of a product hold: its id, or that of its version."""
    return row_of(product.id, product.version) if load.layout.staged else product.id


def add_entity(load: Loader, setting: Setting, p: Product) -> None:
    """The product's row, and in the staged layout its sequence and the rows of other versions."""
    has = int(p.is_composite or p.has_custom_options)
    changed = setting.day(-(p.id % 300))
    row = (p.id, SET_IDS[p.kind.set_name], p.type, p.sku, has, int(has and p.type != "grouped"),
           f"{setting.day(-400)} 08:00:00", f"{changed} 10:30:00")  # fmt: skip
    if not load.layout.staged:
        load.add("catalog_product_entity", *row)
        return
    load.add("sequence_product", p.id)
    for version, span in spans_of(p).items():
        load.add("catalog_product_entity", row_of(p.id, version), *span, *row)


def add_values(load: Loader, setting: Setting, p: Product) -> None:
    """The product's values for all store views, and the overrides of some.

    A service has no value of an attribute that the merchant has made.
    """
    link = link_of(load, p)
    for backend, values in (
        ("varchar", _varchars(p)),
        ("text", _texts(setting, p)),
        ("int", _integers(p)),
        ("datetime", _moments(setting, p)),
    ):
        load.rows[_PREFIX + backend] += [
            (PRODUCT_ID[code], 0, link, value)
            for code, value in values
            if p.type != "virtual" or code not in USER_DEFINED
        ]
    for store in setting.stores_of(p):
        _add_overrides(load, p, link, store)


def _varchars(p: Product) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = [
        ("name", p.name),
        ("url_key", p.url_key),
        ("options_container", "container2"),
    ]
    if p.is_variant:
        return found
    found += [
        ("meta_title", f"{p.name} | Alder & Pine"),
        ("model_code", f"{p.kind.code}/{p.number}"),
    ]
    if p.id % 4 == 0:
        found += [
            ("meta_description", f"{p.name}, made to last."),
            ("tagline", SENTENCES[p.id % 6]),
        ]
    if p.id % 5 == 0:
        found += [("image_label", f"{p.name} from the front"), ("small_image_label", p.name)]
        found += [
            ("thumbnail_label", p.name if p.id % 2 else NULL),
            ("lifestyle_image", "/l/i/lifestyle-3.jpg"),
        ]
    if p.id % 3 == 1:
        found.append(("material", ",".join(str(o.id) for o in OPTIONS["material"][p.id % 3 :])))
    if p.type == "downloadable":
        found += [("links_title", "Map sheets"), ("samples_title", "Look inside")]
    return found


def _texts(setting: Setting, p: Product) -> list[tuple[str, str]]:
    rng = setting.rng
    lead = SENTENCES[int(rng.random() * len(SENTENCES))]
    if p.is_variant:
        return [("description", f"<p>{p.name}. {lead}</p>")]
    start = int(rng.random() * len(FEATURES))
    points = "".join(f"<li>{FEATURES[(start + n) % len(FEATURES)]}</li>" for n in range(4))
    closing = SENTENCES[p.id % len(SENTENCES)]
    picture = '<p><img src="{{media url=wysiwyg/care.jpg}}" alt=""/></p>' if p.id % 16 == 0 else ""
    found = [
        ("description", f"<p>{p.name}. {lead}</p>\n<ul>{points}</ul>\n<p>{closing}</p>{picture}"),
        ("short_description", f"<p>{lead}</p>"),
        ("activity", ",".join(str(o.id) for o in OPTIONS["activity"][: 1 + p.id % 3])),
    ]
    if p.id % 7 == 0:
        found += [("care", "Brush off dry soil.\nWash by hand."), ("meta_keyword", slug(p.name))]
    return found


def _integers(p: Product) -> list[tuple[str, int]]:
    found = [
        ("status", 1 if p.enabled else 2),
        ("visibility", p.visibility),
        ("tax_class_id", (TAXABLE, TAXABLE, TAXABLE, REDUCED, 0)[p.id % 5]),
        ("manufacturer", OPTIONS["manufacturer"][p.number % 5].id),
    ]
    found += [(axis, option.id) for axis, option in p.options.items()]
    if not p.is_variant:
        found += [("season", OPTIONS["season"][p.number % 3].id), ("eco_certified", p.id % 2)]
        found.append(("warranty_years", p.id % 5 + 1))
    if p.type == "bundle":
        found += [("price_type", int(p.fixed_price)), ("sku_type", 0), ("weight_type", p.id % 2)]
        found += [("price_view", p.id // 2 % 2), ("shipment_type", p.number % 2)]
    if p.type == "downloadable":
        found += [("links_purchased_separately", p.id % 2), ("links_exist", 1)]
    return found


def _moments(setting: Setting, p: Product) -> list[tuple[str, str]]:
    found = []
    if p.id % 10 == 2:
        found.append(("news_from_date", f"{setting.day(-20)} 00:00:00"))
        found.append(("news_to_date", f"{setting.day(p.id % 30)} 23:59:59"))
    if p.id % 7 == 1:
        found.append(("special_from_date", f"{setting.day(-30)} 00:00:00"))
        found.append(("special_to_date", f"{setting.day(-3 if p.id % 2 else 14)} 00:00:00"))
    if not p.is_variant and p.id % 4 == 1:
        found.append(("release_date", f"{setting.day(-(p.id % 700))} 00:00:00"))
        found.append(("available_from", f"{setting.day(p.id % 50)} 09:15:00"))
    return found


def _add_overrides(load: Loader, p: Product, link: int, store: Store) -> None:
    if store.language != "en" and (p.id % 2 == 0 or not p.is_variant):
        load.add(_PREFIX + "varchar", PRODUCT_ID["name"], store.id, link, p.title(store.language))
    if store.language == "de" and not p.is_variant and p.id % 3 == 0:
        text = f"<p>{p.title('de')}. {GERMAN[p.id % len(GERMAN)]}</p>"
        load.add(_PREFIX + "text", PRODUCT_ID["description"], store.id, link, text)
        key = store_url_key(p, store)
        load.add(_PREFIX + "varchar", PRODUCT_ID["url_key"], store.id, link, key)
        if p.type != "virtual":
            load.add(_PREFIX + "varchar", PRODUCT_ID["tagline"], store.id, link, NULL)
    if closed_in(p, store):
        load.add(_PREFIX + "int", PRODUCT_ID["status"], store.id, link, 2)


def store_url_key(p: Product, store: Store) -> str:
    """The product's part of the address in a store view."""
    if store.language == "de" and not p.is_variant and p.id % 3 == 0:
        return f"{slug(p.title('de'))}-{p.id}"
    return p.url_key
