"""Whether the shop has what the options of the feeds name: asked once, before anything is built."""

from __future__ import annotations

import difflib

from daemon.commerce.attributes import Attributes
from daemon.commerce.shop import Shop
from daemon.errors import ConfigurationError
from daemon.feeds._eav import BACKENDS

KEY = "feeds.system_attributes"


def check_options(shop: Shop) -> None:
    """Make sure that the values of every attribute that is asked for can be read.

    Raises:
        ConfigurationError: one can't; every such code is named, with the nearest that can.
    """
    faults = [
        fault
        for code in shop.options.system_attributes
        if (fault := fault_of(code, shop.product_attributes)) is not None
    ]
    if faults:
        raise ConfigurationError("\n".join(faults))


def fault_of(code: str, attributes: Attributes) -> str | None:
    """Why the values of an attribute can't be listed; None where they can."""
    known = attributes.by_code.get(code)
    if known is not None and known.backend_type in BACKENDS:
        return None
    if known is not None:
        return f"{KEY}: {code} has no values of its own that could be listed; remove it"
    listable = [one.code for one in attributes.all if one.backend_type in BACKENDS]
    nearest = difflib.get_close_matches(code, listable, n=1, cutoff=0.5)
    cure = f"Did you mean {nearest[0]}?" if nearest else "Look it up in eav_attribute."
    return f"{KEY}: the shop has no product attribute {code}. {cure}"
