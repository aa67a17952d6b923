"""All that work on one database send the same feeds to the same destinations, or none does."""

from dataclasses import replace

import pytest
from world import Shelf

from daemon.database.runs import beat, leave
from daemon.errors import OtherTermsError
from daemon.sync.baseline import request_baselines
from daemon.sync.processes import own_name
from daemon.sync.terms import adopt, hold, terms_of

OTHER_HOST = "web-2:7:0123456789abcdef.5"


def bound(world, *destinations):
    """The path to these destinations, on terms that others must keep to."""
    context = world.new_context(*destinations)
    with context.looking() as (_, shop):
        return replace(context, terms=terms_of(context.feeds, destinations, shop))


@pytest.fixture
def narrow(world):
    context = bound(world, world.shelf)
    yield context
    context.engine.dispose()


@pytest.fixture
def wide(world):
    context = bound(world, world.shelf, Shelf("other"))
    yield context
    context.engine.dispose()


def test_a_daemon_with_other_destinations_is_refused_while_one_lives(world, narrow, wide):
    narrow.transact(adopt, narrow)
    world.context.transact(beat, world.own, OTHER_HOST)
    with pytest.raises(OtherTermsError) as refused:
        wide.transact(adopt, wide, is_daemon=True)
    own = ":".join(own_name().split(":")[:2])
    assert str(refused.value) == (
        f"web-2:7 works on this database by other settings than {own}: only this one sends things "
        "to other (test). Changes would be lost. Give all the same feeds and destinations, or stop "
        "the others first; one that was killed counts for 20 seconds."
    )
    assert [row["name"] for row in world.rows(world.own.daemons)] == [OTHER_HOST]
    world.context.transact(leave, world.own, OTHER_HOST)
    assert wide.transact(adopt, wide, is_daemon=True)
    assert [row["name"] for row in world.rows(world.own.daemons)] == [own_name()]


def test_one_with_the_same_settings_joins(world, narrow):
    narrow.transact(adopt, narrow)
    world.context.transact(beat, world.own, OTHER_HOST)
    assert not narrow.transact(adopt, narrow, is_daemon=True)


def test_other_rules_of_a_feed_are_other_settings(world, narrow):
    narrow.transact(adopt, narrow)
    world.context.transact(beat, world.own, OTHER_HOST)
    changed = replace(narrow, terms=narrow.terms.replace(':"', ':"0'))
    with pytest.raises(OtherTermsError, match="build by other rules things to shelf"):
        changed.transact(adopt, changed)


def test_one_that_was_passed_over_takes_nothing_off_a_changelog_or_pending(world, narrow, wide):
    narrow.transact(adopt, narrow)
    world.add("a")
    engine = world.new_engine(narrow)
    engine._collector.collect()
    wide.transact(adopt, wide)
    world.add("b")
    with pytest.raises(OtherTermsError, match="only that one sends things to other"):
        engine._collector.collect()
    with pytest.raises(OtherTermsError):
        engine._claimer.next_batch(0)
    world.new_engine(wide).drain()
    assert [set(one.items) for one in wide.destinations] == [{("a", "web"), ("b", "web")}] * 2


def test_others_come_into_force_only_when_a_collector_is_done(world, narrow, wide):
    narrow.transact(adopt, narrow)
    with narrow.engine.begin() as collecting, wide.engine.connect() as waiting:
        hold(collecting, narrow)
        waiting.exec_driver_sql("SET SESSION innodb_lock_wait_timeout = 1")
        with pytest.raises(Exception, match="Lock wait timeout"):
            adopt(waiting, wide)


def test_a_feed_that_was_off_for_a_while_is_synced_again(world, narrow, wide):
    synced = []
    for context in (wide, narrow, wide, wide):
        context.transact(adopt, context)
        synced.append(request_baselines(context))
    assert synced == [["things"], [], ["things"], []]
