"""The settings that change how feeds are built."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from daemon.core.options import Directives, FeedOptions
from daemon.section import Section
from daemon.timing import seconds_of

Age = Annotated[float, BeforeValidator(seconds_of), Field(ge=0)]
Code = Annotated[str, Field(min_length=1)]
FieldPath = Annotated[str, Field(pattern=r"^\w+(\.\w+)*$")]


class OrderFeedSettings(Section):
    """How orders are built."""

    max_age: Age = 0.0
    """A full resync leaves out orders that were never sent and have not changed for so long (`7d`);
    0 for none. An older order that changes is sent all the same.
    """
    uuid_namespace: str = ""
    """Any text that no other shop has. It goes into the UUIDs of orders, their lines, shipments and
    credit memos to which the shop has given none; another text gives them other UUIDs.
    """


class FeedSettings(Section):
    """How feeds are built.

    What a changed setting makes different is sent after a restart or reload, and nothing else.
    """

    extra_attributes: tuple[Literal["ac_attribute_set", "ac_inventory", "ac_tax_class"], ...] = ()
    """Marker attributes of product items that are sent even where the shop has not registered them:
    ac_attribute_set, ac_inventory, ac_tax_class.
    """
    system_attributes: tuple[Code, ...] = ()
    """Codes of attributes of the system that product items list besides those that people defined,
    such as country_of_manufacture.
    """
    directives: Literal["keep", "strip"] = "keep"
    """What becomes of a directive in a description that only the shop's own code can render, such
    as a widget or a block: keep it as it was entered, or strip it.
    """
    redact: dict[str, tuple[FieldPath, ...]] = {}
    """Feed → fields that its items lack, before anything is hashed, remembered or sent:
    `orders = ["customerEmail", "payment.billingAddress.phone"]`. A list on the way stands for each
    of its elements. What deletions must name can't be left out.
    """
    orders: OrderFeedSettings = OrderFeedSettings()
    """How orders are built."""

    @property
    def options(self) -> FeedOptions:
        """The same as feeds are given it: each code once, in order."""
        return FeedOptions(
            extra_attributes=tuple(sorted(set(self.extra_attributes))),
            system_attributes=tuple(sorted(set(self.system_attributes))),
            directives=Directives(self.directives),
            orders_max_age_seconds=self.orders.max_age,
            order_uuid_namespace=self.orders.uuid_namespace,
        )
