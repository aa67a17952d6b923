"""What the reference exporter needs, on dumps of shops that not everybody has."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.place import Place

DUMPS = Path(__file__).resolve().parents[2] / "shared" / "gold"
TAKEN_AT = "2026-11-23T16:00:00Z"
"""The moment to build for: rule prices are those of a day."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A full sync of one feed by the reference, on one thread, to a local file.

    cpu_seconds: of the process and of the server together.
    """

    items: int
    seconds: float
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        """Items per second."""
        return self.items / self.seconds

    @property
    def cpu_micros(self) -> float:
        """Processor microseconds per item."""
        return self.cpu_seconds / self.items * 1e6


BIG = {
    "products": Reference(76_810, 232.0, 201.0),
    "prices": Reference(48_842, 7.8, 7.3),
    "variants": Reference(18_470, 7.3, 6.5),
    "inventoryStockStatus": Reference(27_138, 5.1, 4.9),
}
LUMA = {
    "products": Reference(7_744, 11.82, 11.47),
    "prices": Reference(4_926, 0.66, 0.66),
    "variants": Reference(1_847, 0.46, 0.42),
    "inventoryStockStatus": Reference(2_721, 0.47, 0.45),
    "categories": Reference(127, 0.54, 0.51),
    "productAttributes": Reference(490, 0.26, 0.25),
    "orders": Reference(32, 0.63, 0.62),
    "reviews": Reference(350, 0.11, 0.11),
}


def is_there(name: str) -> bool:
    """True where the dump of this name lies beside the checkout; tells of it where not."""
    found = dump_of(name).is_file()
    if not found:
        print(f"build: no {dump_of(name).name} beside the checkout; the comparison is left out")
    return found


def dump_of(name: str) -> Path:
    """The file of a dump."""
    return DUMPS / f"{name}.sql.gz"


def load_dump(place: Place, name: str) -> str:
    """The address of a new schema with the dump's tables."""
    url = place.create_schema(name)
    socket = f"--socket={place.server.directory / 'server.sock'}"
    command = ["mariadb", "--no-defaults", socket, "--user=shop", "--password=shop", name]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE) as client,
        gzip.open(dump_of(name)) as dump,
    ):
        assert client.stdin is not None  # noqa: S101 — it was asked for
        shutil.copyfileobj(dump, client.stdin, 2**20)
        client.stdin.close()
    if client.returncode:
        raise RuntimeError(f"the dump can't be loaded: mariadb ended with {client.returncode}")
    return url
