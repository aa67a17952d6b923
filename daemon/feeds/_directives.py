"""Template directives in descriptions: those that stand for an address are filled in."""

from __future__ import annotations

import re
from typing import NamedTuple

from daemon.commerce.config import Config
from daemon.core.options import Directives

DIRECTIVE = re.compile(r"\{\{\s*(/?[a-z]+)\b([^{}]*)\}\}", re.IGNORECASE)
"""An innermost one; those around it are innermost in their turn, once it is filled in."""

PARAMETER = re.compile(r"""\b(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)'|&quot;(.*?)&quot;|([^\s"']+))""")

ADDRESSES = frozenset({"web/unsecure/base_url", "web/secure/base_url"})
"""The settings that descriptions may name; others aren't read from the shop."""

WORDS = frozenset(
    {
        *("media", "store", "config", "widget", "block", "layout", "view", "var", "customvar"),
        *("trans", "depend", "/depend", "if", "else", "/if", "for", "/for", "template", "css"),
        *("inlinecss", "protocol"),
    }
)
"""The directives that the shop knows; braces around any other word are a text like any other."""

DEEPEST = 8
"""How many directives inside one another are looked into."""


class Rendered(NamedTuple):
    """A text as it is sent.

    is_whole: False where a directive stands or stood in it that only the shop's own code can
        render.
    """

    text: str
    is_whole: bool = True


def rendered(text: str, config: Config, directives: Directives) -> Rendered:
    """The text with `{{media url=…}}`, `{{store url=…}}` and `{{config path=…}}` filled in.

    The addresses are those of the default scope. What only the shop itself can render (widgets,
    blocks, variables) is kept or stripped as the option says; of a pair such as `{{if …}}` and
    `{{/if}}` what stands between them stays.
    """
    if "{{" not in text:
        return Rendered(text)
    is_whole = True

    def shown(found: re.Match[str]) -> str:
        nonlocal is_whole
        if found[1].lower() not in WORDS:
            return found[0]
        value = filled_in(found, config)
        is_whole = is_whole and value is not None
        instead = found[0] if directives is Directives.KEEP else ""
        return instead if value is None else value

    for _ in range(DEEPEST):
        before, text = text, DIRECTIVE.sub(shown, text)
        if text == before:
            break
    return Rendered(text, is_whole)


def filled_in(found: re.Match[str], config: Config) -> str | None:
    """What one directive stands for; None where that can't be told."""
    parameters = parsed(found[2])
    match found[1].lower():
        case "media" if "url" in parameters:
            return config.media_url() + parameters["url"].lstrip("/")
        case "store" if "url" in parameters or "direct_url" in parameters:
            path = parameters.get("direct_url", parameters.get("url", ""))
            return config.link_url() + path.lstrip("/")
        case "config" if parameters.get("path") in ADDRESSES:
            address = config.get(parameters["path"])
            return config.web_url() if "{{" in address else address
    return None


def parsed(text: str) -> dict[str, str]:
    """The parameters of a directive."""
    return {
        name: next(value for value in (*values, "") if value is not None)
        for name, *values in ((m.group(1), *m.groups()[1:]) for m in PARAMETER.finditer(text))
    }
