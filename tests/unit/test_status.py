"""Wanted triggers against installed ones."""

import pytest

from changelog_triggers.model import CompiledTrigger
from changelog_triggers.status import InstalledTrigger, Status, compare

BODY = "BEGIN INSERT INTO `cfs_cl_product` (entity_id, source, attribute_id) VALUES (1); END"
WANTED = CompiledTrigger("cfs_t_ai_new", "t", "AFTER", "INSERT", BODY, "new")


def there(name="cfs_t_ai_new", digest="new", **other):
    facts = {"table": "t", "timing": "AFTER", "event": "INSERT", "body": BODY, "made_for": "t"}
    return InstalledTrigger(name=name, digest=digest, **{**facts, **other})


@pytest.mark.parametrize(
    ("installed", "states"),
    [
        ([], [Status.MISSING]),
        ([there()], [Status.INSTALLED]),
        ([there(name="any")], [Status.INSTALLED]),
        ([there(digest="old")], [Status.OUTDATED]),
        ([there(is_stranded=True)], [Status.OUTDATED]),
        ([there(timing="BEFORE")], [Status.OUTDATED]),
        ([there(digest="old"), there()], [Status.INSTALLED, Status.ORPHANED]),
        ([there(digest="old"), there(digest="older")], [Status.OUTDATED, Status.ORPHANED]),
        ([there(table="u")], [Status.MISSING, Status.ORPHANED]),
        ([there(event="UPDATE")], [Status.MISSING, Status.ORPHANED]),
        ([there(), there(name="again")], [Status.INSTALLED, Status.ORPHANED]),
    ],
)
def test_how_a_wanted_trigger_stands(installed, states):
    assert [state.status for state in compare([WANTED], installed)] == states


def test_a_state_tells_table_event_and_changelogs_of_either_side():
    (missing,) = compare([WANTED], [])
    (orphaned,) = compare([], [there(table="u")])
    assert (missing.table, missing.event, missing.changelogs) == ("t", "INSERT", ("product",))
    assert (orphaned.table, orphaned.event, orphaned.changelogs) == ("u", "INSERT", ("product",))


def test_a_trigger_on_another_table_than_it_was_made_for_has_moved():
    (state,) = compare([], [there(made_for="t_replica")])
    assert state.has_moved
    assert [one.has_moved for one in compare([WANTED], [there()])] == [False]
    assert [one.has_moved for one in compare([WANTED], [])] == [False]
