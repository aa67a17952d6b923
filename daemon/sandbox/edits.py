"""Single edits as the admin pages make them, with what Commerce's own indexers write afterwards.

Each edit is a function (connection, shop, rng) -> Edit. It runs one transaction on a connection
that has none open, chooses what it changes by `rng` alone, and raises ShopError where the shop has
nothing that it could change.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from daemon.commerce.shop import Shop
from daemon.errors import ShopError
from daemon.sandbox.shop.delete import delete_rows
from daemon.sandbox.shop.gallery import add_picture
from daemon.sandbox.shop.live import (
    Picked,
    in_website,
    of_type,
    pick_product,
    put_value,
    read_value,
    select_products,
    touch,
    with_value,
)
from daemon.sandbox.shop.move import move_branch, read_branches
from daemon.sandbox.shop.product import EVERYWHERE
from daemon.sandbox.shop.reindex import reindex_product, write_addresses
from daemon.sandbox.shop.reorder import order_product
from daemon.sandbox.shop.restock import read_quantity, set_quantity
from daemon.sandbox.shop.reviewing import approve, write_review

SHELF_LEVEL, FAMILY_LEVEL = 4, 3
ENABLED, DISABLED = 1, 2
SHADES = ("Deep", "Soft", "Old", "Dusty", "Bright")


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit did.

    kind: the function's name. summary: one sentence for people. feed: the feed where it shows most.
    natural_keys: what it is about: SKUs, or ids of categories or reviews, or order numbers; empty
        where that is many items of the feed.
    """

    kind: str
    summary: str
    feed: str
    natural_keys: tuple[str, ...]


MakeEdit = Callable[[sa.Connection, Shop, random.Random], Edit]


def change_price(connection: sa.Connection, shop: Shop, rng: random.Random) -> Edit:
    """Set another price of a product of the first website, which has none of its own; the rule
    prices there follow.
    """
    sold = (in_website(shop, 1), with_value(shop, "price"))
    product = pick_product(connection, shop, rng, of_type(shop, "simple"), *sold)
    before = float(read_value(connection, shop, product, "price"))
    price = round(before * rng.choice((0.8, 0.9, 1.1, 1.25)) + rng.randint(1, 5), 2)
    put_value(connection, shop, product, "price", price)
    rule = shop.tables("catalogrule_product_price")
    mine = (rule.c.product_id == product.id, rule.c.website_id == 1)
    connection.execute(sa.update(rule).where(*mine).values(rule_price=round(price * 0.9, 2)))
    connection.commit()
    summary = f"Price of {product.sku} changed from {before:.2f} to {price:.2f}"
    return Edit("change_price", summary, "prices", (product.sku,))


def rename_product(connection: sa.Connection, shop: Shop, rng: random.Random) -> Edit:
    """Give a product another name in one store view."""
    store = rng.choice(shop.scopes.store_views)
    product = pick_product(connection, shop, rng, in_website(shop, store.website_id))
    before = read_value(connection, shop, product, "name", store.id)
    name = f"{str(before)[:230]} {rng.choice(('II', 'Plus', 'Edition'))} {rng.randint(1, 999)}"
    put_value(connection, shop, product, "name", name, store.id)
    connection.commit()
    summary = f"{product.sku} is called “{name}” in store view {store.code}"
    return Edit("rename_product", summary, "products", (product.sku,))


def change_stock(connection: sa.Connection, shop: Shop, rng: random.Random) -> Edit:
    """Set the quantity of the default source, now and then to nothing."""
    item = shop.tables("inventory_source_item")
    entity = shop.tables("catalog_product_entity")
    held = sa.exists().where(item.c.sku == entity.c.sku, item.c.source_code == "default")
    product = pick_product(connection, shop, rng, of_type(shop, "simple"), held)
    before = read_quantity(connection, shop, product)
    offers = (0, rng.randint(1, 4), rng.randint(300, 900))
    quantity = rng.choice([offer for offer in offers if offer != before])
    set_quantity(connection, shop, product, quantity)
    connection.commit()
    summary = f"Stock of {product.sku} changed from {before:g} to {quantity:g}"
    return Edit("change_stock", summary, "inventoryStockStatus", (product.sku,))


def move_category(connection: sa.Connection, shop: Shop, rng: random.Random) -> Edit:
    """Put a shelf below another family of the same tree."""
    branches = read_branches(connection, shop)
    shelf = rng.choice([branch for branch in branches if branch.level == SHELF_LEVEL])
    families = [
        branch
        for branch in branches
        if branch.level == FAMILY_LEVEL
        and branch.ancestors[0] == shelf.ancestors[0]
        and branch.id != shelf.ancestors[-1]
    ]
    target = rng.choice(families)
    move_branch(connection, shop, shelf, target)
    connection.commit()
    summary = f"Category {shelf.id} moved from {shelf.path} below {target.path}"
    return Edit("move_category", summary, "categories", (str(shelf.id),))


def rename_option(connection: sa.Connection, shop: Shop, rng: random.Random) -> Edit:
    """Give an option of an attribute, a colour say, another label."""
    option, label = shop.tables("eav_attribute_option"), shop.tables("eav_attribute_option_value")
    color = shop.product_attributes.by_code["color"].id
    query = (
        sa.select(label.c.value_id, label.c.value)
        .join(option, option.c.option_id == label.c.option_id)
        .where(option.c.attribute_id == color, label.c.store_id == 0)
        .order_by(label.c.value_id)
    )
    id_, before = rng.choice(connection.execute(query).all())
    shades = [shade for shade in SHADES if not before.startswith(shade)]
    after = f"{rng.choice(shades)} {before.split(' ')[-1]}"
    connection.execute(sa.update(label).where(label.c.value_id == id_).values(value=after))
    connection.commit()
    return Edit("rename_option", f"Colour {before} is now {after}", "variants", ())


