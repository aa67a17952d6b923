import pytest
from page_rows import VALUE, uid

from daemon.feeds.products import FEED


@pytest.fixture
def shop(shop):
    shop.bag()
    return shop


def kit(shop):
    shop.product(10, "kit", "bundle", name="Kit")
    row = {"option_id": 3, "parent_id": shop.link(10), "required": 1, "position": 2}
    shop.add("catalog_product_bundle_option", **row, type="radio")
    for store, title in ((0, "Ball"), (2, "Balle")):
        names = {"option_id": 3, "parent_product_id": shop.link(10), "store_id": store}
        shop.add("catalog_product_bundle_option_value", **names, title=title)


def selection(shop, number, **row):
    names = {"selection_id": number, "option_id": 3, "parent_product_id": shop.link(10)}
    shop.add("catalog_product_bundle_selection", **names | {"product_id": 1, **row})


def test_a_bundle_offers_its_selections(shop):
    kit(shop)
    shop.product_values(1, store=2, name="Sac")
    more = {"selection_price_value": "1.5", "selection_can_change_qty": 1, "position": 4}
    selection(shop, 8, selection_qty="2.0", is_default=1, **more)
    price = {"selection_id": 8, "website_id": 2, "parent_product_id": shop.link(10)}
    shop.add("catalog_product_bundle_selection_price", **price, selection_price_value="3")
    shop.add("catalog_product_website", product_id=10, website_id=2)
    value = {
        **VALUE,
        "id": uid("bundle/3/8/2"),
        "label": "Bag",
        "sortOrder": 4,
        "isDefault": True,
        "qtyMutability": True,
        "qty": 2.0,
        "sku": "bag",
        "price": 1.5,
        "priceType": "fixed",
    }
    option = {
        "id": "3",
        "label": "Ball",
        "sortOrder": 2,
        "required": True,
        "renderType": "radio",
        "type": "bundle",
        "values": [value],
    }
    assert [item["optionsV2"] for item in shop.items(FEED, 10)] == [
        [option],
        [{**option, "label": "Balle", "values": [{**value, "label": "Sac"}]}],
        [{**option, "values": [{**value, "price": 3.0}]}],
    ]


def test_a_selection_may_cost_a_percentage_and_an_option_may_be_empty(shop):
    kit(shop)
    assert shop.sent(FEED, 10)["optionsV2"][0]["values"] is None
    selection(shop, 8, selection_qty="1.0", selection_price_type=1)
    assert shop.sent(FEED, 10)["optionsV2"][0]["values"][0]["priceType"] == "percent"


def shirt(shop):
    shop.product(10, "shirt", "configurable", name="Shirt")
    for position, code in ((1, "color"), (0, "size")):
        attribute = {"color": 93, "size": 144}[code]
        names = {"product_id": shop.link(10), "attribute_id": attribute}
        shop.add("catalog_product_super_attribute", **names, position=position)
    shop.option(51, "color", "Red", sort=7, fr="Rouge")
    shop.option(50, "color", "Blue")
    shop.option(60, "size", "L")


def child(shop, product_id, **values):
    shop.product(product_id, f"shirt-{product_id}", websites=(), **values)
    names = {"parent_id": shop.link(10), "product_id": product_id}
    shop.add("catalog_product_super_link", **names)


def test_a_configurable_product_offers_the_options_of_its_enabled_children(shop):
    shirt(shop)
    shop.add("eav_attribute_label", attribute_id=93, store_id=2, value="Couleur")
    shop.change("catalog_eav_attribute", "attribute_id = 93", additional_data='{"a":1}')
    child(shop, 11, status=1, color=51, size=60)
    child(shop, 12, status=2, color=50, size=60)
    size = {
        "id": "size",
        "label": "Size",
        "sortOrder": 0,
        "type": "configurable",
        "values": [{**VALUE, "id": uid("configurable/144/60"), "label": "L", "sortOrder": 0}],
    }
    value = {**VALUE, "id": uid("configurable/93/51"), "label": "Red", "sortOrder": 7}
    color = {
        "id": "color",
        "label": "Color",
        "sortOrder": 1,
        "type": "configurable",
        "swatchType": '{"a":1}',
        "values": [value],
    }
    english, french = (item["optionsV2"] for item in shop.items(FEED, 10))
    assert english == [size, color]
    assert french == [size, {**color, "label": "Couleur", "values": [{**value, "label": "Rouge"}]}]


