"""Attributes, categories, price books and prices in the terms of the Catalog Data Ingestion API."""

from __future__ import annotations

import orjson
import pytest

from daemon.core.item import FeedItem, Unbuildable, canonical, make_item
from daemon.core.translation import Echo, translated
from daemon.destination.optimizer.terms import slug_of
from daemon.destination.routes import translation_of
from daemon.destination_settings import DestinationSettings

VIEW = {"storeViewCode": "default", "storeCode": "main", "websiteCode": "base"}
CATEGORY = {"categoryId": "7", "name": "Men", "level": 2, "isActive": 1, "urlPath": "men", **VIEW}
GENERAL = "356a192b7913b04c54574d18c28d46e6395428ab"


def translation(feed, **values):
    given = {"preset": "optimizer", "url": "https://aco.test", "environment_id": "tenant"}
    return translation_of(feed, DestinationSettings(**given, **values))


def known(feed, content, aside=None, **values):
    """What one item becomes."""
    item = make_item(7, ["7"], content, {}, {"id": "7"})
    item = item._replace(aside=canonical(aside or {}))
    return translated(translation(feed, **values), [item])


def bodies(feed, content, aside=None, **values):
    return [orjson.loads(one.body) for one in known(feed, content, aside, **values)]


# Attributes


def attribute(**fields):
    content = {"attributeCode": "size", "label": "Size", "dataType": "varchar", **VIEW}
    return bodies("productAttributes", {**content, **fields})[0]


def test_an_attribute_says_where_it_is_shown_and_found():
    assert attribute(visible=True, visibleInSearch=True, searchable=True, searchWeight=3) == {
        "code": "size",
        "source": {"locale": "default"},
        "label": "Size",
        "dataType": "TEXT",
        "visibleIn": ["PRODUCT_DETAIL", "SEARCH_RESULTS"],
        "filterable": False,
        "sortable": False,
        "searchable": True,
        "searchWeight": 3,
        "searchTypes": ["AUTOCOMPLETE"],
    }


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"boolean": True, "dataType": "int"}, "BOOLEAN"),
        ({"numeric": True, "dataType": "int"}, "INTEGER"),
        ({"numeric": True, "dataType": "decimal"}, "DECIMAL"),
        ({"dataType": "int"}, "TEXT"),
        ({"dataType": "datetime"}, "TEXT"),
    ],
)
def test_the_type_of_an_attribute_is_that_of_the_values_in_items(fields, kind):
    assert attribute(**fields)["dataType"] == kind


def test_an_attribute_without_a_label_goes_by_its_code():
    assert attribute(label=None)["label"] == "size"


def test_an_attribute_that_is_a_field_of_products_has_the_name_of_the_field():
    assert attribute(attributeCode="short_description")["code"] == "shortDescription"


# Categories


def test_a_category_is_known_by_its_slug_in_a_locale():
    [found] = known("categories", CATEGORY, locales={"default": "en-US"})
    assert orjson.loads(found.body) == {
        "slug": "men",
        "source": {"locale": "en-US"},
        "name": "Men",
    }
    identity = {"slug": "men", "source": {"locale": "en-US"}}
    assert orjson.loads(found.minimal) == {"id": "7", **identity}
    [renamed] = known("categories", CATEGORY | {"urlPath": "gents"}, locales={"default": "en-US"})
    assert renamed.feed_id != found.feed_id
    assert renamed.entity_id == found.entity_id


def test_a_category_carries_its_texts_and_its_image():
    texts = {"description": "all", "metaTitle": "t", "metaKeywords": "a,b", "image": "https://i"}
    [found] = bodies("categories", CATEGORY | texts)
    assert found == {
        "slug": "men",
        "source": {"locale": "default"},
        "name": "Men",
        "description": "all",
        "metaTags": {"title": "t", "keywords": ["a", "b"]},
        "images": [{"url": "https://i", "label": "Men", "roles": ["BASE"]}],
    }


@pytest.mark.parametrize("fields", [{"isActive": 0}, {"level": 1, "urlPath": ""}])
def test_what_is_not_active_and_what_is_a_root_has_no_category(fields):
    assert known("categories", CATEGORY | fields) == []


def test_a_long_name_is_cut_and_a_missing_one_is_the_end_of_the_slug():
    assert bodies("categories", CATEGORY | {"name": "x" * 200})[0]["name"] == "x" * 128
    missing = CATEGORY | {"name": None, "urlPath": "gear/bags"}
    assert bodies("categories", missing)[0]["name"] == "bags"


def test_a_slug_that_is_too_long_is_told():
    [found] = known("categories", CATEGORY | {"urlPath": "x" * 1025})
    assert isinstance(found, Unbuildable)
    assert found.reason == "its slug has 1025 characters; the destination takes 1024"


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("men/tops-men", "men/tops-men"),
        ("Men", "men"),
        ("a_b", "a-b-eb2980"),
        ("a.b", "a-b-69f664"),
        ("möbel", "mobel-a7b57b"),
        ("одежда", "5e3ffa"),
    ],
)
def test_a_slug_holds_small_letters_digits_and_hyphens_and_no_two_keys_become_one(path, slug):
    assert slug_of(path) == slug


def test_no_two_keys_become_one_slug():
    keys = ["a-b", "a_b", "a.b", "a b", "ä-b", "д", "ж"]
    assert len({slug_of(key) for key in keys}) == len(keys)


