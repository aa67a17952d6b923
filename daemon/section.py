"""What all sections of the settings have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from daemon.secret import masked
from daemon.timing import seconds_of

Seconds = Annotated[float, BeforeValidator(seconds_of), Field(gt=0)]
"""A duration: `500ms`, `1s`, `5m`, `2h`, `7d`, or a number of seconds."""


class Section(BaseModel):
    """A part of the settings: frozen, no unknown keys, and no secret in its repr."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True
    )

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            yield name, masked(value, name or "")
