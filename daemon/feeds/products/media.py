"""Images and videos of an item, with the roles that they play."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.core.item import canonical
from daemon.feeds._rows import among, fetch

ROLES = ("image", "small_image", "thumbnail", "swatch_image")
IMAGE, VIDEO = "image", "external-video"
HIDDEN = "hide_from_pdp"
IMAGE_PATH = "catalog/product"
VIDEO_FIELDS = ("videoProvider", "videoUrl", "videoTitle", "videoDescription", "videoMetadata")


class Words(NamedTuple):
    """What a store view says of an entry; None where it says nothing of its own."""

    label: str | None = None
    position: int | None = None
    disabled: int | None = None


SILENT = Words()


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a product's gallery. words: store id → what is said of it there."""

    value_id: int
    media_type: str
    file: str
    words: dict[int, Words] = field(default_factory=dict)

    def said(self, store_id: int) -> Words:
        """What is said of it in a store view; column by column, NULL falls through to store 0."""
        own, default = self.words.get(store_id), self.words.get(0, SILENT)
        return default if own is None else Words(*map(first_set, own, default))


Videos = Mapping[int, Mapping[int, Sequence[str | None]]]
"""Value id → store id → provider, url, title, description, metadata."""


@dataclass(frozen=True, slots=True)
class Media:
    """The galleries of a batch, by link id."""

    galleries: Mapping[int, Sequence[Entry]]
    videos: Videos

    def speaks(self, gallery: Iterable[Entry], store_id: int) -> bool:
        """True where the store view says something of its own."""
        return any(
            store_id in entry.words or store_id in self.videos.get(entry.value_id, ())
            for entry in gallery
        )


def select_galleries(shop: Shop, link_ids: Sequence[int]) -> sa.Select[Any]:
    """One row for each file of a gallery and store that says something of it, in a fixed order."""
    owner = shop.tables("catalog_product_entity_media_gallery_value_to_entity")
    gallery = shop.tables("catalog_product_entity_media_gallery")
    said = shop.tables("catalog_product_entity_media_gallery_value")
    link = shop.link_field
    is_said = sa.and_(said.c.value_id == owner.c.value_id, said.c[link] == owner.c[link])
    return (
        sa.select(
            owner.c[link],
            gallery.c.value_id,
            gallery.c.media_type,
            gallery.c.value,
            said.c.store_id,
            said.c.label,
            said.c.position,
            said.c.disabled,
        )
        .join_from(owner, gallery, gallery.c.value_id == owner.c.value_id)
        .outerjoin(said, is_said)
        .where(
            among(owner.c[link], link_ids),
            gallery.c.attribute_id == shop.product_attributes.by_code["media_gallery"].id,
        )
    )


def select_videos(shop: Shop, value_ids: Sequence[int]) -> sa.Select[Any]:
    """What the store views say of these videos."""
    c = shop.tables("catalog_product_entity_media_gallery_value_video").c
    columns = (c.value_id, c.store_id, c.provider, c.url, c.title, c.description, c.metadata)
    return sa.select(*columns).where(among(c.value_id, value_ids))


def read_media(connection: sa.Connection, shop: Shop, link_ids: Sequence[int]) -> Media:
    """The galleries of these products in all store views."""
    galleries: dict[int, dict[int, Entry]] = {}
    if "media_gallery" in shop.product_attributes.by_code:
        rows = fetch(connection, select_galleries(shop, link_ids))
        for link_id, value_id, media_type, file, store_id, *words in rows:
            gallery = galleries.setdefault(link_id, {})
            entry = gallery.get(value_id)
            if entry is None:
                entry = gallery[value_id] = Entry(value_id, media_type, file or "")
            if store_id is not None:
                entry.words[store_id] = Words(*words)
    found = {
        link_id: [gallery[value_id] for value_id in sorted(gallery)]
        for link_id, gallery in galleries.items()
    }
    return Media(found, read_videos(connection, shop, found.values()))


def read_videos(
    connection: sa.Connection, shop: Shop, galleries: Iterable[Iterable[Entry]]
) -> Videos:
    """What is said of the entries that are more than images."""
    ids = {one.value_id for some in galleries for one in some if one.media_type != IMAGE}
    found: dict[int, dict[int, Sequence[str | None]]] = {}
    if ids:
        for value_id, store_id, *words in fetch(connection, select_videos(shop, sorted(ids))):
            found.setdefault(value_id, {})[store_id] = words
    return found


class Shown(NamedTuple):
    """An entry as items of a store view show it: JSON objects, None where a list leaves it out.

    order: what the reference sorts by, but for the store view and the product.
    """

    order: str
    gallery: bytes
    image: bytes | None
    video: bytes | None


def shown(
    entry: Entry, words: Words, video: Sequence[str | None], media_url: str, roles: Sequence[str]
) -> Shown:
    """The entry in its three forms."""
    url, label = f"{media_url}{IMAGE_PATH}{entry.file}", words.label or ""
    details = {name: text or None for name, text in zip(VIDEO_FIELDS, video, strict=False)}
    details = {name: None if text == "0" else text for name, text in details.items()}
    more = {**details, "mediaType": entry.media_type} if any(details.values()) else None
    place = int(words.position or 0)
    parts = [*roles, HIDDEN] if words.disabled else roles
    resource = {"url": url, "label": label, "roles": parts or None}
    row = {"url": url, "label": label, "types": roles or None, "sort_order": place}
    return Shown(
        f"{'' if words.position is None else words.position}-{entry.file}",
        canonical(row if more is None else {**row, "video_attributes": more}),
        canonical({"resource": resource, "sortOrder": str(place)})
        if entry.media_type == IMAGE
        else None,
        canonical(
            {"preview": resource, "sortOrder": str(place)}
            | ({} if more is None else {"video": more})
        )
        if entry.media_type == VIDEO
        else None,
    )


def gallery_shown(
    media: Media, link_id: int, store_id: int, media_url: str, values: Mapping[str, str | None]
) -> list[Shown]:
    """A product's gallery in a store view, in no order; of two equal entries the last counts."""
    roles: dict[str, list[str]] = {}
    for role in ROLES:
        file = values.get(role)
        if file:
            roles.setdefault(file, []).append(role)
    found = {}
    for entry in media.galleries.get(link_id, ()):
        video = said_of_video(media.videos.get(entry.value_id, {}), store_id)
        one = shown(entry, entry.said(store_id), video, media_url, roles.get(entry.file, []))
        found[one.order] = one
    return list(found.values())


def said_of_video(
    stores: Mapping[int, Sequence[str | None]], store_id: int
) -> Sequence[str | None]:
    """What is said of a video in a store view; NULL falls through to store 0."""
    own, default = stores.get(store_id), stores.get(0)
    if own is None or default is None:
        return own or default or ()
    return [*map(first_set, own, default)]


def first_set(one: Any, other: Any) -> Any:
    """The first value, or the other where it is NULL."""
    return other if one is None else one


def ordered(gallery: Sequence[Shown], store_code: str, product_id: int) -> Sequence[Shown]:
    """The entries in the order of the reference: by a hash that has no meaning but is stable."""
    if len(gallery) == 1:
        return gallery
    prefix = f"{store_code}-{product_id}-"
    sha1: Callable[..., Any] = hashlib.sha1
    return sorted(
        gallery, key=lambda one: sha1((prefix + one.order).encode(), usedforsecurity=False).digest()
    )
