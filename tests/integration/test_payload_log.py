"""The file of what was sent: whole, private, and never in the way."""

from __future__ import annotations

import datetime as dt
import resource

import orjson
import pytest
from gates import OpenGate
from structlog.testing import capture_logs

from daemon.core.delivery import Outgoing, Verdict
from daemon.destination import make_destination
from daemon.destination_settings import DestinationSettings
from daemon.sandbox.receiver import Fault, Receiver


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


def delivered(receiver, file, items, **values):
    settings = {
        "url": receiver.url.replace("//", "//me:s3cret@"),
        "preset": "plain",
        "auth": "bearer",
        "token": "t0ken",
        "payload_log": file,
        "request": {"attempts": 1, "proxy": "none"},
    }
    destination = make_destination("live", DestinationSettings(**settings | values))
    results = destination.deliver("things", [Outgoing(body) for body in items], OpenGate())
    destination.close()
    return [one.verdict for one in results]


def lines(file):
    return [orjson.loads(line) for line in file.read_bytes().splitlines()]


def test_each_request_is_a_line_with_its_items_as_they_were_sent(receiver, tmp_path):
    file = tmp_path / "log" / "sent.jsonl"
    items = [b'{"id":1}', '{"id":2,"name":"Zoë"}'.encode(), b'{"id":3}']
    delivered(receiver, file, items, batch_items={"default": 2})
    receiver.fail(Fault(status=503))
    delivered(receiver, file, [b'{"id":4}'])
    found = lines(file)
    for line in found:
        moment = dt.datetime.fromisoformat(line.pop("time"))
        assert abs(moment - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
        assert 0 <= line.pop("seconds") < 60
    url = f"{receiver.url}/feeds/things".replace("//", "//me:********@", 1)
    expected = [
        (200, [{"id": 1}, {"id": 2, "name": "Zoë"}]),
        (200, [{"id": 3}]),
        (503, [{"id": 4}]),
    ]
    assert found == [
        {
            "feed": "things",
            "url": url,
            "status": status,
            "request_id": request.request_id,
            "count": len(sent),
            "items": sent,
        }
        for (status, sent), request in zip(expected, receiver.requests, strict=True)
    ]


def test_it_is_the_owners_alone_and_holds_no_credentials(receiver, tmp_path):
    file = tmp_path / "sent.jsonl"
    delivered(receiver, file, [b'{"id":1}'])
    assert file.stat().st_mode & 0o777 == 0o600
    for word in (b"s3cret", b"t0ken", b"uthorization"):
        assert word not in file.read_bytes()


def test_it_may_be_moved_at_any_time(receiver, tmp_path):
    file = tmp_path / "sent.jsonl"
    delivered(receiver, file, [b'{"id":1}'])
    file.rename(tmp_path / "sent.jsonl.1")
    delivered(receiver, file, [b'{"id":2}'])
    assert [line["items"] for line in lines(file)] == [[{"id": 2}]]


def test_a_disk_that_is_full_fails_no_delivery_and_is_told_once(receiver, tmp_path):
    file = tmp_path / "sent.jsonl"
    delivered(receiver, file, [b'{"id":1}'])
    before = file.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, hard))
    try:
        with capture_logs() as told:
            verdicts = delivered(
                receiver, file, [b'{"id":2}', b'{"id":3}'], batch_items={"default": 1}
            )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert verdicts == [Verdict.ACCEPTED] * 2
    warnings = [one for one in told if one["event"] == "payload log"]
    reason = {"file": str(file), "reason": "File too large"}
    assert warnings == [{"event": "payload log", "log_level": "warning", **reason}]
    assert file.read_bytes() == before


def test_files_need_no_log_beside_them(tmp_path):
    with pytest.raises(ValueError, match="payload_log is for kind"):
        DestinationSettings(kind="file", directory=tmp_path, payload_log=tmp_path / "sent.jsonl")
