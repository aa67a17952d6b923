"""The shop of every feed's tests, under the name that tests of prices know it by."""

from feed_shop import NOW, FeedShop
from feed_shop import feed_shop as product_shop

__all__ = ["NOW", "FeedShop", "product_shop"]
