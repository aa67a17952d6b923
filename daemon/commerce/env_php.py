"""What a shop's own `app/etc/env.php` tells: its database, table prefix and fixed configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from daemon.commerce.config import BUILT_IN
from daemon.commerce.php_array import Expression, returned
from daemon.errors import ConfigurationError

CONNECTION = "db/connection/default"


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment's settings.

    database_url: SQLAlchemy URL with the password in it.
    config: the configuration paths that feeds read and that the deployment fixes for all scopes.
    scoped: those it fixes for single websites or store views only, as `stores/code/path`.
    """

    database_url: str = field(repr=False)
    table_prefix: str
    config: Mapping[str, str]
    scoped: tuple[str, ...] = ()


def read_deployment(root: Path) -> Deployment:
    """The deployment of the shop that is installed in this directory.

    Raises:
        ConfigurationError: there is no readable `app/etc/env.php`, or a value that is needed is
            no literal.
    """
    file = root / "app" / "etc" / "env.php"
    try:
        return deployment(returned(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigurationError(f"can't read {file}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigurationError(f"{file}: {error}") from error


def deployment(env: Mapping[Any, Any]) -> Deployment:
    """The settings in the array of an env.php.

    Raises:
        ValueError: one that is needed is missing or no literal.
    """
    system = at(env, "system") or {}
    fixed = {path: str(value) for path, value in paths_of(system.get("default", {}))}
    scoped = tuple(
        f"{scope}/{code}/{path}"
        for scope in ("websites", "stores")
        for code, values in (system.get(scope) or {}).items()
        for path, _ in paths_of(values)
    )
    prefix = text(env, "db/table_prefix") or ""
    return Deployment(url_of(env), prefix, fixed, scoped)


def url_of(env: Mapping[Any, Any]) -> str:
    """The address of the default connection; a host may carry a port or be a socket's path."""
    name = text(env, f"{CONNECTION}/dbname")
    if not name:
        raise ValueError(f"{CONNECTION}/dbname is missing")
    host, port, socket = endpoint(text(env, f"{CONNECTION}/host") or "localhost")
    port = text(env, f"{CONNECTION}/port") or port
    socket = text(env, f"{CONNECTION}/unix_socket") or socket
    query = {"charset": "utf8mb4"} | ({"unix_socket": socket} if socket else {})
    return sa.URL.create(
        "mysql+pymysql",
        text(env, f"{CONNECTION}/username"),
        text(env, f"{CONNECTION}/password") or None,
        host,
        int(port) if port and not socket else None,
        name,
        query,
    ).render_as_string(hide_password=False)


def endpoint(host: str) -> tuple[str, str | None, str | None]:
    """Host, port and socket of `host`, `host:port`, `host:/path` or `/path`."""
    if host.startswith("/"):
        return "localhost", None, host
    found = re.fullmatch(r"([^:]+):(?:(\d+)|(/.+))", host)
    return (found[1], found[2], found[3]) if found else (host.strip("[]"), None, None)


def text(env: Mapping[Any, Any], path: str) -> str | None:
    """The value at a path such as `db/table_prefix`, as text.

    Raises:
        ValueError: it is no literal.
    """
    value = at(env, path)
    if isinstance(value, Expression):
        message = f"{path} is an expression, which only PHP can tell; set it by hand"
        raise ValueError(message)  # noqa: TRY004 — the file is wrong, not its reader
    return None if value is None else str(value)


def at(env: Any, path: str) -> Any:
    """The value at a path, None where there is none."""
    for key in path.split("/"):
        env = env.get(key) if isinstance(env, Mapping) else None
    return env


def paths_of(values: Any, prefix: str = "") -> Iterator[tuple[str, object]]:
    """The configuration paths in a tree that feeds read, with their values."""
    if not isinstance(values, Mapping):
        return
    for key, value in values.items():
        path = f"{prefix}{key}"
        if path in BUILT_IN and isinstance(value, str | int | float):
            yield path, int(value) if isinstance(value, bool) else value
        yield from paths_of(value, f"{path}/")
