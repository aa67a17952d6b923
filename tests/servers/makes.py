"""The makes of servers: the image of each, and the program to start where there is no Docker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from daemon.errors import ServerUnavailableError
from daemon.sandbox.mariadb import Program, installed_program
from servers.debian import BY_HAND, unpacked

START = """#!/bin/sh
tree=$(dirname "$(readlink -f "$0")")
for libraries in "$tree"/usr/lib/*-linux-gnu; do :; done
for loader in "$libraries"/ld-linux*.so.*; do :; done
exec "$loader" --library-path "$libraries" "$tree/usr/sbin/{program}" "$@"
"""
CREATE_MARIADB = """#!/bin/sh
tree=$(dirname "$(readlink -f "$0")")
for option; do
    case $option in --datadir=*) mkdir -p "${option#--datadir=}" ;; esac
done
{
    printf '%s;\\n' "CREATE DATABASE mysql" "USE mysql" "SET @auth_root_socket = NULL"
    cd "$tree/usr/share/mariadb" && cat mariadb_system_tables.sql mariadb_performance_tables.sql \\
        mariadb_system_tables_data.sql maria_add_gis_sp_bootstrap.sql mariadb_sys_schema.sql
} | exec "$tree/start" "$@" --bootstrap --enforce-storage-engine= --max-allowed-packet=8M
"""


@dataclass(frozen=True, slots=True)
class Make:
    """A kind of server, in a series that the product promises. `program` gets it where it lacks."""

    brand: str
    series: str
    program: Callable[[], Program]

    @property
    def image(self) -> str:
        """The container image."""
        return f"{self.brand.lower()}:{self.series}"

    def is_of(self, version: str) -> bool:
        """True where a server that says this of itself is of this make."""
        is_brand = ("MariaDB" in version) == (self.brand == "MariaDB")
        return is_brand and version.startswith(f"{self.series}.")


def mysql() -> Program:
    """MySQL of Debian unstable."""
    tree = unpacked("mysql", ("mysql-server-core",), {"start": START.format(program="mysqld")})
    options = (
        *places(tree, "mysql"),
        f"--plugin-dir={tree / 'usr' / 'lib' / 'mysql' / 'plugin'}",
        "--secure-file-priv=NULL",
        "--mysqlx=OFF",
        "--innodb-flush-method=nosync",  # its DDL waits for the disk many times over
        "--loose-innodb-native-foreign-keys=ON",  # as 8.0 has them; see docs/operations.md
    )
    start = str(tree / "start")
    return Program(start, start, ("--initialize-insecure",), options)


def mariadb11() -> Program:
    """MariaDB of Debian unstable."""
    scripts = {"start": START.format(program="mariadbd"), "create": CREATE_MARIADB}
    tree = unpacked("mariadb11", ("mariadb-server-core",), scripts)
    return Program(str(tree / "start"), str(tree / "create"), options=places(tree, "mariadb"))


def nowhere() -> Program:
    """A make that no Debian mirror has any more."""
    raise ServerUnavailableError(f"no Docker engine answers, and no package has it. {BY_HAND}")


def places(tree: Path, name: str) -> tuple[str, ...]:
    """The options that tell a server where its own files lie."""
    share = tree / "usr" / "share" / name
    return (
        f"--basedir={tree / 'usr'}",
        f"--lc-messages-dir={share}",
        f"--character-sets-dir={share / 'charsets'}",
    )


MAKES = {
    "mariadb": Make("MariaDB", "10.11", installed_program),
    "mariadb11": Make("MariaDB", "11.8", mariadb11),
    "mariadb106": Make("MariaDB", "10.6", nowhere),
    "mysql": Make("MySQL", "9", mysql),
    "mysql80": Make("MySQL", "8.0", nowhere),
}
"""By the name that `--server` gives."""


def summary(version: str) -> str:
    """On which server a run was, by what it says its version is, and which it did not see."""
    seen = version if "MariaDB" in version else f"MySQL {version}"
    others = [
        f"{make.brand} {make.series} (make test SERVER={name})"
        for name, make in MAKES.items()
        if not make.is_of(version)
    ]
    return f"Ran on {seen}; not on {', '.join(others)}."
