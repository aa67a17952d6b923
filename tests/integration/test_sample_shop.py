"""The sample shop against a real server: its tables, its catalogue, its index tables."""

from __future__ import annotations

import gzip
import re
from datetime import date
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from reference import GOLD, needs_gold
from shop_checks import (
    column,
    expected_index,
    foreign_keys,
    in_force,
    link,
    rows,
)

from daemon.sandbox.shop import Layout, create_shop
from daemon.sandbox.shop.schema import create_schema

TODAY = date(2026, 11, 23)
NOWHERE_SOLD = """SELECT 1 FROM catalog_product_entity p
    LEFT JOIN catalog_product_website w ON w.product_id = p.entity_id WHERE w.product_id IS NULL"""
LAYOUTS = pytest.mark.parametrize(
    "layout", [Layout(), Layout("mg_"), Layout("", True), Layout("x_", True)], ids=str
)


@pytest.fixture(scope="module", params=[False, True], ids=["open source", "staged"])
def shop(request, server_url):
    name = f"sample_{int(request.param)}"
    server = sa.create_engine(server_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    engine = sa.create_engine(f"{server_url}{name}?charset=utf8mb4")
    create_shop(engine, 200, today=TODAY, staged=request.param)
    yield engine
    engine.dispose()
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}")
    server.dispose()


@LAYOUTS
def test_the_tables_are_created_with_and_without_prefix_in_both_layouts(engine, layout):
    with engine.connect() as connection:
        create_schema(connection, layout, [1, 2], [2])
    names = column(engine, "SHOW TABLES")
    assert len(names) == 111 + (2 + 5) * layout.staged
    assert all(name.startswith(layout.prefix) for name in names)
    references = {key[2] for key in foreign_keys(engine)}
    assert references <= set(names)


def test_staged_children_hang_on_the_row_and_what_names_a_product_on_its_sequence(engine):
    with engine.connect() as connection:
        create_schema(connection, Layout(staged=True), [1], [2])
    found = {(table, field): (to, key) for table, field, to, key in foreign_keys(engine)}
    row = ("catalog_product_entity", "row_id")
    sequence = ("sequence_product", "sequence_value")
    assert found["catalog_product_entity_int", "row_id"] == row
    assert found["catalog_product_super_link", "parent_id"] == row
    assert found["catalog_product_super_link", "product_id"] == sequence
    assert found["catalog_product_website", "product_id"] == sequence
    assert found["catalog_product_entity", "entity_id"] == sequence
    category = ("sequence_catalog_category", "sequence_value")
    assert found["catalog_category_product", "category_id"] == category


@needs_gold()
def test_columns_and_foreign_keys_are_those_of_the_real_schema(engine, server_url):
    name = f"{urlsplit(str(engine.url)).path[1:].split('?')[0]}_real"
    with engine.connect() as connection:
        create_schema(connection, Layout(), [1], [2])
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        load(engine, name, needed=set(column(engine, "SHOW TABLES")))
        ours, real = foreign_keys(engine), foreign_keys(engine, f"'{name}'")
        tables = {key[0] for key in columns(engine)} & {key[0] for key in columns(engine, name)}
        assert len(tables) >= 100
        assert ours == {key: rule for key, rule in real.items() if key[0] in tables}
        expected = {key: type_ for key, type_ in columns(engine, name).items() if key[0] in tables}
        assert {k: t for k, t in columns(engine).items() if k[0] in tables} == expected
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name}")


def load(engine, schema, needed):
    text = gzip.decompress((GOLD / "schema_os246.sql.gz").read_bytes()).decode()
    created = re.findall(r"CREATE TABLE `(\w+)` \(.*?\n\)[^;]*;", text, re.DOTALL)
    bodies = re.findall(r"CREATE TABLE `\w+` \(.*?\n\)[^;]*;", text, re.DOTALL)
    with engine.connect() as connection:
        connection.exec_driver_sql("SET SESSION foreign_key_checks = 0")
        connection.exec_driver_sql(f"USE {schema}")
        cursor = connection.connection.cursor()
        for table, body in zip(created, bodies, strict=True):
            if table in needed:
                cursor.execute(body)
        connection.invalidate()


