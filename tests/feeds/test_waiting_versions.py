"""Versions of a staged shop that aren't in force yet: no item says anything of them."""

import orjson
from feed_shop import NOW
from showcase_world import CASE, COURSE, fill

from daemon.feeds import categories, prices, products, stock_status, variants

FEEDS = (products.FEED, prices.FEED, variants.FEED, stock_status.FEED, categories.FEED)
LATER = 1000


def test_a_version_that_waits_changes_no_item(staged_shop):
    shop = staged_shop
    fill(shop)
    for number, sku in enumerate(("bag", "later-bag"), 1):
        shop.add("inventory_stock_2", sku=sku, quantity=number, is_salable=1)
        shop.source_item(sku)
        shop.reserve(sku, -number, stock=2)
    shop.settings(CASE)
    shop.source_item("later-case")
    shop.product_values(COURSE, color=51)
    before = [items(shop, feed) for feed in FEEDS]
    assert all(before)
    sku = "CONCAT('later-', sku)"
    add_versions(shop, "catalog_product_entity", sku=sku, type_id="type_id", attribute_set_id=4)
    own = {name: name for name in ("path", "level", "position", "parent_id")}
    add_versions(shop, "catalog_category_entity", **own)
    for table, child in (("relation", "child_id"), ("super_link", "product_id")):
        name = shop.layout(f"catalog_product_{table}")
        shop.execute(
            f"INSERT INTO {name} (parent_id, {child})"
            f" SELECT DISTINCT parent_id + 500, {COURSE} FROM {name}"
        )
    varies = shop.layout("catalog_product_super_attribute")
    columns = "attribute_id, position"
    shop.execute(
        f"INSERT INTO {varies} (product_id, {columns})"
        f" SELECT product_id + 500, {columns} FROM {varies}"
    )
    assert [items(shop, feed) for feed in FEEDS] == before
    assert shop.rows(products.FEED.owners(shop.read(), ["bag", "later-bag"])) == [("bag", 1)]


def items(shop, feed):
    """What is sent of everything that the feed finds."""
    ids = shop.ids(feed.ids(shop.read()))
    assert len(set(ids)) == len(ids)
    built = list(feed.build(shop.connection, shop.read(), ids, NOW))
    assert len({one.feed_id for one in built}) == len(built)
    return [orjson.loads(one.body) for one in built]


def add_versions(shop, table, **columns):
    """Let the versions in force end, and others follow, whose values are all NULL."""
    name = shop.layout(table)
    shop.execute(f"UPDATE {name} SET updated_in = {LATER}, updated_at = updated_at")
    columns |= {one: one for one in ("entity_id", "created_at", "updated_at")}
    shop.execute(
        f"INSERT INTO {name} (row_id, created_in, updated_in, {', '.join(columns)})"
        f" SELECT row_id + 500, {LATER}, 2147483647, {', '.join(map(str, columns.values()))}"
        f" FROM {name}"
    )
    for backend in ("int", "varchar", "text", "decimal", "datetime"):
        values = shop.layout(f"{table}_{backend}")
        shop.execute(
            f"INSERT INTO {values} (attribute_id, store_id, row_id, value)"
            f" SELECT attribute_id, store_id, row_id + 500, NULL FROM {values}"
        )
