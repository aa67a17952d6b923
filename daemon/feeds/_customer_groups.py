"""Customer groups as feeds name them and depend on them."""

from __future__ import annotations

from functools import cache
from hashlib import sha1
from typing import Any

import sqlalchemy as sa

from changelog_triggers.model import Key, Subscription
from daemon.commerce.shop import Shop
from daemon.feeds._changelogs import CUSTOMER_GROUP

GROUP = Subscription(CUSTOMER_GROUP, "customer_group", Key("customer_group_id"))
"""Customer groups that come and go; their names are in no item."""


@cache
def group_code(group_id: int) -> str:
    """The customerGroupCode of a group: sha1 hex of its decimal id, not its name."""
    return sha1(str(group_id).encode(), usedforsecurity=False).hexdigest()


def select_groups(shop: Shop) -> sa.Select[Any]:
    """Every customer group, with 0, the group of visitors who aren't logged in."""
    group = shop.tables("customer_group").c.customer_group_id
    return sa.select(group).order_by(group)
