"""The shop of every feed's tests, under the name that tests of the catalog know it by."""

from feed_shop import NOW, FeedShop
from feed_shop import feed_shop as catalog_shop

__all__ = ["NOW", "FeedShop", "catalog_shop"]
