"""The lists of an item; what store views have in common is put together once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from daemon.commerce.shop import Shop
from daemon.core.item import canonical
from daemon.feeds._eav import DEFAULT_STORE, NOTHING
from daemon.feeds.products import bundle, configurable, custom_options, downloadable, extras
from daemon.feeds.products.attributes import Listing, listed
from daemon.feeds.products.categories import CategoryTexts
from daemon.feeds.products.configurable import ConfigurableTexts
from daemon.feeds.products.entities import Product
from daemon.feeds.products.fields import descriptions, own_fields
from daemon.feeds.products.links import grouped_option, link_list
from daemon.feeds.products.media import Shown, gallery_shown, ordered
from daemon.feeds.products.parents import parent_list
from daemon.feeds.products.reading import Rows
from daemon.feeds.products.urls import page_url, rewrite_list
from daemon.feeds.products.views import View

Texts = Mapping[str, str | None]
"""The values of a product in a store view, by attribute code."""


class Lists(NamedTuple):
    """The three lists of a gallery; None where one is empty."""

    gallery: orjson.Fragment | None
    images: orjson.Fragment | None
    videos: orjson.Fragment | None


EMPTY = Lists(None, None, None)


@dataclass(frozen=True, slots=True)
class Assembly:
    """The rows of a batch, and what remembers the texts that recur in it."""

    shop: Shop
    rows: Rows
    listing: Listing
    categories: CategoryTexts
    configurables: ConfigurableTexts


def assembly_of(shop: Shop, rows: Rows) -> Assembly:
    """An assembly that remembers nothing yet."""
    return Assembly(
        shop,
        rows,
        Listing.of(listed(shop), rows.options),
        CategoryTexts(rows.categories),
        ConfigurableTexts(rows.configurables, rows.options, rows.swatches, shop.config.media_url()),
    )


def lists_of(entries: Sequence[Shown]) -> Lists:
    """The three lists of these entries."""
    return Lists(
        json_list([one.gallery for one in entries]),
        json_list([one.image for one in entries if one.image is not None]),
        json_list([one.video for one in entries if one.video is not None]),
    )


def json_list(entries: Sequence[bytes]) -> orjson.Fragment | None:
    """The entries as a list; None where there are none."""
    return orjson.Fragment(b"[" + b",".join(entries) + b"]") if entries else None


class Parts:
    """The parts of one product's items."""

    def __init__(self, assembly: Assembly, product: Product) -> None:
        self._all = assembly
        self._rows = assembly.rows
        self._product = product
        self._default = assembly.rows.values.of(product.id, DEFAULT_STORE)
        self._fields: dict[tuple[int, str, str, str], Mapping[str, Any]] = {}
        self._whole: dict[int, bool] = {}
        self._entries: dict[tuple[int, int], list[bytes]] = {}
        self._lists: dict[tuple[int, int], orjson.Fragment | None] = {}
        self._galleries: dict[tuple[int, str], list[Shown]] = {}
        self._single: dict[tuple[int, str], Lists] = {}

    def values(self, view: View) -> Texts:
        """The product's values in a store view."""
        return self._rows.values.of(self._product.id, view.store.id) or NOTHING

    def speaker(self, view: View, values: Texts) -> int:
        """The store view itself where it has values of its own, else store 0."""
        return DEFAULT_STORE if values is self._default else view.store.id

    def fields(self, view: View, values: Texts) -> Mapping[str, Any]:
        """The fields that the values tell; store views that look alike share them.

        Raises:
            FaultyProductError: there are no values, or the status is none.
        """
        key = (self.speaker(view, values), view.media_url, view.currency, view.weight_unit)
        if key not in self._fields:
            shop, tax_classes = self._all.shop, self._rows.tax_classes
            self._fields[key] = own_fields(shop, view, values, tax_classes)
        return self._fields[key]

    def is_whole(self, view: View, values: Texts) -> bool:
        """False where a description holds what only the shop's own code can render."""
        speaker = self.speaker(view, values)
        if speaker not in self._whole:
            texts = descriptions(self._all.shop, values).values()
            self._whole[speaker] = all(one.is_whole for one in texts)
        return self._whole[speaker]

    def attributes(
        self, view: View, values: Texts, more: Sequence[Mapping[str, Any]]
    ) -> orjson.Fragment | None:
        """The list of attributes with some more entries at its end."""
        language = self._all.listing.language(view.store.id)
        key = (self.speaker(view, values), language)
        if key not in self._entries:
            self._entries[key] = self._all.listing.entries(values, language)
            self._lists[key] = json_list(self._entries[key])
        return json_list([*self._entries[key], *map(canonical, more)]) if more else self._lists[key]

    def media(self, view: View, values: Texts) -> Lists:
        """The three lists of the gallery."""
        gallery = self._rows.media.galleries.get(self._product.link_id)
        if not gallery:
            return EMPTY
        speaker = self.speaker(view, values)
        if speaker == DEFAULT_STORE and self._rows.media.speaks(gallery, view.store.id):
            speaker = view.store.id
        key = (speaker, view.media_url)
        if key not in self._galleries:
            found = self._galleries[key] = gallery_shown(
                self._rows.media, self._product.link_id, speaker, view.media_url, values
            )
            if len(found) == 1:
                self._single[key] = lists_of(found)
        return self._single.get(key) or lists_of(
            ordered(self._galleries[key], view.store.code, self._product.id)
        )

    def categories(self, view: View) -> dict[str, Any]:
        """`categoryData`, and `categories` where there are any."""
        entries, paths = self._all.categories.parts(self._product.id, view.store.id)
        if not paths:
            return {"categoryData": None}
        return {"categoryData": json_list(entries), "categories": paths}

    def stock(self, view: View, *, is_enabled: bool) -> dict[str, bool]:
        """Whether it can be bought, and whether there is little left."""
        in_stock, quantity = self._rows.stocks.state(self._product.id, view.store.website_code)
        return {
            "inStock": in_stock,
            "buyable": in_stock and is_enabled,
            "lowStock": (quantity or 0.0) < view.low_stock_below,
        }

    def urls(self, view: View, values: Texts) -> dict[str, Any]:
        """The page's address, and all that lead there."""
        rewrites = self._rows.rewrites.get((self._product.id, view.store.id), ())
        return {
            "url": page_url(rewrites, view.link_url, self._product.id, values.get("url_key")),
            "urlRewrites": rewrite_list(rewrites, view.web_url),
        }

    def relations(self, view: View) -> dict[str, Any]:
        """What it points to, and what it is a part of."""
        website, rows = view.store.website_id, self._rows
        linked = rows.links.linked.get(self._product.link_id, ())
        parents = rows.parents.get(self._product.id, ())
        return {
            "links": link_list(linked, rows.websites, website) if linked else None,
            "parents": parent_list(parents, rows.websites, website) if parents else None,
        }

    def samples(self, view: View) -> list[dict[str, Any]] | None:
        """The files to try."""
        samples = self._rows.downloads.samples.get(self._product.link_id, ())
        return downloadable.sample_list(samples, view.store.id, view.web_url)

    def downloads(self, view: View, values: Texts) -> dict[str, Any]:
        """The option of a downloadable product."""
        return downloadable.downloadable_option(
            self._product.id,
            values.get("links_title"),
            self._rows.downloads.links.get(self._product.link_id, ()),
            (view.store.id, view.store.website_id),
            view.web_url,
        )

    def options(self, view: View, values: Texts) -> list[dict[str, Any]] | None:
        """The options to choose from, of whatever kind.

        Raises:
            FaultyProductError: a custom option leaves nothing to choose.
        """
        product, rows, store = self._product, self._rows, view.store
        custom = rows.custom_options.get(product.link_id, ())
        grouped = rows.links.grouped.get(product.link_id, ())
        found = custom_options.selectable(custom, store.id) if custom else []
        if product.type_id == downloadable.TYPE:
            found.append(self.downloads(view, values))
        if grouped:
            found += grouped_option(product.id, grouped, rows.websites, store.website_id)
        if product.link_id in rows.bundles.options:
            found += bundle.bundle_options(
                rows.bundles, product.link_id, store.id, store.website_id
            )
        if product.type_id == configurable.TYPE:
            found += self._all.configurables.options(product.link_id, store.id)
        return found or None

    def entered_options(self, view: View) -> list[dict[str, Any]] | None:
        """The options to enter something."""
        custom = self._rows.custom_options.get(self._product.link_id)
        return (custom_options.entered(custom, view.store.id) if custom else None) or None

    def more_attributes(
        self, view: View, values: Texts, samples: Iterable[Mapping[str, Any]] | None, tax_class: str
    ) -> list[dict[str, Any]]:
        """The entries of the attribute list that are no attributes of the shop."""
        product, rows, found = self._product, self._rows, []
        if product.type_id == downloadable.TYPE:
            links = self.downloads(view, values)["values"] or ()
            apart = values.get("links_purchased_separately") not in {None, "0"}
            found.append(downloadable.as_attribute(apart, list(samples or ()), links))
        if rows.extras.codes:
            ids = (product.id, product.attribute_set_id)
            config, website = self._all.shop.config, view.store.website_code
            found += extras.extra_entries(rows.extras, config, ids, website, tax_class)
        return found

    def is_fixed_bundle(self) -> bool:
        """True for a bundle whose price is fixed, in whatever store view that is said."""
        if self._product.type_id != bundle.TYPE:
            return False
        stores = self._rows.values.by_entity.get(self._product.id, {})
        return any(texts.get("price_type") == "1" for texts in stores.values())
