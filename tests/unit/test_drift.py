import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.drift import Comparison, Excuse, Kind, Suspect, Totals, compare, excuse, judge
from daemon.core.item import Unbuildable, make_item
from daemon.core.outcome import Decision, Force, Outcome, Recorded, decide
from daemon.core.rounds import LEAST, Standing, allowance, next_feed

ITEM = make_item(1, ["a"], {"sku": "a"}, {}, {"sku": "a"})


def known(item=ITEM, *, outcome=Outcome.EXPORTED, hash_=None, is_deleted=False, entity_id=None):
    hash_ = item.hash if hash_ is None else hash_
    return Recorded(
        item.feed_id, entity_id or item.entity_id, outcome, hash_, is_deleted, 0, item.minimal
    )


def by_id(*rows):
    return {row.feed_id: row for row in rows}


def every_record():
    yield None
    for outcome in Outcome:
        for is_deleted in (False, True):
            for hash_ in (ITEM.hash, "other", ""):
                yield known(outcome=outcome, hash_=hash_, is_deleted=is_deleted)


def table_rows():
    for line in (judge.__doc__ or "").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 4 and cells[0].isalpha() and cells[0] != "decision":
            yield cells


def matches(row, item, recorded):
    decision, outcomes, kind, _ = row
    outcome = recorded.outcome.value if recorded else "nothing"
    decided = decide(item, recorded, force=Force.NONE)
    if decision != "any" and decided is not Decision(decision.lower()):
        return False
    listed = re.split(", ", outcomes)
    if outcomes == "others":
        fits = outcome in {"refused", "dead", "dropped", "held"}
    else:
        fits = outcome in listed or (outcomes == "any" and recorded is not None)
    if kind in {"a tombstone", "an item"}:
        fits = fits and recorded is not None and recorded.is_deleted == (kind == "a tombstone")
    return fits


@pytest.mark.parametrize("item", [ITEM, None], ids=["built", "gone"])
@pytest.mark.parametrize("recorded", list(every_record()), ids=str)
def test_every_record_is_judged_as_the_first_fitting_row_of_the_truth_table_says(item, recorded):
    verdict = next(row[3] for row in table_rows() if matches(row, item, recorded))
    expected = {
        "agrees": None,
        "the outcome": recorded and recorded.outcome.value,
        **{kind.name: kind.value for kind in Kind},
    }[verdict]
    assert judge(item, recorded) == expected


def test_what_is_recorded_as_it_is_agrees():
    assert compare([1], [ITEM], by_id(known())) == Comparison(equal=1)


def test_a_record_under_an_entity_that_does_not_build_it_is_surplus():
    stray = known(entity_id=9)
    assert compare([1], [ITEM], by_id(stray)) == Comparison(equal=1)
    found = compare([9], [], by_id(stray))
    assert found.suspects == (Suspect(ITEM.feed_id, 9, Kind.SURPLUS, ITEM.minimal),)
    assert compare([1, 9], [ITEM], by_id(stray)).suspects == found.suspects


def test_nothing_of_an_entity_that_cannot_be_built_is_suspect():
    fault = Unbuildable(1, "f", b"{}", "broken")
    found = compare([1], [fault], by_id(known()))
    assert found == Comparison(excused=Counter({Excuse.UNBUILDABLE: 1}))


def test_a_suspect_whose_entity_has_a_change_under_way_is_excused():
    found = compare([1], [ITEM], {})
    assert [one.kind for one in found.suspects] == [Kind.MISSING]
    excused = excuse(found, {1: Excuse.PENDING})
    assert excused == Comparison(excused=Counter({Excuse.PENDING: 1}))


def test_totals_add_up():
    one = Totals(3, Counter({Kind.STALE: 1}), Counter({Excuse.HELD: 1}))
    both = one + one
    assert (both.equal, both.drift, both.compared, both.percent) == (6, 2, 10, 20.0)
    assert Totals().percent == 0.0


@pytest.mark.parametrize(
    ("standings", "expected"),
    [
        ({}, "a"),
        ({"a": Standing(False, 5.0)}, "b"),
        ({"b": Standing(True, 5.0)}, "b"),
        ({"a": Standing(False, 5.0), "b": Standing(False, 6.0)}, None),
        ({"a": Standing(False, 11.0), "b": Standing(False, 12.0)}, "b"),
        ({"a": Standing(False, 11.0), "b": Standing(True, 1.0)}, "b"),
    ],
)
def test_the_next_feed_is_the_one_under_way_else_a_new_one_else_the_longest_overdue(
    standings, expected
):
    assert next_feed(["a", "b"], standings, 10.0) == expected


@given(st.integers(0, 10_000_000), st.floats(60.0, 7 * 86400.0))
def test_runs_of_a_minute_compare_everything_within_a_period(entities, period):
    runs = int(period // 60)
    assert runs * allowance(entities, 60.0, period) >= entities


def test_a_small_shop_is_compared_in_reasonable_parts():
    assert allowance(10, 60.0, 86400.0) == LEAST
