import datetime as dt

import pytest
import sqlalchemy as sa
from feed_shop import NOW
from page_rows import PLAIN

from daemon.core.item import Unbuildable, canonical, feed_id
from daemon.errors import ShopError
from daemon.feeds.products import FEED

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def shop(shop):
    shop.bag()
    return shop


def test_a_product_has_one_item_per_store_view_of_its_websites(shop):
    assert shop.items(FEED, 1) == [PLAIN, {**PLAIN, "storeViewCode": "fr"}]


def test_the_identity_is_sku_and_store_view_and_the_times_do_not_count(shop):
    english, french = shop.built(FEED, 1)
    assert english.feed_id == feed_id(["bag", "en"])
    assert french.feed_id == feed_id(["bag", "fr"])
    assert (english.entity_id, french.entity_id) == (1, 1)
    assert english.volatile == (
        b'{"modifiedAt":"2026-11-23 16:00:00","updatedAt":"2026-02-03 04:05:06"}'
    )
    assert english.minimal == canonical(
        {
            "productId": 1,
            "sku": "bag",
            "storeViewCode": "en",
            "storeCode": "main",
            "websiteCode": "base",
        }
    )


def test_a_product_without_website_and_one_that_is_gone_have_no_items(shop):
    shop.product(2, "lost", websites=(), name="Lost", status=1)
    assert shop.built(FEED, 2, 99) == []


def test_every_product_is_visited_by_a_full_resync_and_found_by_its_sku(shop):
    shop.product(2, "case", websites=())
    known = shop.read()
    assert shop.ids(FEED.ids(known)) == [1, 2]
    assert shop.rows(FEED.owners(known, ["case", "nobody"])) == [("case", 2)]


def test_only_the_version_in_force_counts_where_the_shop_is_staged(staged_shop):
    staged_shop.bag()
    staged_shop.product(1, "bag", websites=(), row={"row_id": 77, "created_in": 2, "updated_in": 9})
    staged_shop.change("catalog_product_entity", "row_id = 2", updated_in=2)
    staged_shop.execute(
        "INSERT INTO m2_flag (flag_code, flag_data, state) VALUES"
        " ('staging', '{\"current_version\":5}', 0)"
    )
    staged_shop.add(
        "catalog_product_entity_varchar", attribute_id=73, store_id=0, row_id=77, value="Later bag"
    )
    assert [item["name"] for item in staged_shop.items(FEED, 1)] == ["Later bag", "Later bag"]
    assert staged_shop.ids(FEED.ids(staged_shop.read())) == [1]


def test_every_value_that_is_set_is_sent(shop):
    shop.product_values(
        1,
        meta_title="t",
        meta_keyword="k",
        meta_description="d",
        description="<p>x</p>",
        short_description="",
        url_key="a-bag",
        weight="1.5",
        weight_type=0,
        price_view=1,
        links_purchased_separately=1,
    )
    item = shop.sent(FEED)
    assert item == {
        **PLAIN,
        "metaTitle": "t",
        "metaKeyword": "k",
        "metaDescription": "d",
        "description": "<p>x</p>",
        "shortDescription": "",
        "urlKey": "a-bag",
        "weight": 1.5,
        "weightUnit": "lbs",
        "weightType": "0",
        "priceView": "as_low_as",
        "linksPurchasedSeparately": True,
        "url": "https://shop.test/catalog/product/view/id/1/s/a-bag/",
    }


def test_values_of_a_store_view_beat_the_defaults_even_where_they_are_null(shop):
    shop.product_values(1, meta_title="Title", url_key="bag")
    shop.product_values(1, store=2, name="Sac", meta_title=None, visibility=3)
    english, french = shop.items(FEED, 1)
    assert (english["name"], english["metaTitle"]) == ("Bag", "Title")
    assert (french["name"], french["visibility"]) == ("Sac", "Search")
    assert "metaTitle" not in french
    assert french["urlKey"] == "bag"


def test_a_price_view_that_is_neither_range_nor_minimum_is_left_out(shop):
    shop.product_values(1, price_view=7)
    assert "priceView" not in shop.sent(FEED)


