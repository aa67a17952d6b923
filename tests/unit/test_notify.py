import os
import socket

import pytest

from daemon.notify import notify, watchdog_seconds


@pytest.fixture(params=["path", "abstract"])
def supervisor(request, tmp_path):
    address = str(tmp_path / "notify") if request.param == "path" else f"@cfs-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(address.replace("@", "\0", 1) if request.param == "abstract" else address)
        listener.settimeout(5)
        yield address, listener


def test_assignments_arrive_in_one_datagram(supervisor):
    address, listener = supervisor
    assert notify("READY=1", "STATUS=all sent", environment={"NOTIFY_SOCKET": address})
    assert listener.recv(4096) == b"READY=1\nSTATUS=all sent"


def test_a_status_stays_on_its_line(supervisor):
    address, listener = supervisor
    notify("STATUS=two\nREADY=1", environment={"NOTIFY_SOCKET": address})
    assert listener.recv(4096) == b"STATUS=two READY=1"


@pytest.mark.parametrize("address", [None, "", "relative", "/no/such/socket", "@nobody-listens"])
def test_nothing_happens_where_nobody_listens(address):
    environment = {} if address is None else {"NOTIFY_SOCKET": address}
    assert notify("READY=1", environment=environment) is False


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "60000000"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "often"}, None),
    ],
)
def test_the_watchdog_is_the_one_that_systemd_asks_of_this_process(environment, seconds):
    assert watchdog_seconds(environment, pid=7) == seconds
