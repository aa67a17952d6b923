"""Each way in which a network fails between daemon and receiver: afterwards all is as built."""

import signal
import socket
import threading

import psutil
import pytest
from installation import wait_until
from wire import Wire, breaks, drips, reads_nothing, says

from daemon.sandbox import edits

OK = b"HTTP/1.1 200 OK\r\n"
EDITS = (edits.change_price, edits.rename_sku, edits.change_stock, edits.rename_product)
QUICK = {"whole_timeout": 1, "read_timeout": 0.5, "connect_timeout": 0.5}
MOST_CONNECTIONS = 2
"""Those that a daemon with one worker keeps to its destination, whatever went wrong."""

FAULTS = {
    "reset before the body": breaks(1),
    "reset mid-body": breaks(200),
    "slow drip": drips(OK + b"Content-Length: 999999\r\n\r\n", b" "),
    "never answers": reads_nothing,
    "half a reply": says(OK + b"Content-Length: 50\r\n\r\nhalf", ends=True),
    "wrong gzip": says(
        OK + b"Content-Encoding: gzip\r\nContent-Length: 7\r\n\r\ngarbage", ends=True
    ),
    "redirect": says(b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", ends=True),
    "only interim replies": says(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", ends=True),
    "closed after the request": says(b"", ends=True),
    "200 with garbage": says(
        OK + b"Content-Type: application/json\r\nContent-Length: 3\r\n\r\n{[x", ends=True
    ),
}


def relays_to(receiver):
    """Passes everything on to the receiver, and its replies back."""

    def pour(source, target):
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_RDWR)

    def play(connection, _closing):
        with socket.create_connection(("127.0.0.1", receiver.port)) as beyond:
            back = threading.Thread(target=pour, args=(beyond, connection))
            back.start()
            pour(connection, beyond)
            back.join()

    return play


def healing(fault, healed, receiver):
    """Plays the fault on every connection until it is healed, and then relays."""
    relay = relays_to(receiver)

    def play(connection, closing):
        (relay if healed.is_set() else fault)(connection, closing)

    return play


def edit_until_it_fails(installation):
    """Edit; the items that can't be delivered are failed, and say why."""
    installation.edit(*EDITS)
    wait_until(
        lambda: any(what.endswith(" failed") for what in installation.left()),
        lambda: f"{installation.left()} {installation.log[-3000:]}",
    )
    failed = "SELECT COUNT(*), COUNT(error) FROM cfs_item_prices WHERE outcome = 'failed'"
    [(items, errors)] = installation.rows(failed)
    assert items == errors


def assert_sound(installation, daemon, before, port):
    """All is as built; each deletion came once; nothing is claimed; no connection was left."""
    installation.wait_until_settled()
    assert set(installation.tombstones_since(before).values()) == {1}
    open_ones = [one for one in psutil.Process(daemon.pid).net_connections() if one.raddr]
    assert len([one for one in open_ones if one.raddr.port == port]) <= MOST_CONNECTIONS
    assert installation.stop(daemon) == 0


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_what_a_fault_kept_back_is_delivered_once_it_is_over(installation, fault):
    healed = threading.Event()
    with Wire(healing(fault, healed, installation.receiver)) as wire:
        installation.configure(destinations={"receiver": {"url": wire.url, "request": QUICK}})
        daemon, before = installation.run(), installation.mark
        edit_until_it_fails(installation)
        healed.set()
        assert_sound(installation, daemon, before, int(wire.url.rpartition(":")[2]))


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:1", "http://no-such-host.invalid", "https://127.0.0.1:{port}"],
    ids=["refused", "no such host", "no TLS there"],
)
def test_what_a_wrong_address_kept_back_is_delivered_to_the_right_one(installation, address):
    port = installation.receiver.port
    there = {"url": address.format(port=port), "request": QUICK}
    installation.configure(destinations={"receiver": there})
    daemon, before = installation.run(), installation.mark
    edit_until_it_fails(installation)
    installation.configure(destinations={"receiver": {"request": QUICK}})
    daemon.send_signal(signal.SIGHUP)
    assert_sound(installation, daemon, before, port)
