"""The sample shop as the feeds see it: every field of the real feeds, the same in both layouts."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from reference import GOLD, needs_gold

from daemon.commerce.shop import read_shop
from daemon.commerce.tables import read_tables
from daemon.core.item import FeedItem, canonical, content_hash
from daemon.feeds import FEEDS
from daemon.sandbox.shop import create_shop
from daemon.sandbox.shop.versions import FUTURE, LATER, PAST
from daemon.sync.context import subscriptions_of

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)
PREFIXES = {False: "", True: "m2_"}
"""Layout → the prefix of its tables."""

AT_MOST = 2
"""So often a batch may run the same query: for its entities, and for those around them."""

PLACES = re.compile(r"%\(\w+\)s(, %\(\w+\)s)*|\((\d+(,\d+)*|NULL)\)")
TABLE = re.compile(r"\bFROM (\w+)")
NOBODY = 10**6
COMMERCE_ONLY = {"categoryPermissions", "productOverrides"}
"""Feeds of tables that Open Source lacks, of which there is no reference data either."""

NULLABLE = sa.text("""
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = DATABASE() AND is_nullable = 'YES'
      AND NOT (table_name = 'core_config_data' AND column_name = 'value')
""")
"""Columns that may hold nothing; settings of nothing are another matter."""

EACH_FEED = pytest.mark.parametrize(
    "feed", [feed for feed in FEEDS if feed.name not in COMMERCE_ONLY], ids=lambda feed: feed.name
)


@pytest.fixture(scope="module")
def layouts(server_url):
    """The same catalogue of 200 products in the layouts of Open Source and, with a prefix, of
    staging.
    """
    server = sa.create_engine(server_url, isolation_level="AUTOCOMMIT")
    names = {False: "fed_open", True: "fed_staged"}
    engines = {}
    for staged, name in names.items():
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
            connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        engines[staged] = sa.create_engine(f"{server_url}{name}?charset=utf8mb4")
        own = {"prefix": PREFIXES[staged], "staged": staged}
        create_shop(engines[staged], 200, today=date(2026, 11, 23), **own)
    yield engines
    for staged, name in names.items():
        engines[staged].dispose()
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name}")
    server.dispose()


@contextlib.contextmanager
def looking(engine, prefix):
    with engine.connect() as connection:
        connection.exec_driver_sql("SET SESSION time_zone = '+00:00'")
        yield connection, read_shop(connection, read_tables(connection, prefix))


def build(engine, feed, prefix="", version=None, now=NOW):
    with looking(engine, prefix) as (connection, seen):
        shop = replace(seen, version=version or seen.version)
        ids = list(connection.scalars(feed.ids(shop)))
        return list(feed.build(connection, shop, ids, now))


def shapes(value, path=""):
    if isinstance(value, dict):
        for key, part in value.items():
            yield from shapes(part, f"{path}.{key}")
    elif isinstance(value, list):
        for part in value:
            yield from shapes(part, f"{path}[]")
    else:
        yield f"{path}: null" if value is None else path


@EACH_FEED
def test_everything_can_be_built_and_both_layouts_give_the_same_items(layouts, feed):
    plain, staged = (build(layouts[layout], feed, PREFIXES[layout]) for layout in (False, True))
    assert plain
    assert all(isinstance(item, FeedItem) for item in plain)
    assert sorted(item.body for item in staged) == sorted(item.body for item in plain)


def test_what_may_be_null_in_the_shop_breaks_no_feed(layouts):
    """Whole columns are emptied, one after the other, of all that is watched."""
    readers = defaultdict(set)
    with looking(layouts[False], "") as (connection, shop):
        nullable = set(map(tuple, connection.execute(NULLABLE)))
        for feed in FEEDS:
            if feed.name not in COMMERCE_ONLY:
                ids = tuple(connection.scalars(feed.ids(shop)))[:20]
                for on in subscriptions_of([feed], shop):
                    for place in {(on.table, name) for name in on.columns} & nullable:
                        readers[place].add((feed, ids))
        connection.rollback()
        for (table, name), reading in readers.items():
            connection.exec_driver_sql(f"UPDATE `{table}` SET `{name}` = NULL")
            seen = read_shop(connection, shop.tables)
            for feed, ids in reading:
                try:
                    list(feed.build(connection, seen, ids, NOW))
                except Exception as error:
                    error.add_note(f"{feed.name}, while {table}.{name} is NULL")
                    raise
            connection.rollback()
    assert len(readers) > 100


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_every_part_of_an_item_is_canonical_so_that_equal_items_have_equal_hashes(layouts, feed):
    for item in build(layouts[True], feed, PREFIXES[True]):
        for part in (item.content, item.volatile, item.minimal):
            assert part == canonical(json.loads(part))
        assert item.hash == content_hash(item.content)


@EACH_FEED
def test_only_a_feed_that_declares_a_boundary_depends_on_the_moment(layouts, feed):
    now, then = (
        {item.hash for item in build(layouts[False], feed, now=moment)}
        for moment in (NOW, NOW + timedelta(days=400))
    )
    assert (now != then) == bool(feed.boundaries)


@pytest.mark.parametrize("version", [PAST - 1, PAST + LATER - 1, FUTURE, FUTURE + LATER])
@pytest.mark.parametrize("name", ["products", "prices", "variants", "categories"])
def test_versions_that_are_not_in_force_would_show(layouts, name, version):
    (feed,) = (one for one in FEEDS if one.name == name)
    now, then = (
        {item.body for item in build(layouts[True], feed, PREFIXES[True], moment)}
        for moment in (None, version)
    )
    assert len(now - then) > 5


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("categoryPermissions", {True, False, None}),
        ("productOverrides", {True, False}),
    ],
)
def test_permissions_are_built_in_the_staged_layout_with_every_answer(layouts, name, answers):
    feed = next(feed for feed in FEEDS if feed.name == name)
    items = [json.loads(item.body) for item in build(layouts[True], feed, PREFIXES[True])]
    for field in ("displayable", "priceDisplayable", "addToCartAllowed"):
        assert {item[field] for item in items} == answers


@needs_gold()
@EACH_FEED
def test_the_sample_shop_exercises_every_field_of_the_real_feed(layouts, feed):
    file = next((GOLD / "feeds").glob(f"{feed.name}.jsonl*"))
    raw = file.read_bytes()
    lines = (gzip.decompress(raw) if file.suffix == ".gz" else raw).splitlines()
    wanted = {shape for line in lines for shape in shapes(json.loads(line))}
    items = [json.loads(item.body) for item in build(layouts[False], feed)]
    assert wanted - {shape for item in items for shape in shapes(item)} == set()


def spread(ids, count):
    """So many ids over the whole feed; where it has fewer, ids that nothing has fill up."""
    some = ids[:: max(1, len(ids) // count)][:count]
    return [*some, *range(NOBODY, NOBODY + count - len(some))]


@pytest.mark.parametrize(
    ("feed", "staged"),
    [
        pytest.param(feed, staged, id=f"{feed.name}-{'staged' if staged else 'open source'}")
        for feed in FEEDS
        for staged in (False, True)
        if staged or feed.name not in COMMERCE_ONLY
    ],
)
def test_a_batch_of_any_size_runs_each_of_its_queries_a_fixed_number_of_times(
    layouts, feed, staged
):
    with looking(layouts[staged], PREFIXES[staged]) as (connection, shop):
        ids = sorted(connection.scalars(feed.ids(shop)))
        statements = []
        sa.event.listen(
            connection,
            "before_cursor_execute",
            lambda _connection, _cursor, statement, *_: statements.append(statement),
        )
        for count in (1, 10, 500):
            statements.clear()
            list(feed.build(connection, shop, spread(ids, count), NOW))
            queries = Counter(PLACES.sub("?", statement) for statement in statements)
            assert 1 <= max(queries.values()) <= AT_MOST


SMALL = {
    "catalog_eav_attribute",
    "customer_group",
    "eav_attribute_option",
    "inventory_stock",
    "inventory_stock_sales_channel",
    "store_website",
    "tax_class",
}
"""Tables that may be looked at as a whole: few rows of any shop, or their distinct attributes."""


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_a_batch_reads_nothing_of_other_entities(layouts, feed):
    found = set()

    def note(_connection, cursor, statement, *_):
        if cursor.rowcount:
            found.add(TABLE.search(statement)[1].removeprefix(PREFIXES[True]))

    with looking(layouts[True], PREFIXES[True]) as (connection, shop):
        sa.event.listen(connection, "after_cursor_execute", note)
        assert list(feed.build(connection, shop, [NOBODY], NOW)) == []
    assert found <= SMALL


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_the_items_of_an_entity_are_the_same_alone_as_among_others(layouts, feed):
    together = {}
    with looking(layouts[True], PREFIXES[True]) as (connection, shop):
        ids = sorted(connection.scalars(feed.ids(shop)))
        for item in feed.build(connection, shop, ids, NOW):
            together.setdefault(item.entity_id, []).append(item)
        for one in spread(ids, 10):
            alone = list(feed.build(connection, shop, [one], NOW))
            assert alone == together.get(one, [])
