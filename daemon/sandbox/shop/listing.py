"""The rows of where a product is found: websites, categories, their index, and addresses."""

from __future__ import annotations

from daemon.sandbox.shop.categories import Category
from daemon.sandbox.shop.loader import NULL, Loader
from daemon.sandbox.shop.product import NOT_VISIBLE, Product
from daemon.sandbox.shop.scopes import Store
from daemon.sandbox.shop.values import Setting, closed_in, store_url_key

INHERITED = 10000
"""What the index adds to the position of a product that a category has from one below it."""


def add_listing(load: Loader, setting: Setting, p: Product) -> None:
    """Assignments, and for what can be seen the category index and the addresses."""
    load.rows["catalog_product_website"] += [(p.id, site) for site in p.websites]
    shelves = setting.shelves_of(p)
    position = p.id * 7 % 100
    load.rows["catalog_category_product"] += [(shelf.id, p.id, position) for shelf in shelves]
    if p.visibility == NOT_VISIBLE:
        return
    for site in setting.sites_of(p):
        own = [shelf for shelf in shelves if shelf.way[0] == site.root_id]
        for store in site.stores:
            if p.enabled and not closed_in(p, store):
                _add_index(load, setting, p, store, own, position)
            _add_addresses(load, setting, p, store, own)


def _add_index(
    load: Loader, setting: Setting, p: Product, store: Store, own: list[Category], position: int
) -> None:
    found = {store.root_id: (0, 1)}
    for shelf in own:
        if not shelf.active:
            continue
        for id_ in shelf.way[1:-1]:
            if setting.catalogue.by_id[id_].anchor:
                found.setdefault(id_, (INHERITED + position, 0))
    for shelf in own:
        if shelf.active:
            found[shelf.id] = (position, 1)
    rows = [(id_, p.id, *place, store.id, p.visibility) for id_, place in found.items()]
    load.rows[f"catalog_category_product_index_store{store.id}"] += rows
    load.rows[f"catalog_category_product_index_store{store.id}_replica"] += rows


def _add_addresses(
    load: Loader, setting: Setting, p: Product, store: Store, own: list[Category]
) -> None:
    key, target = store_url_key(p, store), f"catalog/product/view/id/{p.id}"
    rows = load.rows["url_rewrite"]
    id_ = load.next_id("url_rewrite")
    rows.append((id_, "product", p.id, f"{key}.html", target, 0, store.id, 1, NULL))
    for shelf in own:
        path = setting.catalogue.paths(shelf, store.language)
        id_ = load.next_id("url_rewrite")
        rows.append((id_, "product", p.id, f"{path}/{key}.html", f"{target}/category/{shelf.id}",
                     0, store.id, 1, f'{{"category_id":"{shelf.id}"}}'))  # fmt: skip
        load.add("catalog_url_rewrite_product_category", id_, shelf.id, p.id)
    if p.id % 12 == 6:
        id_ = load.next_id("url_rewrite")
        rows.append((id_, "product", p.id, f"{key}-old.html", f"{key}.html", 301, store.id, 0,
                     NULL))  # fmt: skip
