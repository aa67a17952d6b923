"""The rows of a product's custom options: what the shopper enters or picks."""

from __future__ import annotations

from daemon.sandbox.shop.loader import NULL, Loader
from daemon.sandbox.shop.product import Product
from daemon.sandbox.shop.values import Setting, link_of

_ENTERED = (
    ("field", "Engraving", "Gravur", 40),
    ("area", "A note to the workshop", "Hinweis an die Werkstatt", 400),
    ("file", "Your drawing", "Ihre Zeichnung", NULL),
    ("date", "Needed by", "Benötigt bis", NULL),
    ("date_time", "Call me at", "Rückruf um", NULL),
    ("time", "Hour", "Uhrzeit", NULL),
)
_PICKED = (
    ("drop_down", "Gift wrap", "Geschenkpapier", ("None", "Kraft paper", "Linen")),
    ("radio", "Patch", "Aufnäher", ("No patch", "Bear", "Elk")),
    ("checkbox", "Care kit", "Pflegeset", ("Wax", "Brush")),
    ("multiple", "Spare parts", "Ersatzteile", ("Buckles", "Cord", "Zip pulls")),
)


def add_custom_options(load: Loader, setting: Setting, p: Product) -> None:
    """Two options that are entered and one that is picked; the kinds go round by id."""
    if not p.has_custom_options:
        return
    turn = p.id // 3
    german = [store.id for store in setting.stores_of(p) if store.language == "de"]
    for order in (0, 1):
        type_, title, translated, characters = _ENTERED[(turn * 2 + order) % len(_ENTERED)]
        option = _add_option(load, p, type_, order + 1, characters)
        _add_texts(load, "option", option, 4.5 + order, title, translated, german)
    type_, title, translated, values = _PICKED[turn % len(_PICKED)]
    option = _add_option(load, p, type_, 3, NULL)
    load.add("catalog_product_option_title", option, 0, title)
    for store in german:
        load.add("catalog_product_option_title", option, store, translated)
    for order, value in enumerate(values):
        id_ = load.next_id("catalog_product_option_type_value")
        sku = f"opt-{order}" if order else NULL
        load.add("catalog_product_option_type_value", id_, option, sku, order + 1)
        _add_texts(load, "option_type", id_, 2.0 * order, value, f"{value} (DE)", german)


def _add_option(load: Loader, p: Product, type_: str, order: int, characters: object) -> int:
    option = load.next_id("catalog_product_option")
    picture = ("png, jpg", 1200, 800) if type_ == "file" else (NULL, 0, 0)
    sku = f"{type_}-{order}" if order == 1 else NULL
    load.add("catalog_product_option", option, link_of(load, p), type_, int(order == 3), sku,
             characters, *picture, order)  # fmt: skip
    return option


def _add_texts(
    load: Loader, level: str, id_: int, price: float, title: str, translated: str,
    german: list[int],
) -> None:  # fmt: skip
    kind = "percent" if id_ % 5 == 0 else "fixed"
    load.add(f"catalog_product_{level}_title", id_, 0, title)
    load.add(f"catalog_product_{level}_price", id_, 0, price, kind)
    for store in german:
        load.add(f"catalog_product_{level}_title", id_, store, translated)
        load.add(f"catalog_product_{level}_price", id_, store, price + 0.5, "fixed")
