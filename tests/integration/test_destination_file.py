from __future__ import annotations

import resource
import threading

import orjson
import pytest
from gates import OpenGate

from daemon.core.delivery import Outgoing, Result, Verdict
from daemon.destination import make_destination
from daemon.destination_settings import DestinationSettings
from daemon.errors import ClaimLostError, ConfigurationError

ACCEPTED = Result(Verdict.ACCEPTED)


def destination_in(directory, **values):
    return make_destination(
        "local", DestinationSettings(kind="file", directory=directory, **values)
    )


def deliver(destination, *bodies, feed="products"):
    return destination.deliver(feed, [Outgoing(body) for body in bodies], OpenGate())


def test_each_delivery_is_appended_to_the_file_of_its_feed(tmp_path):
    destination = destination_in(tmp_path / "out")
    assert deliver(destination, b'{"sku":"A"}', b'{"sku":"B"}') == [ACCEPTED, ACCEPTED]
    assert deliver(destination, b'{"sku":"A","n":1.0}') == [ACCEPTED]
    assert deliver(destination, b'{"orderId":1}', feed="orders") == [ACCEPTED]
    assert (tmp_path / "out/products.jsonl").read_bytes() == (
        b'{"sku":"A"}\n{"sku":"B"}\n{"sku":"A","n":1.0}\n'
    )
    assert (tmp_path / "out/orders.jsonl").read_bytes() == b'{"orderId":1}\n'


def test_items_are_written_without_an_envelope_and_tombstones_as_on_the_wire(tmp_path):
    destination = destination_in(tmp_path)
    items = [Outgoing(b'{"websiteCode":"base"}'), Outgoing(b'{"websiteCode":"eu"}', True)]
    destination.deliver("scopesWebsite", items, OpenGate())
    first, second = map(orjson.loads, (tmp_path / "scopesWebsite.jsonl").read_bytes().splitlines())
    assert first == {"websiteCode": "base"}
    assert second.pop("updatedAt").endswith("+00:00")
    assert second == {"websiteCode": "eu", "deleted": True}


def test_a_line_that_a_crash_cut_off_is_dropped(tmp_path):
    file = tmp_path / "products.jsonl"
    long = b'{"sku":"' + b"x" * 200_000
    for before, expected in ((b'{"a":1}\n' + long, b'{"a":1}\n'), (long, b"")):
        file.write_bytes(before)
        deliver(destination_in(tmp_path), b'{"sku":"A"}')
        assert file.read_bytes() == expected + b'{"sku":"A"}\n'


def test_a_full_disk_fails_the_delivery_and_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    destination = destination_in(tmp_path)
    deliver(destination, b'{"sku":"A"}')
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        results = deliver(destination, *[b'{"sku":"B"}'] * 20)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    reason = f"can't write {tmp_path}: File too large"
    assert results == [Result(Verdict.FAILED, reason)] * 20
    assert (tmp_path / "products.jsonl").read_bytes() == b'{"sku":"A"}\n'


def test_what_can_not_be_opened_fails_and_names_the_file(tmp_path):
    (tmp_path / "products.jsonl").mkdir()
    [result] = deliver(destination_in(tmp_path), b"{}")
    assert result.reason == f"can't write {tmp_path}/products.jsonl: Is a directory"


def test_writers_do_not_mix_their_deliveries(tmp_path):
    def write(letter):
        destination = destination_in(tmp_path)
        for _ in range(5):
            deliver(destination, *[orjson.dumps({letter: n}) for n in range(100)])

    threads = [threading.Thread(target=write, args=(letter,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = [orjson.loads(line) for line in (tmp_path / "products.jsonl").read_bytes().splitlines()]
    deliveries = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    assert len(deliveries) == 20
    for one in deliveries:
        [letter] = one[0]
        assert one == [{letter: n} for n in range(100)]


def test_a_tombstone_that_is_no_json_is_refused_alone(tmp_path):
    items = [Outgoing(b"{", is_tombstone=True), Outgoing(b'{"sku":"A"}')]
    refused, accepted = destination_in(tmp_path).deliver("products", items, OpenGate())
    assert (refused.verdict, accepted) == (Verdict.REFUSED, ACCEPTED)
    assert (tmp_path / "products.jsonl").read_bytes() == b'{"sku":"A"}\n'


def test_a_lost_claim_writes_nothing(tmp_path):
    def lost():
        raise ClaimLostError("gone")

    with pytest.raises(ClaimLostError):
        destination_in(tmp_path).deliver("products", [Outgoing(b"{}")], OpenGate(lost))
    assert list(tmp_path.iterdir()) == []


def test_it_takes_every_feed_or_those_that_are_chosen(tmp_path):
    assert destination_in(tmp_path).takes("anything")
    chosen = destination_in(tmp_path, feeds=("prices",))
    assert (chosen.takes("prices"), chosen.takes("products")) == (True, False)


def test_a_directory_that_can_not_be_made_is_refused_by_its_key(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match=r"^destinations\.local\.directory: can't make "):
        destination_in(tmp_path / "file" / "out")
