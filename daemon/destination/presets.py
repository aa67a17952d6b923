"""What is known of each kind of HTTP destination: routes, batch sizes, envelopes, time fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from daemon.core.translation import Translation
from daemon.destination import optimizer
from daemon.destination_settings import DestinationSettings


class TimeFormat(Enum):
    """How a moment is written, always in UTC."""

    PLAIN = "%Y-%m-%d %H:%M:%S"
    RFC3339 = "%Y-%m-%dT%H:%M:%S+00:00"


@dataclass(frozen=True, slots=True)
class TimeField:
    """The field of an item that tells when it was sent."""

    name: str
    format: TimeFormat = TimeFormat.PLAIN


@dataclass(frozen=True, slots=True)
class Preset:
    """The values of one kind of destination; settings are laid over them, feed by feed.

    routes: feed → path, with {environment_id} and {feed} to fill in.
    default_route: the path of the feeds that `routes` leaves out; None: they are off.
    envelopes: feed → the key that each item is wrapped in, beside its time and `deleted`.
    time_fields: feed → its time field; the others have DEFAULT_TIME_FIELD.
    batch_items: feed → items per request at most; `default` for the others.
    headers: sent with every request.
    requests_per_minute: the guard rail of the service; None: none is known.
    deletions: feed → the fields that a deletion names: it goes to the route's path with /delete
        behind it. Other feeds' tombstones go where their items go.
    item_bytes: feed → bytes of an item at most; the others have no limit.
    needs: feed → the feed without whose items the service takes no notice of its own.
    translations: how the settings have items of a feed translated; None: it knows them as they are,
        of every feed. Else it has a place for those only that are translated.
    """

    routes: Mapping[str, str]
    default_route: str | None
    envelopes: Mapping[str, str]
    time_fields: Mapping[str, TimeField]
    batch_items: Mapping[str, int]
    headers: Mapping[str, str]
    requests_per_minute: float | None = None
    deletions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    item_bytes: Mapping[str, int] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)
    translations: Callable[[str, DestinationSettings], Translation | None] | None = None


DEFAULT_TIME_FIELD = TimeField("modifiedAt")
TIME_FIELDS = MappingProxyType(
    {
        "prices": TimeField("updatedAt", TimeFormat.RFC3339),
        "scopesWebsite": TimeField("updatedAt", TimeFormat.RFC3339),
        "scopesCustomerGroup": TimeField("updatedAt", TimeFormat.RFC3339),
        "orders": TimeField("updatedAt", TimeFormat.RFC3339),
        "inventoryStockStatus": TimeField("updatedAt"),
    }
)
BATCH_ITEMS = MappingProxyType({"default": 100, "prices": 500})
HEADERS = MappingProxyType({"Content-Type": "application/json", "Accept": "application/json"})

# Routes as published in the API contract of 2024-01; feeds that it leaves out need one by setting.
# Its guidance names two requests a second; whoever sends more gets 429 and has to ask for help.
CLASSIC = Preset(
    routes=MappingProxyType(
        {
            "categories": "/feeds/categories/v1/{environment_id}",
            "productAttributes": "/feeds/metadata/v2/metadata/{environment_id}",
            "products": "/feeds/catalog/v2/products/{environment_id}",
            "prices": "/feeds/products/v1/prices/{environment_id}",
            "variants": "/feeds/product_variant/v2/product_variant/{environment_id}",
            "productOverrides": "/feeds/catalog/v2/product-overrides/{environment_id}",
            "scopesWebsite": "/feeds/scopes/v1/{environment_id}",
            "scopesCustomerGroup": "/feeds/scopes/v1/{environment_id}",
        }
    ),
    default_route=None,
    envelopes=MappingProxyType(
        {"scopesWebsite": "website", "scopesCustomerGroup": "customerGroup"}
    ),
    time_fields=TIME_FIELDS,
    batch_items=BATCH_ITEMS,
    headers=HEADERS,
    requests_per_minute=120.0,
)
PLAIN = Preset(
    routes=MappingProxyType({}),
    default_route="/feeds/{feed}",
    envelopes=MappingProxyType({}),
    time_fields=TIME_FIELDS,
    batch_items=BATCH_ITEMS,
    headers=HEADERS,
)

# As published in the API contract of 2026-03, with the limits of its guidance.
OPTIMIZER = Preset(
    routes=MappingProxyType(
        {
            "scopesWebsite": "/{environment_id}/v1/catalog/price-books",
            "productAttributes": "/{environment_id}/v1/catalog/products/metadata",
            "categories": "/{environment_id}/v1/catalog/categories",
            "products": "/{environment_id}/v1/catalog/products",
            "prices": "/{environment_id}/v1/catalog/products/prices",
        }
    ),
    default_route=None,
    envelopes=MappingProxyType({}),
    time_fields=MappingProxyType({}),
    batch_items=MappingProxyType({"default": 100, "prices": 500, "scopesWebsite": 500}),
    headers=HEADERS,
    requests_per_minute=300.0,
    deletions=MappingProxyType(optimizer.IDENTITIES),
    item_bytes=MappingProxyType({"products": 200 * 1024}),
    needs=MappingProxyType({"prices": "scopesWebsite"}),
    translations=optimizer.translation,
)
PRESETS = MappingProxyType({"classic": CLASSIC, "plain": PLAIN, "optimizer": OPTIMIZER})
