"""Descriptions as a page would show them, as far as that can be told without the shop's code."""

from __future__ import annotations

import re

from daemon.commerce.config import Config

DIRECTIVE = re.compile(
    r"\{\{(media|store)\s+(?:direct_)?url\s*=\s*(?P<quote>\"|'|&quot;|)(.*?)(?P=quote)\s*\}\}"
)
"""`{{media url=…}}` and `{{store url=…}}`; all other directives need the shop to be resolved."""

SPECIAL = re.compile(r"[<>\"']|&(?!#?\w+;)")
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#039;"}


def rendered(text: str, config: Config) -> str:
    """The text with links to media and pages made absolute, for the default scope.

    What only the shop can resolve (widgets, blocks, variables) stays as it is.
    """
    bases = {"media": config.media_url, "store": config.link_url}
    return DIRECTIVE.sub(lambda found: bases[found[1]]() + found[3], text)


def escaped(text: str) -> str:
    """Text whose markup is shown and not obeyed; entities that stand in it already are left."""
    return SPECIAL.sub(lambda found: ESCAPES[found[0]], text)
