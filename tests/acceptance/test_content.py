"""Content that breaks naive code is delivered exactly as it stands in the shop."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

TEXTS = (
    "socks 🧦 and 👩‍👩‍👧‍👦 and 𐍈𐍂",
    'it\'s "quoted" and `ticked`',
    "back\\slash \\n \\u0041 \\' end\\",
    "nul\0byte and bell\a and escape\x1b",
    "line\nbreaks\r\nand\ttabs",
    '{"json": ["looking", null, 1e9]}',
    "null",
    "0",
    " leading and trailing ",
    "100% _ %s %(name)s {0} {name} :bound ?",
    "</script><!-- & &amp; &#39; -->",
    "--; DROP TABLE cfs_pending; /* */ #",
    "\u2028\u2029\ufeff\u200b\u202e",
    "n" * 255,
    "🧦" * 255,
)
SKUS = (
    "a/b",
    "../../etc/passwd",
    "it's",
    'say "hi"',
    "100%",
    "under_score%",
    "back\\slash",
    "socks 🧦",
    "two  spaces in it",
    "a,b;c",
    '{"sku": null}',
    "[1]",
    "0",
    "1e5",
    "Ünïcödé",
    "s" * 64,
)
BY_SKU = ("inventory_source_item", "inventory_stock_2")


@pytest.fixture
def write(installation):
    """Runs a statement with bound values, without the server's strictness."""

    def run(statement, **values):
        with installation.engine.begin() as connection:
            connection.exec_driver_sql("SET SESSION sql_mode = ''")
            connection.execute(sa.text(statement), values)

    return run


def attribute(installation, code, entity_type):
    return installation.column(
        "SELECT a.attribute_id FROM eav_attribute a JOIN eav_entity_type t USING (entity_type_id)"
        f" WHERE a.attribute_code = '{code}' AND t.entity_type_code = '{entity_type}'"
    )[0]


def delivered(installation):
    installation.drain()
    installation.assert_delivered()


def held(installation, feed, *fields):
    """The values of these fields of a feed's items at the receiver."""
    return {item.get(field) for item in installation.receiver.items(feed) for field in fields}


def ids(installation, table, key, condition="TRUE"):
    return installation.column(
        f"SELECT DISTINCT {key} FROM {table} WHERE {condition} ORDER BY {key}"
    )


@pytest.mark.parametrize(
    ("feed", "entity_type", "table"),
    [
        ("products", "catalog_product", "catalog_product_entity_varchar"),
        ("categories", "catalog_category", "catalog_category_entity_varchar"),
    ],
)
def test_names_arrive_as_they_are(installation, write, feed, entity_type, table):
    name = attribute(installation, "name", entity_type)
    shown = {str(item.get("name")) for item in installation.receiver.items(feed)}
    rows = f"SELECT entity_id, value FROM {table} WHERE attribute_id = {name} ORDER BY entity_id"
    chosen = list(dict.fromkeys(id_ for id_, value in installation.rows(rows) if value in shown))
    assert len(chosen) >= len(TEXTS)
    for entity_id, text in zip(chosen, TEXTS, strict=False):
        write(
            f"UPDATE {table} SET value = :text WHERE attribute_id = {name}"
            f" AND entity_id = {entity_id}",
            text=text,
        )
    delivered(installation)
    assert set(TEXTS) <= held(installation, feed, "name")


def test_reviews_arrive_as_they_are(installation, write):
    approved = "review_id IN (SELECT review_id FROM review WHERE status_id = 1)"
    chosen = ids(installation, "review_detail", "review_id", approved)
    half = len(TEXTS) // 2 + 1
    assert len(chosen) >= half
    for review_id, title, text in zip(chosen, TEXTS[:half], TEXTS[-half:], strict=False):
        update = "UPDATE review_detail SET title = :title, detail = :text WHERE review_id = :id"
        write(update, title=title, text=text, id=review_id)
    delivered(installation)
    assert set(TEXTS) <= held(installation, "reviews", "title", "text")


