"""Rule prices begin and end at each website's midnight, though no table is written then."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest
import sqlalchemy as sa
from follower import NOW, delivered, told

from daemon.commerce.shop import ShopReader
from daemon.database.connect import make_engine
from daemon.database.schema import utc_now
from daemon.errors import ShopError
from daemon.sync.boundaries import cross

BASE, EU = 1, 2
DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)
MIDNIGHT = dt.datetime(2026, 11, 24, 5, tzinfo=dt.UTC)
"""In New York, where the first website is; the second one is in Berlin, six hours ahead."""

ALWAYS, CHANGES, ENDS, BEGINS = range(4)
"""Products by what becomes of their rule price at midnight."""


@pytest.fixture(scope="module", params=[False, True], ids=["open source", "staged"])
def made(request, server_url):
    """A shop in which everything is delivered."""
    name = f"midnight_{int(request.param)}"
    with delivered(server_url, name, 60, staged=request.param) as follower:
        yield follower


class Shop:
    """Four products on both websites with rule prices on the days that a test asks for."""

    def __init__(self, follower):
        self.follower = follower
        self.ids = [
            row[0]
            for row in follower.rows(
                "SELECT DISTINCT p.entity_id FROM catalog_product_entity p"
                " JOIN catalog_product_website w ON w.product_id = p.entity_id"
                " WHERE p.type_id = 'simple' GROUP BY p.entity_id"
                " HAVING COUNT(DISTINCT w.website_id) = 2 ORDER BY p.entity_id LIMIT 4"
            )
        ]
        assert len(self.ids) == 4
        follower.now = NOW
        self.zone(BASE, "America/New_York")
        self.zone(EU, "Europe/Berlin")
        follower.sql("DELETE FROM catalogrule_product_price")
        self.settle()

    def zone(self, website, name):
        """The timezone of a website; the shop has a row for each but the first."""
        scope = ("default", 0) if website == BASE else ("websites", website)
        self.follower.sql(
            f"UPDATE core_config_data SET value = '{name}' WHERE path = 'general/locale/timezone'"
            f" AND (scope, scope_id) = {scope}"
        )

    def rule(self, kind, day, price, *websites, group=1):
        for website in websites:
            self.follower.sql(
                "REPLACE INTO catalogrule_product_price (rule_date, customer_group_id, product_id,"
                f" rule_price, website_id) VALUES ('{day}', {group}, {self.ids[kind]}, {price},"
                f" {website})"
            )

    def turn(self, day, *websites):
        """Rule prices that change, end, begin or stay when this day begins."""
        before = day - DAY
        for kind, one, other in ((ALWAYS, 5, 5), (CHANGES, 6, 7), (ENDS, 8, 0), (BEGINS, 0, 9)):
            for date, price in ((before, one), (day, other)):
                if price:
                    self.rule(kind, date, price, *websites)

    def settle(self):
        """Deliver everything, and count from now on."""
        self.follower.drain()
        self.follower.cross()
        self.follower.forget_past()

    def at(self, now):
        """Let time go to a moment; how many entities of each feed were rebuilt."""
        self.follower.now = now
        self.follower.forget_past()
        self.follower.cross()
        return self.follower.rebuilt()

    def agrees(self):
        return told(self.follower.disagreements()) == ""

    def rule_prices(self, website="base"):
        """The rule price that each of the products is held with, by what becomes of it."""
        found = {}
        for item in self.follower.warehouse.items("prices"):
            for one in item["discounts"] or ():
                if one["code"] == "catalog_rule" and item["websiteCode"] == website:
                    found[int(item["productId"])] = one["price"]
        return [found.get(one) for one in self.ids]


@pytest.fixture
def shop(made):
    return Shop(made)


def test_at_midnight_what_differs_is_rebuilt_and_nothing_else(shop):
    shop.turn(MIDNIGHT.date(), BASE)
    shop.settle()
    assert shop.at(MIDNIGHT - SECOND) == {}
    assert shop.rule_prices() == [5, 6, 8, None]
    assert shop.at(MIDNIGHT) == {"prices": 3}
    assert shop.rule_prices() == [5, 7, None, 9]
    assert shop.agrees()
    assert shop.at(MIDNIGHT + SECOND) == {}


def test_each_website_has_a_midnight_of_its_own(shop):
    shop.turn(MIDNIGHT.date(), BASE, EU)
    shop.settle()
    berlin = MIDNIGHT - dt.timedelta(hours=6)
    assert shop.at(berlin - SECOND) == {}
    assert shop.at(berlin) == {"prices": 3}
    assert shop.rule_prices("eu") == [5, 7, None, 9]
    assert shop.rule_prices("base") == [5, 6, 8, None]
    assert shop.agrees()
    assert shop.at(MIDNIGHT) == {"prices": 3}
    assert shop.rule_prices("base") == [5, 7, None, 9]
    assert shop.agrees()


def test_a_rule_price_of_another_group_or_of_no_group_is_told_apart(shop):
    day = MIDNIGHT.date()
    shop.rule(ALWAYS, day - DAY, 5, BASE, group=1)
    shop.rule(ALWAYS, day, 5, BASE, group=2)
    shop.rule(CHANGES, day, 5, BASE, group="NULL")
    shop.settle()
    assert shop.at(MIDNIGHT) == {"prices": 1}
    assert shop.agrees()


def test_rule_prices_of_tomorrow_count_tomorrow_and_no_sooner(shop):
    shop.rule(BEGINS, MIDNIGHT.date(), 9, BASE)
    shop.follower.drain()
    assert shop.follower.rebuilt() == {"prices": 1}
    assert shop.rule_prices() == [None, None, None, None]
    assert shop.at(MIDNIGHT) == {"prices": 1}
    assert shop.rule_prices() == [None, None, None, 9]


def test_days_that_nobody_looked_are_made_up_for_at_once(shop):
    for days in range(4):
        shop.turn(MIDNIGHT.date() + days * DAY, BASE)
    shop.rule(ENDS, MIDNIGHT.date() + 3 * DAY, 8, BASE)
    shop.settle()
    assert shop.at(MIDNIGHT + 3 * DAY) == {"prices": 2}
    assert shop.agrees()


def test_a_clock_that_goes_back_makes_items_of_the_earlier_day_again(shop):
    shop.turn(MIDNIGHT.date(), BASE)
    shop.settle()
    assert shop.at(MIDNIGHT) == {"prices": 3}
    assert shop.at(MIDNIGHT - SECOND) == {"prices": 3}
    assert shop.rule_prices() == [5, 6, 8, None]
    assert shop.agrees()
    assert shop.at(MIDNIGHT - 2 * SECOND) == {}
    assert shop.at(MIDNIGHT) == {"prices": 3}
    assert shop.at(MIDNIGHT) == {}


def test_a_clock_that_was_wrong_between_two_looks_leaves_nothing_behind(shop):
    far = MIDNIGHT + 400 * DAY
    shop.rule(BEGINS, far.date(), 3, BASE)
    shop.settle()
    shop.follower.now = far
    shop.rule(CHANGES, far.date(), 4, BASE)
    shop.follower.drain()
    assert shop.rule_prices() == [None, 4, None, 3], "all that is stale by then, not one alone"
    assert shop.at(NOW) == {"prices": 2}
    assert shop.rule_prices() == [None, None, None, None]
    assert shop.agrees()


def other_process(shop, now):
    """A context as another process would have it."""
    context = shop.follower.context
    return dataclasses.replace(
        context, engine=make_engine(shop.follower.url), reader=ShopReader(), clock=lambda _: now
    )


def host(shop, server_moment):
    """A context of a host that asks the server for the time; there it is this moment."""
    engine = make_engine(shop.follower.url)
    set_time = f"SET timestamp = {server_moment.timestamp()}"
    sa.event.listen(engine, "connect", lambda raw, _: raw.cursor().execute(set_time))
    return dataclasses.replace(
        shop.follower.context, engine=engine, reader=ShopReader(), clock=utc_now
    )


def test_the_database_tells_all_hosts_the_date(shop):
    shop.turn(MIDNIGHT.date(), BASE)
    shop.settle()
    hosts = [host(shop, MIDNIGHT - SECOND), host(shop, MIDNIGHT), host(shop, MIDNIGHT)]
    assert [cross(one) for one in hosts] == [0, 3, 0]
    for one in hosts:
        one.engine.dispose()
    assert shop.at(MIDNIGHT) == {"prices": 3}
    assert shop.agrees()


def test_where_time_stood_is_known_after_a_restart(shop):
    shop.turn(MIDNIGHT.date(), BASE)
    shop.settle()
    again = other_process(shop, MIDNIGHT)
    assert cross(again) > 0
    assert cross(again) == 0
    again.engine.dispose()
    assert shop.at(MIDNIGHT) == {"prices": 3}
    assert shop.agrees()


def test_a_step_that_is_not_finished_is_made_again(shop, monkeypatch):
    shop.turn(MIDNIGHT.date(), BASE)
    shop.settle()

    def fail(_point):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
        patch.setattr("daemon.sync.boundaries.reach", fail)
        shop.at(MIDNIGHT)
    assert shop.follower.rows("SELECT * FROM cfs_pending") == []
    assert shop.at(MIDNIGHT) == {"prices": 3}
    assert shop.agrees()


def test_of_several_that_look_at_once_one_makes_the_step(shop):
    shop.turn(MIDNIGHT.date(), BASE)
    shop.settle()
    others = [other_process(shop, MIDNIGHT) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        touched = list(pool.map(cross, others))
    assert sum(map(bool, touched)) == 1
    revisions = shop.follower.rows("SELECT entity_id, revision FROM cfs_pending ORDER BY 1")
    assert revisions == [(one, 1) for one in shop.ids[CHANGES:]]
    for one in others:
        one.engine.dispose()
    assert shop.at(MIDNIGHT) == {"prices": 3}
    assert shop.agrees()


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("America/New_York", "2026-11-01T04:00:00Z"),
        ("America/New_York", "2026-11-02T05:00:00Z"),
        ("America/New_York", "2027-03-15T04:00:00Z"),
        ("Africa/Cairo", "2026-04-23T22:00:00Z"),
        ("Asia/Beirut", "2026-03-28T22:00:00Z"),
        ("Pacific/Kiritimati", "2026-11-23T10:00:00Z"),
        ("Australia/Lord_Howe", "2026-10-03T13:30:00Z"),
    ],
)
def test_a_day_begins_when_it_does_there_whatever_its_length(shop, zone, first):
    """In Cairo and Beirut clocks go from midnight to one: that is the day's first moment."""
    begin = dt.datetime.fromisoformat(first)
    shop.zone(BASE, zone)
    shop.follower.now = begin - SECOND
    shop.settle()
    day = begin.astimezone(dt.UTC).date() + (DAY if begin.hour > 8 else 0 * DAY)
    shop.turn(day, BASE)
    shop.settle()
    assert shop.rule_prices() == [5, 6, 8, None]
    assert shop.at(begin) == {"prices": 3}
    assert shop.rule_prices() == [5, 7, None, 9]
    assert shop.agrees()


