"""Whatever is edited, following it ends where a full build of the shop would."""

from __future__ import annotations

import contextlib
import dataclasses
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from converge.trail import name_of, names_of, trailing
from drift_checks import drift
from follower import Follower, told
from shop_checks import in_force, link, rows

from daemon.errors import ShopError
from daemon.feeds import FEEDS
from daemon.sandbox.edits import EDITS
from daemon.sandbox.precision import EFFECTS, PRODUCTS, Effect
from daemon.sandbox.shop import create_shop
from daemon.sandbox.updates import STAGED_EDITS

PICKED = {
    "loner": "p.type_id = 'simple' AND p.sku IN (SELECT sku FROM inventory_source_item WHERE"
    " source_code = 'default') AND p.entity_id IN (SELECT product_id FROM catalog_product_website"
    " WHERE website_id = 1) AND p.entity_id NOT IN (SELECT child_id FROM catalog_product_relation)"
    " AND p.entity_id NOT IN (SELECT linked_product_id FROM catalog_product_link)",
    "unlisted": "p.entity_id NOT IN (SELECT product_id FROM catalog_category_product)",
    "restricted": "p.entity_id IN (SELECT product_id FROM magento_catalogpermissions_index_product)"
    " AND p.entity_id IN (SELECT product_id FROM catalog_category_product) AND p.entity_id IN"
    " (SELECT product_id FROM catalog_product_website WHERE website_id = 1)",
    "addressed": "p.entity_id IN (SELECT entity_id FROM url_rewrite WHERE entity_type = 'product')",
    "variant": "p.entity_id IN (SELECT product_id FROM catalog_product_super_link)",
    "configurable": "p.type_id = 'configurable' AND p.{link} IN"
    " (SELECT parent_id FROM catalog_product_super_link)",
    "simplest": "p.entity_id = (SELECT MAX(entity_id) FROM catalog_product_entity"
    " WHERE type_id = 'configurable')",
    "stocked": "p.entity_id IN (SELECT product_id FROM cataloginventory_stock_status WHERE"
    " stock_status = 1) AND p.sku IN (SELECT sku FROM inventory_source_item WHERE source_code ="
    " 'default') AND p.entity_id IN (SELECT product_id FROM catalog_product_website WHERE"
    " website_id = 1)",
    "bundle": "p.type_id = 'bundle'",
    "part": "p.entity_id IN (SELECT product_id FROM catalog_product_bundle_selection)",
    "grouped": "p.type_id = 'grouped'",
    "member": "p.entity_id IN (SELECT linked_product_id FROM catalog_product_link"
    " WHERE link_type_id = 3)",
    "related": "p.entity_id IN (SELECT linked_product_id FROM catalog_product_link"
    " WHERE link_type_id = 1)",
    "downloadable": "p.type_id = 'downloadable'",
    "optional": "p.{link} IN (SELECT product_id FROM catalog_product_option)",
    "ordered": "p.type_id = 'configurable' AND p.entity_id IN (SELECT product_id FROM"
    " sales_order_item WHERE product_type = 'configurable')",
    "reserved": "p.sku IN (SELECT sku FROM inventory_reservation)",
    "european": "p.sku IN (SELECT sku FROM inventory_stock_2) AND p.entity_id IN"
    " (SELECT product_id FROM catalog_product_website WHERE website_id = 2)",
}
"""Names in edits that stand for the first product of which this holds: its id, link and sku."""

