"""What a product costs on a website, and how rows are merged into that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from daemon.feeds._customer_groups import group_code
from daemon.feeds._price_rows import ALL_WEBSITES, ScopedTiers, Tier

FALLBACK = "0"
"""The customerGroupCode of the item that counts where a group has none of its own."""

Discounts = dict[str, dict[str, Any]]
Tiers = dict[float, dict[str, float]]


class Price(NamedTuple):
    """What a product costs on a website: amounts in the website's base currency.

    discounts: by code, at most one each. tiers: by quantity, in the order they apply.
    """

    regular: float
    discounts: Discounts
    tiers: Tiers

    def with_tiers(self, tiers: Sequence[Tier]) -> Price:
        """The price with these tiers merged over it: the same quantity replaces in place."""
        if not tiers:
            return self
        discounts, merged = dict(self.discounts), dict(self.tiers)
        for qty, amount in tiers:
            if qty == 1:
                discounts["group"] = {"code": "group", **amount}
            elif qty > 1:
                merged[qty] = {**amount, "qty": qty}
        return Price(self.regular, discounts, merged)

    def with_rule(self, price: float) -> Price:
        """The price with what catalog rules make of it."""
        rule = {"code": "catalog_rule", "price": price}
        return Price(self.regular, {**self.discounts, "catalog_rule": rule}, self.tiers)


def special_discount(kind: str, amount: float | None) -> Discounts:
    """The discount of a special price, if there is one."""
    return {} if amount is None else {"special_price": {"code": "special_price", kind: amount}}


def group_prices(
    price: Price,
    website: int,
    tiers: ScopedTiers,
    rules: Mapping[int, float],
) -> dict[str, Price]:
    """By customerGroupCode: the fallback, and what the groups with tier or rule prices pay.

    A group's price starts as the fallback with all its tiers. Rows of all websites come before the
    website's own, and a rule price last.
    """
    if not tiers and not rules:
        return {FALLBACK: price}
    fallback = price.with_tiers(tiers.get((None, ALL_WEBSITES), ()))
    fallback = fallback.with_tiers(tiers.get((None, website), ()))
    groups = {FALLBACK: fallback}
    scopes = {ALL_WEBSITES, website}
    tiered = {group for group, scope in tiers if group is not None and scope in scopes}
    for group in sorted(tiered | rules.keys()):
        one = fallback
        if group in tiered:
            one = one.with_tiers(tiers.get((group, ALL_WEBSITES), ()))
            one = one.with_tiers(tiers.get((group, website), ()))
        groups[group_code(group)] = one.with_rule(rules[group]) if group in rules else one
    return groups
