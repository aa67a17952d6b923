import pytest
from feed_shop import NOW

from daemon.core.affected import Change, affected
from daemon.core.options import FeedOptions
from daemon.feeds.products import FEED
from daemon.sync.collect import attribute_codes


@pytest.fixture
def shop(shop):
    shop.bag()
    return shop


def listed(item):
    return {one["attributeCode"]: one.get("value") for one in item["attributes"] or []}


def test_attributes_that_people_defined_are_listed_with_their_texts(shop):
    shop.product_values(
        1, note="a, b", depth="1.25", bought_on="2026-05-10 13:45:00", color=7, price="9.5"
    )
    assert listed(shop.sent(FEED)) == {
        "color": ["7"],
        "depth": ["1.250000"],
        "note": ["a, b"],
        "bought_on": ["2026-05-10 13:45:00"],
    }


@pytest.mark.parametrize("code", ["news_from_date", "news_to_date"])
def test_the_dates_of_news_are_listed_too(shop, code):
    shop.product_values(1, **{code: "2026-05-10 00:00:00"})
    assert listed(shop.sent(FEED)) == {code: ["2026-05-10 00:00:00"]}


def test_attributes_stand_in_the_order_of_their_tables_and_ids(shop):
    shop.product_values(1, note="n", size=1, depth=1)
    shop.product_values(1, store=2, color=2)
    assert list(listed(shop.sent(FEED, store="fr"))) == ["color", "size", "depth", "note"]


def test_an_empty_text_is_a_value_and_null_is_none(shop):
    shop.product_values(1, note="")
    shop.product_values(1, store=2, note=None)
    english, french = shop.items(FEED, 1)
    assert english["attributes"] == [{"attributeCode": "note", "value": [""]}]
    assert french["attributes"] == [{"attributeCode": "note"}]


def test_options_are_sent_by_their_labels_in_the_store_view(shop):
    shop.option(49, "color", "Black", fr="Noir")
    shop.product_values(1, color=49)
    assert [listed(item) for item in shop.items(FEED, 1)] == [
        {"color": ["Black"]},
        {"color": ["Noir"]},
    ]


def test_a_list_of_options_keeps_the_order_of_its_ids(shop):
    shop.option(3, "material", "Wool")
    shop.option(4, "material", "Cotton", fr="Coton")
    shop.product_values(1, material="4,3")
    shop.product_values(1, store=2, material="3,4,")
    assert [listed(item) for item in shop.items(FEED, 1)] == [
        {"material": ["Cotton", "Wool"]},
        {"material": ["Wool", "Coton", ""]},
    ]


def test_what_is_no_option_of_the_attribute_stays_as_it_is(shop):
    shop.option(3, "material", "Wool")
    shop.option(5, "material")
    shop.option(49, "color", "Black")
    shop.product_values(1, material="49,5,03,999999999999999999999,x")
    values = ["49", "5", "03", "999999999999999999999", "x"]
    assert listed(shop.sent(FEED)) == {"material": values}


def test_a_yes_or_no_is_sent_in_words(shop):
    shop.product_values(1, eco=1)
    shop.product_values(1, store=2, eco=0)
    assert [listed(item) for item in shop.items(FEED, 1)] == [{"eco": ["yes"]}, {"eco": ["no"]}]


def test_extra_attributes_are_sent_where_the_shop_has_registered_them(shop):
    for number, code in enumerate(("ac_attribute_set", "ac_tax_class", "ac_inventory")):
        shop.attribute(900 + number, code, backend_type="static", is_user_defined=1)
    shop.add("eav_attribute_set", attribute_set_id=4, attribute_set_name="Bags", entity_type_id=4)
    shop.change("catalog_product_entity", "sku = 'bag'", attribute_set_id=4)
    shop.config("cataloginventory/item_options/min_sale_qty", '{"32000": 2, "0": 3}')
    shop.config("cataloginventory/item_options/backorders", "2")
    shop.add(
        "cataloginventory_stock_item",
        product_id=1,
        stock_id=1,
        website_id=0,
        manage_stock=0,
        use_config_manage_stock=0,
        use_config_min_sale_qty=1,
        max_sale_qty="7.5",
        use_config_max_sale_qty=0,
        use_config_backorders=1,
        enable_qty_increments=1,
        use_config_enable_qty_inc=0,
        qty_increments=2,
        use_config_qty_increments=0,
    )
    inventory = (
        '{"manageStock":false,"cartMinQty":3,"cartMaxQty":7.5,"backorders":"allow_and_notify",'
        '"enableQtyIncrements":true,"qtyIncrements":2}'
    )
    assert listed(shop.sent(FEED)) == {
        "ac_attribute_set": ["Bags"],
        "ac_tax_class": ["no"],
        "ac_inventory": [inventory],
    }