def delete_product(connection: sa.Connection, shop: Shop, rng: random.Random) -> Edit:
    """Delete a product; foreign keys take its values along."""
    product = pick_product(connection, shop, rng, of_type(shop, "simple", "configurable"))
    delete_rows(connection, shop, product)
    connection.commit()
    summary = f"{product.type.title()} product {product.sku} deleted"
    return Edit("delete_product", summary, "products", (product.sku,))


def place_order(connection: sa.Connection, shop: Shop, rng: random.Random) -> Edit:
    """Let a customer order one product; its quantity is reserved."""
    sold = (in_website(shop, 1), with_value(shop, "status", ENABLED), with_value(shop, "price"))
    product = pick_product(connection, shop, rng, of_type(shop, "simple"), *sold)
    quantity = rng.randint(1, 3)
    number = order_product(connection, shop, product, quantity)
    connection.commit()
    summary = f"Order {number} placed: {quantity} of {product.sku}"
    return Edit("place_order", summary, "orders", (number, product.sku))


def disable_product(connection: sa.Connection, shop: Shop, rng: random.Random) -> Edit:
    """Switch a product off; the category index drops it."""
    product = pick_product(connection, shop, rng, with_value(shop, "status", ENABLED))
    put_value(connection, shop, product, "status", DISABLED)
    reindex_product(connection, shop, product)
    connection.commit()
    return Edit("disable_product", f"{product.sku} switched off", "products", (product.sku,))


def assign_website(connection: sa.Connection, shop: Shop, rng: random.Random) -> Edit:
    """Offer a product in one more website."""
    site = rng.choice([site for site in shop.scopes.websites.values() if site.id])
    product = pick_product(connection, shop, rng, ~in_website(shop, site.id))
    table = shop.tables("catalog_product_website")
    connection.execute(sa.insert(table).values(product_id=product.id, website_id=site.id))
    _reindex_listing(connection, shop, product)
    summary = f"{product.sku} is offered in website {site.code}"
    return Edit("assign_website", summary, "products", (product.sku,))


def unassign_website(connection: sa.Connection, shop: Shop, rng: random.Random) -> Edit:
    """Take a product out of one of its websites."""
    site = rng.choice([site for site in shop.scopes.websites.values() if site.id])
    product = pick_product(connection, shop, rng, in_website(shop, site.id))
    table = shop.tables("catalog_product_website")
    mine = (table.c.product_id == product.id, table.c.website_id == site.id)
    connection.execute(sa.delete(table).where(*mine))
    _reindex_listing(connection, shop, product)
    summary = f"{product.sku} is no longer offered in website {site.code}"
    return Edit("unassign_website", summary, "products", (product.sku,))


def _reindex_listing(connection: sa.Connection, shop: Shop, product: Picked) -> None:
    touch(connection, shop, product)
    reindex_product(connection, shop, product)
    write_addresses(connection, shop, product)
    connection.commit()


def add_image(connection: sa.Connection, shop: Shop, rng: random.Random) -> Edit:
    """Add a picture to a product."""
    product = pick_product(connection, shop, rng, with_value(shop, "visibility", EVERYWHERE))
    file = f"/n/e/new-{product.id}-{rng.randint(1000, 9999)}.jpg"
    add_picture(connection, shop, product, file)
    touch(connection, shop, product)
    connection.commit()
    return Edit("add_image", f"{product.sku} has a new picture {file}", "products", (product.sku,))


def write_and_approve_review(connection: sa.Connection, shop: Shop, rng: random.Random) -> Edit:
    """Let a guest review a product and approve it at once."""
    product = pick_product(connection, shop, rng, with_value(shop, "visibility", EVERYWHERE))
    stars = rng.randint(3, 5)
    review_id = write_review(connection, shop, product, stars)
    approve(connection, shop, review_id, product, stars)
    connection.commit()
    summary = f"Review {review_id} of {product.sku} approved: {stars} stars"
    return Edit("write_and_approve_review", summary, "reviews", (str(review_id),))


def rename_sku(connection: sa.Connection, shop: Shop, rng: random.Random) -> Edit:
    """Give a product another SKU; its source items and stock rows follow."""
    product = pick_product(connection, shop, rng, of_type(shop, "simple"))
    sku = f"{product.sku[:56]}-R{rng.randint(100, 999)}"
    taken = shop.tables("catalog_product_entity").c.sku == sku
    if connection.execute(select_products(shop, taken)).first() is not None:
        raise ShopError(f"SKU {sku} is taken.")
    entity = shop.tables("catalog_product_entity")
    same = entity.c.entity_id == product.id
    connection.execute(sa.update(entity).where(same).values(sku=sku))
    for name in ("inventory_source_item", "inventory_stock_2"):
        table = shop.tables(name)
        connection.execute(sa.update(table).where(table.c.sku == product.sku).values(sku=sku))
    connection.commit()
    return Edit("rename_sku", f"SKU {product.sku} is now {sku}", "products", (product.sku, sku))


EDITS: tuple[MakeEdit, ...] = (
    change_price,
    rename_product,
    change_stock,
    place_order,
    rename_option,
    add_image,
    write_and_approve_review,
    disable_product,
    assign_website,
    unassign_website,
    move_category,
    rename_sku,
    delete_product,
)
"""All edits, in an order in which they can be shown."""
