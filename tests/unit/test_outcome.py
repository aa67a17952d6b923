import re
from dataclasses import replace

import pytest

from daemon.core.item import make_item
from daemon.core.outcome import Decision, Force, Outcome, Recorded, decide

ITEM = make_item(1, ["a"], {"sku": "a"}, {}, {"sku": "a"})


def recorded(outcome, *, hash_=ITEM.hash, is_deleted=False):
    return Recorded(ITEM.feed_id, 1, Outcome(outcome), hash_, is_deleted, 0, b"{}")


def table_rows():
    """The truth table of the docstring: one case per combination that its rows stand for."""
    for line in (decide.__doc__ or "").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 6 and cells[0] in {"built", "gone"}:
            for outcome in re.split(", ", cells[1]):
                yield [cells[0], outcome, *cells[2:]]


def meanings(cell, yes, no):
    return {yes: [True], no: [False]}.get(cell, [True, False])


def orders(cell):
    return list(Force) if cell == "any" else [Force[name.upper()] for name in cell.split(", ")]


@pytest.mark.parametrize("row", list(table_rows()), ids=" ".join)
def test_every_row_of_the_truth_table_holds(row):
    item_cell, outcome, kind, same, force, expected = row
    item = ITEM if item_cell == "built" else None
    never_sent = kind == 'hash is ""'
    outcomes = list(Outcome) if never_sent else [outcome]
    for name in outcomes:
        for is_deleted in meanings(kind, "a tombstone", "an item"):
            for is_same in meanings(same, "yes", "no"):
                for order in orders(force):
                    known = None
                    if name != "nothing":
                        text = ITEM.hash if is_same else "other"
                        known = recorded(
                            name, hash_="" if never_sent else text, is_deleted=is_deleted
                        )
                    assert decide(item, known, force=order) is Decision(expected.lower())


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(5.0, Decision.UNCHANGED), (0.0, Decision.FORGET), (None, Decision.FORGET)],
)
def test_what_could_be_forgotten_is_kept_while_a_deletion_may_come_late(seconds, expected):
    row = replace(recorded("failed", hash_=""), late_seconds=seconds)
    assert decide(None, row, force=Force.NONE) is expected
