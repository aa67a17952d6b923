"""Scheduled updates come into force and end, though no table of products is written then."""

from __future__ import annotations

import dataclasses

import pytest
from capture_tables import run_by_an_older_snapshot
from follower import delivered, told

from daemon.commerce.shop import ShopReader
from daemon.core.feed import Edge
from daemon.database.connect import make_engine
from daemon.errors import ShopError
from daemon.feeds._subscriptions import product_row
from daemon.sandbox.shop.layout import FORMER, SCHEDULED, row_of
from daemon.sandbox.shop.versions import FUTURE, LATER, PAST
from daemon.sandbox.shop.versions import NOW as CURRENT
from daemon.sync import versions
from daemon.sync.boundaries import cross

NAME = 73
"""The attribute that is the name of a product."""


class Shop:
    """A staged shop of which everything is delivered, and who follows it."""

    def __init__(self, follower):
        self.follower = follower

    def put(self, version):
        """What Commerce's cron does when it applies an update."""
        self.follower.sql(
            f"""UPDATE flag SET flag_data = '{{"current_version":"{version}"}}'"""
            " WHERE flag_code = 'staging'"
        )

    def at(self, version):
        """Another version is in force; how many entities of each feed were rebuilt."""
        self.put(version)
        self.follower.forget_past()
        self.follower.cross()
        return self.follower.rebuilt()

    def agrees(self):
        assert told(self.follower.disagreements()) == ""
        return self.follower.faults() == []

    def schedule(self, entity_id, begin, end, entity="catalog_product"):
        """Another version of an entity, alike but for nothing: rows that hang on it are copied."""
        f, table = self.follower, f"{entity}_entity"
        (row,) = f.rows(
            f"SELECT row_id FROM {table} WHERE entity_id = {entity_id}"
            f" AND created_in <= {begin} AND updated_in > {begin}"
        )[0]
        columns = [name for (name, *_) in f.rows(f"SHOW COLUMNS FROM {table}")]
        own = {"row_id", "created_in", "updated_in"}
        listed = ", ".join(name for name in columns if name not in own)
        copies = [
            f"INSERT INTO {table}_{kind} (attribute_id, store_id, row_id, value) SELECT"
            f" attribute_id, store_id, @row, value FROM {table}_{kind} WHERE row_id = {row}"
            for kind in ("varchar", "int", "text", *(() if "category" in entity else ("decimal",)))
        ]
        f.sql(
            f"INSERT INTO {table} (created_in, updated_in, {listed}) SELECT {begin}, {end},"
            f" {listed} FROM {table} WHERE row_id = {row}",
            "SET @row = LAST_INSERT_ID()",
            f"UPDATE {table} SET updated_in = {begin} WHERE row_id = {row}",
            *copies,
        )
        ((new,),) = f.rows(f"SELECT MAX(row_id) FROM {table}")
        return new

    def plain(self, *, alone):
        """A simple product with one version; alone: nothing leads to it."""
        condition = f"""entity_id NOT IN (SELECT child_id FROM catalog_product_relation)
            AND entity_id NOT IN (SELECT linked_product_id FROM catalog_product_link) = {alone}"""
        ((found, sku),) = self.follower.rows(
            "SELECT entity_id, MAX(sku) FROM catalog_product_entity p WHERE type_id = 'simple'"
            " AND entity_id IN (SELECT product_id FROM catalog_product_website WHERE website_id=1)"
            f" AND {condition} GROUP BY entity_id HAVING COUNT(*) = 1 ORDER BY 1 LIMIT 1"
        )
        return found, sku

    def held(self, feed, **fields):
        """The items of a feed that have these values."""
        return [
            item
            for item in self.follower.warehouse.items(feed)
            if all(str(item.get(name)) == str(value) for name, value in fields.items())
        ]


@pytest.fixture(scope="module")
def made(server_url):
    with delivered(server_url, "versions", 60, staged=True) as follower:
        yield follower


