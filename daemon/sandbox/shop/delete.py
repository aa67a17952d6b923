"""Deleting a product as Commerce does: its row, and what no foreign key takes along."""

from __future__ import annotations

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.sandbox.shop.live import Picked
from daemon.sandbox.shop.reindex import index_table

BY_ID = (
    ("catalogrule_product_price", "product_id"),
    ("cataloginventory_stock_status", "product_id"),
    ("review", "entity_pk_value"),
    ("review_entity_summary", "entity_pk_value"),
    ("rating_option_vote_aggregated", "entity_pk_value"),
)
BY_SKU = ("inventory_source_item", "inventory_stock_2")


def delete_rows(connection: sa.Connection, shop: Shop, product: Picked) -> None:
    """Delete all rows of a product, the entity's first: their foreign keys cascade."""
    entity = shop.tables("catalog_product_entity")
    connection.execute(sa.delete(entity).where(entity.c.entity_id == product.id))
    if shop.is_staged:
        sequence = shop.tables("sequence_product")
        mine = sequence.c.sequence_value == product.id
        connection.execute(sa.delete(sequence).where(mine))
    for name, column in BY_ID:
        table = shop.tables(name)
        connection.execute(sa.delete(table).where(table.c[column] == product.id))
    for name in BY_SKU:
        table = shop.tables(name)
        connection.execute(sa.delete(table).where(table.c.sku == product.sku))
    rewrite = shop.tables("url_rewrite")
    addresses = (rewrite.c.entity_type == "product", rewrite.c.entity_id == product.id)
    connection.execute(sa.delete(rewrite).where(*addresses))
    for store in shop.scopes.store_views:
        index = index_table(shop, store)
        connection.execute(sa.delete(index).where(index.c.product_id == product.id))
