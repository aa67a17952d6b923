"""Packages that add feeds and fields, as installed metadata on the path."""

import importlib
import sys
from dataclasses import replace

import pytest

from daemon.core.addition import Addition, with_additions
from daemon.core.feed import Feed
from daemon.core.item import FeedItem, Unbuildable, canonical, make_item
from daemon.errors import ConfigurationError
from daemon.feeds import FEEDS
from daemon.plugins import FEED_GROUP, FIELD_GROUP, all_feeds

CODE = """
from daemon.core.addition import Addition
from daemon.core.feed import Feed

def nothing(*_):
    return ()

def feed(name):
    return Feed(name, nothing, nothing, nothing, nothing, "id")

def addition(feed, *names):
    return Addition(feed, frozenset(names), nothing, nothing, lambda *_: {})

RAIN, SNOW = feed("rain"), feed("Snow Fall")
PRICES = feed("Prices")
WET, DRY = addition("products", "humidity"), addition("products", "humidity", "dust")
LOST = addition("produkts", "humidity")
NUMBER = 7
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Makes an installed package with these entry points: (group, name, object of the module)."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(name, *points, code=CODE):
        module = name.replace("-", "_")
        (tmp_path / f"{module}.py").write_text(code, encoding="utf-8")
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n", encoding="utf-8")
        lines = "".join(f"[{group}]\n{key} = {module}:{what}\n" for group, key, what in points)
        (info / "entry_points.txt").write_text(lines, encoding="utf-8")
        importlib.invalidate_caches()
        made.append(module)

    made = []
    yield make
    for module in made:
        sys.modules.pop(module, None)


def refusal():
    with pytest.raises(ConfigurationError) as refused:
        all_feeds()
    return str(refused.value)


def test_without_packages_there_are_the_feeds_of_this_product():
    assert all_feeds() == FEEDS


def test_feeds_of_packages_come_after_ours(package):
    package("weather", (FEED_GROUP, "rain", "RAIN"))
    assert [feed.name for feed in all_feeds()] == [*(feed.name for feed in FEEDS), "rain"]


def test_an_addition_changes_the_feed_that_it_names_and_no_other(package):
    package("weather", (FIELD_GROUP, "wet", "WET"))
    changed = [one for one, ours in zip(all_feeds(), FEEDS, strict=True) if one != ours]
    assert [(feed.name, feed.additions) for feed in changed] == [
        ("products", ('package weather (wet = "weather:WET") 1',))
    ]


def test_a_package_can_add_fields_to_a_feed_of_another_package(package):
    package("weather", (FEED_GROUP, "rain", "RAIN"))
    code = f"{CODE}\nMORE = addition('rain', 'acid')\n"
    package("chemistry", (FIELD_GROUP, "acid", "MORE"), code=code)
    assert all_feeds()[-1].additions == ('package chemistry (acid = "chemistry:MORE") 1',)


@pytest.mark.parametrize(
    ("points", "complaint"),
    [
        (
            [(FEED_GROUP, "x", "NONE")],
            (
                'package weather (x = "weather:NONE"): it can\'t be loaded: AttributeError: module'
                " 'weather' has no attribute 'NONE'. Mend the package or uninstall it."
            ),
        ),
        (
            [(FEED_GROUP, "x", "NUMBER")],
            (
                'package weather (x = "weather:NUMBER"): it is a int, and commerce_feed_sync.feeds'
                " takes a daemon.core.feed.Feed"
            ),
        ),
        (
            [(FIELD_GROUP, "x", "RAIN")],
            (
                'package weather (x = "weather:RAIN"): it is a Feed, and commerce_feed_sync.fields'
                " takes a daemon.core.addition.Addition"
            ),
        ),
        (
            [(FEED_GROUP, "x", "SNOW")],
            (
                "package weather (x = \"weather:SNOW\"): 'Snow Fall' can't be the name of a feed: a"
                " small letter, then letters and digits, 40 in all at most"
            ),
        ),
        (
            [(FEED_GROUP, "x", "RAIN"), (FEED_GROUP, "y", "RAIN")],
            (
                'package weather (y = "weather:RAIN"): there is a feed rain already,'
                ' of package weather (x = "weather:RAIN")'
            ),
        ),
        (
            [(FIELD_GROUP, "x", "LOST")],
            (
                'package weather (x = "weather:LOST"): there is no feed produkts. Did you mean'
                " products?"
            ),
        ),
        (
            [(FIELD_GROUP, "x", "WET"), (FIELD_GROUP, "y", "DRY")],
            (
                'package weather (y = "weather:DRY"): the field humidity of products is given'
                ' already, by package weather (x = "weather:WET")'
            ),
        ),
    ],
    ids=["missing", "no feed", "no addition", "name", "twice", "unknown", "field twice"],
)
def test_what_can_not_be_used_is_refused_with_the_name_of_its_package(package, points, complaint):
    package("weather", *points)
    assert refusal() == complaint


def test_the_name_of_a_feed_of_ours_is_taken_in_any_case(package):
    code = CODE.replace('feed("rain")', 'feed("pRICES")')
    package("weather", (FEED_GROUP, "x", "RAIN"), code=code)
    assert refusal() == (
        'package weather (x = "weather:RAIN"): there is a feed pRICES already, of this product'
    )


def test_a_package_whose_code_breaks_is_named(package):
    package("weather", (FEED_GROUP, "x", "RAIN"), code="1 / 0")
    assert refusal() == (
        'package weather (x = "weather:RAIN"): it can\'t be loaded: ZeroDivisionError: division'
        " by zero. Mend the package or uninstall it."
    )


def built(fields, *names):
    """What becomes of an item with a name and a time, by an addition that gives these fields."""
    item = make_item(7, ("a",), {"name": "A", "sku": "a"}, {"modifiedAt": "now"}, {"sku": "a"})
    broken = Unbuildable(8, "x", b"{}", "no")
    feed = Feed(
        "things",
        edges=lambda _: ("own",),
        ids=lambda _: None,
        read=lambda *_: "own rows",
        assemble=lambda rows, *_: [item, broken] if rows == "own rows" else [],
        natural_key="sku",
    )
    addition = Addition(
        "things",
        frozenset(names),
        edges=lambda _: ("more",),
        read=lambda *_: "more rows",
        fields=lambda rows, one: fields if (rows, *one) == ("more rows", 7, {"sku": "a"}) else {},
    )
    enriched = with_additions(feed, {"plug": addition})
    assert enriched.edges(None) == ("own", "more")
    found, other = enriched.build(None, None, [7, 8], None)
    assert other is broken
    return item, found


def test_fields_that_are_added_count_as_content_and_stand_in_order():
    item, found = built({"humidity": 0.5, "base": None}, "humidity", "base")
    content = {"base": None, "humidity": 0.5, "name": "A", "sku": "a"}
    wanted = make_item(7, ("a",), content, {"modifiedAt": "now"}, {"sku": "a"})
    assert (found, found.content) == (wanted, canonical(content))
    assert found.hash != item.hash


def test_an_item_that_gets_no_fields_stays_as_it_is():
    item, found = built({}, "humidity")
    assert found == item


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"dust": 1}, "plug gives the field dust, which its names don't list"),
        ({"name": "B"}, "plug gives the field name, which the item has already"),
        ({"modifiedAt": "B"}, "plug gives the field modifiedAt, which the item has already"),
    ],
)
def test_a_field_that_may_not_be_given_makes_the_item_unbuildable(fields, reason):
    item, found = built(fields, "name", "modifiedAt")
    assert isinstance(item, FeedItem)
    assert found == Unbuildable(7, item.feed_id, item.minimal, reason)


def test_another_version_of_an_addition_is_another_way_of_building():
    feed = Feed("things", *[lambda *_: ()] * 4, natural_key="sku")
    one = Addition("things", frozenset(), *[lambda *_: ()] * 3)
    two = replace(one, version=2)
    assert [with_additions(feed, {"plug": it}).additions for it in (one, two)] == [
        ("plug 1",),
        ("plug 2",),
    ]
