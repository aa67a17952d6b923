"""Template directives in descriptions: those that stand for an address are filled in."""

from __future__ import annotations

import re

from daemon.commerce.config import Config

DIRECTIVE = re.compile(r"\{\{\s*(media|store|config)\s+([^{}]*?)\s*\}\}")
PARAMETER = re.compile(r"""([\w_]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|&quot;(.*?)&quot;|([^\s"']+))""")

ADDRESSES = frozenset({"web/unsecure/base_url", "web/secure/base_url"})
"""The settings that descriptions may name; others aren't read from the shop."""


def expanded(text: str, config: Config) -> str:
    """The text with `{{media url=…}}`, `{{store url=…}}` and `{{config path=…}}` filled in.

    The addresses are those of the default scope. What only the shop itself can render (widgets,
    blocks, variables) is left as it is.
    """
    if "{{" not in text:
        return text
    return DIRECTIVE.sub(lambda found: filled_in(found, config), text)


def filled_in(found: re.Match[str], config: Config) -> str:
    """What one directive stands for; itself where that can't be told."""
    parameters = parsed(found.group(2))
    match found.group(1):
        case "media" if "url" in parameters:
            return config.media_url() + parameters["url"].lstrip("/")
        case "store" if "url" in parameters or "direct_url" in parameters:
            path = parameters.get("direct_url", parameters.get("url", ""))
            return config.link_url() + path.lstrip("/")
        case "config" if parameters.get("path") in ADDRESSES:
            address = config.get(parameters["path"])
            return config.web_url() if "{{" in address else address
    return found.group()


def parsed(text: str) -> dict[str, str]:
    """The parameters of a directive."""
    return {
        name: next(value for value in (*values, "") if value is not None)
        for name, *values in ((m.group(1), *m.groups()[1:]) for m in PARAMETER.finditer(text))
    }
