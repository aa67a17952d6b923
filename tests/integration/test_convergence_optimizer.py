"""Following a shop in the terms of a catalogue service ends where a full build would, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from catalog_api import KINDS
from follower import Follower, told
from test_convergence import SQL_EDITS, Names, Shuffle, assert_converged, following

from daemon.destination import make_destination
from daemon.destination.presets import OPTIMIZER
from daemon.destination_settings import DestinationSettings
from daemon.feeds import FEEDS
from daemon.feeds.asides import with_asides
from daemon.sandbox.receiver import Receiver

EVERY = 10
"""All items are compared after so many edits, to save time."""


class Service:
    """The sandbox's receiver behind a destination, with what a follower asks of its warehouse."""

    name, environment = "aco", "tenant"

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        settings = {"preset": "optimizer", "url": receiver.url, "environment_id": "tenant"}
        settings |= {"rate": {"requests_per_minute": 0}}
        self._to = make_destination("aco", DestinationSettings(**settings))
        self.care, self.takes = self._to.care, self._to.takes
        self.translation, self.close = self._to.translation, self._to.close
        self.told: Counter[str] = Counter()
        self.meanwhile: Callable[[], object] = lambda: None

    def deliver(self, feed, items, gate):
        self.told[feed] += len(items)
        results = self._to.deliver(feed, items, gate)
        self.meanwhile()
        return results

    def items(self, feed):
        return self._receiver.items(KINDS[feed])


@pytest.fixture(params=[False, True], ids=["open source", "staged"])
def follower(request, server_url):
    with Receiver() as receiver:
        there = Service(receiver)
        feeds = with_asides([feed for feed in FEEDS if feed.name in OPTIMIZER.routes], [there])
        make = partial(Follower, feeds=feeds, warehouse=there)
        with following(server_url, "catalogue", staged=request.param, make=make) as made:
            yield made


@pytest.mark.timeout(900)
@pytest.mark.parametrize("follower", [True], indirect=True, ids=["staged"])
def test_edits_in_sql_lead_to_all_that_they_change_there(follower):
    for left, edit in zip(range(len(SQL_EDITS))[::-1], SQL_EDITS, strict=True):
        known = Names(follower.context.engine)
        follower.sql(*(statement.format_map(known) for statement in edit.statements))
        follower.drain()
        if left % EVERY == 0:
            assert told(follower.disagreements()) == "", edit.words
    assert follower.faults() == []


def test_edits_that_are_made_while_entities_are_under_way_converge_there(follower, request):
    edits = Shuffle(follower, request.node.name)
    follower.warehouse.meanwhile = edits.make_next
    while edits.make_next():
        follower.drain()
    assert_converged(follower)