def test_extra_attributes_are_sent_by_setting_where_the_shop_has_not_registered_them(shop):
    shop.options = FeedOptions(extra_attributes=("ac_attribute_set", "ac_tax_class"))
    shop.add("eav_attribute_set", attribute_set_id=4, attribute_set_name="Bags", entity_type_id=4)
    shop.add("tax_class", class_id=2, class_name="Goods", class_type="PRODUCT")
    shop.change("catalog_product_entity", "sku = 'bag'", attribute_set_id=4)
    shop.product_values(1, tax_class_id=2)
    assert listed(shop.sent(FEED)) == {"ac_attribute_set": ["Bags"], "ac_tax_class": ["Goods"]}


def test_attributes_of_the_system_are_listed_by_setting(shop):
    shop.options = FeedOptions(system_attributes=("meta_title", "visibility"))
    shop.product_values(1, meta_title="Bags", note="n")
    assert listed(shop.sent(FEED)) == {
        "visibility": ["4"],
        "meta_title": ["Bags"],
        "note": ["n"],
    }


def test_what_the_settings_add_is_watched(shop):
    def watched():
        edges = FEED.edges(shop.read())
        return {
            (edge.on.table, edge.on.columns, edge.why)
            for edge in edges
            if edge.on.table in {"cataloginventory_stock_item", "eav_attribute_set"}
            or "attribute_set_id" in edge.on.columns
        }

    def paths():
        return {path for edge in FEED.edges(shop.read()) for path in edge.values or ()}

    assert watched() == set()
    before = paths()
    shop.options = FeedOptions(
        extra_attributes=("ac_attribute_set", "ac_inventory"), system_attributes=("price",)
    )
    assert {table for table, _, _ in watched()} == {
        "catalog_product_entity",
        "cataloginventory_stock_item",
        "eav_attribute_set",
    }
    (columns,) = (set(names) for table, names, _ in watched() if table.endswith("stock_item"))
    assert columns == {
        "website_id",
        *("manage_stock", "use_config_manage_stock"),
        *("min_sale_qty", "use_config_min_sale_qty"),
        *("max_sale_qty", "use_config_max_sale_qty"),
        *("backorders", "use_config_backorders"),
        *("enable_qty_increments", "use_config_enable_qty_inc"),
        *("qty_increments", "use_config_qty_increments"),
    }
    assert {path.rpartition("/")[2] for path in paths() - before} == {
        "manage_stock",
        "min_sale_qty",
        "max_sale_qty",
        "backorders",
        "enable_qty_increments",
        "qty_increments",
    }
    values = [one for one in FEED.edges(shop.read()) if one.attributes and "name" in one.attributes]
    assert all("price" in edge.attributes for edge in values if edge.widen is None)


def test_an_extra_attribute_that_comes_or_goes_makes_all_products_stale(shop):
    def counting(number):
        change = Change(1, number, "eav_attribute", number, NOW)
        edges = [(FEED, edge) for edge in shop.edges_on(FEED, "eav_attribute")]
        found = affected([change], edges, attribute_codes(shop.read()))
        return [one.edge.why for one in found if one.is_whole]

    extra, other, gone = 900, 901, 902
    shop.attribute(extra, "ac_tax_class", backend_type="static")
    shop.attribute(other, "plain", backend_type="varchar")
    whole = ["all products, for an attribute that asks for more of each"]
    assert [counting(one) for one in (extra, other, gone)] == [whole, [], whole]
