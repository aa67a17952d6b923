"""A dry run for a destination shows what it would be sent, byte for byte."""

from __future__ import annotations

import datetime as dt

import orjson
import pytest

from daemon.destination import make_destination
from daemon.destination_settings import DestinationSettings
from daemon.sandbox.receiver import Receiver
from daemon.sync import worker


@pytest.mark.parametrize(
    "settings",
    [{}, {"envelopes": {"things": "thing"}}, {"nul": "strip"}],
    ids=["plain", "wrapped", "stripped"],
)
def test_what_a_dry_run_shows_is_what_is_sent(world, tmp_path, settings):
    world.add("a")
    world.run("UPDATE thing SET name = CONCAT('the ', CHAR(0), 'a')")
    with Receiver() as receiver:
        log = {"payload_log": tmp_path / "sent.jsonl", "preset": "plain", "url": receiver.url}
        one = make_destination("one", DestinationSettings(**log | settings))
        context = world.new_context(one).at(dt.datetime(2026, 11, 29, tzinfo=dt.UTC))
        world.new_engine(context).drain()
        one.close()
    [sent] = orjson.loads((tmp_path / "sent.jsonl").read_bytes())["items"]
    worker.start(lambda: context)
    [shown], faults = worker.preview("things", [1])
    assert (orjson.loads(shown), faults) == (sent, [])


def test_what_could_not_be_sent_is_told(world):
    world.add("a")
    world.run("UPDATE thing SET name = REPEAT('a', 200)", "ALTER TABLE thing MODIFY name TEXT")
    world.run("UPDATE thing SET name = REPEAT('a', 2000)")
    settings = {"url": "http://127.0.0.1:1", "preset": "plain", "batch_bytes": 1024}
    context = world.new_context(make_destination("one", DestinationSettings(**settings)))
    worker.start(lambda: context)
    bodies, [fault] = worker.preview("things", [1])
    assert bodies == []
    assert fault.startswith("1: not sent, ")