CATEGORY = "SELECT p.entity_id, p.{{link}} FROM catalog_category_entity p WHERE {{in_force}}"
CATEGORY += " AND p.level = {level} ORDER BY p.entity_id DESC"
OPTION = (
    "SELECT o.option_id FROM eav_attribute_option o JOIN eav_attribute a USING (attribute_id)"
    " WHERE a.attribute_code = 'color' AND o.option_id {is_it} (SELECT v.value FROM"
    " catalog_product_entity_int v JOIN catalog_product_entity p USING ({{link}})"
    " WHERE v.value > 0 AND v.attribute_id = a.attribute_id AND p.entity_id IN"
    " (SELECT product_id FROM catalog_product_super_link {first})) ORDER BY 1"
)
CHOSEN = {
    "top": CATEGORY.format(level=2),
    "family": CATEGORY.format(level=3),
    "shelf": CATEGORY.format(level=4),
    "red": OPTION.format(is_it="IN", first=""),
    "blue": OPTION.format(is_it="NOT IN", first="WHERE product_id = {variant.id}"),
    "indexed": "SELECT i.category_id FROM catalog_category_product_index_store1 i"
    " JOIN catalog_category_entity c ON c.entity_id = i.category_id WHERE c.level > 2 ORDER BY 1",
    "red_too": OPTION.format(is_it="IN", first="") + " DESC",
    "indexed_sku": "SELECT sku FROM inventory_source_item WHERE source_code = 'default'"
    " AND sku IN (SELECT sku FROM catalog_product_entity) ORDER BY 1",
    "video": "SELECT value_id FROM catalog_product_entity_media_gallery_value_video ORDER BY 1",
    "picture": "SELECT value_id FROM catalog_product_entity_media_gallery"
    " JOIN catalog_product_entity_media_gallery_value_to_entity USING (value_id)"
    " WHERE media_type = 'image' ORDER BY 1",
    "order": "SELECT entity_id FROM sales_order ORDER BY 1",
    "review": "SELECT review_id FROM review WHERE status_id = 1 ORDER BY 1",
    "permitted": "SELECT category_id FROM magento_catalogpermissions"
    " WHERE website_id IS NULL ORDER BY 1",
    "occupied": "SELECT MIN(category_id) FROM catalog_category_product GROUP BY product_id"
    " HAVING COUNT(*) = 1 ORDER BY 1",
    "rating": "SELECT rating_id FROM rating_option_vote ORDER BY 1",
}
"""Names in edits that stand for the first row of a query, or its only value."""


@dataclass(frozen=True)
class Row:
    id: int
    link: int
    sku: str = ""


@dataclass(frozen=True)
class SqlEdit:
    """What is done, in words; the feeds whose items it changes, as far as they are on; the
    statements of a transaction; whether only a staged shop has its tables.
    """

    words: str
    feeds: frozenset[str]
    statements: tuple[str, ...]
    is_staged_only: bool


@dataclass
class Followed:
    """What came of an edit: feeds that were told of it, how much was rebuilt and sent, and what is
    wrong.

    needed: the edges without which something would not have been told.
    """

    feeds: set[str] = field(default_factory=set)
    needed: set[str] = field(default_factory=set)
    effect: Effect = field(default_factory=dict)
    wrong: str = ""


@dataclass(frozen=True)
class Course:
    """What came of the edits of a shop, by their words; and the feeds that are on there, with all
    their edges.
    """

    edits: dict[str, Followed]
    feeds: frozenset[str]
    edges: frozenset[str]

    def of(self, words):
        if words not in self.edits:
            pytest.skip("Open Source has no such tables")
        return self.edits[words]