def columns(engine, schema=None):
    where = f"'{schema}'" if schema else "DATABASE()"
    query = f"""
        SELECT table_name, column_name, column_type, is_nullable,
               NULLIF(column_default, 'NULL')
        FROM information_schema.columns WHERE table_schema = {where}"""
    return {row[:2]: (plain(row[2]), row[3], row[4]) for row in rows(engine, query)}


def plain(type_):
    return re.sub(r"int\(\d+\)", "int", type_)


def test_the_same_seed_makes_the_same_shop(server_url, engine):
    def contents(schema):
        with server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {schema} CHARACTER SET utf8mb4")
        made = sa.create_engine(f"{server_url}{schema}?charset=utf8mb4")
        create_shop(made, 60, seed=3 + (schema == "other"), today=TODAY)
        tables = column(made, "SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")
        sums = rows(made, "CHECKSUM TABLE " + ", ".join(tables))
        made.dispose()
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {schema}")
        return {table.split(".")[1]: total for table, total in sums}

    server = sa.create_engine(server_url, isolation_level="AUTOCOMMIT")
    one, same, other = contents("one"), contents("same"), contents("other")
    server.dispose()
    clocks = {"core_config_data", "flag", "customer_entity"}  # columns that default to now
    assert {k: v for k, v in one.items() if k not in clocks} == {
        k: v for k, v in same.items() if k not in clocks
    }
    assert one["catalog_product_entity_varchar"] != other["catalog_product_entity_varchar"]


@pytest.mark.parametrize("products", [1, 20, 133])
def test_a_shop_has_exactly_the_number_of_products_that_was_asked_for(engine, products):
    steps = []
    made = create_shop(engine, products, progress=lambda done, total: steps.append((done, total)))
    assert made.products == sum(made.by_type.values()) == products
    assert steps[-1] == (products, products)
    assert column(engine, "SELECT COUNT(*) FROM catalog_product_entity") == [products]
    assert made.orders == column(engine, "SELECT COUNT(*) FROM sales_order")[0] > 0


def test_websites_and_store_views_are_as_many_as_asked_for(engine):
    made = create_shop(engine, 30, store_views=(3, 2, 1))
    assert made.websites == ("base", "eu", "trade")
    assert made.stores == ("default", "de", "fr", "eu_de", "eu_fr", "trade_en")


def test_every_product_type_is_there_and_most_simples_are_variants(shop):
    counted = "SELECT type_id, COUNT(DISTINCT entity_id) FROM catalog_product_entity GROUP BY 1"
    types = dict(rows(shop, counted))
    expected = {"simple", "virtual", "configurable", "bundle", "grouped", "downloadable"}
    assert set(types) == expected
    variants = column(shop, "SELECT COUNT(DISTINCT product_id) FROM catalog_product_super_link")[0]
    assert types["simple"] / 2 < variants < types["simple"]


def test_a_shop_of_twenty_products_has_every_type_too(engine):
    made = create_shop(engine, 20)
    assert len(made.by_type) == 6


