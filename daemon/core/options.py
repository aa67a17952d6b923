"""How feeds are built, as far as that is a matter of settings and not of the shop."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Directives(StrEnum):
    """What becomes of a template directive that only the shop's own code can render.

    KEEP: it stands in the text as it was entered. STRIP: it is taken out.
    """

    KEEP = "keep"
    STRIP = "strip"


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """The same for all feeds of a process; a feed names those that it is built by.

    extra_attributes: codes of marker attributes that product items carry even where the shop has
        not registered them. system_attributes: codes of attributes of the system that are listed
        in product items besides those that people defined.
    orders_max_age_seconds: a full resync of orders leaves out those that were never sent and have
        not changed for so long; 0 for none.
    order_uuid_namespace: goes into the UUIDs of orders that the shop has given none.
    """

    extra_attributes: tuple[str, ...] = ()
    system_attributes: tuple[str, ...] = ()
    directives: Directives = Directives.KEEP
    orders_max_age_seconds: float = 0.0
    order_uuid_namespace: str = ""
