"""The destination in a directory: each feed a file of JSON lines."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from daemon.core.delivery import Gate, Outgoing, Result, Verdict, withheld
from daemon.core.health import USUAL_CARE, Care, Cost, Sign
from daemon.core.translation import Translation
from daemon.destination.bodies import finished
from daemon.destination.presets import TimeField

BLOCK = 65536


@dataclass
class FileDestination:
    """Appends what is sent to `<directory>/<feed>.jsonl`: a whole delivery or nothing of it.

    Items are written as they are, without an envelope; tombstones as on the wire.
    feeds: those that are written, None for all. time_field: feed → that of its tombstones.
    """

    name: str
    environment: str
    directory: Path
    feeds: Collection[str] | None
    time_field: Callable[[str], TimeField]
    care: Care = USUAL_CARE

    def takes(self, feed: str) -> bool:
        """True unless the settings leave the feed out."""
        return self.feeds is None or feed in self.feeds

    def translation(self, _feed: str) -> Translation | None:
        """Items are written as they are."""
        return None

    def bodies(self, feed: str, items: Sequence[Outgoing]) -> list[bytes | Result]:
        """Each item as it would be written, or the refusal of one that can't be."""
        return [self._body(feed, item) for item in items]

    def deliver(self, feed: str, items: Sequence[Outgoing], gate: Gate) -> list[Result]:
        """Append the items as one; one result per item, in order.

        Raises:
            Exception: whatever the gate raises; nothing else.
        """
        bodies = self.bodies(feed, items)
        text = b"".join(body + b"\n" for body in bodies if isinstance(body, bytes))
        closed_seconds = gate.enter(Cost(len(items), len(text)))
        if closed_seconds is None:
            outcome = self._append(feed, text, gate)
        else:
            outcome = withheld(closed_seconds)
        return [outcome if isinstance(body, bytes) else body for body in bodies]

    def _append(self, feed: str, text: bytes, gate: Gate) -> Result:
        try:
            append(self.directory / f"{feed}.jsonl", text)
        except OSError as error:
            gate.leave(Sign.DOWN)
            reason = f"can't write {error.filename or self.directory}: {error.strerror}"
            return Result(Verdict.FAILED, reason)
        gate.leave(Sign.WELL)
        return Result(Verdict.ACCEPTED)

    def close(self) -> None:
        """Nothing is held between deliveries."""

    def _body(self, feed: str, item: Outgoing) -> bytes | Result:
        try:
            return finished(item, None, self.time_field(feed), dt.datetime.now(dt.UTC))
        except ValueError as error:
            reason = f"not written, its body can't be read as JSON: {error}"
            return Result(Verdict.REFUSED, reason)


def append(path: Path, text: bytes, mode: int = 0o640) -> None:
    """Append the text durably, or leave the file as it was. Writers wait for each other.

    Raises:
        OSError: it can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, mode)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        write_at(descriptor, end_of_last_line(descriptor), text)
    finally:
        os.close(descriptor)
    if is_new:
        sync_directory(path.parent)


def write_at(descriptor: int, start: int, text: bytes) -> None:
    """Write the text from `start` on and wait for the disk; undo it where that fails."""
    os.ftruncate(descriptor, start)
    rest = memoryview(text)
    try:
        while rest:
            rest = rest[os.pwrite(descriptor, rest, start + len(text) - len(rest)) :]
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, start)
        raise


def end_of_last_line(descriptor: int) -> int:
    """The position after the last whole line: a crash may have left a part of one behind it."""
    end = os.fstat(descriptor).st_size
    while end:
        start = max(0, end - BLOCK)
        found = os.pread(descriptor, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def sync_directory(directory: Path) -> None:
    """Make a new file's name durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