def test_attributes_of_every_input_type_have_values(shop):
    query = " UNION ALL ".join(
        f"SELECT a.frontend_input FROM eav_attribute a JOIN catalog_product_entity_{t} v"
        " USING (attribute_id)"
        for t in ("int", "decimal", "text", "varchar", "datetime")
    )
    used = set(column(shop, query))
    expected = {"text", "textarea", "select", "multiselect", "boolean", "date", "datetime"}
    assert used >= expected | {"price", "weight", "media_image"}
    swatches = set(column(shop, "SELECT type FROM eav_attribute_option_swatch"))
    assert swatches == {0, 1, 2}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1 FROM catalog_product_entity_media_gallery_value_video",
        "SELECT 1 FROM catalog_product_entity_media_gallery_value WHERE disabled = 1",
        "SELECT 1 FROM catalog_product_entity_media_gallery_value WHERE store_id > 0",
        "SELECT 1 FROM catalog_product_entity_tier_price WHERE percentage_value > 0",
        "SELECT 1 FROM catalog_product_entity_tier_price WHERE all_groups = 0 AND qty = 1",
        "SELECT 1 FROM catalog_product_entity_decimal WHERE store_id > 0 AND value IS NULL",
        "SELECT 1 FROM catalog_product_option WHERE type = 'field'",
        "SELECT 1 FROM catalog_product_option WHERE type IN ('radio', 'drop_down', 'checkbox')",
        "SELECT 1 FROM catalog_product_option_title WHERE store_id > 0",
        "SELECT 1 FROM catalog_product_bundle_selection WHERE selection_price_type = 1",
        "SELECT 1 FROM catalog_product_link WHERE link_type_id = 1",
        "SELECT 1 FROM catalog_product_link WHERE link_type_id = 3",
        "SELECT 1 FROM catalog_product_link WHERE link_type_id = 4",
        "SELECT 1 FROM catalog_product_link WHERE link_type_id = 5",
        "SELECT 1 FROM downloadable_sample_title WHERE store_id > 0",
        "SELECT 1 FROM downloadable_link_price WHERE website_id > 0",
        "SELECT 1 FROM cataloginventory_stock_item WHERE backorders = 1",
        "SELECT 1 FROM cataloginventory_stock_item WHERE manage_stock = 0",
        "SELECT 1 FROM cataloginventory_stock_status WHERE stock_status = 0",
        "SELECT 1 FROM inventory_stock_2 WHERE is_salable = 0",
        "SELECT 1 FROM inventory_reservation WHERE quantity < 0",
        "SELECT 1 FROM url_rewrite WHERE redirect_type = 301",
        "SELECT 1 FROM eav_attribute_label WHERE store_id > 0",
        "SELECT 1 FROM eav_attribute_option_value WHERE store_id > 0",
        "SELECT 1 FROM sales_creditmemo_comment",
        "SELECT 1 FROM sales_shipment_track",
        "SELECT 1 FROM sales_payment_transaction WHERE txn_type = 'capture'",
        "SELECT 1 FROM sales_order WHERE is_virtual = 0 AND customer_id IS NULL",
        "SELECT 1 FROM sales_order_item WHERE parent_item_id IS NOT NULL",
        "SELECT 1 FROM review WHERE status_id = 1",
        "SELECT 1 FROM review WHERE status_id = 2",
        "SELECT 1 FROM rating_option_vote",
        NOWHERE_SOLD,
        "SELECT 1 FROM core_config_data WHERE scope = 'websites' AND path LIKE '%base_url'",
        "SELECT 1 FROM customer_group_excluded_website",
    ],
)
def test_two_hundred_products_show_every_case(shop, query):
    assert rows(shop, f"{query} LIMIT 1") == [(1,)]


def test_skus_and_addresses_are_unique(shop):
    twice = """SELECT sku FROM catalog_product_entity
        GROUP BY sku HAVING COUNT(DISTINCT entity_id) > 1"""
    assert rows(shop, twice) == []
    twice = """SELECT request_path FROM url_rewrite
        GROUP BY request_path, store_id HAVING COUNT(*) > 1"""
    assert rows(shop, twice) == []


def test_no_foreign_key_points_nowhere(shop):
    for table, field, to, key in foreign_keys(shop):
        query = (
            f"SELECT '{table}.{field}' FROM `{table}` c LEFT JOIN `{to}` p"
            f" ON p.`{key}` = c.`{field}` WHERE c.`{field}` IS NOT NULL AND p.`{key}` IS NULL"
        )
        assert rows(shop, query) == []


