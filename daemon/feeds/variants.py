"""Variants: an item for each product that a configurable product is sold as."""

from __future__ import annotations

import datetime as dt
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from hashlib import md5

import orjson

from daemon.commerce.shop import Shop
from daemon.core.feed import LIGHT_BATCH_ENTITIES, Feed
from daemon.core.item import FeedItem, canonical, content_hash, feed_id, ordered
from daemon.feeds import _variant_edges, _variant_rows
from daemon.feeds._product_ids import select_owners
from daemon.feeds._variant_rows import VariantRows


def assemble(rows: VariantRows, shop: Shop, now: dt.datetime) -> Iterator[FeedItem]:
    """An item for each parent and child with a value of at least one super attribute."""
    times = ordered({"modifiedAt": now.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")})
    text_of = option_texts(rows, shop)
    for parent_id, parent_sku, parent_link, skus, texts in rows.parents:
        columns = [
            (one, rows.options[one])
            for one in rows.attributes.get(parent_link, ())
            if one in rows.options
        ]
        links = orjson.loads(texts)
        for child, sku in orjson.loads(skus).items():
            link = links[child]
            parts = [
                text_of(one, option) for one, column in columns for option in column.get(link, ())
            ]
            if parts:
                values = orjson.Fragment(b"[" + b",".join(parts) + b"]")
                pair = int(child), sku, parent_id, parent_sku
                yield make_variant(pair, values, times)


def option_texts(rows: VariantRows, shop: Shop) -> Callable[[int, int], bytes]:
    """Canonical JSON of an option of an attribute: objects joined by commas, one for each label."""
    attributes = shop.product_attributes.by_id

    @cache
    def text_of(attribute: int, option: int) -> bytes:
        code, labels = attributes[attribute].code, rows.labels.get(option) or (None,)
        return option_values(attribute, option, code, labels)

    return text_of


def option_values(attribute: int, option: int, code: str, labels: Sequence[str | None]) -> bytes:
    """Canonical JSON objects, joined by commas, of one option: one for each label."""
    uid = b64encode(f"configurable/{attribute}/{option}".encode()).decode()
    same = {"attributeCode": code, "uid": uid, "valueIndex": str(option)}
    return b",".join(canonical({**same, "label": label}) for label in labels)


def make_variant(
    pair: tuple[int, str, int, str], values: orjson.Fragment, times: bytes
) -> FeedItem:
    """One item.

    pair: id and sku of the child, id and sku of its parent.
    """
    child, sku, parent, parent_sku = pair
    path = f"configurable/{parent_sku}/{sku}"
    uid = md5(path.encode(), usedforsecurity=False).hexdigest()
    product, its_parent = {"productId": str(child), "productSku": sku}, {"parentSku": parent_sku}
    content = ordered(
        {
            "deleted": False,
            "id": uid,
            "optionValues": values,
            "parentId": str(parent),
            **its_parent,
            **product,
        }
    )
    return FeedItem(
        child,
        feed_id((parent_sku, sku)),
        content,
        content_hash(content),
        times,
        ordered({"id": uid, "optionValues": values, **its_parent, **product}),
    )


FEED = Feed(
    name="variants",
    edges=_variant_edges.edges,
    ids=_variant_rows.select_ids,
    read=_variant_rows.read,
    assemble=assemble,
    natural_key="productSku",
    owners=select_owners,
    batch_entities=LIGHT_BATCH_ENTITIES,
)
