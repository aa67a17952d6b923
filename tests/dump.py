"""Loads a dump of a shop."""

import gzip
import os
import re
import shutil
import subprocess

import sqlalchemy as sa

END = re.compile(r";\s*$")


def load(url, dump):
    """Load a dump, by the server's own client where there is one, for it is faster."""
    client = shutil.which("mariadb") or shutil.which("mysql")
    if client is None:
        load_by_driver(url, dump)
        return
    at = sa.make_url(url)
    command = [client, "--no-defaults", f"-h{at.host}", f"-P{at.port}", f"-u{at.username}"]
    command += ["--protocol=TCP", "--default-character-set=utf8mb4", str(at.database)]
    with gzip.open(dump) as file:
        text = file.read()
    environment = {**os.environ, "MYSQL_PWD": at.password or ""}
    subprocess.run(command, input=text, env=environment, check=True, timeout=250)


def load_by_driver(url, dump):
    """Load a dump whose statements each end with a line."""
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection, gzip.open(dump, "rt", encoding="utf-8") as lines:
        cursor = connection.connection.cursor()
        kept = (line for line in lines if line.strip() and not line.startswith("--"))
        for statement in statements(kept):
            cursor.execute(statement)


def statements(lines):
    """The lines of a dump, joined to whole statements."""
    pending = []
    for line in lines:
        pending.append(line)
        if END.search(line):
            yield "".join(pending)
            pending.clear()
