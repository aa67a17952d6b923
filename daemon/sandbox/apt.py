"""Gets `mariadbd` from Debian's packages on a machine that has none."""

from __future__ import annotations

import os
import shutil
import subprocess

from daemon.errors import ServerUnavailableError

PACKAGES = ("mariadb-server-core", "mariadb-client-core")
"""The programs of MariaDB without the service, so that nothing is started behind anybody's back."""


def find_server() -> str | None:
    """The path of `mariadbd` on this machine, or None."""
    return shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin:/usr/local/sbin")


def ensure_server() -> str:
    """The path of `mariadbd`, installed where the machine has none.

    Raises:
        ServerUnavailableError: it isn't there and can't be installed; says what to do by hand.
    """
    found = find_server()
    if found is None:
        run_apt("update", "-q")
        run_apt("install", "-y", "-q", "--no-install-recommends", *PACKAGES)
        found = find_server()
    if found is None:
        raise ServerUnavailableError(f"no mariadbd after installing {' '.join(PACKAGES)}")
    return found


def run_apt(*arguments: str) -> None:
    """Run apt-get as root.

    Raises:
        ServerUnavailableError: there is no apt-get, no way to become root, or it failed.
    """
    by_hand = f"Install MariaDB by hand ({' '.join(PACKAGES)}), or give DATABASE_URL."
    become_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    command = [*become_root, "apt-get", *arguments]
    if shutil.which("apt-get") is None or shutil.which(command[0]) is None:
        raise ServerUnavailableError(f"mariadbd is not installed. {by_hand}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip()[-300:]
        raise ServerUnavailableError(f"{' '.join(command)} failed: {reason} {by_hand}")
