"""Tells systemd how the daemon is: one datagram to $NOTIFY_SOCKET, as sd_notify(3) describes."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping


def notify(*assignments: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Send assignments such as `READY=1`; False where nobody listens.

    Never raises: a daemon doesn't stop because its supervisor doesn't hear it.
    """
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    message = "\n".join(line.replace("\n", " ") for line in assignments).encode()
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.connect(address.replace("@", "\0", 1) if address[0] == "@" else address)
            return channel.send(message) == len(message)
    except OSError:
        return False


def watchdog_seconds(
    environment: Mapping[str, str] = os.environ, pid: int | None = None
) -> float | None:
    """How often this process must show progress, None where systemd doesn't ask."""
    wanted = environment.get("WATCHDOG_PID")
    if wanted and wanted != str(pid or os.getpid()):
        return None
    microseconds = environment.get("WATCHDOG_USEC", "")
    return int(microseconds) / 1e6 if microseconds.isdecimal() and int(microseconds) else None
