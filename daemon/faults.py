"""What is wrong with settings, in words: every fault one line that names the key and the cure."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from daemon.overrides import keys_of, kind_of


def explained(fault: Mapping[str, Any], model: type[BaseModel]) -> str:
    """One line for one fault: the key, what is wrong, and the nearest known key if unknown."""
    where = ".".join(str(part) for part in fault["loc"] if part != "[key]")
    if fault["type"] == "missing":
        return f"{where}: is missing"
    if fault["type"] != "extra_forbidden":
        return f"{where}: {fault['msg'].removeprefix('Value error, ')}"
    return f"{where}: unknown setting.{hint(str(fault['loc'][-1]), known(fault['loc'], model))}"


def hint(key: str, candidates: list[str]) -> str:
    """The nearest known key, or all of them where none is near."""
    nearest = difflib.get_close_matches(key, candidates, n=1, cutoff=0.5)
    return f" Did you mean {nearest[0]}?" if nearest else f" Known here: {', '.join(candidates)}."


def known(location: tuple[Any, ...], model: type[BaseModel]) -> list[str]:
    """The keys that stand beside the one at this location."""
    kind: Any = model
    for part in location[:-1]:
        kind = kind_of(kind, str(part))
    return sorted(keys_of(kind))
