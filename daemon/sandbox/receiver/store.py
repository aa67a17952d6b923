"""What the receiver holds: the last body of each identity, and the order in which they came."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

LOG_LENGTH = 200_000


@dataclass(frozen=True, slots=True)
class Delivered:
    """One item that was taken: when, which, and its size in bytes of JSON."""

    number: int
    received_at: dt.datetime
    feed: str
    identity: Mapping[str, Any]
    deleted: bool
    request_id: str
    size: int

    def as_json(self) -> bytes:
        """The JSON object of it."""
        moment = self.received_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return orjson.dumps(
            {
                "number": self.number,
                "received_at": moment,
                "feed": self.feed,
                "identity": self.identity,
                "deleted": self.deleted,
                "request_id": self.request_id,
                "bytes": self.size,
            }
        )


@dataclass(frozen=True, slots=True)
class Arrival:
    """An item about to be taken."""

    feed: str
    identity: Mapping[str, Any]
    deleted: bool
    body: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """The last body of an identity."""

    body: bytes
    deleted: bool


class Store:
    """Items by feed and identity, in memory; with a directory they outlive the process."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._held: dict[str, dict[bytes, Held]] = defaultdict(dict)
        self._log: deque[Delivered] = deque(maxlen=LOG_LENGTH)
        self._numbers = itertools.count(1)
        self._load()

    def take(self, arrivals: Sequence[Arrival], request_id: str) -> None:
        """Keep these items, all at one moment."""
        with self._lock:
            now = dt.datetime.now(dt.UTC)
            for one in arrivals:
                self._held[one.feed][key_of(one.identity)] = Held(one.body, one.deleted)
                self._log.append(
                    Delivered(
                        next(self._numbers),
                        now,
                        one.feed,
                        one.identity,
                        one.deleted,
                        request_id,
                        len(one.body),
                    )
                )
            self._append(arrivals)

    def bodies(self, feed: str, *, deleted: bool = False) -> list[bytes]:
        """The last bodies of a feed: of living items, or of tombstones."""
        with self._lock:
            return [held.body for held in self._held[feed].values() if held.deleted is deleted]

    def body(self, feed: str, identity: Mapping[str, Any]) -> bytes | None:
        """The last body of a living item, if there is one."""
        with self._lock:
            held = self._held[feed].get(key_of(identity))
            return None if held is None or held.deleted else held.body

    def counts(self, *, deleted: bool = False) -> dict[str, int]:
        """Feed → how many are held."""
        with self._lock:
            return {
                feed: sum(held.deleted is deleted for held in items.values())
                for feed, items in self._held.items()
            }

    def log(self, since: int = 0) -> list[Delivered]:
        """What was delivered after this number, in order."""
        with self._lock:
            if not self._log:
                return []
            return list(itertools.islice(self._log, max(0, since + 1 - self._log[0].number), None))

    def clear(self) -> None:
        """Forget everything; the numbers of the log go on."""
        with self._lock:
            self._held.clear()
            self._log.clear()
            for file in self._files():
                file.unlink()

    def _files(self) -> list[Path]:
        return sorted(self._directory.glob("*.received.jsonl")) if self._directory else []

    def _append(self, arrivals: Sequence[Arrival]) -> None:
        if self._directory is None:
            return
        by_feed = defaultdict(list)
        for one in arrivals:
            by_feed[one.feed].append(line_of(key_of(one.identity), Held(one.body, one.deleted)))
        for feed, lines in by_feed.items():
            with (self._directory / f"{feed}.received.jsonl").open("ab") as file:
                file.write(b"".join(lines))

    def _load(self) -> None:
        """Read what an earlier process held, and keep only the last line of each identity."""
        if self._directory is None:
            return
        self._directory.mkdir(parents=True, exist_ok=True)
        for file in self._files():
            held = self._held[file.name.removesuffix(".received.jsonl")]
            held.update(read_lines(file))
            file.write_bytes(b"".join(line_of(key, one) for key, one in held.items()))


def key_of(identity: Mapping[str, Any]) -> bytes:
    """An identity as a key."""
    return orjson.dumps(identity, option=orjson.OPT_SORT_KEYS)


def line_of(key: bytes, held: Held) -> bytes:
    """One held item as a line of a file."""
    line = {
        "key": orjson.Fragment(key),
        "deleted": held.deleted,
        "body": orjson.Fragment(held.body),
    }
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def read_lines(file: Path) -> Iterator[tuple[bytes, Held]]:
    """The held items of a file; a line that a crash cut off ends it."""
    for line in file.read_bytes().split(b"\n"):
        try:
            found = orjson.loads(line)
        except orjson.JSONDecodeError:
            return
        yield key_of(found["key"]), Held(orjson.dumps(found["body"]), found["deleted"])