@pytest.fixture
def shop(made):
    shop = Shop(made)
    shop.follower.sql("DELETE FROM flag WHERE flag_code = 'staging'")
    shop.follower.sql("INSERT INTO flag (flag_code, flag_data) VALUES ('staging', '')")
    shop.put(CURRENT)
    shop.follower.drain()
    shop.follower.cross()
    shop.follower.forget_past()
    return shop


def test_every_version_that_comes_into_force_or_is_rolled_back_is_followed(shop):
    for version in (FUTURE - 1, FUTURE, FUTURE + LATER, FUTURE, CURRENT, PAST - 1, PAST, CURRENT):
        shop.at(version)
        assert shop.agrees()


def test_years_in_one_step_are_followed_too(shop):
    shop.at(FUTURE + LATER)
    assert shop.agrees()
    shop.at(1)
    assert shop.agrees()


def test_a_version_in_which_nothing_begins_or_ends_rebuilds_nothing(shop):
    assert shop.at(CURRENT + 1) == {}
    assert shop.at(CURRENT + 1) == {}
    assert shop.agrees()


def test_an_update_of_one_product_rebuilds_what_says_something_of_it(shop):
    product, sku = shop.plain(alone=True)
    row = shop.schedule(product, CURRENT + 500, CURRENT + 600)
    shop.follower.sql(
        f"UPDATE catalog_product_entity_varchar SET value = 'On sale' WHERE row_id = {row}"
        f" AND attribute_id = {NAME} AND store_id = 0"
    )
    shop.follower.drain()
    assert shop.held("products", name="On sale") == []
    assert shop.at(CURRENT + 499) == {}
    rebuilt = shop.at(CURRENT + 500)
    assert set(rebuilt.values()) == {1}
    assert rebuilt.keys() >= {"products", "prices", "variants", "inventoryStockStatus"}
    assert rebuilt.keys().isdisjoint({"categories", "orders"})
    assert {item["sku"] for item in shop.held("products", name="On sale")} == {sku}
    assert shop.agrees()


def test_a_product_whose_time_is_over_is_deleted_and_comes_back_with_its_next_version(shop):
    product, sku = shop.plain(alone=False)
    shop.follower.sql(
        f"UPDATE catalog_product_entity SET created_in = {CURRENT + 700}, updated_in ="
        f" {CURRENT + 800} WHERE entity_id = {product}"
    )
    shop.follower.drain()
    feeds = ("products", "prices", "inventoryStockStatus")
    assert [shop.held(feed, sku=sku) for feed in feeds] == [[], [], []]
    shop.at(CURRENT + 700)
    assert all(shop.held(feed, sku=sku) for feed in feeds)
    assert shop.agrees()
    shop.at(CURRENT + 800)
    assert [shop.held(feed, sku=sku) for feed in feeds] == [[], [], []]
    assert shop.agrees()
    shop.follower.sql(
        f"UPDATE catalog_product_entity SET created_in = 1, updated_in = 2147483647"
        f" WHERE entity_id = {product}"
    )


def test_orders_are_rebuilt_where_the_sku_is_another_and_only_there(shop):
    (product, other), *_ = shop.follower.rows(
        "SELECT MIN(product_id), MAX(product_id) FROM sales_order_item i"
        " JOIN catalog_product_entity p ON p.entity_id = i.product_id"
        " WHERE i.product_type = 'configurable'"
    )
    begin = CURRENT + 900
    shop.schedule(product, begin, begin + 50)
    shop.follower.drain()
    shop.at(begin - 1)
    assert shop.at(begin).keys() >= {"products", "variants"}
    assert "orders" not in shop.follower.rebuilt()
    assert shop.agrees()
    row = shop.schedule(other, begin + 10, begin + 20)
    shop.follower.sql(f"UPDATE catalog_product_entity SET sku = 'NEW' WHERE row_id = {row}")
    shop.follower.drain()
    assert shop.at(begin + 10)["orders"] > 0
    assert shop.agrees()


