from __future__ import annotations

import datetime as dt
import itertools

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.delivery import Outgoing
from daemon.destination.bodies import Nul, array, cut, finished, following, too_large, without_nul
from daemon.destination.presets import TimeField, TimeFormat

NOW = dt.datetime(2026, 11, 23, 17, 0, 0, 999, tzinfo=dt.timezone(dt.timedelta(hours=1)))
MODIFIED = TimeField("modifiedAt")
UPDATED = TimeField("updatedAt", TimeFormat.RFC3339)
sizes = st.lists(st.integers(2, 60), max_size=40)


@given(sizes, st.integers(1, 7), st.integers(62, 200))
def test_no_request_exceeds_its_items_or_bytes_and_none_is_lost_or_out_of_order(
    lengths, most_items, most_bytes
):
    bodies = [(n, b"x" * length) for n, length in enumerate(lengths)]
    requests = list(cut(bodies, most_items, most_bytes))
    assert [n for request in requests for n in request] == list(range(len(lengths)))
    for request in requests:
        assert 0 < len(request) <= most_items
        assert len(array([bodies[n][1] for n in request])) <= most_bytes


@given(sizes, st.integers(1, 7), st.integers(62, 200))
def test_a_request_is_cut_only_where_the_next_item_does_not_fit(lengths, most_items, most_bytes):
    bodies = [(n, b"x" * length) for n, length in enumerate(lengths)]
    requests = list(cut(bodies, most_items, most_bytes))
    for request, after in itertools.pairwise(requests):
        one_more = [bodies[n][1] for n in (*request, after[0])]
        assert len(one_more) > most_items or len(array(one_more)) > most_bytes


def test_an_item_is_too_large_with_the_brackets_around_it():
    assert not too_large(b"x" * 98, 100)
    assert too_large(b"x" * 99, 100)


def test_an_array_is_json():
    assert array([b'{"a":1}', b'{"b":2}']) == b'[{"a":1},{"b":2}]'


def test_a_live_item_goes_out_byte_for_byte():
    item = Outgoing(b'{"sku":"A","qty":1.0,"modifiedAt":"2026-01-01 00:00:00"}')
    assert finished(item, None, MODIFIED, NOW) is item.body


def test_what_was_planned_is_stamped_with_that_moment_however_long_it_waited():
    item = Outgoing(b"{}", is_tombstone=True, planned_at=NOW - dt.timedelta(minutes=2))
    assert orjson.loads(finished(item, None, MODIFIED, NOW))["modifiedAt"] == "2026-11-23 15:58:00"


def test_a_tombstone_gets_its_mark_and_the_time_of_sending():
    item = Outgoing(b'{"sku":"A","storeViewCode":"default"}', is_tombstone=True)
    assert orjson.loads(finished(item, None, MODIFIED, NOW)) == {
        "sku": "A",
        "storeViewCode": "default",
        "deleted": True,
        "modifiedAt": "2026-11-23 16:00:00",
    }


def test_a_tombstone_holds_its_time_once():
    item = Outgoing(b'{"sku":"A","updatedAt":"old","deleted":false}', is_tombstone=True)
    body = finished(item, None, UPDATED, NOW)
    assert body == b'{"deleted":true,"sku":"A","updatedAt":"2026-11-23T16:00:00+00:00"}'


@pytest.mark.parametrize("is_tombstone", [False, True])
def test_an_envelope_holds_the_item_the_time_and_the_mark(is_tombstone):
    item = Outgoing(b'{"websiteCode":"base"}', is_tombstone)
    assert orjson.loads(finished(item, "website", UPDATED, NOW)) == {
        "website": {"websiteCode": "base"},
        "updatedAt": "2026-11-23T16:00:00+00:00",
        "deleted": is_tombstone,
    }


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b'{"a":NaN}', b'{"a":"\xff"}'])
def test_a_tombstone_that_json_can_not_carry_is_an_error(body):
    with pytest.raises(ValueError, match=r"."):
        finished(Outgoing(body, is_tombstone=True), None, MODIFIED, NOW)


@pytest.mark.parametrize(
    ("numbers", "open_ones", "expected"),
    [
        ((4, 5, 6), (), []),
        ((4, 5, 6), (4, 6), [(4, 6)]),
        ((4, 5, 6), (4, 5, 6), [(4,), (5, 6)]),
        ((4, 5), (4, 5), [(4,), (5,)]),
    ],
)
def test_some_open_items_are_resent_together_and_all_of_them_in_halves(
    numbers, open_ones, expected
):
    assert following(numbers, open_ones) == expected


def body_of(text):
    return orjson.dumps({"name": text})


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("a\0b", "ab"),
        ("\0\0", ""),
        ("\\\0", "\\"),
        ("\\u0000", "\\u0000"),
        ("\\\\u0000", "\\\\u0000"),
        ("plain \n", "plain \n"),
    ],
)
def test_the_character_nul_is_stripped_and_nothing_that_looks_like_it(text, stripped):
    assert without_nul(body_of(text), Nul.STRIP) == body_of(stripped)
    assert without_nul(body_of(text), Nul.KEEP) == body_of(text)
    if text == stripped:
        assert without_nul(body_of(text), Nul.REFUSE) == body_of(text)
    else:
        with pytest.raises(ValueError, match="NUL"):
            without_nul(body_of(text), Nul.REFUSE)
