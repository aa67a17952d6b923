"""The address of a product page, and all addresses that lead there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.feeds._rows import among, fetch

FIRST_PARAMETER = 3
"""Where the parameters begin in `catalog/product/view/id/5/category/7`."""


class Rewrite(NamedTuple):
    """An address and what it stands for. is_own: it is the product's own, by no category."""

    path: str
    target: str
    is_own: bool


Rewrites = Mapping[tuple[int, int], Sequence[Rewrite]]
"""(product id, store id) → addresses, by id."""


def select_rewrites(shop: Shop, ids: Sequence[int]) -> sa.Select[Any]:
    """The addresses of these products in all store views."""
    c = shop.tables("url_rewrite").c
    is_own = sa.and_(c.redirect_type == 0, c.metadata.is_(None))
    columns = (c.url_rewrite_id, c.entity_id, c.store_id, c.request_path, c.target_path, is_own)
    return sa.select(*columns).where(among(c.entity_id, ids), c.entity_type == "product")


def read_rewrites(connection: sa.Connection, shop: Shop, ids: Sequence[int]) -> Rewrites:
    """The addresses of these products in all store views."""
    found: dict[tuple[int, int], list[Rewrite]] = {}
    for _, product_id, store_id, path, target, is_own in sorted(
        fetch(connection, select_rewrites(shop, ids))
    ):
        rewrite = Rewrite(path or "", target or "", bool(is_own))
        found.setdefault((product_id, store_id), []).append(rewrite)
    return found


def page_url(
    rewrites: Sequence[Rewrite], link_url: str, product_id: int, url_key: str | None
) -> str:
    """The address of the product's page; of several own ones the last counts."""
    own = [one.path for one in rewrites if one.is_own]
    path = own[-1] if own else f"catalog/product/view/id/{product_id}/s/{url_key or ''}/"
    return link_url + path


def rewrite_list(rewrites: Sequence[Rewrite], web_url: str) -> list[dict[str, Any]] | None:
    """The field `urlRewrites`; None where there are none."""
    return [
        {"url": web_url + one.path, "parameters": parameters(one.target)} for one in rewrites
    ] or None


def parameters(target: str) -> list[dict[str, str]] | None:
    """The parameters in a path as pairs of name and value."""
    parts = target.strip("/").split("/")[FIRST_PARAMETER:]
    pairs = zip(parts[::2], parts[1::2], strict=False)
    return [{"name": name, "value": value} for name, value in pairs] or None
