"""The rows of a product's pictures and videos."""

from __future__ import annotations

from daemon.sandbox.shop.attributes import PRODUCT_ID
from daemon.sandbox.shop.loader import NULL, Loader
from daemon.sandbox.shop.product import Product
from daemon.sandbox.shop.values import Setting, link_of
from daemon.sandbox.shop.words import slug

_GALLERY = "catalog_product_entity_media_gallery"
_VARCHAR = "catalog_product_entity_varchar"


def add_media(load: Loader, setting: Setting, p: Product) -> None:
    """Pictures with their roles, labels and positions; a video here and there."""
    link = link_of(load, p)
    if p.id % 41 == 10:
        for role in ("image", "small_image", "thumbnail"):
            load.add(_VARCHAR, PRODUCT_ID[role], 0, link, "no_selection")
        return
    name = slug(p.sku)
    first = f"/{name[0]}/{name[1]}/{name}-1.jpg"
    for role in ("image", "small_image", "thumbnail"):
        load.add(_VARCHAR, PRODUCT_ID[role], 0, link, first)
    if p.is_variant and p.id % 4 == 0:
        load.add(_VARCHAR, PRODUCT_ID["swatch_image"], 0, link, first)
    count = 1 if p.is_variant else 1 + p.id % 3
    for position in range(1, count + 1):
        hidden = int(position > 1 and p.id % 13 == 9)
        file = first.replace("-1.jpg", f"-{position}.jpg")
        _add_entry(load, setting, p, file, position, hidden)
    if p.id % 19 == 8 and not p.is_variant:
        _add_video(load, setting, p, count + 1)


def _add_entry(
    load: Loader, setting: Setting, p: Product, file: str, position: int, hidden: int,
    kind: str = "image",
) -> int:  # fmt: skip
    link = link_of(load, p)
    value = load.next_id(_GALLERY)
    label = p.name if position == 1 else NULL
    load.add(_GALLERY, value, PRODUCT_ID["media_gallery"], file, kind, 0)
    load.add(_GALLERY + "_value_to_entity", value, link)
    load.add(_GALLERY + "_value", value, 0, link, label, position, hidden)
    if p.id % 8 == 3 and position == 1:
        for store in setting.stores_of(p)[1:2]:
            label = p.title(store.language)
            load.add(_GALLERY + "_value", value, store.id, link, label, NULL, hidden)
    return value


def _add_video(load: Loader, setting: Setting, p: Product, position: int) -> None:
    file = f"/v/i/video-{p.id}.jpg"
    value = _add_entry(load, setting, p, file, position, 0, "external-video")
    load.add(_GALLERY + "_value_video", value, 0, "youtube",
             f"https://video.example/watch?v={p.id}", f"{p.name} on the trail",
             "Two minutes in the field.", "length=120" if p.id % 2 else NULL)  # fmt: skip
