"""What shops hold that no one expects: each goes through whole, or is left out as it must be."""

import pytest

from daemon.app import has_tables
from daemon.core.item import FeedItem, feed_id
from daemon.feeds import (
    FEEDS,
    categories,
    orders,
    prices,
    products,
    reviews,
    stock_status,
    variants,
)

SKUS = (
    "a,b",
    "two words",
    " edge ",
    "a/b",
    "%s",
    "a\\b",
    "1",
    "0",
    "größe-é",
    "商品",
    "😀",
    "a'\"b",
)
"""Skus that are no plain words: each is what the feeds take it for, and nothing else."""

MEGABYTE = "x" * 1_000_000 + "😀"


@pytest.mark.parametrize("sku", SKUS)
def test_a_sku_is_sent_as_it_is_by_every_feed_that_names_it(shop, sku):
    shop.product(10, f"parent {sku}", "configurable", name="Parent", status=1)
    shop.product(1, sku, name="Child", status=1, price=5, color=51)
    shop.varies(10, "color")
    shop.variant(10, 1)
    shop.part(10, 1)
    shop.label(51, "Red")
    shop.add("inventory_stock", stock_id=2, name="EU")
    shop.add("inventory_stock_2", sku=sku, quantity=3, is_salable=1)
    shop.reserve(sku, -1, stock=2)
    (price,), (variant,) = shop.items(prices.FEED, 1), shop.items(variants.FEED, 1)
    (stock,) = shop.items(stock_status.FEED, 1)
    product = shop.sent(products.FEED)
    assert (product["sku"], price["sku"], stock["sku"], variant["productSku"]) == (sku,) * 4
    assert product["parents"] == [{"sku": f"parent {sku}", "productType": "configurable"}]
    assert price["parents"] == [{"sku": f"parent {sku}", "type": "CONFIGURABLE"}]
    assert (variant["parentSku"], stock["qtyForSale"]) == (f"parent {sku}", 2)
    assert shop.built(products.FEED, 1)[0].feed_id == feed_id([sku, "en"])
    assert shop.rows(products.FEED.owners(shop.read(), [sku])) == [(sku, 1)]


@pytest.mark.parametrize(
    "text", ["", "0", "nul \0 here", "tab\t\r\n\x7f", "😀 \u2028 \ufeff", "{{"]
)
def test_a_text_is_sent_as_it_is_by_every_feed_that_says_it(shop, text):
    shop.bag(note=text, meta_title=text)
    shop.category("1")
    shop.category("1/2", name=text, url_key="root")
    shop.order(7, customer_note=text)
    shop.review(9, detail=text)
    product = shop.sent(products.FEED)
    assert product["metaTitle"] == text
    assert product["attributes"] == [{"attributeCode": "note", "value": [text]}]
    assert shop.sent(categories.FEED, 2)["name"] == text
    assert [order.get("customerNote") for order in shop.items(orders.FEED, 7)] == [text]
    assert [review["text"] for review in shop.items(reviews.FEED, 9)] == [text]


def test_a_text_of_a_megabyte_is_not_cut_off(shop):
    shop.bag(description=MEGABYTE)
    assert [item["description"] for item in shop.items(products.FEED, 1)] == [MEGABYTE] * 2


def test_a_value_in_one_store_view_alone_counts_there_alone(shop):
    shop.product(1, "bag", name="Bag", status=1, visibility=4)
    shop.product_values(1, store=2, meta_title="Sac", note="n", price=7, color=51)
    english, french = shop.items(products.FEED, 1)
    assert "metaTitle" not in english
    assert (english["attributes"], french["metaTitle"]) == (None, "Sac")
    assert [one["attributeCode"] for one in french["attributes"]] == ["color", "note"]
    assert [item["regular"] for item in shop.items(prices.FEED, 1)] == [7]


def test_a_configurable_may_vary_by_what_is_no_option(shop):
    shop.product(10, "shirt", "configurable", name="Shirt", status=1)
    shop.product(1, "red", name="Red", status=1, note="Fjord-7", depth=2)
    shop.varies(10, "note", "depth")
    shop.variant(10, 1)
    options = shop.sent(products.FEED, 10)["optionsV2"]
    assert [(one["id"], one["values"]) for one in options] == [("note", None), ("depth", None)]


def test_values_of_an_attribute_that_is_gone_are_left_out(shop):
    shop.bag(note="n", depth=2)
    shop.delete("eav_attribute", "attribute_code = 'note'")
    assert shop.sent(products.FEED)["attributes"] == [
        {"attributeCode": "depth", "value": ["2.000000"]}
    ]


@pytest.mark.parametrize("kind", ["catalog_product", "catalog_category"])
def test_a_shop_may_lack_any_attribute_that_feeds_read(shop, kind):
    shop.bag(meta_title="t", price=5)
    shop.category("1")
    shop.category("1/2", name="Root", url_key="root")
    which = f"(SELECT entity_type_id FROM {shop.layout('eav_entity_type')}"
    which += f" WHERE entity_type_code = '{kind}')"
    shop.delete("eav_attribute", f"attribute_code <> 'name' AND entity_type_id = {which}")
    known = shop.read()
    for feed in (feed for feed in FEEDS if has_tables(feed, known)):
        built = shop.built(feed, *shop.ids(feed.ids(known)))
        assert all(isinstance(one, FeedItem) for one in built), feed.name
        for edge in feed.edges(known):
            if edge.widen is not None and edge.on.table in known.tables:
                shop.ids(edge.widen(known, [1]))
    assert shop.sent(products.FEED)["name"] == "Bag"
    assert shop.sent(categories.FEED, 2)["name"] == "Root"


@pytest.mark.parametrize(("weight", "sent"), [("0", 0.0), ("-0.0000", 0.0), ("1.5", 1.5)])
def test_no_number_is_minus_zero(shop, weight, sent):
    shop.bag(weight=weight)
    assert repr(shop.sent(products.FEED)["weight"]) == repr(sent)


def test_a_disabled_parent_and_disabled_children_are_named_all_the_same(shop):
    shop.product(10, "shirt", "configurable", name="Shirt", status=2)
    shop.product(1, "red", name="Red", status=2, color=51)
    shop.varies(10, "color")
    shop.variant(10, 1)
    shop.part(10, 1)
    assert [item["parentSku"] for item in shop.items(variants.FEED, 1)] == ["shirt"]
    product = shop.sent(products.FEED)
    assert product["parents"] == [{"sku": "shirt", "productType": "configurable"}]
    assert (product["status"], product["buyable"]) == ("Disabled", False)
