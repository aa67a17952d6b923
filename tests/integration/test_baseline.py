"""What a feed is built by: a change of it leads to a resync, and nothing else does."""

from dataclasses import replace

import orjson
from world import THINGS

from changelog_triggers.model import Changelog, Key, KeyType, Subscription
from daemon.commerce.shop import ShopReader
from daemon.core.feed import Edge
from daemon.core.options import Directives, FeedOptions
from daemon.sync.baseline import fingerprint, request_baselines


def test_a_feed_that_is_built_otherwise_is_resynced_and_only_what_differs_is_sent(world):
    world.add("a", "b")
    request_baselines(world.context)
    world.drain()
    world.shelf.told()

    def assemble(rows, shop, now):
        for one in THINGS.assemble(rows, shop, now):
            mended = one._replace(hash=one.hash[::-1])
            yield mended if orjson.loads(one.body)["sku"] == "b" else one

    context = world.new_context(world.shelf)
    context = replace(context, feeds=(replace(THINGS, assemble=assemble, version=2),))
    assert request_baselines(context) == ["things"]
    assert request_baselines(context) == []
    world.new_engine(context).drain()
    assert world.shelf.told() == [("b", False)]
    assert [row["reason"] for row in world.rows(world.own.runs)][-1] == "built by other rules"


def test_only_options_and_values_that_a_feed_reads_count_for_it(world):
    config = Subscription(Changelog("config", KeyType.TEXT), "core_config_data", Key("path"))
    reading = Edge(config, "all", whole=True, values=frozenset({"web/unsecure/base_url"}))
    feed = replace(THINGS, edges=lambda _: (reading,), options=("directives",))

    def made_by(feed=feed, overrides=(), **options):
        reader = ShopReader("", dict(overrides), FeedOptions(**options))
        with world.shop.connect() as connection:
            return fingerprint(feed, reader.read(connection), world.shelf)

    plain = made_by()
    assert made_by(extra_attributes=("ac_inventory",)) == plain
    assert made_by(overrides=[("general/locale/weight_unit", "kg")]) == plain
    others = {
        made_by(directives=Directives.STRIP),
        made_by(overrides=[("web/unsecure/base_url", "https://shop.test/")]),
        made_by(overrides=[("stores/en/web/unsecure/base_url", "https://shop.test/")]),
        made_by(replace(feed, version=2)),
        made_by(replace(feed, additions=("weather 1",))),
    }
    assert len(others - {plain}) == 5
