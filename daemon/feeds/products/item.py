"""From the rows of a batch to product items: one for each store view that sells the product."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from daemon.commerce.shop import Shop
from daemon.core.item import Built, Unbuildable, canonical, feed_id, make_item
from daemon.feeds._scopes import scope_codes
from daemon.feeds.products.entities import Product
from daemon.feeds.products.faults import FaultyProductError
from daemon.feeds.products.fields import ENABLED
from daemon.feeds.products.parents import FIXED_BUNDLE
from daemon.feeds.products.parts import Parts, Texts, assembly_of
from daemon.feeds.products.reading import Rows
from daemon.feeds.products.views import View, view_of


def assemble(rows: Rows, shop: Shop, now: dt.datetime) -> Iterator[Built]:
    """The items of these products in the store views of their websites, active or not."""
    assembly = assembly_of(shop, rows)
    views = [view_of(shop, store) for store in shop.scopes.store_views]
    moment = f"{now:%Y-%m-%d %H:%M:%S}"
    for product in rows.products:
        websites = rows.websites.get(product.id, ())
        parts = Parts(assembly, product)
        for view in views:
            if view.store.website_id in websites:
                yield built(parts, product, view, moment)


def built(parts: Parts, product: Product, view: View, moment: str) -> Built:
    """The item of a product in a store view, or why there can't be one."""
    identity = (product.sku, view.store.code)
    minimal = {"productId": product.id, "sku": product.sku, **scope_codes(view.store)}
    values = parts.values(view)
    try:
        content = content_of(parts, product, view, values)
    except FaultyProductError as fault:
        return Unbuildable(product.id, feed_id(identity), canonical(minimal), str(fault))
    item = make_item(product.id, identity, content | minimal, times(product, moment), minimal)
    return item if parts.is_whole(view, values) else item._replace(unrendered=True)


def times(product: Product, moment: str) -> dict[str, str]:
    """The times that don't count as a change; the moment stands for those that the shop lacks."""
    found = {"modifiedAt": moment, "updatedAt": product.updated_at or moment}
    return found if product.created_at else {**found, "createdAt": moment}


def content_of(parts: Parts, product: Product, view: View, values: Texts) -> dict[str, Any]:
    """All fields of an item that count as a change, but for its identity.

    Raises:
        FaultyProductError: the shop holds something of which no item can be made.
    """
    fields = {**parts.fields(view, values)}
    samples, media = parts.samples(view), parts.media(view, values)
    more = parts.more_attributes(view, values, samples, fields["taxClassId"])
    fields |= parts.categories(view)
    fields |= parts.urls(view, values)
    fields |= parts.relations(view)
    fields |= parts.stock(view, is_enabled=fields["status"] == ENABLED)
    if product.created_at:
        fields["createdAt"] = product.created_at
    return fields | {
        "type": FIXED_BUNDLE if parts.is_fixed_bundle() else product.type_id,
        "attributes": parts.attributes(view, values, more),
        "media_gallery": media.gallery,
        "images": media.images,
        "videos": media.videos,
        "samples": samples,
        "optionsV2": parts.options(view, values),
        "shopperInputOptions": parts.entered_options(view),
        "variants": None,
        "deleted": False,
    }
