"""Secrets: where they are read from, and how they are kept out of everything that is shown."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from daemon.errors import ConfigurationError

MASK = "********"
CREDENTIAL = "credential:"
SECRET_NAME = re.compile(
    r"(passw(or)?d|passphrase|secret|token|authorization|cookie|signature|api[-_]?key|private[-_]?key)$",
    re.IGNORECASE,
)
IN_TEXT = re.compile(
    r"(?P<before>\b[\w+.-]+://[^\s:/@]*:)(?P<password>[^\s/]+)(?=@)|(?P<scheme>\bBearer\s+)\S+",
    re.IGNORECASE,
)


def secret(path: Path | None, key: str) -> str:
    """The text of a secret file, without the line end.

    A path `credential:NAME` is a credential that systemd passed with LoadCredential=.

    Raises:
        ConfigurationError: it can't be read.
    """
    place = credential_path(path, key)
    try:
        return place.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ConfigurationError(f"{key}: can't read {place}: {reason}") from error


def credential_path(path: Path | None, key: str) -> Path:
    """The file that a `*_file` setting names.

    Raises:
        ConfigurationError: it names a credential, and systemd passed none.
    """
    name = str(path)
    if not name.startswith(CREDENTIAL):
        return Path(name)
    directory = os.environ.get("CREDENTIALS_DIRECTORY")
    if not directory:
        raise ConfigurationError(
            f"{key}: {name} needs $CREDENTIALS_DIRECTORY, which systemd sets for a unit with "
            "LoadCredential="
        )
    return Path(directory) / name.removeprefix(CREDENTIAL)


def masked(value: Any, name: str = "") -> Any:
    """The value as it may be shown: secret by its name, or with secrets inside its text, masked."""
    if isinstance(value, Mapping):
        return {key: masked(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [masked(inner, name) for inner in value]
    if value is not None and SECRET_NAME.search(name):
        return MASK
    return masked_text(value) if isinstance(value, str) else value


def masked_text(text: str) -> str:
    """A text without passwords of URLs and without bearer tokens."""
    return IN_TEXT.sub(lambda found: (found["before"] or found["scheme"]) + MASK, text)
