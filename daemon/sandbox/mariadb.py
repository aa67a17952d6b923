"""A private database server in a directory of its own, on a free port: demo, tests, benchmarks."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from daemon.errors import ServerUnavailableError
from daemon.sandbox.apt import ensure_server

USER = "shop"
PASSWORD = "shop"  # noqa: S105 — a throw-away server that listens on the loopback interface only
START_SECONDS = 60


def free_port() -> int:
    """A TCP port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Program:
    """How a server is called.

    server, creator: the commands that run it, and that make its data.
    creating: options of the creator alone; `options` are those of both.
    """

    server: str
    creator: str
    creating: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def installed_program() -> Program:
    """The machine's MariaDB, installed where there is none.

    Raises:
        ServerUnavailableError: it isn't there and can't be installed.
    """
    creating = ("--skip-test-db", "--auth-root-authentication-method=normal")
    return Program(ensure_server(), "mariadb-install-db", creating)


class PrivateServer:
    """A server that owns its directory. `start` it, `stop` it; its data stay until the directory
    goes.

    url: SQLAlchemy URL of an account with all rights, without a schema; add the schema's name to
        it.
    """

    def __init__(
        self,
        directory: Path,
        port: int | None = None,
        *options: str,
        program: Program | None = None,
    ) -> None:
        self.directory = directory.resolve()
        self.port = port or free_port()
        self.options = options
        self.program = program
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The server's address; append a schema's name."""
        return f"mysql+pymysql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.directory / "server.log"

    def start(self) -> None:
        """Start the server, creating its data first where there are none, and wait until it
        answers.

        Raises:
            ServerUnavailableError: there is no program, or it doesn't come up; its log's end is
                quoted.
        """
        program = self.program or installed_program()
        self.directory.mkdir(parents=True, exist_ok=True)
        self._stop_leftover()
        if not (self.directory / "data" / "mysql").exists():
            self._create_data(program)
        own = [*self._options(), *program.options, *self.options]
        command = [program.server, *own, f"--init-file={self._accounts()}"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, start_new_session=True
            )
        self._wait()

    def stop(self, *, kill: bool = False) -> None:
        """Stop the server, cleanly or (kill) at once, as a crash would."""
        if self._process is not None:
            self._process.kill() if kill else self._process.terminate()
            self._process.wait(timeout=START_SECONDS)
            self._process = None

    def _stop_leftover(self) -> None:
        """Stop the server that a killed process left running on this directory."""
        try:
            pid = int((self.directory / "server.pid").read_text(encoding="ascii"))
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except (OSError, ValueError):
            return
        if str(self.directory) in command:
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + START_SECONDS
            while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
                time.sleep(0.05)

    def _create_data(self, program: Program) -> None:
        command = [
            program.creator,
            "--no-defaults",
            f"--datadir={self.directory / 'data'}",
            *self._as_user(),
            *program.creating,
            *program.options,
        ]
        apart = {**os.environ, "TMPDIR": str(self.directory)}  # see _options
        made = subprocess.run(command, capture_output=True, check=False, env=apart)
        if made.returncode:
            raise ServerUnavailableError(f"{program.creator} failed: {made.stderr.decode()[-500:]}")

    def _accounts(self) -> Path:
        file = self.directory / "accounts.sql"
        file.write_text(
            "".join(
                f"CREATE USER IF NOT EXISTS {USER}@'{host}' IDENTIFIED BY '{PASSWORD}';\n"
                f"GRANT ALL ON *.* TO {USER}@'{host}' WITH GRANT OPTION;\n"
                for host in ("127.0.0.1", "localhost")
            ),
            encoding="utf-8",
        )
        return file

    @staticmethod
    def _as_user() -> list[str]:
        return ["--user=root"] if os.geteuid() == 0 else []

    def _options(self) -> list[str]:
        return [
            "--no-defaults",
            *self._as_user(),
            f"--datadir={self.directory / 'data'}",
            f"--tmpdir={self.directory}",  # a server that starts deletes the others' in /tmp
            f"--socket={self.directory / 'server.sock'}",
            f"--pid-file={self.directory / 'server.pid'}",
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            "--innodb-buffer-pool-size=512M",
            "--innodb-flush-log-at-trx-commit=2",
            "--max-allowed-packet=256M",
            "--max-connections=300",
            "--character-set-server=utf8mb4",
            "--skip-log-bin",
        ]

    def _wait(self) -> None:
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(sa.exc.OperationalError), engine.connect():
                return
            ended = self._process is None or self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                tail = self.log.read_text(encoding="utf-8", errors="replace")[-1500:]
                raise ServerUnavailableError(
                    f"the private database server does not come up:\n{tail}"
                )
            time.sleep(0.05)


@contextlib.contextmanager
def private_server(
    directory: Path, *options: str, program: Program | None = None
) -> Iterator[PrivateServer]:
    """A running private server, stopped at the end; the machine's MariaDB unless told."""
    server = PrivateServer(directory, None, *options, program=program)
    server.start()
    try:
        yield server
    finally:
        server.stop()
