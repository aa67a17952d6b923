"""What translations must know beside the items of a feed."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from daemon.core.aside import Aside, with_aside
from daemon.core.delivery import Destination
from daemon.core.feed import Feed
from daemon.feeds.asides import variant_references, website_prices

ASIDES: Mapping[str, Aside] = MappingProxyType(
    {"products": variant_references.ASIDE, "scopesWebsite": website_prices.ASIDE}
)
"""Feed → its aside."""


def with_asides(feeds: Iterable[Feed], destinations: Sequence[Destination]) -> tuple[Feed, ...]:
    """The feeds, those that some destination translates with what it must know beside them."""
    return tuple(
        with_aside(feed, ASIDES[feed.name])
        if feed.name in ASIDES
        and any(one.takes(feed.name) and one.translation(feed.name) for one in destinations)
        else feed
        for feed in feeds
    )
