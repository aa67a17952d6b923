import pytest

from daemon.core.item import Unbuildable, make_item
from daemon.core.outcome import Force, Outcome, Recorded
from daemon.core.plan import Claimed, Standing, plan

ALONE = Standing()


def item(entity_id, sku, name="x"):
    return make_item(entity_id, [sku], {"sku": sku, "name": name}, {}, {"sku": sku})


def known(one, *, entity_id=None, outcome=Outcome.EXPORTED, is_deleted=False):
    return Recorded(
        one.feed_id, entity_id or one.entity_id, outcome, one.hash, is_deleted, 0, one.minimal
    )


def by_id(*rows):
    return {row.feed_id: row for row in rows}


def claims(*ids):
    return {one: Claimed(one, 1) for one in ids}


@pytest.mark.difference("What didn't change isn't sent")
def test_an_unchanged_item_is_not_sent_again():
    one = item(1, "a")
    made = plan([one], by_id(known(one)), claims(1), ALONE)
    reference = (one,)  # of a scope whose row was touched
    assert made.send == () != reference
    assert made.unchanged == 1


def test_a_changed_item_is_sent():
    made = plan([item(1, "a", "new")], by_id(known(item(1, "a"))), claims(1), ALONE)
    assert [one.feed_id for one in made.send] == [item(1, "a").feed_id]


def test_a_forced_entity_is_sent_unchanged():
    one = item(1, "a")
    made = plan([one], by_id(known(one)), {1: Claimed(1, 1, force=Force.ITEMS)}, ALONE)
    assert made.send == (one,)


def test_what_is_recorded_and_not_built_gets_a_tombstone():
    gone = known(item(1, "a"))
    assert plan([], by_id(gone), claims(1), ALONE).tombstones == (gone,)


def test_an_identity_that_changed_leaves_one_tombstone_and_one_item():
    old, new = known(item(1, "old")), item(1, "new")
    made = plan([new], by_id(old), claims(1), ALONE)
    assert (made.tombstones, made.send) == ((old,), (new,))


def test_nothing_of_an_entity_that_cannot_be_built_is_taken_for_gone():
    fault = Unbuildable(1, "f", b"{}", "broken")
    made = plan([fault], by_id(known(item(1, "a"))), claims(1), ALONE)
    assert (made.tombstones, made.unbuildable) == ((), (fault,))


def test_an_identity_that_its_new_owner_can_not_build_is_not_deleted_with_the_old_one():
    row = known(item(1, "a"))
    fault = Unbuildable(2, row.feed_id, row.minimal, "broken")
    made = plan([fault], by_id(row), claims(1, 2), ALONE)
    assert (made.tombstones, made.kept) == ((), ((row.feed_id, 2),))


def test_one_that_can_not_build_an_identity_of_a_busy_owner_waits():
    row = known(item(1, "a"))
    fault = Unbuildable(2, row.feed_id, row.minimal, "broken")
    made = plan([fault], by_id(row), claims(2), Standing(busy={1}))
    assert (made.unbuildable, made.deferred) == ((), {2})


def test_an_unchanged_identity_is_known_by_the_entity_that_has_it_now():
    one = item(2, "a")
    made = plan([one], by_id(known(one, entity_id=1)), claims(1, 2), ALONE)
    assert (made.send, made.unchanged, made.kept) == ((), 1, ((one.feed_id, 2),))


def test_an_identity_that_passed_on_gets_no_tombstone():
    row = known(item(1, "a"))
    made = plan([], by_id(row), claims(1), Standing(heirs={row.feed_id: 2}))
    assert (made.tombstones, made.inherited) == ((), ((row.feed_id, 2),))


def test_an_identity_of_a_busy_owner_defers_the_whole_entity():
    contested, other = item(2, "a"), item(2, "b")
    made = plan([contested, other], by_id(known(item(1, "a"))), claims(2), Standing(busy={1}))
    assert (made.send, made.deferred) == ((), {2})


def test_an_identity_of_an_idle_owner_is_taken_over():
    one = item(2, "a")
    made = plan([one], by_id(known(item(1, "a"), entity_id=1)), claims(2), ALONE)
    assert (made.send, made.unchanged, made.deferred) == ((), 1, frozenset())


def test_an_outdated_build_takes_no_identity_over():
    made = plan(
        [item(2, "a", "stale")], by_id(known(item(1, "a"))), claims(2), Standing(outdated={2})
    )
    assert made.deferred == {2}


def test_swapped_identities_in_one_batch_are_both_sent_and_none_is_deleted():
    before = by_id(known(item(1, "a", "one")), known(item(2, "b", "two")))
    built = [item(1, "b", "one"), item(2, "a", "two")]
    made = plan(built, before, claims(1, 2), ALONE)
    assert ({one.feed_id for one in made.send}, made.tombstones) == (set(before), ())


def test_a_deferred_entity_leaves_no_tombstone():
    old = known(item(2, "old"))
    rows = by_id(old, known(item(1, "a")))
    made = plan([item(2, "a")], rows, claims(2), Standing(busy={1}))
    assert (made.tombstones, made.deferred) == ((), {2})


def test_what_was_never_sent_and_is_gone_is_forgotten():
    row = Recorded("f", 1, Outcome.FAILED, "", False, 3, b"{}")
    made = plan([], {"f": row}, claims(1), ALONE)
    assert (made.forget, made.tombstones) == (("f",), ())


def test_an_identity_whose_new_owner_must_wait_is_not_deleted_with_the_old_one():
    old, new = known(item(1, "a"), outcome=Outcome.SENDING), item(2, "a")
    made = plan([new], by_id(old), claims(1, 2), Standing(outdated={2}))
    assert (made.tombstones, made.send, made.deferred) == ((), (), {2})
    assert made.inherited == ((new.feed_id, 2),)


def test_what_is_gone_of_an_entity_that_has_changed_again_is_left_to_its_next_build():
    """It may have been passed to the entity since that was built."""
    row = known(item(1, "a"))
    assert plan([], by_id(row), claims(1), ALONE).tombstones == (row,)
    made = plan([], by_id(row), claims(1), Standing(outdated={1}))
    assert (made.tombstones, made.forget, made.deferred) == ((), (), frozenset())
