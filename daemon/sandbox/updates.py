"""Scheduled updates: edits that only a staged shop can have."""

from __future__ import annotations

import json
import random

import sqlalchemy as sa

from daemon.commerce.shop import FOREVER, Shop
from daemon.errors import ShopError
from daemon.sandbox.edits import Edit, MakeEdit

VERSIONED = ("catalog_product_entity", "catalog_category_entity")


def apply_update(connection: sa.Connection, shop: Shop, rng: random.Random) -> Edit:
    """Let other versions come into force, later or earlier ones, as Commerce's cron does: it notes
    which, and writes no row of a product or category.
    """
    found = [one for one in read_versions(connection, shop) if one != shop.version]
    if not found:
        raise ShopError("The shop has no scheduled update.")
    version = rng.choice(found)
    flag = shop.tables("flag")
    noted = sa.update(flag).where(flag.c.flag_code == "staging")
    connection.execute(noted.values(flag_data=json.dumps({"current_version": str(version)})))
    connection.commit()
    summary = f"Staging version {version} is in force in place of {shop.version}"
    return Edit("apply_update", summary, "products", ())


def read_versions(connection: sa.Connection, shop: Shop) -> list[int]:
    """The versions at which something begins or ends; none where the shop is not staged."""
    if not shop.is_staged:
        return []
    entities = [shop.tables(name).c for name in VERSIONED]
    moments = [column for c in entities for column in (c.created_in, c.updated_in)]
    found = connection.scalars(sa.union(*(sa.select(one) for one in moments)))
    return sorted(version for version in found if version != FOREVER)


STAGED_EDITS: tuple[MakeEdit, ...] = (apply_update,)
"""Edits besides those of every shop."""
