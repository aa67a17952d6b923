import pytest

from daemon.core.item import canonical, feed_id, joined, make_item


def test_the_identity_is_that_of_the_reference():
    assert feed_id(["24-MB01", "default"]) == "c66314e54d4f857c82f909b0b2874419eb8cb5b0"


def test_an_identity_of_numbers_equals_that_of_their_texts():
    assert feed_id([1, "24-MB01"]) == "b02c4ce02b1f69958a2d6d69f394ffeeb8eaa61f"


def test_the_order_of_keys_does_not_count():
    assert canonical({"b": 1, "a": {"d": 2, "c": 3}}) == canonical({"a": {"c": 3, "d": 2}, "b": 1})


def test_volatile_fields_are_sent_but_do_not_count():
    one = make_item(1, ["x"], {"sku": "x"}, {"modifiedAt": "2026-01-01 00:00:00"}, {"sku": "x"})
    other = make_item(1, ["x"], {"sku": "x"}, {"modifiedAt": "2026-01-02 00:00:00"}, {"sku": "x"})
    assert one.hash == other.hash
    assert one.body == b'{"sku":"x","modifiedAt":"2026-01-01 00:00:00"}'


def test_joining_with_an_empty_object_changes_nothing():
    assert joined(b"{}", b'{"a":1}') == joined(b'{"a":1}', b"{}") == b'{"a":1}'


@pytest.mark.parametrize(
    ("odd", "whole"), [("a\ud83d", "a\ufffd"), ("\udc00b", "\ufffdb"), ("\ud83d\ude00", "😀")]
)
def test_half_a_surrogate_pair_is_repaired_wherever_it_stands(odd, whole):
    value = {"name": odd, "labels": [{"label": odd}, 1, None], odd: (odd,)}
    repaired = {"name": whole, "labels": [{"label": whole}, 1, None], whole: [whole]}
    assert canonical(value) == canonical(repaired)


def test_what_is_no_json_at_all_is_still_refused():
    with pytest.raises(TypeError):
        canonical({"a": object()})
