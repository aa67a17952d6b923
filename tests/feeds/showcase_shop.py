"""The shop of every feed's tests, under the name that tests of products know it by."""

from feed_shop import feed_shop as showcase_shop
from page_rows import PLAIN, VALUE, uid

__all__ = ["PLAIN", "VALUE", "showcase_shop", "uid"]
