"""Adding one picture to a product of a living shop."""

from __future__ import annotations

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.sandbox.shop.live import Picked

GALLERY = "catalog_product_entity_media_gallery"


def add_picture(connection: sa.Connection, shop: Shop, product: Picked, file: str) -> None:
    """Add a picture without a role, behind the others."""
    entry = {"value": file, "media_type": "image", "disabled": 0}
    entry["attribute_id"] = shop.product_attributes.by_code["media_gallery"].id
    value_id = connection.execute(sa.insert(shop.tables(GALLERY)).values(entry)).lastrowid
    row: dict[str, object] = {"value_id": value_id, shop.link_field: product.link}
    connection.execute(sa.insert(shop.tables(f"{GALLERY}_value_to_entity")).values(row))
    row |= {"store_id": 0, "label": "In use", "position": 9, "disabled": 0}
    connection.execute(sa.insert(shop.tables(f"{GALLERY}_value")).values(row))
