"""Fields that are left out of items."""

import orjson
import pytest

from daemon.app import with_redactions
from daemon.core.feed import Feed
from daemon.core.item import Unbuildable, make_item
from daemon.core.redaction import redacted, with_redaction
from daemon.errors import ConfigurationError

ORDER = {
    "orderId": "1",
    "email": "ann@shop.test",
    "payment": {"address": {"phone": "0815", "city": "Ulm"}, "method": "check"},
    "shipments": [{"tracking": {"number": "a"}, "id": 1}, {"tracking": None, "id": 2}],
}
ITEM = make_item(1, ["1"], ORDER, {"updatedAt": "now"}, {"orderId": "1"})


def content(paths):
    return orjson.loads(redacted(ITEM, paths).content)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("email", {key: value for key, value in ORDER.items() if key != "email"}),
        (
            "payment.address.phone",
            ORDER | {"payment": {"address": {"city": "Ulm"}, "method": "check"}},
        ),
        (
            "shipments.tracking.number",
            ORDER | {"shipments": [{"tracking": {}, "id": 1}, {"tracking": None, "id": 2}]},
        ),
        ("payment.method.name", ORDER),
        ("nothing.of.the.kind", ORDER),
    ],
)
def test_a_path_leads_to_the_field_wherever_it_is(path, expected):
    assert content([path]) == expected


def test_what_is_left_out_does_not_count_as_a_change_and_is_not_sent():
    other = make_item(1, ["1"], ORDER | {"email": "bob@shop.test"}, {}, {"orderId": "1"})
    assert other.hash != ITEM.hash
    assert redacted(other, ["email"]).hash == redacted(ITEM, ["email"]).hash
    assert b"shop.test" not in redacted(ITEM, ["email"]).body
    assert b"updatedAt" not in redacted(ITEM, ["updatedAt"]).body


def test_what_deletions_must_name_holds_the_item_back_instead_of_being_sent():
    found = redacted(ITEM, ["orderId"])
    assert isinstance(found, Unbuildable)
    assert found.reason == "feeds.redact: orderId can't be left out, for deletions must name it"


def feed(items):
    return Feed(
        name="orders",
        edges=lambda _: (),
        ids=lambda _: None,
        read=lambda *_: items,
        assemble=lambda rows, *_: rows,
        natural_key="orderId",
    )


def test_a_feed_is_redacted_and_says_so():
    fault = Unbuildable(2, "f", b"{}", "broken")
    made = with_redaction(feed([ITEM, fault]), ["email", "a"])
    assert list(made.assemble(made.read(), None, None)) == [redacted(ITEM, ["email", "a"]), fault]
    assert made.redacted == ("a", "email")


def test_a_feed_that_does_not_exist_is_named():
    with pytest.raises(ConfigurationError, match=r"^feeds\.redact: no such feed: order\. There"):
        with_redactions([feed([])], {"order": ["email"]})