def test_a_deletion_takes_along_what_lies_below_the_highest():
    en, de = {"locale": "en"}, {"locale": "de"}
    deleted = [
        {"slug": "men/tops", "source": en},
        {"slug": "men", "source": en},
        {"slug": "men/tops", "source": de},
    ]
    assert list(translation("categories").after_deletion(deleted)) == [
        Echo("categories", ('"slug":"men/tops/', '"source":{"locale":"de"}')),
        Echo("categories", ('"slug":"men/', '"source":{"locale":"en"}')),
    ]


# Price books and prices

ASIDE = {"currency": "USD", "groups": [{"code": GENERAL, "name": "General"}]}
WEBSITE = {"websiteId": "1", "websiteCode": "base", "stores": None}


def test_a_website_is_a_price_book_with_one_below_it_for_each_group():
    assert bodies("scopesWebsite", WEBSITE, ASIDE) == [
        {"priceBookId": "base", "name": "base", "currency": "USD"},
        {"priceBookId": "base-356a192b7913b04c", "name": "base, General", "parentId": "base"},
    ]


def test_the_currency_of_a_website_can_be_set():
    found = bodies("scopesWebsite", WEBSITE, ASIDE, currencies={"base": "EUR", "eu": "GBP"})
    assert found[0]["currency"] == "EUR"


AFTER_BOOKS = translation("scopesWebsite").after_creation
OWN_BOOK = {"priceBookId": "base", "websiteCode": "base"}
OF_GROUP = {"priceBookId": "base-356a192b7913b04c", "websiteCode": "base"}


def test_prices_that_came_before_their_price_book_are_sent_again():
    assert list(AFTER_BOOKS([OF_GROUP])) == [
        Echo("prices", ('"priceBookId":"base-356a192b7913b04c"',))
    ]
    [price] = known("prices", PRICE | {"customerGroupCode": GENERAL})
    assert '"priceBookId":"base-356a192b7913b04c"' in price.minimal.decode()


def test_all_that_came_before_the_price_book_of_a_website_is_sent_again_at_once():
    assert list(AFTER_BOOKS([OWN_BOOK, OF_GROUP])) == [
        Echo("scopesWebsite", ('"websiteCode":"base"',)),
        Echo("prices", ('"websiteCode":"base"',)),
    ]


PRICE = {"sku": "A", "type": "SIMPLE", "websiteCode": "base", "customerGroupCode": "0"} | {
    "regular": 50.0,
    "discounts": None,
}


def price(**fields):
    [found] = bodies("prices", PRICE | fields)
    return {key: value for key, value in found.items() if key not in {"sku", "priceBookId"}}


@pytest.mark.parametrize(("group", "book"), [("0", "base"), (GENERAL, "base-356a192b7913b04c")])
def test_a_price_stands_in_the_price_book_of_its_website_and_group(group, book):
    [found] = bodies("prices", PRICE | {"customerGroupCode": group})
    assert found == {"sku": "A", "priceBookId": book, "regular": 50.0}


def test_the_longest_code_of_a_website_leaves_room_for_a_group():
    found = bodies("prices", PRICE | {"websiteCode": "w" * 32, "customerGroupCode": GENERAL})
    assert len(found[0]["priceBookId"]) <= 64


@pytest.mark.parametrize("kind", ["CONFIGURABLE", "GROUPED", "BUNDLE_DYNAMIC"])
def test_what_costs_what_its_parts_cost_has_no_price(kind):
    assert known("prices", PRICE | {"type": kind}) == []


SPECIAL = {"code": "special_price", "price": 40.0}
RULE = {"code": "catalog_rule", "price": 35.5}
GROUP = {"code": "group", "percentage": 10.0}


@pytest.mark.parametrize(
    ("discounts", "expected"),
    [
        ([SPECIAL], {"discounts": [{"code": "special_price", "price": 10.0}]}),
        ([GROUP], {"discounts": [{"code": "group", "percentage": 10.0}]}),
        ([SPECIAL, RULE, GROUP], {"discounts": [{"code": "catalog_rule", "price": 14.5}]}),
        ([{"code": "special_price", "price": 60.0}], {}),
        ([{"code": "special_price", "price": 50.0}], {}),
        (
            [{"code": "special_price", "percentage": 80.0}],
            {"discounts": [{"code": "special_price", "percentage": 20.0}]},
        ),
        ([{"code": "catalog_rule", "price": 0.0}], {"regular": 0}),
        ([{"code": "group", "percentage": 100.0}], {"regular": 0}),
        ([{"code": "group", "percentage": 0.0}], {}),
    ],
)
def test_the_best_discount_is_sent_as_what_it_takes_off(discounts, expected):
    assert price(discounts=discounts) == {"regular": 50.0} | expected


def test_tiers_that_the_api_can_hold_are_sent():
    tiers = [
        {"qty": 2.0, "price": 45.0},
        {"qty": 3.0, "price": 55.0},
        {"qty": 4.0, "price": 0.0},
        {"qty": 5.0, "percentage": 20.0},
        {"qty": 6.0, "percentage": 100.0},
    ]
    assert price(tierPrices=tiers)["tierPrices"] == [tiers[0], tiers[3]]
    assert "tierPrices" not in price(tierPrices=tiers[1:3])


# Settings


def test_what_the_api_has_no_place_for_is_not_translated():
    assert translation("orders") is None
    assert isinstance(known("categories", CATEGORY)[0], FeedItem)


def test_other_locales_or_currencies_are_another_fingerprint():
    prints = {
        translation("products").made_by,
        translation("products", locales={"default": "en"}).made_by,
        translation("products", currencies={"base": "EUR"}).made_by,
    }
    assert len(prints) == 3
