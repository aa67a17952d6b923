"""Texts whose markup counts for nothing."""

from __future__ import annotations

import re

SPECIAL = re.compile(r"[<>\"']|&(?!#?\w+;)")
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#039;"}


def escaped(text: str) -> str:
    """Text whose markup is shown and not obeyed; entities that stand in it already are left."""
    return SPECIAL.sub(lambda found: ESCAPES[found[0]], text)