def test_child_counts_and_levels_follow_from_the_paths(shop):
    wrong = """
        SELECT c.entity_id FROM catalog_category_entity c
        WHERE c.level <> LENGTH(c.path) - LENGTH(REPLACE(c.path, '/', ''))
           OR c.path NOT LIKE CONCAT(IF(c.level, '%/', ''), c.entity_id)
           OR c.children_count <> (SELECT COUNT(DISTINCT d.entity_id) FROM catalog_category_entity d
                                   WHERE d.path LIKE CONCAT(c.path, '/%'))"""
    assert rows(shop, wrong) == []
    assert column(shop, "SELECT MAX(level) FROM catalog_category_entity") == [4]


def test_the_category_index_is_what_the_indexer_would_leave(shop):
    for store in (1, 2, 3):
        table = f"catalog_category_product_index_store{store}"
        found = set(rows(shop, f"SELECT category_id, product_id FROM {table}"))
        assert found == set(rows(shop, expected_index(shop, store)))
        assert found
        replica = rows(shop, f"SELECT * FROM {table}_replica ORDER BY 1, 2")
        assert replica == rows(shop, f"SELECT * FROM {table} ORDER BY 1, 2")


def test_the_stock_indexes_are_what_the_indexers_would_leave(shop):
    held = """
        SELECT i.sku, SUM(IF(i.status, i.quantity, 0)) FROM inventory_source_item i
        JOIN inventory_source_stock_link l ON l.source_code = i.source_code
        JOIN inventory_source s ON s.source_code = i.source_code AND s.enabled = 1
        WHERE l.stock_id = 2 GROUP BY i.sku"""
    own = "SELECT DISTINCT sku FROM inventory_source_item WHERE source_code LIKE 'eu%'"
    index = f"SELECT sku, quantity FROM inventory_stock_2 WHERE sku IN ({own})"
    assert set(rows(shop, index)) == set(rows(shop, held))
    default = """
        SELECT i.sku, i.quantity, v.quantity, t.qty FROM inventory_source_item i
        JOIN inventory_stock_1 v ON v.sku = i.sku
        JOIN cataloginventory_stock_item t ON t.product_id = v.product_id
        WHERE i.source_code = 'default' AND (i.quantity <> v.quantity OR i.quantity <> t.qty)"""
    assert rows(shop, default) == []
    empty = """
        SELECT t.product_id FROM cataloginventory_stock_item t
        JOIN cataloginventory_stock_status s USING (product_id)
        WHERE t.is_in_stock <> s.stock_status"""
    assert rows(shop, empty) == []


def test_rule_prices_stand_for_yesterday_today_and_tomorrow_at_a_tenth_less(shop):
    days = column(shop, "SELECT DISTINCT rule_date FROM catalogrule_product_price ORDER BY 1")
    assert days == [date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24)]
    own = link(shop)
    wrong = f"""
        SELECT r.product_id FROM catalogrule_product_price r
        JOIN catalog_product_entity p ON p.entity_id = r.product_id
        JOIN catalog_product_entity_decimal d ON d.{own} = p.{own} AND d.store_id = 0
         AND d.attribute_id = 77
        WHERE r.website_id = 1 AND ABS(r.rule_price - 0.9 * d.value) > 0.006
          AND {in_force(own)}"""
    assert rows(shop, wrong) == []


def test_every_visible_product_has_an_address_in_each_of_its_store_views(shop):
    missing = f"""
        SELECT p.sku FROM catalog_product_entity p
        JOIN catalog_product_entity_int v ON v.{link(shop)} = p.{link(shop)}
         AND v.attribute_id = 99 AND v.value > 1
        JOIN catalog_product_website w ON w.product_id = p.entity_id
        JOIN store s ON s.website_id = w.website_id
        LEFT JOIN url_rewrite u ON u.entity_type = 'product' AND u.entity_id = p.entity_id
         AND u.store_id = s.store_id AND u.redirect_type = 0 AND u.metadata IS NULL
        WHERE u.url_rewrite_id IS NULL"""
    assert rows(shop, missing) == []


