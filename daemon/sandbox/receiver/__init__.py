"""A service to send feeds to: it checks what it gets, keeps it, and misbehaves when told to."""

from daemon.sandbox.receiver.access import Access
from daemon.sandbox.receiver.faults import Fault
from daemon.sandbox.receiver.handler import Seen
from daemon.sandbox.receiver.server import Receiver, serve
from daemon.sandbox.receiver.store import Delivered

__all__ = ["Access", "Delivered", "Fault", "Receiver", "Seen", "serve"]