def read_edits():
    text = Path(__file__).with_name("convergence.sql").read_text(encoding="utf-8")
    for part in re.split(r"^-- ", text, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        words, _, feeds = head.rpartition(":")
        statements = tuple(one.strip() for one in body.split(";\n") if one.strip())
        plain = words.removesuffix(STAGED_ONLY)
        yield SqlEdit(plain, frozenset(feeds.split()), statements, plain != words)


STAGED_ONLY = " [staged]"
SQL_EDITS = tuple(read_edits())


class Names(dict):
    """What the names in edits stand for in a shop; each is looked up when it is first needed."""

    def __init__(self, engine):
        own = link(engine)
        super().__init__(link=own, in_force=in_force(own))
        self._engine = engine

    def __missing__(self, name):
        found = rows(self._engine, f"{self._query(name).format_map(self)} LIMIT 1")
        assert found, f"the shop has no {name}"
        self[name] = Row(*found[0]) if len(found[0]) > 1 else found[0][0]
        return self[name]

    def _query(self, name):
        if name in PICKED:
            query = "SELECT p.entity_id, p.{link}, p.sku FROM catalog_product_entity p"
            return f"{query} WHERE {{in_force}} AND {PICKED[name]} ORDER BY p.entity_id"
        if name in CHOSEN:
            return CHOSEN[name]
        kind, code = (3, name[9:]) if name.startswith("category_") else (4, name)
        query = "SELECT attribute_id FROM eav_attribute WHERE entity_type_id ="
        return f"{query} {kind} AND attribute_code = '{code}'"


@contextlib.contextmanager
def following(server_url, name, *, staged, prefix="", make=Follower, **scopes):
    """A sample shop in a schema of its own, and what follows it; everything is delivered."""
    name = f"{name}_{int(staged)}"
    server = sa.create_engine(server_url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    url = f"{server_url}{name}?charset=utf8mb4"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    day = date(2026, 11, 23)
    create_shop(engine, PRODUCTS, prefix=prefix, today=day, staged=staged, **scopes)
    follower = make(url, prefix=prefix)
    follower.install()
    follower.resync()
    yield follower
    follower.close()
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}")


def follow(follower, edit, *, is_compared):
    """Make an edit, let the path run, and see what came of it; what is wrong is put right."""
    follower.forget_past()
    follower.warehouse.take_told()
    known = Names(follower.context.engine)
    try:
        follower.sql(*(statement.format_map(known) for statement in edit.statements))
    except (sa.exc.DBAPIError, AssertionError) as error:
        return Followed(wrong=f"can't be done: {error}")
    with trailing() as trail:
        follower.drain()
    sent = Counter(follower.warehouse.told)
    effect = {feed: (built, sent[feed]) for feed, built in follower.rebuilt().items()}
    needed = trail.alone(follower)
    wrong = told(follower.disagreements()) if is_compared else ""
    if wrong:
        follower.resync()
    return Followed(set(sent), needed, effect, wrong)


@pytest.fixture(scope="module", params=[False, True], ids=["open source", "staged"])
def followed(request, server_url):
    """What came of every edit that the shop has the tables for, in their order; the tests only look
    at it.

    In the staged layout all items are compared after every tenth edit, to save time.
    """
    every = 10 if request.param else 1
    edits = [edit for edit in SQL_EDITS if request.param or not edit.is_staged_only]
    with following(server_url, "edited_by_sql", staged=request.param) as follower:
        edges = names_of(follower)
        found = {
            edit.words: follow(follower, edit, is_compared=left % every == 0)
            for left, edit in zip(range(len(edits))[::-1], edits, strict=True)
        }
        return Course(found, frozenset(follower.context.feed), frozenset(edges))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("edit", SQL_EDITS, ids=lambda edit: edit.words)
def test_an_edit_in_sql_leads_to_all_that_it_changes(followed, edit):
    assert followed.of(edit.words).wrong == ""
    assert followed.of(edit.words).feeds == edit.feeds & followed.feeds


OF_NO_ITEM = (
    "inventoryStockStatus ← inventory_source_stock_link(source_code) [*]"
    " all items, for which products a stock has"
)
"""The edge that no edit needs: while the index table of a stock is missing it tells which products
can't be built, and that is no item.
"""


@pytest.mark.timeout(900)
def test_every_edge_is_the_only_one_that_leads_to_something(followed):
    """An edge that could be taken away unnoticed is not tested, or not needed."""
    needed = {name for one in followed.edits.values() for name in one.needed}
    assert sorted(followed.edges - needed) == [OF_NO_ITEM]


DEAF = {
    "a price by REPLACE": "prices ← catalog_product_entity_decimal(value,store_id) [own]",
    "the title of a custom option": "products ← catalog_product_option_title(store_id,title) [own]",
    "a reservation": "inventoryStockStatus ← inventory_reservation(stock_id,quantity)",
    "the label of an option": "variants ← eav_attribute_option_value(store_id,value)",
    "the label of an attribute in a store view": "productAttributes ← eav_attribute_label(",
    "the usual order of products": "categories ← core_config_data(value,scope,scope_id) [*]",
    "the state of an order": "orders ← sales_order(",
    "the title of a review": "reviews ← review_detail(",
    "what a rating is called in a store view": "ratingMetadata ← rating_title(",
}
"""Edits, and how the name of an edge begins without which following the edit ends elsewhere."""


def without(feed, beginnings):
    """The feed, but for the edges whose name begins so."""

    def edges(shop):
        return tuple(
            one for one in feed.edges(shop) if not name_of(feed, one).startswith(beginnings)
        )

    return dataclasses.replace(feed, edges=edges)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("staged", [False, True], ids=["open source", "staged"])
def test_feeds_that_lack_an_edge_end_elsewhere(server_url, staged):
    feeds = [without(feed, tuple(DEAF.values())) for feed in FEEDS]
    with following(server_url, "deaf", staged=staged) as follower:
        deaf = Follower(follower.url, feeds=feeds, warehouse=follower.warehouse)
        deaf.install()
        for edit in SQL_EDITS:
            if edit.words in DEAF:
                assert follow(deaf, edit, is_compared=False).wrong == ""
        ended_elsewhere = {one.feed for one in deaf.disagreements()}
        deaf.close()
    assert ended_elsewhere == {name.partition(" ")[0] for name in DEAF.values()}


MORE_WHERE_STAGED = {"the label of an attribute": {"products": (5, 4)}}
"""One more configurable product varied by the attribute in a version that is not in force."""


@pytest.mark.timeout(900)
@pytest.mark.parametrize("words", EFFECTS)
def test_a_small_edit_rebuilds_and_sends_little(followed, words, request):
    effect = dict(EFFECTS[words])
    if "staged" in request.node.name:
        effect |= MORE_WHERE_STAGED.get(words, {})
    expected = {feed: counts for feed, counts in effect.items() if feed in followed.feeds}
    assert followed.of(words).effect == expected


class Shuffle:
    """Edits of admin pages in an order by chance, each made with another one's leftovers."""

    def __init__(self, follower, seed):
        self._follower = follower
        self.rng = random.Random(seed)  # noqa: S311 — chance that repeats
        edits = EDITS + (STAGED_EDITS if link(follower.context.engine) == "row_id" else ())
        self._left = self.rng.sample(edits * 3, k=len(edits) * 3)

    def make_next(self):
        """Make an edit, unless the shop has nothing left for it; False where none is left."""
        if not self._left:
            return False
        with self._follower.context.engine.connect() as connection:
            shop = self._follower.context.reader.read(connection)
            connection.rollback()
            with contextlib.suppress(ShopError):
                self._left.pop()(connection, shop, self.rng)
        return True


@pytest.fixture(params=[False, True], ids=["open source", "staged"])
def shuffle(request, server_url):
    """A shop of its own, about to be edited."""
    with following(server_url, "shuffled", staged=request.param) as follower:
        yield follower, Shuffle(follower, request.node.name)


def assert_converged(follower):
    follower.drain()
    follower.cross()
    assert told(follower.disagreements()) == ""
    assert follower.faults() == []
    assert drift(follower.context) == []


def test_edits_in_any_order_that_are_caught_up_on_at_once_converge(shuffle):
    follower, edits = shuffle
    while edits.make_next():
        pass
    assert_converged(follower)


def test_edits_in_any_order_that_are_followed_now_and_then_converge(shuffle):
    follower, edits = shuffle
    while edits.make_next():
        if edits.rng.random() < 0.5:
            follower.drain()
    assert_converged(follower)


def test_edits_that_are_made_while_items_are_under_way_converge(shuffle):
    follower, edits = shuffle
    follower.warehouse.meanwhile = edits.make_next
    while edits.make_next():
        follower.drain()
    assert_converged(follower)


SINGLE_STORE_MODE = """INSERT INTO core_config_data (scope, scope_id, path, value)
    VALUES ('default', 0, 'general/single_store_mode/enabled', '1')"""


def test_a_shop_in_single_store_mode_converges(server_url):
    with following(server_url, "single", staged=True, store_views=(1,)) as follower:
        follower.sql(SINGLE_STORE_MODE)
        edits = Shuffle(follower, "single store mode")
        while edits.make_next():
            pass
        assert_converged(follower)
        assert {one["storeViewCode"] for one in follower.warehouse.items("products")} == {"default"}
