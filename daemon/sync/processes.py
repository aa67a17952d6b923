"""Which process a claim or a sign of life is of, so that no other can be taken for it.

Hostnames and process ids repeat: containers of one image have both in common. A process is named
beyond doubt by the boot of its machine, its PID namespace, its id there and the moment it began.
"""

from __future__ import annotations

import os
import secrets
import socket
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from daemon.core.item import content_hash
from daemon.database.runs import living
from daemon.database.schema import OwnTables

ALIVE_SECONDS = 20.0
"""A daemon that was not seen for so long is taken for dead."""

HOST_CHARACTERS = 48
PROC = Path("/proc")
BOOT_ID = "BOOT_ID"
"""The environment variable that tells the boot where `/proc/sys` is hidden, by systemd for one."""


def own_name() -> str:
    """The name of this process: `host:pid:mark`."""
    return name_of(os.getpid())


@cache
def name_of(pid: int) -> str:
    """The name of this process, whose id this is.

    Where the system doesn't tell what is needed, the mark is a random one, and nobody can prove
    that the process is dead.
    """
    started = began(pid)
    mark = secrets.token_hex(8) if started is None or not place() else f"{place()}.{started}"
    return f"{socket.gethostname()[:HOST_CHARACTERS]}:{pid}:{mark}"


@cache
def place() -> str:
    """Where process ids are unique: this boot and PID namespace; "" where that can't be known."""
    try:
        boot = os.environ.get(BOOT_ID) or (PROC / "sys/kernel/random/boot_id").read_text("ascii")
        namespace = (PROC / "self/ns/pid").readlink()
    except OSError:
        return ""
    boot = boot.strip().replace("-", "")
    return content_hash(f"{boot} {namespace}".encode())[:16]


def began(pid: int) -> str | None:
    """When a process of this place began, in ticks since the boot; None where that can't be known.

    It is the 22nd value of proc(5)'s `stat`; the second is in brackets and may hold anything.
    """
    try:
        stat = (PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[19]


def is_dead(name: str) -> bool:
    """True where it is certain that the process of this name, or of this claim, runs no more.

    It ran here, and its id is free by now or belongs to a process that began at another moment.
    """
    _, pid, mark, *_ = f"{name}::".split(":")
    where, _, started = mark.partition(".")
    if not started or where != place():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return began(int(pid)) not in {started, None}


def shown(name: str) -> str:
    """A process as people are told of it: `host:pid`."""
    return ":".join(name.split(":")[:2])


def living_daemons(connection: sa.Connection, own: OwnTables) -> list[str]:
    """The names of the daemons that were seen alive lately, but for those that are dead."""
    return [name for name in living(connection, own, ALIVE_SECONDS) if not is_dead(name)]