def test_another_timezone_is_another_date_at_once(shop):
    shop.turn(MIDNIGHT.date(), BASE)
    shop.settle()
    shop.zone(BASE, "Pacific/Kiritimati")
    shop.follower.drain()
    assert shop.rule_prices() == [5, 7, None, 9]
    assert shop.agrees()
    assert shop.follower.cross() == 0


def test_a_timezone_that_nobody_knows_stops_nothing_but_prices(shop):
    shop.turn(MIDNIGHT.date(), BASE)
    shop.settle()
    shop.zone(EU, "Europe/Atlantis")
    with pytest.raises(ShopError, match="Europe/Atlantis"):
        cross(shop.follower.context)
    shop.zone(EU, "Europe/Berlin")
    shop.settle()
    assert shop.at(MIDNIGHT) == {"prices": 3}
    assert shop.agrees()


def test_where_nobody_knows_how_time_stood_all_that_has_rule_prices_is_rebuilt(shop):
    shop.turn(MIDNIGHT.date(), BASE)
    shop.settle()
    shop.follower.sql("DELETE FROM cfs_meta WHERE name = 'boundary:prices:midnight'")
    rebuilt = shop.at(MIDNIGHT)
    assert rebuilt["prices"] == 4
    assert shop.agrees()
    assert shop.at(MIDNIGHT) == {}


def test_a_website_that_is_new_is_no_reason_to_rebuild(shop):
    shop.turn(MIDNIGHT.date(), BASE)
    shop.settle()
    shop.follower.sql(
        "UPDATE cfs_meta SET value = JSON_REMOVE(value, '$.\"2\"') WHERE name ="
        " 'boundary:prices:midnight'"
    )
    assert shop.at(NOW) == {}
    (text,) = shop.follower.rows(
        "SELECT value FROM cfs_meta WHERE name = 'boundary:prices:midnight'"
    )
    assert orjson.loads(text[0]) == {"1": "2026-11-23", "2": "2026-11-23"}
