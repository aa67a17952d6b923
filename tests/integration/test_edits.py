"""Single edits of the sample shop: each changes what it says and leaves the indexes consistent."""

from __future__ import annotations

import random
from datetime import date

import pytest
import sqlalchemy as sa
from shop_checks import column, expected_index, foreign_keys, rows

from daemon.commerce.shop import read_shop
from daemon.commerce.tables import read_tables
from daemon.errors import ShopError
from daemon.sandbox import edits
from daemon.sandbox.edits import EDITS
from daemon.sandbox.shop import create_shop
from daemon.sandbox.updates import apply_update

STORES = (1, 2, 3)


@pytest.fixture(scope="module", params=[False, True], ids=["open source", "staged"])
def shop_engine(request, server_url):
    """One shop for all edits: the later ones meet what the earlier ones left."""
    name = f"edited_{int(request.param)}"
    server = sa.create_engine(server_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    engine = sa.create_engine(f"{server_url}{name}?charset=utf8mb4")
    create_shop(engine, 120, today=date(2026, 11, 23), staged=request.param)
    yield engine
    engine.dispose()
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}")
    server.dispose()


def make(engine, edit, seed=1, prefix=""):
    with engine.connect() as connection:
        shop = read_shop(connection, read_tables(connection, prefix))
        connection.rollback()
        return edit(connection, shop, random.Random(seed))  # noqa: S311 — chance that repeats


def checksums(engine):
    tables = column(engine, "SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")
    return dict(rows(engine, "CHECKSUM TABLE " + ", ".join(f"`{table}`" for table in tables)))


def changed_tables(before, after):
    return {name.split(".")[1] for name in before if before[name] != after[name]}


TOUCHES = {
    "change_price": {"catalog_product_entity_decimal"},
    "rename_product": {"catalog_product_entity_varchar"},
    "change_stock": {"inventory_source_item", "cataloginventory_stock_item"},
    "place_order": {"sales_order", "sales_order_item", "inventory_reservation"},
    "rename_option": {"eav_attribute_option_value"},
    "add_image": {"catalog_product_entity_media_gallery_value"},
    "write_and_approve_review": {"review", "review_detail", "rating_option_vote"},
    "disable_product": {"catalog_product_entity_int"},
    "assign_website": {"catalog_product_website"},
    "unassign_website": {"catalog_product_website"},
    "move_category": {"catalog_category_entity", "url_rewrite"},
    "rename_sku": {"catalog_product_entity", "inventory_source_item"},
    "delete_product": {"catalog_product_entity", "catalog_product_entity_varchar"},
}


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
@pytest.mark.parametrize("seed", range(2))
def test_every_edit_changes_its_tables_and_leaves_the_shop_consistent(shop_engine, edit, seed):
    before = checksums(shop_engine)
    made = make(shop_engine, edit, seed)
    assert made.kind == edit.__name__
    assert all(made.natural_keys)
    assert changed_tables(before, checksums(shop_engine)) >= TOUCHES[made.kind]
    for store in STORES:
        table = f"catalog_category_product_index_store{store}"
        found = set(rows(shop_engine, f"SELECT category_id, product_id FROM {table}"))
        assert found == set(rows(shop_engine, expected_index(shop_engine, store)))


def test_no_foreign_key_points_nowhere_after_all_edits(shop_engine):
    for seed, edit in enumerate(EDITS):
        make(shop_engine, edit, seed)
    for table, field, to, key in foreign_keys(shop_engine):
        query = (
            f"SELECT '{table}.{field}' FROM `{table}` c LEFT JOIN `{to}` p"
            f" ON p.`{key}` = c.`{field}` WHERE c.`{field}` IS NOT NULL AND p.`{key}` IS NULL"
        )
        assert rows(shop_engine, query) == []


@pytest.mark.parametrize("layout", [False, True], ids=["open source", "staged"])
def test_an_update_that_comes_into_force_writes_nothing_but_which(engine, layout):
    create_shop(engine, 20, today=date(2026, 11, 23), staged=layout)
    before = checksums(engine)
    if not layout:
        with pytest.raises(ShopError, match="no scheduled update"):
            make(engine, apply_update)
        return
    for seed in range(4):
        assert make(engine, apply_update, seed).kind == "apply_update"
    assert changed_tables(before, checksums(engine)) == {"flag"}


def test_the_same_chance_makes_the_same_edits(engine):
    create_shop(engine, 60, prefix="a_", today=date(2026, 11, 23))
    create_shop(engine, 60, prefix="b_", today=date(2026, 11, 23))
    one, other = (
        [make(engine, edit, seed, prefix) for seed, edit in enumerate(EDITS)]
        for prefix in ("a_", "b_")
    )
    assert one == other


def test_a_moved_category_takes_its_addresses_and_products_along(shop_engine):
    made = make(shop_engine, edits.move_category, 5)
    (id_,) = made.natural_keys
    path = column(shop_engine, f"SELECT path FROM catalog_category_entity WHERE entity_id = {id_}")[
        0
    ]
    parent = path.split("/")[-2]
    below = """SELECT request_path FROM url_rewrite
        WHERE entity_type = 'category' AND store_id IN (1, 3) AND entity_id = %s
        ORDER BY store_id LIMIT 1"""
    own, above = (column(shop_engine, below % id_)[0] for id_ in (id_, parent))
    assert own.startswith(above.removesuffix(".html") + "/")
    counted = """
        SELECT c.entity_id FROM catalog_category_entity c WHERE c.children_count <>
        (SELECT COUNT(DISTINCT d.entity_id) FROM catalog_category_entity d
         WHERE d.path LIKE CONCAT(c.path, '/%'))"""
    assert rows(shop_engine, counted) == []


def test_a_deleted_product_leaves_no_trace_but_in_orders(shop_engine):
    made = [make(shop_engine, edits.delete_product, seed) for seed in range(11, 23)]
    assert any("Configurable" in edit.summary for edit in made)
    gone = {sku for edit in made for sku in edit.natural_keys}
    for table in ("catalog_product_entity", "inventory_source_item", "inventory_stock_2"):
        assert gone.isdisjoint(column(shop_engine, f"SELECT sku FROM {table}"))
    for store in STORES:
        orphans = f"""SELECT i.product_id FROM catalog_category_product_index_store{store} i
            LEFT JOIN catalog_product_entity p ON p.entity_id = i.product_id
            WHERE p.entity_id IS NULL"""
        assert rows(shop_engine, orphans) == []
    rewritten = """SELECT u.entity_id FROM url_rewrite u
        LEFT JOIN catalog_product_entity p ON p.entity_id = u.entity_id
        WHERE u.entity_type = 'product' AND p.entity_id IS NULL"""
    assert rows(shop_engine, rewritten) == []


def test_an_order_reserves_what_it_sells(shop_engine):
    made = make(shop_engine, edits.place_order, 3)
    number, sku = made.natural_keys
    reserved = rows(
        shop_engine,
        f"SELECT sku, stock_id, metadata LIKE '%{number}%' FROM inventory_reservation"
        " ORDER BY reservation_id DESC LIMIT 1",
    )
    assert reserved == [(sku, 1, 1)]
