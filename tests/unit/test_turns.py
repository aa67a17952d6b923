"""How feeds share the workers."""

from __future__ import annotations

import itertools
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from daemon.core.turns import Turns

LIVE, RESYNC = 10, 40


def served(waiting, weights, batches, size=100):
    """Which feed gets each batch, all of one priority. waiting: feed → entities that wait."""
    left, turns, order = dict(waiting), Turns(), []
    for _ in range(batches):
        heads = [(feed, LIVE) for feed, count in left.items() if count]
        if not heads:
            break
        turns = turns.among([feed for feed, _ in heads])
        feed = turns.ordered(heads)[0][0]
        given_ = min(size, left[feed])
        left[feed] -= given_
        turns = turns.after(feed, weights.get(feed, 1))
        order.append(feed)
    return order


def test_no_feed_waits_for_the_end_of_another_ones_queue():
    order = served({"products": 1_000_000, "reviews": 250}, {}, 10)
    assert order[:6] == ["products", "reviews"] * 3
    assert set(order[6:]) == {"products"}


def test_a_heavier_feed_gets_more_in_proportion():
    order = served({"products": 10**6, "prices": 10**6, "stock": 10**6}, {"stock": 4}, 600)
    assert Counter(order) == {"products": 100, "prices": 100, "stock": 400}


def test_a_feed_that_takes_many_at_once_does_not_wait_the_longer_for_it():
    """Stock and prices have a little to do all the time; what waited goes in one batch."""
    weights, turns, order = {"stock": 4, "prices": 4}, Turns(), []
    heads = [("products", LIVE), ("prices", LIVE), ("stock", LIVE)]
    for _ in range(90):
        turns = turns.among([feed for feed, _ in heads])
        feed = turns.ordered(heads)[0][0]
        turns = turns.after(feed, weights.get(feed, 1))
        order.append(feed)
    waits = [place for place, feed in enumerate(order) if feed == "products"]
    assert {after - before for before, after in itertools.pairwise(waits)} == {9}


def test_priority_counts_before_weight():
    turns = Turns({"stock": 10**6, "products": 0})
    heads = [("products", RESYNC), ("stock", LIVE)]
    assert turns.ordered(heads) == [("stock", LIVE), ("products", RESYNC)]


def test_equal_feeds_are_served_in_the_order_given():
    heads = [("b", LIVE), ("a", LIVE)]
    assert Turns().among(["a", "b"]).ordered(heads) == heads


def test_having_been_idle_earns_nothing():
    turns = Turns()
    for _ in range(50):
        turns = turns.among(["products"]).after("products", 1)
    turns = turns.among(["products", "reviews"])
    assert turns.charged == {"products": 50, "reviews": 50}
    assert turns.among(["orders"]).charged == {"orders": 0}, "all that waited before are done"


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 5000), min_size=1),
    st.dictionaries(st.sampled_from("abcdef"), st.floats(0.5, 8)),
)
def test_everybody_is_served_to_the_end(waiting, weights):
    order = served(waiting, weights, 1000)
    assert Counter(order) == {feed: -(-count // 100) for feed, count in waiting.items()}