def test_a_category_that_is_elsewhere_in_another_version_takes_products_and_those_below_along(shop):
    family, path = shop.follower.rows(
        "SELECT entity_id, MAX(path) FROM catalog_category_entity WHERE level = 3"
        " AND children_count > 0 GROUP BY entity_id ORDER BY entity_id LIMIT 1"
    )[0]
    other = shop.follower.rows(
        "SELECT entity_id, path FROM catalog_category_entity WHERE level = 2 AND path NOT LIKE"
        f" '{path.rpartition('/')[0]}' AND path LIKE '{path.split('/')[0]}/{path.split('/')[1]}/%'"
        " ORDER BY entity_id LIMIT 1"
    )[0]
    begin = CURRENT + 1000
    row = shop.schedule(family, begin, begin + 10, "catalog_category")
    shop.follower.sql(
        f"UPDATE catalog_category_entity SET parent_id = {other[0]},"
        f" path = '{other[1]}/{family}' WHERE row_id = {row}"
    )
    shop.follower.drain()
    rebuilt = shop.at(begin)
    assert rebuilt["categories"] > 2
    assert rebuilt["products"] > 0
    assert shop.agrees()
    shop.at(begin + 10)
    assert shop.agrees()


@pytest.mark.parametrize("alter", ["FORCE", "ADD COLUMN note_x INT, ALGORITHM = COPY"])
def test_a_value_is_followed_though_its_product_can_not_be_looked_up(shop, alter):
    """The products were altered since the snapshot of the shop's transaction."""
    f = shop.follower
    ((row,), *_) = f.rows(
        "SELECT p.row_id FROM catalog_product_entity p JOIN catalog_product_entity_varchar v"
        f" USING (row_id) WHERE v.attribute_id = {NAME} AND v.store_id = 0"
        f" AND created_in <= {CURRENT} AND updated_in > {CURRENT} ORDER BY 1"
    )
    run_by_an_older_snapshot(
        f.context.engine,
        f"ALTER TABLE catalog_product_entity {alter}",
        "UPDATE catalog_product_entity_varchar SET value = CONCAT(value, ' new')"
        f" WHERE row_id = {row} AND attribute_id = {NAME} AND store_id = 0",
    )
    f.drain()
    assert shop.agrees()


def test_a_version_of_a_category_that_is_written_away_takes_those_below_along(shop):
    f = shop.follower
    ((category, old, end), *_) = f.rows(
        "SELECT c.entity_id, c.row_id, c.updated_in FROM catalog_category_entity c"
        " JOIN catalog_category_entity d ON d.path LIKE CONCAT(c.path, '/%')"
        f" WHERE c.level IN (2, 3) AND c.created_in <= {CURRENT} AND c.updated_in > {CURRENT}"
        " ORDER BY c.level, c.entity_id"
    )
    new = shop.schedule(category, CURRENT - 5, end, "catalog_category")
    f.sql(
        "UPDATE catalog_category_entity_varchar SET value = CONCAT(value, '-sale')"
        f" WHERE row_id = {new} AND attribute_id = (SELECT attribute_id FROM eav_attribute"
        " WHERE attribute_code = 'url_key' AND entity_type_id = 3)"
    )
    f.drain()
    assert shop.agrees()
    f.sql(
        f"DELETE FROM catalog_category_entity WHERE row_id = {new}",
        f"UPDATE catalog_category_entity SET updated_in = {end} WHERE row_id = {old}",
    )
    f.drain()
    assert shop.agrees()


def test_a_version_of_a_variant_that_is_written_away_takes_its_configurable_along(shop):
    f = shop.follower
    ((variant,), *_) = f.rows(
        "SELECT l.product_id FROM catalog_product_super_link l JOIN catalog_product_entity c"
        " ON c.entity_id = l.product_id GROUP BY 1 HAVING COUNT(*) = 1 ORDER BY 1"
    )
    ((old,),) = f.rows(
        f"SELECT row_id FROM catalog_product_entity WHERE entity_id = {variant}"
        f" AND created_in <= {CURRENT} AND updated_in > {CURRENT}"
    )
    new = shop.schedule(variant, CURRENT - 5, 2147483647)
    f.sql(
        "UPDATE catalog_product_entity_int SET value = IF(value = 1, 2, 1)"
        f" WHERE row_id = {new} AND attribute_id = (SELECT attribute_id FROM eav_attribute"
        " WHERE attribute_code = 'status' AND entity_type_id = 4)"
    )
    f.drain()
    assert shop.agrees()
    f.sql(
        f"DELETE FROM catalog_product_entity WHERE row_id = {new}",
        f"UPDATE catalog_product_entity SET updated_in = 2147483647 WHERE row_id = {old}",
    )
    f.drain()
    assert shop.agrees()


