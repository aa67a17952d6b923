"""A feed names the options that it is built by: when one of them changes, it is gone through."""

import pytest
from feed_shop import NOW
from showcase_world import fill

from daemon.core.options import FeedOptions
from daemon.feeds import FEEDS


class NotedOptions:
    """Options that note which of them are looked at."""

    def __init__(self):
        self.read = set()

    def __getattr__(self, name):
        self.read.add(name)
        return getattr(FeedOptions(), name)


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_a_feed_names_every_option_that_it_reads_and_no_other(permitting_shop, feed):
    shop = permitting_shop
    fill(shop)
    shop.category_values(11, description="{{block id='a'}}")
    shop.product_values(1, description="{{block id='a'}}")
    shop.order(7)
    shop.options = noted = NotedOptions()
    ids = shop.ids(feed.ids(shop.read()))
    list(feed.build(shop.connection, shop.read(), ids, NOW))
    assert noted.read == set(feed.options)