@pytest.mark.parametrize(
    ("status", "visibility", "shown"),
    [
        (1, 1, ("Enabled", "Not Visible Individually", False, True)),
        (1, 2, ("Enabled", "Catalog", True, True)),
        (1, 3, ("Enabled", "Search", True, True)),
        (2, 4, ("Disabled", "Catalog, Search", False, False)),
        (1, 9, ("Enabled", None, False, True)),
        (None, None, ("Disabled", "Not Visible Individually", False, False)),
    ],
)
def test_status_and_visibility_decide_whether_it_is_shown_and_sold(shop, status, visibility, shown):
    shop.product(3, "case", name="Case")
    shop.stock(3)
    values = {"status": status, "visibility": visibility}
    shop.product_values(3, **{code: value for code, value in values.items() if value is not None})
    item = shop.sent(FEED, 3)
    names = ("status", "visibility", "displayable", "buyable")
    assert tuple(item.get(name) for name in names) == shown


def test_an_unknown_status_keeps_the_item_from_being_built(shop):
    shop.product_values(1, store=2, status=5)
    english, french = shop.built(FEED, 1)
    assert english.feed_id == feed_id(["bag", "en"])
    assert isinstance(french, Unbuildable)
    assert french.reason == "Status 5 is neither enabled (1) nor disabled (2)"
    assert french.feed_id == feed_id(["bag", "fr"])


def test_a_product_without_any_values_cannot_be_built(shop):
    shop.product(2, "hollow", note="only a user's attribute", price=3)
    assert [type(one) for one in shop.built(FEED, 2)] == [Unbuildable, Unbuildable]


def test_the_tax_class_is_sent_by_name_and_no_stands_for_none(shop):
    shop.add("tax_class", class_id=2, class_name="Taxable Goods", class_type="PRODUCT")
    shop.product_values(1, tax_class_id=2)
    shop.product_values(1, store=2, tax_class_id=7)
    assert [item["taxClassId"] for item in shop.items(FEED, 1)] == ["Taxable Goods", "no"]


def test_settings_of_the_store_view_count(shop):
    shop.add("catalog_product_website", product_id=1, website_id=2)
    shop.config("web/unsecure/base_url", "https://eu.test/", "websites", 2)
    shop.config("currency/options/base", "EUR", "websites", 2)
    shop.config("general/locale/weight_unit", "kgs", "stores", 3)
    shop.config("cataloginventory/options/stock_threshold_qty", "5.5", "stores", 3)
    shop.product_values(1, weight="2.0000", image="/b/a.jpg", image_label="A")
    english, german = shop.sent(FEED), shop.sent(FEED, store="de")
    names = ("url", "image", "currency", "weightUnit", "lowStock", "storeCode", "websiteCode")
    assert [english[name] for name in names] == [
        "https://shop.test/catalog/product/view/id/1/s//",
        {"url": "https://shop.test/media/catalog/product/b/a.jpg", "label": "A"},
        "USD",
        "lbs",
        False,
        "main",
        "base",
    ]
    assert [german[name] for name in names] == [
        "https://eu.test/catalog/product/view/id/1/s//",
        {"url": "https://eu.test/media/catalog/product/b/a.jpg", "label": "A"},
        "EUR",
        "kgs",
        True,
        "eu_store",
        "eu",
    ]


def test_images_with_a_role_are_sent_as_they_are_even_where_none_is_selected(shop):
    shop.product_values(1, image="no_selection", small_image="", swatch_image="/s.png")
    item = shop.sent(FEED)
    base = "https://shop.test/media/catalog/product"
    assert item["image"] == {"url": f"{base}no_selection", "label": None}
    assert item["smallImage"] == {"url": base, "label": None}
    assert item["swatchImage"] == {"url": f"{base}/s.png", "label": None}
    assert "thumbnail" not in item


