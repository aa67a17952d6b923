"""A file destination on a disk that is full."""

from __future__ import annotations

import json
import subprocess

import pytest
from installation import wait_until

from daemon.sandbox.agreement import disagreements


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 64 KB, and how to make it larger."""
    directory = tmp_path / "disk"
    directory.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", directory]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system of a fixed size can be made here: {done.stderr.strip()}")
    yield (
        directory,
        lambda: subprocess.run(["mount", "-o", "remount,size=32m", directory], check=True),
    )
    subprocess.run(["umount", directory], check=True)


def test_a_full_disk_holds_back_no_other_destination_and_gets_all_when_it_has_room(
    fresh, small_disk
):
    directory, grow = small_disk
    fresh.configure(destinations={"files": {"kind": "file", "directory": str(directory)}})
    fresh.install()
    daemon = fresh.run()
    full = f"can't write {directory}: No space left on device"  # whichever feed meets it first
    wait_until(lambda: full in fresh.log, lambda: fresh.log[-3000:])
    wait_until(lambda: not fresh.disagreements(), lambda: str(fresh.left()))
    grow()
    fresh.wait_until_settled()

    def written(feed):
        lines = (directory / f"{feed}.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    context = fresh.app.context
    assert disagreements(context, written, context.feeds) == []
    assert daemon.poll() is None
