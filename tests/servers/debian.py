"""Unpacks programs of Debian unstable into a folder of their own: needs no root, installs nothing.

They bring their own C library, so on an older system they run by their own loader.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from daemon.errors import ServerUnavailableError

SUITE = "sid"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
OURS = ("Created-By: Packages", "Origin: Debian", "Label: Debian")
BY_HAND = "Give the tests a server by TEST_DATABASE_URL instead."


def cache_directory() -> Path:
    """Where unpacked servers stay from run to run; delete it to have newer ones."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "commerce-feed-sync" / "servers"


def unpacked(name: str, packages: tuple[str, ...], scripts: Mapping[str, str]) -> Path:
    """The folder with these packages and all that they depend on, made where it is missing: by one
    process, while others wait.

    scripts: name → text of the scripts that are put into it.

    Raises:
        ServerUnavailableError: there is no apt, no Debian mirror in its sources, or it failed.
    """
    tree = cache_directory() / name
    tree.parent.mkdir(parents=True, exist_ok=True)
    with tree.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not tree.is_dir():
            with tempfile.TemporaryDirectory(dir=tree.parent) as directory:
                made = Path(directory) / name
                unpack(download(Path(directory) / "apt", packages), made)
                made.rename(tree)
    for script, text in scripts.items():
        write_script(tree / script, text)
    return tree


def write_script(script: Path, text: str) -> None:
    """Write a script, whole or not at all, so that another run may start it meanwhile."""
    with tempfile.NamedTemporaryFile("w", dir=script.parent, delete=False) as file:
        file.write(text)
    Path(file.name).chmod(0o755)
    Path(file.name).rename(script)


def unpack(archives: list[Path], tree: Path) -> None:
    """Unpack the archives over each other. No script of theirs is run."""
    tree.mkdir()
    for archive in archives:
        run("dpkg-deb", "--extract", str(archive), str(tree))


def download(directory: Path, packages: tuple[str, ...]) -> list[Path]:
    """The archives of the packages and their dependencies, by an apt that knows no others."""
    archives = directory / "archives"
    for folder in (directory / "lists", directory / "parts", archives):
        (folder / "partial").mkdir(parents=True)
    (directory / "status").touch()
    signed = f"[signed-by={KEYRING}] " if KEYRING.is_file() else ""
    sources = directory / "sources.list"
    sources.write_text(f"deb {signed}{mirror()} {SUITE} main\n", encoding="ascii")
    own = apt_options(directory)
    run("apt-get", *own, "update", "-q")
    run("apt-get", *own, "install", "-q", "-y", "--download-only", *packages)
    return sorted(archives.glob("*.deb"))


def apt_options(directory: Path) -> list[str]:
    """What makes apt keep to this directory."""
    own = {
        "Dir::State": directory,
        "Dir::State::lists": directory / "lists",
        "Dir::State::status": directory / "status",
        "Dir::Cache": directory,
        "Dir::Cache::archives": directory / "archives",
        "Dir::Etc::sourcelist": directory / "sources.list",
        "Dir::Etc::sourceparts": directory / "parts",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "",
    }
    return [word for name, value in own.items() for word in ("-o", f"{name}={value}")]


def mirror() -> str:
    """The Debian mirror of this machine, as its own apt is configured."""
    found = run("apt-get", "indextargets", "--format", "$(REPO_URI)", *OURS).split()
    if not found:
        raise ServerUnavailableError(f"apt's sources name no Debian mirror. {BY_HAND}")
    return found[0]


def run(*command: str) -> str:
    """What the command prints.

    Raises:
        ServerUnavailableError: there is no such command, or it failed.
    """
    if shutil.which(command[0]) is None:
        raise ServerUnavailableError(f"no {command[0]} on this machine. {BY_HAND}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=280
    )
    if done.returncode:
        reason = done.stderr.strip()[-500:]
        raise ServerUnavailableError(f"{' '.join(command[-6:])} failed: {reason} {BY_HAND}")
    return done.stdout
