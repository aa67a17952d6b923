"""Which feed an item belongs to: by the path it came on, and by its wrapper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from daemon.sandbox.receiver.contract import CONTRACTS, RFC3339, TRUTH, Contract, faults_of

PUBLISHED: Mapping[str, str] = MappingProxyType(
    {
        "categories/v1": "categories",
        "metadata/v2/metadata": "productAttributes",
        "catalog/v2/products": "products",
        "products/v1/prices": "prices",
        "product_variant/v2/product_variant": "variants",
        "catalog/v2/product-overrides": "productOverrides",
        "scopes/v1": "",
        "scopes/v2": "",
    }
)
WRAPPERS: Mapping[str, str] = MappingProxyType(
    {"website": "scopesWebsite", "customerGroup": "scopesCustomerGroup"}
)
ENVELOPE = Contract({}, {"updatedAt": RFC3339, "deleted": TRUTH})
PUBLISHED_PATH = re.compile(r"/feeds/(?P<route>.+)/(?P<environment>[^/]+)")
PLAIN_PATH = re.compile(r"/feeds/(?P<feed>[A-Za-z]\w*)")
NO_IDENTITY = frozenset({"deleted", "modifiedAt", "updatedAt"})


@dataclass(frozen=True, slots=True)
class Understood:
    """An item that was understood.

    identity: the fields that identify it. faults: (field, message) of what is wrong with it.
    """

    feed: str
    identity: Mapping[str, Any]
    is_deleted: bool
    faults: tuple[tuple[str, str], ...]


def feed_of(path: str) -> str | None:
    """The feed of a path, empty where the items say themselves; None for a path of no feed."""
    if found := PLAIN_PATH.fullmatch(path):
        return found["feed"]
    published = PUBLISHED_PATH.fullmatch(path)
    return PUBLISHED.get(published["route"]) if published else None


def feeds_in(feed: str, body: bytes) -> set[str]:
    """The feeds of a path's items: its own, or those whose wrappers the body holds."""
    if feed:
        return {feed}
    return {inner for name, inner in WRAPPERS.items() if f'"{name}":'.encode() in body}


def understood(feed: str, item: Any) -> Understood:
    """What one element of the array is."""
    if not isinstance(item, dict):
        return Understood(feed, {}, is_deleted=False, faults=(("", "an item is an object"),))
    if feed:
        return checked(feed, item, bool(item.get("deleted")), ())
    for wrapper, inner_feed in WRAPPERS.items():
        if isinstance(inner := item.get(wrapper), dict):
            deleted = item.get("deleted") is True
            return checked(inner_feed, inner, deleted, tuple(faults_of(ENVELOPE, item)))
    wrong = (("", f"an item is wrapped in {' or '.join(WRAPPERS)}"),)
    return Understood("", {}, is_deleted=False, faults=wrong)


def checked(
    feed: str, item: Mapping[str, Any], deleted: bool, faults: tuple[tuple[str, str], ...]
) -> Understood:
    """The item against the contract of its feed; a feed without one takes anything."""
    contract = CONTRACTS.get(feed)
    if contract is None:
        rest = {name: value for name, value in item.items() if name not in NO_IDENTITY}
        return Understood(feed, rest, deleted, faults)
    identity = {name: item.get(name) for name in contract.identity}
    state = item if item.get("deleted") is deleted else {**item, "deleted": deleted}
    return Understood(feed, identity, deleted, (*faults, *faults_of(contract, state)))
