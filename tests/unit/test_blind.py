"""By what an audit tells that changes may not have been seen."""

import datetime as dt

import pytest

from changelog_triggers import InstalledTrigger, compare
from changelog_triggers.model import CompiledTrigger
from daemon.database.watched import Sign, Watched
from daemon.sync.blind import Look, findings

NOON, LATER = dt.datetime(2026, 1, 1, 12), dt.datetime(2026, 1, 1, 13)  # noqa: DTZ001
INDEX, OTHER, CHANGELOG = "inventory_stock_2", "catalog_product_website", "cfs_cl_product"
BODY = "INSERT INTO c (entity_id, source, attribute_id) VALUES (1, 'a*', NULL), (1, 'b', NULL);"
WANTED = CompiledTrigger("cfs_a_ad_new", "a", "AFTER", "DELETE", BODY, "new")
GONE = "all rows are gone"
AGAIN = "its numbers began anew: a TRUNCATE, or another table"


def there(**facts):
    usual = {"name": "n", "table": "a", "timing": "AFTER", "event": "DELETE", "body": BODY}
    return InstalledTrigger(**{**usual, "digest": "new", "made_for": "a", **facts})


def looked(name, before, now, **facts):
    return findings(Look((), frozenset(), {name: now}, {name: Watched(before)}, **facts))


@pytest.mark.parametrize(
    ("name", "before", "now", "why"),
    [
        (INDEX, Sign(NOON, None, True), Sign(NOON, None, True), None),
        (INDEX, Sign(NOON), Sign(LATER), "the table was swapped or rebuilt"),
        (INDEX, Sign(), Sign(LATER), None),
        (INDEX, Sign(NOON, None, True), Sign(NOON, None, False), GONE),
        (OTHER, Sign(NOON, 7, True), Sign(LATER, 7, True), None),
        (OTHER, Sign(NOON, 7, True), Sign(NOON, 9, True), None),
        (OTHER, Sign(NOON, 7, True), Sign(NOON, 7, False), None),
        (OTHER, Sign(NOON, 7, True), Sign(NOON, 3, True), AGAIN),
        (OTHER, Sign(NOON, 7, True), Sign(NOON, None, False), AGAIN),
        (OTHER, Sign(NOON, 1, False), Sign(NOON, None, False), None),
        (CHANGELOG, Sign(NOON, 7), Sign(LATER, 9), "the changelog was made anew"),
        (CHANGELOG, Sign(NOON, 7), Sign(NOON, 1), AGAIN),
    ],
)
def test_what_a_table_shows(name, before, now, why):
    assert looked(name, before, now) == ({name: why} if why else {})


def test_an_index_that_is_gone_is_told_of():
    known = {INDEX: Watched(Sign(NOON), is_printed=True), OTHER: Watched(Sign(NOON))}
    found = findings(Look((), frozenset(), {}, known))
    assert found == {INDEX: "the table was gone for a while"}


def test_another_host_tells_another_time_and_that_says_nothing():
    assert looked(CHANGELOG, Sign(NOON, 7), Sign(LATER, 7), is_same_host=False) == {}


def test_a_table_that_is_new_to_the_audit_shows_nothing():
    assert findings(Look((), frozenset(), {INDEX: Sign(NOON)}, {})) == {}


@pytest.mark.parametrize(
    ("installed", "why"),
    [
        ([], "its triggers were missing"),
        ([there()], None),
        ([there(is_stranded=True)], None),
        ([there(digest="old")], "its triggers were outdated"),
        ([there(table="a_replica")], "its triggers moved to a_replica"),
    ],
)
def test_a_trigger_that_is_not_as_wanted_hides_all_that_it_would_write(installed, why):
    found = findings(Look(compare([WANTED], installed), frozenset(), {}, {}))
    assert found == (dict.fromkeys(["a", "b"], why) if why else {})


def test_what_was_lost_or_emptied_is_told():
    assert findings(Look((), frozenset({CHANGELOG}), {}, {}, frozenset({INDEX}))) == {
        CHANGELOG: "the changelog was missing",
        INDEX: "rows were dropped by a TRUNCATE",
    }