def test_descriptions_of_what_is_sold_by_itself_are_of_a_readable_length(shop):
    lengths = column(
        shop,
        f"""SELECT LENGTH(t.value) FROM catalog_product_entity_text t
        JOIN catalog_product_entity p ON p.{link(shop)} = t.{link(shop)}
        JOIN catalog_product_entity_int v ON v.{link(shop)} = p.{link(shop)}
         AND v.attribute_id = 99 AND v.value = 4
        WHERE t.attribute_id = 75 AND t.store_id = 0""",
    )
    assert 200 <= min(lengths) <= max(lengths) <= 800


VERSIONS = """SELECT {kind}, SUM(created_in <= 1760000000 AND updated_in > 1760000000),
    SUM(updated_in <= 1760000000) > 0, SUM(created_in > 1760000000) > 0,
    COUNT(DISTINCT entity_id), SUM(row_id = entity_id) FROM {table} GROUP BY 1 ORDER BY 1"""


def test_a_staged_shop_has_past_and_scheduled_versions_of_every_kind(engine):
    create_shop(engine, 60, staged=True, today=TODAY)
    for table, kind in (("catalog_product_entity", "type_id"), ("catalog_category_entity", "1")):
        found = rows(engine, VERSIONS.format(table=table, kind=kind))
        assert [(row[1], *row[2:4], row[5]) for row in found] == [
            (row[4], 1, 1, 0) for row in found
        ]
    assert column(engine, "SELECT flag_data FROM flag WHERE flag_code = 'staging'") == [
        '{"current_version": "1760000000"}'
    ]


def test_the_permission_index_is_what_the_indexer_would_leave(engine):
    create_shop(engine, 100, staged=True, today=TODAY)
    index, granted = "magento_catalogpermissions_index", "grant_catalog_category_view"
    open_to = f"""
        SELECT i.product_id FROM {index}_product i JOIN store s ON s.store_id = i.store_id
        WHERE i.{granted} <> (SELECT MAX(IFNULL(NULLIF(c.{granted}, 0), -1))
          FROM catalog_category_product p JOIN catalog_category_entity e
            ON e.entity_id = p.category_id
          JOIN store_group g ON g.website_id = s.website_id
            AND e.path LIKE CONCAT('1/', g.root_category_id, '/%')
          LEFT JOIN {index} c ON c.category_id = p.category_id AND c.website_id = s.website_id
            AND c.customer_group_id = i.customer_group_id
          WHERE p.product_id = i.product_id)"""
    assert rows(engine, open_to) == []
    inherited = f"""
        SELECT c.category_id FROM {index} c
        JOIN catalog_category_entity e ON e.entity_id = c.category_id
        LEFT JOIN magento_catalogpermissions own ON own.category_id = c.category_id
        LEFT JOIN {index} above ON above.category_id = e.parent_id
          AND above.website_id = c.website_id AND above.customer_group_id = c.customer_group_id
        WHERE own.permission_id IS NULL AND NOT (c.{granted} <=> above.{granted}
          AND c.grant_checkout_items <=> above.grant_checkout_items)"""
    assert rows(engine, inherited) == []
    hidden = f"SELECT DISTINCT {granted} FROM {index}_product WHERE customer_group_id = 0"
    assert set(column(engine, hidden)) == {-1, -2}
    for table in (index, f"{index}_product"):
        same = f"SELECT * FROM {table} EXCEPT SELECT * FROM {table}_replica"
        assert rows(engine, same) == []


def test_text_survives_the_way_into_the_server(shop):
    skus = set(column(shop, "SELECT sku FROM catalog_product_entity"))
    assert {"00123", "7/8 Rope 30 m"} <= skus
    names = column(shop, "SELECT value FROM eav_attribute_option_value WHERE value = 'Grün'")
    assert names
    assert column(shop, "SELECT DISTINCT lastname FROM customer_entity WHERE lastname = 'Öz'")