@pytest.mark.difference("A time that the shop lacks doesn't count as a change")
def test_the_moment_stands_for_times_that_the_shop_lacks_and_does_not_count(shop):
    times = {"created_at": "0000-00-00 00:00:00", "updated_at": "0000-00-00 00:00:00"}
    shop.product(2, "timeless", row=times, name="x")
    built = shop.built(FEED, 2)[0]
    assert shop.sent(FEED, 2)["createdAt"] == "2026-11-23 16:00:00"
    assert b'"createdAt":"2026-11-23 16:00:00"' in built.volatile
    assert b"createdAt" not in built.content
    reference, (later, _) = 2, FEED.build(shop.connection, shop.read(), [2], NOW + HOUR)
    assert len({built.hash, later.hash}) == 1 != reference


@pytest.mark.difference("Page Builder's markup is left alone")
def test_the_markup_of_page_builder_is_sent_as_it_was_entered(shop):
    text = """<div data-background-images='{"desktop_image":"https://shop.test/a.jpg"}'>x</div>"""
    shop.product_values(1, description=text)
    names = ("65661c7e", "65661d02")  # made up at each sync
    reference = {f"<style>.background-image-{name}</style>{text}" for name in names}
    here = {shop.sent(FEED)["description"] for _ in range(2)}
    assert here == {text} != reference


def test_directives_of_descriptions_are_filled_in_for_the_default_scope(shop):
    shop.config("web/unsecure/base_url", "https://fr.test/", "stores", 2)
    shop.product_values(1, description='<img src="{{media url="w/a.jpg"}}">')
    assert [item["description"] for item in shop.items(FEED, 1)] == [
        '<img src="https://shop.test/media/w/a.jpg">'
    ] * 2


def test_a_fixed_bundle_is_told_by_its_price_type_in_any_store_view(shop):
    shop.product(2, "kit", "bundle", name="Kit", price_type=0)
    shop.product(3, "box", "bundle", name="Box", price_type=0)
    shop.product_values(3, store=2, price_type=1)
    shop.product_values(1, price_type=1)
    types = {item["sku"]: item["type"] for item in shop.items(FEED, 1, 2, 3)}
    assert types == {"bag": "simple", "kit": "bundle", "box": "bundle_fixed"}


def test_an_address_that_needs_a_web_request_is_refused(shop):
    shop.change("core_config_data", "path = 'web/unsecure/base_url'", value="{{base_url}}")
    with pytest.raises(ShopError, match="base_url"):
        shop.items(FEED, 1)


def test_the_number_of_queries_does_not_depend_on_the_number_of_products(shop):
    for number in range(2, 502):
        shop.product(number, f"p{number}", name="x", image=f"/{number}.jpg", color=number)
        shop.picture(number, number, f"/{number}.jpg")
        shop.rewrite(f"p{number}.html", number)
        shop.points(number, 1, 1)
        shop.part(1, number)
    counts = []
    for ids in (range(2, 3), range(2, 12), range(2, 502)):
        assert len(shop.items(FEED, *ids)) == 2 * len(ids)
        counts.append(shop.queries)
    assert len(set(counts)) == 1
    assert counts[0] <= 28


OPTIONAL = (
    "catalog_product_bundle_option",
    "catalog_product_super_attribute",
    "downloadable_link",
    "eav_attribute_option_swatch",
    "inventory_stock_sales_channel",
    "inventory_stock_2",
    "catalog_category_product_index_store1",
    "catalog_category_product_index_store2",
    "catalog_category_product_index_store3",
)


def test_a_shop_may_lack_the_tables_of_modules_that_it_does_not_have(shop):
    assert shop.sent(FEED, without=OPTIONAL) == PLAIN


def test_texts_come_through_whatever_they_hold(shop):
    text = "".join(map(chr, range(1, 128))) + "Üß€☃😀\u2028"
    shop.product_values(1, description=text, meta_title=text[:200])
    item = shop.sent(FEED)
    assert (item["description"], item["metaTitle"]) == (text, text[:200])


def test_a_long_text_is_not_cut_off(shop):
    shop.connection.execute(sa.text("SET SESSION group_concat_max_len = 1024"))
    shop.product_values(1, description="x" * 60000)
    assert shop.sent(FEED)["description"] == "x" * 60000
