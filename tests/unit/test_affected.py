import datetime as dt

from changelog_triggers.model import Changelog, Key, KeyType, Subscription
from daemon.core.affected import Change, affected
from daemon.core.feed import Edge, Feed

NOW = dt.datetime(2026, 1, 1)  # noqa: DTZ001 — the driver gives naive UTC
PRODUCT = Changelog("product")
VARCHAR = Subscription(PRODUCT, "p_varchar", Key("entity_id"))
STORE = Subscription(PRODUCT, "store", Key(None))
FEED = Feed("f", None, None, None, None, "sku")  # type: ignore[arg-type]


def change(entity_id, table="p_varchar", attribute_id=None, minute=0):
    return Change(1, entity_id, table, attribute_id, NOW + dt.timedelta(minutes=minute))


def find(changes, *edges):
    codes = {7: "name", 8: "cost"}
    return [
        (one.edge, one.ids, one.is_whole)
        for one in affected(changes, [(FEED, edge) for edge in edges], codes)
    ]


def test_changes_of_another_table_do_not_count():
    assert find([change(1, "p_int")], Edge(VARCHAR, "")) == []


def test_an_entity_that_changed_twice_is_affected_once():
    edge = Edge(VARCHAR, "")
    assert find([change(2), change(1), change(2)], edge) == [(edge, (2, 1), False)]


def test_an_attribute_that_the_feed_does_not_read_affects_nothing():
    edge = Edge(VARCHAR, "", attributes=frozenset({"name"}))
    assert find([change(1, attribute_id=8)], edge) == []
    assert find([change(1, attribute_id=7)], edge) == [(edge, (1,), False)]


def test_an_attribute_that_is_gone_counts_for_every_edge():
    edge = Edge(VARCHAR, "", attributes=frozenset({"name"}))
    assert find([change(1, attribute_id=99)], edge) == [(edge, (1,), False)]


def test_a_coarse_change_makes_the_whole_feed_stale():
    edge = Edge(VARCHAR, "")
    assert find([change(0, "p_varchar*"), change(5)], edge) == [(edge, (), True)]


def test_an_edge_of_the_whole_feed_names_no_ids():
    edge = Edge(STORE, "", whole=True)
    assert find([change(5, "store")], edge) == [(edge, (), True)]


def test_only_the_named_ids_of_a_changelog_count():
    edge = Edge(STORE, "", whole=True, values=frozenset({"currency/options/base"}))
    assert find([change("web/url/use_store", "store")], edge) == []
    assert find([change("currency/options/base", "store")], edge) == [(edge, (), True)]


def test_the_oldest_change_tells_the_age():
    (one,) = affected([change(1, minute=5), change(2, minute=3)], [(FEED, Edge(VARCHAR, ""))], {})
    assert one.changed_at == NOW + dt.timedelta(minutes=3)


def test_an_edge_that_names_values_counts_only_those_and_coarse_changes():
    config = Subscription(Changelog("config", KeyType.TEXT), "core_config_data", Key("path"))
    edge = Edge(config, "", values=frozenset({"web/url/use_store"}), whole=True)
    assert find([change("web/seo/use_rewrites", "core_config_data")], edge) == []
    assert find([change("web/url/use_store", "core_config_data")], edge) == [(edge, (), True)]
    assert find([change("", "core_config_data*")], edge) == [(edge, (), True)]
