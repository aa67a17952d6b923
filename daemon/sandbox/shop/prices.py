"""The rows of a product's prices: own, special, tier and rule prices."""

from __future__ import annotations

from daemon.sandbox.shop.attributes import PRODUCT_ID
from daemon.sandbox.shop.layout import CURRENT
from daemon.sandbox.shop.loader import NULL, Loader
from daemon.sandbox.shop.product import Product
from daemon.sandbox.shop.values import Setting, link_of

RULE_GROUPS = (0, 1, 3)
RULE_DAYS = (-1, 0, 1)
RULE_EVERY, TIER_EVERY, SPECIAL_EVERY = 11, 9, 7
_DECIMAL = "catalog_product_entity_decimal"
_TIERS: tuple[tuple[tuple[int, int, float, float | None], ...], ...] = (
    ((1, 0, 5, 0.9), (1, 0, 10, 0.8)),
    ((0, 2, 1, 0.75), (0, 2, 20, 0.6)),
    ((1, 0, 1, 0.97), (0, 3, 5, None)),
    ((1, 0, 10, None), (0, 2, 1, None), (0, 0, 3, 0.95), (1, 0, 2.5, 0.96)),
)
"""Rows of (all groups, group, quantity, part of the price): a percentage where the part is None."""


def is_priced(p: Product) -> bool:
    """False for what costs the sum of its members."""
    return not p.is_composite or p.fixed_price


def has_rule(p: Product) -> bool:
    """True where a catalogue price rule applies."""
    return is_priced(p) and p.id % RULE_EVERY == 3


def website_price(p: Product, website_id: int) -> float:
    """The price in a website: the second one has its own for every third product."""
    return round(p.price * 0.93, 2) if website_id == 2 and p.id % 3 == 0 else p.price


def add_prices(load: Loader, setting: Setting, p: Product) -> None:
    """Decimal values, tier prices, and rule prices from yesterday to tomorrow."""
    _add_decimals(load, setting, p)
    if is_priced(p) and p.id % TIER_EVERY == 2:
        _add_tiers(load, p)
    if has_rule(p) and p.version == CURRENT:
        load.rows["catalogrule_product_price"] += [
            (setting.day(day), group, p.id, round(website_price(p, site) * 0.9, 2), site,
             NULL, NULL)
            for day in RULE_DAYS for group in RULE_GROUPS for site in p.websites
        ]  # fmt: skip


def _add_decimals(load: Loader, setting: Setting, p: Product) -> None:
    link, rows = link_of(load, p), load.rows[_DECIMAL]
    if p.weight:
        rows.append((PRODUCT_ID["weight"], 0, link, p.weight))
    if p.id % 8 == 1 and p.type != "virtual":
        rows.append((PRODUCT_ID["list_price"], 0, link, round(p.price * 1.2)))
        rows.append((PRODUCT_ID["packed_weight"], 0, link, round(p.weight + 0.25, 2)))
        rows.append((PRODUCT_ID["cost"], 0, link, round(p.price * 0.45, 2)))
    if not is_priced(p):
        return
    rows.append((PRODUCT_ID["price"], 0, link, p.price))
    if p.id % SPECIAL_EVERY == 1:
        special = 85 if p.type == "bundle" else round(p.price * 0.85, 2)
        rows.append((PRODUCT_ID["special_price"], 0, link, special))
    if 2 in p.websites:
        for store in setting.websites[1].stores:
            if p.id % 3 == 0:
                rows.append((PRODUCT_ID["price"], store.id, link, website_price(p, 2)))
            if p.id % 2 == 0 and p.id % SPECIAL_EVERY == 1:
                rows.append((PRODUCT_ID["special_price"], store.id, link, NULL))


def _add_tiers(load: Loader, p: Product) -> None:
    number = p.id // TIER_EVERY
    website = 2 if number % 5 == 4 and 2 in p.websites else 0
    for all_groups, group, quantity, part in _TIERS[number % len(_TIERS)]:
        value = 0 if part is None else round(p.price * part, 2)
        percentage = 15 if part is None else NULL
        load.add("catalog_product_entity_tier_price", link_of(load, p), all_groups, group,
                 quantity, value, website, percentage)  # fmt: skip
