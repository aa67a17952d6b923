"""Category permissions of the sample shop, and the index that Commerce makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from daemon.sandbox.shop.categories import Catalogue, Category
from daemon.sandbox.shop.loader import NULL, Loader
from daemon.sandbox.shop.product import Product
from daemon.sandbox.shop.scopes import GROUPS, Website
from daemon.sandbox.shop.values import Setting

PATH = "catalog/magento_catalogpermissions/"
ALLOW, DENY, AS_ABOVE = -1, -2, 0
GUESTS, GENERAL, WHOLESALE, VIP = 0, 1, 2, 4
EUROPE = 2

Grants = tuple[int, int, int]
"""To see the category, to see prices, to buy: each ALLOW, DENY or AS_ABOVE."""

UNDECIDED: Grants = (AS_ABOVE, AS_ABOVE, AS_ABOVE)


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of magento_catalogpermissions, for the category of this code under every root."""

    category: str
    website: int | None
    group: int | None
    grants: Grants

    @property
    def precision(self) -> tuple[bool, bool]:
        """Of two rules of a category that fit, the one of the higher precision counts."""
        return self.website is not None, self.group is not None


RULES = (
    Rule("home", None, GUESTS, (DENY, DENY, DENY)),
    Rule("blankets", None, GUESTS, (ALLOW, AS_ABOVE, AS_ABOVE)),
    Rule("trail", None, GENERAL, (ALLOW, DENY, DENY)),
    Rule("trail", EUROPE, GENERAL, (ALLOW, ALLOW, DENY)),
    Rule("wear", EUROPE, None, (ALLOW, ALLOW, DENY)),
    Rule("outer", EUROPE, VIP, (AS_ABOVE, AS_ABOVE, ALLOW)),
    Rule("kitchen", None, WHOLESALE, (AS_ABOVE, AS_ABOVE, DENY)),
)
"""Guests don't see what is for the home, but for blankets; General has no prices on the trail, and
so on.
"""


def configured(website: int, group: int) -> Grants:
    """What counts where no rule does: everything is allowed, but guests can't buy in Europe."""
    return ALLOW, ALLOW, DENY if (website, group) == (EUROPE, GUESTS) else ALLOW


def add_permissions(load: Loader, setting: Setting) -> None:
    """The settings, the rules and the index of categories; nothing on Open Source."""
    if not load.layout.staged:
        return
    websites = [site.id for site in setting.websites]
    values = [("default", 0, "enabled", "1")]
    if EUROPE in websites:
        buyers = ",".join(str(group) for group, _ in GROUPS if group != GUESTS)
        values.append(("websites", EUROPE, "grant_checkout_items", "2"))
        values.append(("websites", EUROPE, "grant_checkout_items_groups", buyers))
    for scope, scope_id, name, value in values:
        load.add("core_config_data", scope, scope_id, PATH + name, value)
    for category, rule in rules_of(setting.catalogue, websites):
        row = (category.id, _or_null(rule.website), _or_null(rule.group), *rule.grants)
        load.add("magento_catalogpermissions", *row)
    for key, grants in category_index(setting.catalogue, setting.websites).items():
        load.add("magento_catalogpermissions_index", *key, *grants)
        load.add("magento_catalogpermissions_index_replica", *key, *grants)


def _or_null(value: int | None) -> object:
    return NULL if value is None else value


def rules_of(catalogue: Catalogue, websites: Sequence[int]) -> Iterator[tuple[Category, Rule]]:
    """The rules of each category, on these websites."""
    for category in catalogue.by_id.values():
        for rule in RULES:
            if rule.category == category.code and rule.website in {None, *websites}:
                yield category, rule


def category_index(
    catalogue: Catalogue, websites: Iterable[Website]
) -> dict[tuple[int, int, int], Grants]:
    """(category, website, customer group) → grants, where a rule of it or above it says something.

    A category stands behind those above it in `by_id`.
    """
    found: dict[tuple[int, int, int], Grants] = {}
    for site in websites:
        inside = [one for one in catalogue.by_id.values() if one.way[0] == site.root_id]
        for category in inside:
            for group, _ in GROUPS:
                above = found.get((category.parent_id, site.id, group), UNDECIDED)
                grants = _with_consequences(_merged(_rule(category, site.id, group), above))
                if grants != UNDECIDED:
                    found[category.id, site.id, group] = grants
    return found


def _rule(category: Category, website: int, group: int) -> Grants:
    fitting = [
        rule
        for rule in RULES
        if rule.category == category.code
        and rule.website in {None, website}
        and rule.group in {None, group}
    ]
    best = max(fitting, key=lambda rule: rule.precision, default=None)
    return best.grants if best else UNDECIDED


def _merged(own: Grants, above: Grants) -> Grants:
    first, second, third = (one or other for one, other in zip(own, above, strict=True))
    return first, second, third


def _with_consequences(grants: Grants) -> Grants:
    view, price, checkout = grants
    price = DENY if view == DENY else price
    return view, price, DENY if price == DENY else checkout


def add_product_permissions(load: Loader, setting: Setting, p: Product) -> None:
    """The index of a product; nothing on Open Source."""
    if not load.layout.staged:
        return
    shelves = setting.shelves_of(p)
    for site in setting.sites_of(p):
        own = [shelf.id for shelf in shelves if shelf.way[0] == site.root_id]
        for group, _ in GROUPS:
            grants = product_grants(setting.grants, own, site.id, group)
            if grants is not None:
                rows = [(p.id, store.id, group, *grants) for store in site.stores]
                load.rows["magento_catalogpermissions_index_product"] += rows
                load.rows["magento_catalogpermissions_index_product_replica"] += rows


def product_grants(
    index: Mapping[tuple[int, int, int], Grants], shelves: Sequence[int], website: int, group: int
) -> Grants | None:
    """What the most generous of a product's categories grants; None where no rule concerns them."""
    if not any((shelf, website, group) in index for shelf in shelves):
        return None
    otherwise = configured(website, group)
    each = [_merged(index.get((shelf, website, group), UNDECIDED), otherwise) for shelf in shelves]
    view, price, checkout = map(max, zip(*each, strict=True))
    return view, price, checkout
