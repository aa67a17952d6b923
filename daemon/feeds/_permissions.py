"""What shoppers may do, by rows of grants or by the shop's configuration (Adobe Commerce only)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from daemon.commerce.config import Config, is_yes
from daemon.commerce.scopes import Website
from daemon.commerce.shop import Shop

PATH = "catalog/magento_catalogpermissions/"
ENABLED = f"{PATH}enabled"
GRANTS = ("grant_catalog_category_view", "grant_catalog_product_price", "grant_checkout_items")
"""Columns of the tables, and settings: may the catalog be seen, its prices, and be bought from?"""

FIELDS = ("displayable", "priceDisplayable", "addToCartAllowed")
"""The fields of items that say the same, in the same order."""

SETTINGS = frozenset(f"{PATH}{grant}{suffix}" for grant in GRANTS for suffix in ("", "_groups"))
ALLOWED = {-1: True, -2: False}
"""What the tables say; 0 and NULL leave it open."""

EVERYBODY, SOME_GROUPS = "1", "2"
"""What a setting says; anything else is nobody."""

Grants = tuple[bool | None, ...]
"""The answers to the three questions of GRANTS; None where that is left open."""


def is_enabled(config: Config, website: Website | None = None) -> bool:
    """True where category permissions count on the website, or by the default scope."""
    return is_yes(config.of_website(ENABLED, website))


def websites_with(shop: Shop) -> dict[int, Website]:
    """The websites on which category permissions count, by id."""
    sites = shop.scopes.websites.values()
    return {site.id: site for site in sites if site.id != 0 and is_enabled(shop.config, site)}


def granted(values: Iterable[int | None]) -> Grants:
    """What the values of the three columns grant."""
    return tuple(ALLOWED.get(value or 0) for value in values)


def configured(config: Config, website: Website | None, groups: Iterable[int]) -> dict[int, Grants]:
    """Customer group → what the configuration of a website, or the default scope, grants it.

    Everything, where category permissions don't count.
    """
    if not is_enabled(config, website):
        return dict.fromkeys(groups, (True,) * len(GRANTS))
    rules = [rule(config, website, PATH + grant) for grant in GRANTS]
    return {group: tuple(grants(group) for grants in rules) for group in groups}


def rule(config: Config, website: Website | None, path: str) -> Callable[[int], bool]:
    """Whether a setting, with its list of customer groups, grants something to a group."""
    mode, listed = (config.of_website(path + suffix, website) for suffix in ("", "_groups"))
    chosen = {one.strip() for one in listed.split(",")} if mode == SOME_GROUPS else set()
    return lambda group: mode == EVERYBODY or str(group) in chosen


def most_generous(one: Grants, other: Grants) -> Grants:
    """What either grants: to allow wins over to deny, and that over leaving it open."""
    return tuple(
        theirs if own is None else own or bool(theirs)
        for own, theirs in zip(one, other, strict=True)
    )


def decided(own: Grants, fallback: Grants) -> tuple[bool, ...]:
    """The answers, by the fallback where they are left open.

    What isn't shown has no price to be seen, and what has none can't be bought.
    """
    answers: list[bool] = []
    for given, otherwise in zip(own, fallback, strict=True):
        answer = otherwise if given is None else given
        answers.append(bool(answer) and all(answers))
    return tuple(answers)


def as_fields(answers: Sequence[bool | None]) -> Mapping[str, bool | None]:
    """The three answers as fields of an item."""
    return dict(zip(FIELDS, answers, strict=True))
