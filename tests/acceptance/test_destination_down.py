"""A destination that is away or out of order for a while is caught up with, by nobody's hand."""

from __future__ import annotations

from installation import wait_until

from daemon.sandbox import edits
from daemon.sandbox.receiver import Fault, Receiver

PASSING = (
    Fault(status=503),
    Fault(status=500, body="<html>", content_type="text/html"),
    Fault(status=429, retry_after="1"),
    Fault(drop=True),
    Fault(drop=True, keep=True),
    Fault(reset=True),
    Fault(reset=True, keep=True),
    Fault(status=401),
)


def failed(installation):
    return [what for what in installation.left() if what.endswith(" failed")]


def stop_receiver(installation):
    """Nobody listens until the function that is returned is called."""
    held, port = installation.directory / "held", installation.receiver.port
    installation.receiver.stop()

    def again():
        installation.receiver = Receiver(port, directory=held)
        installation.receiver.start()

    return again


def test_failed_items_come_back_by_themselves(installation):
    installation.start()
    for fault in PASSING:
        installation.receiver.fail(fault)
        installation.edit(edits.change_price, edits.rename_sku, edits.rename_product)
        wait_until(lambda: failed(installation), lambda shown=fault: f"{shown} fails nothing")
        installation.receiver.fail()
        installation.wait_until_settled()


def test_a_destination_that_was_down_is_caught_up_with(installation):
    installation.start()
    again = stop_receiver(installation)
    try:
        installation.edit(edits.change_price, edits.rename_sku, edits.unassign_website)
        wait_until(lambda: failed(installation))
        installation.edit(edits.change_price, edits.delete_product)
    finally:
        again()
    installation.wait_until_settled()


def test_only_the_refused_items_are_left_and_an_order_sends_them(installation):
    installation.receiver.fail(Fault(partial=True))
    installation.edit(edits.move_category, edits.change_price)
    installation.drain()
    assert {what.split()[1] for what in installation.left()} == {"refused"}
    assert installation.disagreements()
    installation.receiver.fail()
    assert installation.drain() == 0, "what was refused is not sent again as it is"
    done = installation.command("resync", "--all", "--force", "--no-wait")
    assert done.returncode == 0, done.stderr
    installation.recover()