def test_skus_arrive_as_they_are_and_their_tombstones_too(installation, write):
    sold = ", ".join(f"'{sku}'" for sku in held(installation, "prices", "sku"))
    chosen = ids(installation, "catalog_product_entity", "entity_id", f"sku IN ({sold})")
    renamed = dict(zip(chosen, SKUS, strict=False))
    assert len(renamed) == len(SKUS)
    before = dict(installation.rows("SELECT entity_id, sku FROM catalog_product_entity"))

    def rename(entity_id, old, new):
        write(
            "UPDATE catalog_product_entity SET sku = :new WHERE entity_id = :id",
            new=new,
            id=entity_id,
        )
        for table in BY_SKU:
            write(f"UPDATE {table} SET sku = :new WHERE sku = :old", new=new, old=old)

    for entity_id, sku in renamed.items():
        rename(entity_id, before[entity_id], sku)
    delivered(installation)
    priced = held(installation, "prices", "sku")
    assert set(SKUS) <= priced
    for entity_id, sku in renamed.items():
        rename(entity_id, sku, before[entity_id])
    delivered(installation)
    assert not set(SKUS) & held(installation, "prices", "sku")
    gone = {item["sku"] for item in installation.receiver.tombstones("prices")}
    assert set(SKUS) <= gone


@pytest.mark.parametrize("sku", ['{"say": "hi\\\\"}', "it's 100%_ 🧦 / Ünï"])
def test_a_strange_sku_can_be_asked_for(installation, write, sku):
    (entity_id,) = ids(installation, "catalog_product_entity", "entity_id", "type_id = 'simple'")[
        :1
    ]
    (old,) = ids(installation, "catalog_product_entity", "sku", f"entity_id = {entity_id}")
    update = "UPDATE catalog_product_entity SET sku = :sku WHERE entity_id = :id"
    write(update, sku=sku, id=entity_id)
    delivered(installation)
    from daemon.sync.resync import find_ids

    context = installation.app.context
    feed = context.feed["prices"]
    assert find_ids(context, feed, [sku]) == {sku: entity_id}
    write(update, sku=old, id=entity_id)
    assert find_ids(context, feed, [sku]) == {sku: entity_id}, "by what is recorded"
    delivered(installation)


def test_a_megabyte_of_text_arrives(installation, write):
    text = "🧦\"'\\ <b>läng</b>\n" * 50_000
    assert len(text.encode()) > 1_000_000
    name = attribute(installation, "description", "catalog_product")
    table = "catalog_product_entity_text"
    row, old = installation.rows(
        f"SELECT value_id, value FROM {table} WHERE attribute_id = {name} ORDER BY value_id"
    )[0]
    update = f"UPDATE {table} SET value = :text WHERE value_id = {row}"
    write(update, text=text)
    delivered(installation)
    assert any("<b>läng</b>" in str(one) for one in held(installation, "products", "description"))
    write(update, text=old)
    delivered(installation)


def test_zero_dates_are_no_reason_to_stop(installation, write):
    zero = "'0000-00-00 00:00:00'"
    write(f"UPDATE catalog_product_entity SET created_at = {zero} ORDER BY entity_id LIMIT 3")
    write(f"UPDATE catalog_product_entity_datetime SET value = {zero} ORDER BY value_id LIMIT 5")
    write(f"UPDATE catalog_category_entity SET created_at = {zero} ORDER BY entity_id LIMIT 5")
    write(f"UPDATE sales_order SET created_at = {zero} ORDER BY entity_id LIMIT 2")
    write(f"UPDATE review SET created_at = {zero} ORDER BY review_id LIMIT 2")
    try:
        delivered(installation)
    finally:
        for table in ("catalog_product_entity", "catalog_category_entity", "sales_order", "review"):
            write(f"UPDATE {table} SET created_at = NOW() WHERE created_at = {zero}")
        write(f"UPDATE catalog_product_entity_datetime SET value = NULL WHERE value = {zero}")
    delivered(installation)


def test_any_price_that_the_database_holds_arrives(installation, write):
    code = attribute(installation, "price", "catalog_product")
    table = "catalog_product_entity_decimal"
    row, old = installation.rows(
        f"SELECT value_id, value FROM {table} WHERE attribute_id = {code} ORDER BY value_id"
    )[0]
    for price in ("-0.0", "0", "0.000001", "99999999999999.999999", "-1", "NULL", old):
        write(f"UPDATE {table} SET value = {price} WHERE value_id = {row}")
        delivered(installation)