@pytest.mark.parametrize(
    ("default", "own", "is_offered"),
    [(1, None, True), (2, 1, True), (1, 2, False), (None, 1, False), (3, None, True)],
)
def test_a_child_counts_where_it_is_enabled_in_the_store_view(shop, default, own, is_offered):
    shirt(shop)
    child(shop, 11, color=51)
    if default is not None:
        shop.product_values(11, status=default)
    if own is not None:
        shop.product_values(11, store=1, status=own)
    color = shop.sent(FEED, 10)["optionsV2"][1]
    assert (color["values"] is not None) is is_offered


def test_only_the_default_value_of_a_child_counts_and_only_options_of_the_attribute(shop):
    shirt(shop)
    child(shop, 11, status=1, color=60)
    shop.product_values(11, store=1, size=60)
    assert [one["values"] for one in shop.sent(FEED, 10)["optionsV2"]] == [None, None]


@pytest.mark.parametrize(
    ("kind", "value", "fields"),
    [
        (1, "#f00", {"colorHex": "#f00"}),
        (2, "/r.png", {"imageUrl": "https://shop.test/media/attribute/swatch/r.png"}),
        (3, "R", {"customSwatchValue": "R"}),
        (0, "x", {}),
        (1, None, {}),
    ],
)
def test_a_swatch_is_drawn_by_its_kind(shop, kind, value, fields):
    shirt(shop)
    child(shop, 11, status=1, color=51)
    names = {"option_id": 51, "store_id": 0, "type": kind, "value": value}
    shop.add("eav_attribute_option_swatch", **names)
    found = shop.sent(FEED, 10)["optionsV2"][1]["values"][0]
    assert found == {
        **VALUE,
        "id": uid("configurable/93/51"),
        "label": "Red",
        "sortOrder": 7,
        **fields,
    }


def test_a_swatch_of_the_store_view_counts_unless_it_is_null(shop):
    shirt(shop)
    child(shop, 11, status=1, color=51)
    for store, value in ((0, "#f00"), (1, None), (2, "#e00")):
        names = {"option_id": 51, "store_id": store, "type": 1, "value": value}
        shop.add("eav_attribute_option_swatch", **names)
    colors = [item["optionsV2"][1]["values"][0]["colorHex"] for item in shop.items(FEED, 10)]
    assert colors == ["#f00", "#e00"]


def group_details(shop):
    for number, code in ((4, "position"), (5, "qty")):
        names = {"product_link_attribute_id": number, "link_type_id": 3}
        shop.add("catalog_product_link_attribute", **names, product_link_attribute_code=code)


def test_a_grouped_product_lists_its_children_on_the_website(shop):
    group_details(shop)
    shop.product(10, "set", "grouped", name="Set", websites=(1, 2))
    shop.product(2, "case")
    shop.points(10, 2, 3, qty="2.5", position=0)
    shop.points(10, 1, 3)
    value = {**VALUE, "qtyMutability": True}
    assert shop.sent(FEED, 10)["optionsV2"] == [
        {
            "id": "10",
            "type": "grouped",
            "values": [
                {**value, "id": "1", "sku": "bag"},
                {**value, "id": "2", "sku": "case", "qty": 2.5, "sortOrder": 0},
            ],
        }
    ]
    assert shop.sent(FEED, 10, store="de")["optionsV2"] is None


@pytest.mark.difference("An option never pushes another one out")
def test_options_with_the_same_number_do_not_push_each_other_out(shop):
    shirt(shop)
    shop.add("catalog_product_option", option_id=93, product_id=shop.link(10), type="radio")
    shop.add("catalog_product_option_title", option_id=93, store_id=0, title="Gift")
    shop.add("catalog_product_option_type_value", option_type_id=12, option_id=93)
    shop.add("catalog_product_option_type_title", option_type_id=12, store_id=0, title="Bow")
    reference = ["93", "size"]
    here = [one["id"] for one in shop.sent(FEED, 10)["optionsV2"]]
    assert here == [*reference, "color"]
