"""Downloadable products: links to buy (`optionsV2`), samples, and both as one attribute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.feeds._markers import DOWNLOADABLE
from daemon.feeds._php_json import php_json
from daemon.feeds._rows import among, fetch
from daemon.feeds._values import first_set, integer, present
from daemon.feeds.products.values import VALUE, uid

TYPE = "downloadable"
LINK_PATH = "downloadable/download/linkSample/link_id/"
SAMPLE_PATH = "downloadable/download/sample/sample_id/"


@dataclass(frozen=True, slots=True)
class Link:
    """A file to buy. titles: by store id. prices: by website id, 0 for the default."""

    id: int
    sort_order: int
    downloads: int | None
    has_sample: bool
    titles: dict[int, str | None] = field(default_factory=dict)
    prices: dict[int, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """A file to try. titles: by store id."""

    id: int
    sort_order: int
    titles: dict[int, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Downloads:
    """What can be downloaded, by link id of the product; in the order of the lists."""

    links: Mapping[int, Sequence[Link]]
    samples: Mapping[int, Sequence[Sample]]


def select_links(shop: Shop, link_ids: Sequence[int]) -> sa.Select[Any]:
    """The files to buy."""
    c = shop.tables("downloadable_link").c
    has_sample = sa.or_(c.sample_url.is_not(None), c.sample_file.is_not(None))
    columns = (c.product_id, c.link_id, c.sort_order, c.number_of_downloads, has_sample)
    query = sa.select(*columns).where(among(c.product_id, link_ids))
    return query.order_by(c.sort_order, c.link_id)


def select_samples(shop: Shop, link_ids: Sequence[int]) -> sa.Select[Any]:
    """The files to try."""
    c = shop.tables("downloadable_sample").c
    query = sa.select(c.product_id, c.sample_id, c.sort_order).where(among(c.product_id, link_ids))
    return query.order_by(c.sort_order, c.sample_id)


def select_details(
    shop: Shop, table: str, columns: Sequence[str], ids: Sequence[int]
) -> sa.Select[Any]:
    """Titles or prices: (owner, scope, value)."""
    c = shop.tables(table).c
    return sa.select(*(c[name] for name in columns)).where(among(c[columns[0]], ids))


def read_downloads(connection: sa.Connection, shop: Shop, link_ids: Sequence[int]) -> Downloads:
    """What can be downloaded of these products; empty where the shop lacks the tables."""
    if "downloadable_link" not in shop.tables or "downloadable_sample" not in shop.tables:
        return Downloads({}, {})
    return Downloads(
        read_links(connection, shop, link_ids), read_samples(connection, shop, link_ids)
    )


def read_links(
    connection: sa.Connection, shop: Shop, link_ids: Sequence[int]
) -> dict[int, list[Link]]:
    """The files to buy, with their titles and prices."""
    found: dict[int, list[Link]] = {}
    links: dict[int, Link] = {}
    for owner, link_id, sort_order, downloads, has_sample in fetch(
        connection, select_links(shop, link_ids)
    ):
        links[link_id] = Link(link_id, sort_order, downloads, bool(has_sample))
        found.setdefault(owner, []).append(links[link_id])
    if links:
        titles = select_details(
            shop, "downloadable_link_title", ("link_id", "store_id", "title"), sorted(links)
        )
        for link_id, store_id, title in fetch(connection, titles):
            links[link_id].titles[store_id] = title
        prices = select_details(
            shop, "downloadable_link_price", ("link_id", "website_id", "price"), sorted(links)
        )
        for link_id, website_id, price in fetch(connection, prices):
            links[link_id].prices[website_id] = price
    return found


def read_samples(
    connection: sa.Connection, shop: Shop, link_ids: Sequence[int]
) -> dict[int, list[Sample]]:
    """The files to try, with their titles."""
    found: dict[int, list[Sample]] = {}
    samples: dict[int, Sample] = {}
    for owner, sample_id, sort_order in fetch(connection, select_samples(shop, link_ids)):
        samples[sample_id] = Sample(sample_id, sort_order)
        found.setdefault(owner, []).append(samples[sample_id])
    if samples:
        titles = select_details(
            shop, "downloadable_sample_title", ("sample_id", "store_id", "title"), sorted(samples)
        )
        for sample_id, store_id, title in fetch(connection, titles):
            samples[sample_id].titles[store_id] = title
    return found


def title_of(one: Link | Sample, store_id: int) -> str | None:
    """The title in a store view, else the default one."""
    title: str | None = first_set(one.titles.get(store_id), one.titles.get(0))
    return title


def sample_list(
    samples: Sequence[Sample], store_id: int, web_url: str
) -> list[dict[str, Any]] | None:
    """The field `samples`; None where there are none."""
    return [
        {
            "resource": {
                "url": f"{web_url}{SAMPLE_PATH}{one.id}",
                "label": title_of(one, store_id),
                "roles": None,
            },
            "sortOrder": str(one.sort_order or 0),
        }
        for one in samples
    ] or None


def downloadable_option(
    product_id: int,
    label: str | None,
    links: Sequence[Link],
    scope: tuple[int, int],
    web_url: str,
) -> dict[str, Any]:
    """The one option of a downloadable product, even of one without links.

    scope: store id and website id.
    """
    values = [link_value(one, scope, web_url) for one in links]
    fields = present({"id": f"link:{product_id}", "label": label, "type": TYPE})
    return {**fields, "values": values or None}


def link_value(link: Link, scope: tuple[int, int], web_url: str) -> dict[str, Any]:
    """A file to buy as a value of the option."""
    price = first_set(link.prices.get(scope[1]), link.prices.get(0), 0)
    return {
        **VALUE,
        "id": uid("downloadable", link.id),
        "label": title_of(link, scope[0]),
        "sortOrder": integer(link.sort_order),
        "price": float(price),
        "qty": float(link.downloads or 0),
        "infoUrl": f"{web_url}{LINK_PATH}{link.id}" if link.has_sample else None,
    }


def as_attribute(
    is_bought_apart: Any, samples: Sequence[Mapping[str, Any]], values: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Samples and links as the attribute that storefronts read: JSON text as PHP writes it."""
    text = {
        "purchase_separately": bool(is_bought_apart),
        "samples": [
            {"label": one["resource"]["label"], "url": one["resource"]["url"]} for one in samples
        ],
        "links": [
            {
                "uid": value["id"],
                "label": value["label"] or f"Link {number}",
                "price": value["price"],
                "number_of_downloads": value["qty"],
                "sample_url": value["infoUrl"],
            }
            for number, value in enumerate(values)
        ],
    }
    return {"attributeCode": DOWNLOADABLE, "value": [php_json(text)]}
