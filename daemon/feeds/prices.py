"""Prices: an item for each product and website, and for each customer group that pays otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from daemon.commerce.columns import unpacked_numbers
from daemon.commerce.shop import Shop
from daemon.core.feed import LIGHT_BATCH_ENTITIES, URGENT_WEIGHT, Feed
from daemon.core.item import FeedItem, content_hash, feed_id, ordered
from daemon.feeds import _price_boundaries, _price_edges, _price_rows
from daemon.feeds._price import Price, group_prices, special_discount
from daemon.feeds._price_rows import ALL_WEBSITES, PriceRows
from daemon.feeds._product_ids import select_owners
from daemon.feeds._today import todays

FIXED_PRICE = 1
TYPES = frozenset({"simple", "configurable", "downloadable", "grouped", "bundle", "giftcard"})
NOTHING: Mapping[Any, Any] = {}


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a batch by what they belong to, and what its items share.

    rules: product id → website id → customer group id → price, today's only.
    websites: website id → code. website_of: store id → website id.
    volatile: the canonical times of assembly.
    parents: the field `parents` by website id and parents, as far as it was needed.
    """

    rows: PriceRows
    rules: Mapping[int, Mapping[int, Mapping[int, float]]]
    websites: Mapping[int, str]
    website_of: Mapping[int, int]
    volatile: bytes
    parents: dict[tuple[int, ...], dict[str, Any]] = field(default_factory=dict)


class Subject(NamedTuple):
    """What the items of a product on a website share; parents: the field, if there is any."""

    product_id: int
    sku: str
    kind: str
    website: str
    parents: Mapping[str, Any]


def assemble(rows: PriceRows, shop: Shop, now: dt.datetime) -> Iterator[FeedItem]:
    """The items of the batch's products on each website that they are assigned to."""
    batch = Batch(
        rows,
        rule_prices(rows, todays(shop, rows.default_stores, now)),
        {website.id: website.code for website in shop.scopes.websites.values()},
        {store.id: store.website_id for store in shop.scopes.stores.values()},
        ordered({"updatedAt": now.astimezone(dt.UTC).isoformat(timespec="seconds")}),
    )
    for product_id in rows.ids:
        yield from product_items(batch, product_id)


def rule_prices(
    rows: PriceRows, days: Mapping[int, dt.date]
) -> dict[int, dict[int, dict[int, float]]]:
    """What catalog rules make of prices on each website's own day: product → website → group."""
    found: dict[int, dict[int, dict[int, float]]] = {}
    for website, group, day, text in rows.rules:
        if days.get(website) == day:
            for product_id, price in unpacked_numbers(text).items():
                groups = found.setdefault(product_id, {}).setdefault(website, {})
                groups[group] = price
    return found


def product_items(batch: Batch, product_id: int) -> Iterator[FeedItem]:
    """The items of one product."""
    rows = batch.rows
    sku, type_id, link = rows.products[product_id]
    kind = item_type(type_id, rows.price_types.get(link))
    prices = website_prices(batch, link, is_bundle=type_id == "bundle")
    tiers, rules = rows.tiers.get(link, NOTHING), batch.rules.get(product_id, NOTHING)
    for website in rows.websites.get(product_id, ()):
        code = batch.websites.get(website)
        if code is not None:
            subject = Subject(product_id, sku, kind, code, parents_of(batch, product_id, website))
            price = prices.get(website) or prices[ALL_WEBSITES]
            groups = group_prices(price, website, tiers, rules.get(website, NOTHING))
            for group, one in groups.items():
                yield make_price_item(subject, group, one, batch.volatile)


def item_type(type_id: str, price_type: int | None = None) -> str:
    """The type as items carry it; what the reference doesn't know is a simple product."""
    if type_id == "bundle":
        return "BUNDLE_FIXED" if price_type == FIXED_PRICE else "BUNDLE_DYNAMIC"
    return parent_type(type_id)


def parent_type(type_id: str) -> str:
    """The type that a parent is called by: bundles are not told apart."""
    return type_id.upper() if type_id in TYPES else "SIMPLE"


def website_prices(batch: Batch, link: int, *, is_bundle: bool) -> dict[int, Price]:
    """Regular and special price: that of all websites, and of each with values of its own.

    A store view speaks for its whole website, the last one wins. A store view whose price or
    special price is NULL takes the special price back. The special price of a bundle is a
    percentage.
    """
    regular: dict[int, float] = {ALL_WEBSITES: 0.0}
    special: dict[int, float | None] = {ALL_WEBSITES: None}
    for values, found in ((batch.rows.regular, regular), (batch.rows.special, special)):
        for store, value in values.get(link, ()):
            website = batch.website_of.get(store)
            if website is None:
                continue
            if value is not None:
                found[website] = value
            elif website != ALL_WEBSITES:
                special[website] = None
    kind = "percentage" if is_bundle else "price"
    return {
        website: Price(
            regular.get(website, regular[ALL_WEBSITES]),
            special_discount(kind, special.get(website, special[ALL_WEBSITES])),
            {},
        )
        for website in regular.keys() | special.keys()
    }


def parents_of(batch: Batch, product_id: int, website: int) -> Mapping[str, Any]:
    """The `parents` of an item, absent where no parent is on its website."""
    parents = batch.rows.parents.get(product_id)
    if not parents:
        return NOTHING
    key = (website, *parents)
    found = batch.parents.get(key)
    if found is None:
        found = batch.parents[key] = select_parents(batch.rows, website, parents)
    return found


def select_parents(rows: PriceRows, website: int, parents: Sequence[int]) -> dict[str, Any]:
    """Those of the parents that are on the website, as a field."""
    found = []
    for parent in parents:
        if website in rows.websites.get(parent, ()):
            sku, type_id, _ = rows.products[parent]
            found.append({"sku": sku, "type": parent_type(type_id)})
    return {"parents": orjson.Fragment(ordered(found))} if found else {}


def make_price_item(subject: Subject, group: str, price: Price, volatile: bytes) -> FeedItem:
    """One item; discounts are null where there are none, tierPrices absent."""
    product_id, sku, kind, website, parents = subject
    content = {
        "customerGroupCode": group,
        "deleted": False,
        "discounts": list(price.discounts.values()) or None,
        **parents,
        "productId": product_id,
        "regular": price.regular,
        "sku": sku,
        **({"tierPrices": list(price.tiers.values())} if price.tiers else NOTHING),
        "type": kind,
        "websiteCode": website,
    }
    text = ordered(content)
    return FeedItem(
        product_id,
        feed_id((sku, group, website)),
        text,
        content_hash(text),
        volatile,
        ordered({"customerGroupCode": group, "sku": sku, "websiteCode": website}),
    )


FEED = Feed(
    name="prices",
    edges=_price_edges.edges,
    ids=_price_rows.select_ids,
    read=_price_rows.read,
    assemble=assemble,
    natural_key="sku",
    owners=select_owners,
    boundaries=(_price_boundaries.MIDNIGHT,),
    batch_entities=LIGHT_BATCH_ENTITIES,
    weight=URGENT_WEIGHT,
)
