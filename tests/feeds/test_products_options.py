import pytest
from page_rows import VALUE, uid

from daemon.core.item import Unbuildable
from daemon.feeds.products import FEED


@pytest.fixture
def shop(shop):
    shop.bag()
    return shop


def custom(shop, option_id, kind, titles, **row):
    """A custom option of product 1; titles: store → title."""
    shop.add(
        "catalog_product_option", option_id=option_id, product_id=shop.link(1), type=kind, **row
    )
    for store, title in titles.items():
        names = {"option_id": option_id, "store_id": store, "title": title}
        shop.add("catalog_product_option_title", **names)


def choice(shop, value_id, option_id, titles, **row):
    shop.add(
        "catalog_product_option_type_value", option_type_id=value_id, option_id=option_id, **row
    )
    for store, title in titles.items():
        names = {"option_type_id": value_id, "store_id": store, "title": title}
        shop.add("catalog_product_option_type_title", **names)


def choice_price(shop, value_id, store, price, kind="fixed"):
    row = {"option_type_id": value_id, "store_id": store, "price": price, "price_type": kind}
    shop.add("catalog_product_option_type_price", **row)


def test_a_custom_option_to_choose_from_has_the_words_of_the_store_view(shop):
    custom(shop, 5, "drop_down", {0: "Gift", 2: "Cadeau"}, is_require=1, sort_order=3)
    choice(shop, 12, 5, {0: "Bow", 2: "Noeud"}, sku="bow", sort_order=1)
    choice_price(shop, 12, 0, "2.50")
    choice_price(shop, 12, 2, "10", "percent")
    english, french = (item["optionsV2"] for item in shop.items(FEED, 1))
    value = {
        **VALUE,
        "id": uid("custom-option/5/12"),
        "label": "Bow",
        "sortOrder": 1,
        "isDefault": False,
        "sku": "bow",
        "price": 2.5,
        "priceType": "fixed",
    }
    option = {
        "id": "5",
        "label": "Gift",
        "sortOrder": 3,
        "required": True,
        "renderType": "drop_down",
        "type": "custom_option",
        "values": [value],
    }
    assert english == [option]
    changed = {"label": "Noeud", "price": 10.0, "priceType": "percent"}
    assert french == [{**option, "label": "Cadeau", "values": [{**value, **changed}]}]


@pytest.mark.parametrize("kind", ["drop_down", "radio", "checkbox", "multiple"])
def test_every_kind_of_choice_is_an_option(shop, kind):
    custom(shop, 5, kind, {0: "Gift"})
    choice(shop, 12, 5, {0: "Bow"})
    item = shop.sent(FEED)
    assert [one["renderType"] for one in item["optionsV2"]] == [kind]
    assert item["shopperInputOptions"] is None


@pytest.mark.parametrize("kind", ["field", "area", "file", "date", "time", "date_time"])
def test_every_kind_of_entry_is_an_input(shop, kind):
    custom(shop, 5, kind, {0: "Gift"})
    item = shop.sent(FEED)
    assert [one["renderType"] for one in item["shopperInputOptions"]] == [kind]
    assert item["optionsV2"] is None


def test_an_option_of_another_kind_is_neither(shop):
    custom(shop, 5, "of_an_extension", {0: "Gift"})
    item = shop.sent(FEED)
    assert (item["optionsV2"], item["shopperInputOptions"]) == (None, None)


def test_a_price_of_a_store_view_without_a_title_of_its_own_does_not_count(shop):
    custom(shop, 5, "radio", {0: "Gift"})
    choice(shop, 12, 5, {0: "Bow"})
    choice_price(shop, 12, 0, 1)
    choice_price(shop, 12, 2, 9)
    assert shop.sent(FEED, store="fr")["optionsV2"][0]["values"][0]["price"] == 1


def test_a_value_with_a_title_in_one_store_view_alone_is_the_last_there(shop):
    custom(shop, 5, "radio", {0: "Gift"})
    choice(shop, 12, 5, {2: "Noeud"})
    choice(shop, 13, 5, {0: "Box"})
    labels = [
        [one["label"] for one in item["optionsV2"][0]["values"]] for item in shop.items(FEED, 1)
    ]
    assert labels == [["Box"], ["Box", "Noeud"]]


@pytest.mark.difference("A custom option that has a title in a store view only is left out")
def test_an_option_without_a_default_title_is_left_out(shop):
    custom(shop, 5, "radio", {2: "Cadeau"})
    custom(shop, 6, "field", {2: "Texte"})
    choice(shop, 12, 5, {0: "Bow"})
    shop.product(2, "case", name="Case")
    reference, here = [], shop.items(FEED, 1, 2)
    assert [item["sku"] for item in here] == ["bag", "bag", "case", "case"] != reference
    assert {(item["optionsV2"], item["shopperInputOptions"]) for item in here} == {(None, None)}


def test_an_option_that_leaves_nothing_to_choose_keeps_the_item_from_being_built(shop):
    custom(shop, 5, "checkbox", {0: "Gift"})
    choice(shop, 12, 5, {2: "Noeud"})
    english, french = shop.built(FEED, 1)
    assert isinstance(english, Unbuildable)
    assert english.reason == "Custom option 5 (Gift) has no values to choose from"
    assert not isinstance(french, Unbuildable)


def test_custom_options_to_enter_something_are_sent_by_sort_order(shop):
    custom(
        shop,
        7,
        "file",
        {0: "Upload"},
        sort_order=2,
        file_extension="png",
        image_size_x=100,
        image_size_y=50,
        is_require=0,
    )
    custom(shop, 8, "field", {0: "Text"}, sort_order=1, max_characters=20, sku="txt")
    row = {"option_id": 8, "store_id": 0, "price": "4.5", "price_type": "fixed"}
    shop.add("catalog_product_option_price", **row)
    text, upload = shop.sent(FEED)["shopperInputOptions"]
    assert text == {
        "id": uid("custom-option/8"),
        "label": "Text",
        "sortOrder": 1,
        "required": True,
        "renderType": "field",
        "price": 4.5,
        "sku": "txt",
        "range": {"from": None, "to": 20.0},
    }
    assert upload == {
        "id": uid("custom-option/7"),
        "label": "Upload",
        "sortOrder": 2,
        "required": False,
        "renderType": "file",
        "fileExtension": "png",
        "imageSizeX": 100,
        "imageSizeY": 50,
        "range": {"from": None, "to": None},
    }