def test_a_version_that_was_in_force_between_two_looks_leaves_nothing_behind(shop):
    shop.put(FUTURE + LATER)
    shop.follower.sql(
        f"UPDATE catalog_product_entity_varchar SET value = CONCAT(value, '!') WHERE row_id ="
        f" {row_of(9, SCHEDULED)} AND attribute_id = {NAME} AND store_id = 0"
    )
    shop.follower.drain()
    assert shop.follower.warehouse.told["categories"] == 0, "nothing of them was asked for"
    shop.at(CURRENT)
    assert shop.agrees()


def test_many_entities_are_gone_through_in_parts(shop, monkeypatch):
    monkeypatch.setattr(versions, "PAGE", 3)
    shop.at(FUTURE + LATER)
    assert shop.agrees()
    shop.at(CURRENT)
    assert shop.agrees()


def test_an_edge_that_concerns_the_whole_feed_asks_for_a_resync(shop):
    context = shop.follower.context
    edge = Edge(product_row("sku"), "all reviews, for they name a sku", whole=True)
    reviews = dataclasses.replace(context.feed["reviews"], edges=lambda _: (edge,))
    asked = "SELECT feed, reason FROM cfs_resync WHERE filled_at IS NULL"
    shop.put(CURRENT + 1)
    assert cross(dataclasses.replace(context, feeds=(reviews,))) == 0
    assert shop.follower.rows(asked) == []
    shop.put(FUTURE)
    assert cross(dataclasses.replace(context, feeds=(reviews,))) > 0
    assert shop.follower.rows(asked) == [("reviews", f"staging version {FUTURE} is in force")]
    shop.follower.cross()
    assert shop.agrees()


def test_the_version_in_force_is_known_after_a_restart(shop):
    shop.put(FUTURE)
    context = shop.follower.context
    again = dataclasses.replace(context, engine=make_engine(shop.follower.url), reader=ShopReader())
    assert cross(again) > 0
    assert cross(again) == 0
    again.engine.dispose()
    shop.follower.drain()
    assert shop.agrees()


def test_where_nobody_knows_what_was_in_force_all_that_has_versions_is_rebuilt(shop):
    shop.put(FUTURE)
    shop.follower.sql("DELETE FROM cfs_meta WHERE name LIKE 'boundary:%'")
    shop.follower.cross()
    assert shop.agrees()
    assert shop.follower.cross() == 0


def test_without_the_flag_the_first_version_is_in_force(shop):
    shop.follower.sql("DELETE FROM flag WHERE flag_code = 'staging'")
    shop.follower.cross()
    with shop.follower.context.looking() as (_, seen):
        assert seen.version == 1
    assert shop.agrees()
    former = f"SELECT sku FROM catalog_product_entity WHERE row_id = {row_of(9, FORMER)}"
    assert shop.follower.rows(former), "a product that has a version from then"


@pytest.mark.parametrize("data", ["a:1:{i:0;s:1:}", "[]", '{"current_version": "soon"}', "7"])
def test_a_flag_that_can_not_be_read_stops_everything_and_says_why(shop, data):
    shop.follower.sql(f"UPDATE flag SET flag_data = '{data}' WHERE flag_code = 'staging'")
    with pytest.raises(ShopError) as refusal:
        cross(shop.follower.context)
    assert data in str(refusal.value)
    assert "cron" in str(refusal.value)
    assert "\n" not in str(refusal.value)
