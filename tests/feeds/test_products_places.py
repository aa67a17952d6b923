import pytest

from daemon.feeds.products import FEED


@pytest.fixture
def shop(shop):
    shop.bag()
    return shop


def categories(shop):
    shop.category("1")
    shop.category("1/2", name="Root", url_key="root")
    shop.category("1/2/10", name="Gear", url_key="gear")
    shop.category("1/2/10/11", name="Bags", url_key="bags")
    shop.category_values(10, store=2, url_key="materiel")
    shop.category_values(11, store=2, url_key=None)


def test_categories_are_those_of_the_index_with_the_paths_of_the_store_view(shop):
    categories(shop)
    shop.index(11, 1, position=4)
    shop.index(10, 1)
    shop.index(2, 1)
    shop.index(11, 1, store=2)
    english, french = shop.items(FEED, 1)
    assert english["categoryData"] == [
        {"categoryId": "10", "categoryPath": "gear", "productPosition": 0},
        {"categoryId": "11", "categoryPath": "gear/bags", "productPosition": 4},
    ]
    assert english["categories"] == ["gear", "gear/bags"]
    assert french["categories"] == ["materiel/bags"]


def test_a_category_that_the_index_has_twice_with_and_without_a_position_is_there_twice(shop):
    categories(shop)
    shop.index(10, 1, position=None)
    row = {"category_id": 10, "product_id": 1, "store_id": 2, "position": 4}
    shop.add("catalog_category_product_index_store1", **row)
    assert [one["productPosition"] for one in shop.sent(FEED)["categoryData"]] == [0, 4]


def test_a_category_without_any_path_is_dropped(shop):
    categories(shop)
    shop.category("1/2/12", name="no key")
    shop.category("1/2/12/13", url_key="deep")
    shop.index(12, 1)
    shop.index(99, 1)
    assert "categories" not in shop.sent(FEED)
    shop.index(13, 1)
    assert shop.sent(FEED)["categories"] == ["deep"]


def test_the_page_is_where_the_last_own_rewrite_leads(shop):
    shop.product_values(1, url_key="a-bag")
    shop.rewrite("old.html", redirect_type=301)
    shop.rewrite("first.html")
    shop.rewrite("bag.html")
    shop.rewrite("somewhere.html", target="bag.html")
    target = "catalog/product/view/id/1/category/7/"
    shop.rewrite("gear/bag.html", target=target, metadata='{"category_id":"7"}')
    shop.rewrite(None, target_path=None, metadata="{}")
    shop.rewrite("other.html", 1, 0, entity_type="cms-page")
    shop.config("web/unsecure/base_link_url", "https://links.test/")
    item = shop.sent(FEED)
    own = [{"name": "id", "value": "1"}]
    assert item["url"] == "https://links.test/somewhere.html"
    assert item["urlRewrites"] == [
        {"url": "https://shop.test/old.html", "parameters": own},
        {"url": "https://shop.test/first.html", "parameters": own},
        {"url": "https://shop.test/bag.html", "parameters": own},
        {"url": "https://shop.test/somewhere.html", "parameters": None},
        {
            "url": "https://shop.test/gear/bag.html",
            "parameters": [*own, {"name": "category", "value": "7"}],
        },
        {"url": "https://shop.test/", "parameters": None},
    ]


def test_a_rewrite_counts_in_its_store_view_only(shop):
    shop.rewrite("sac.html", store=2)
    assert [item["url"] for item in shop.items(FEED, 1)] == [
        "https://shop.test/catalog/product/view/id/1/s//",
        "https://shop.test/sac.html",
    ]


@pytest.mark.parametrize(
    ("row", "threshold", "flags"),
    [
        ({"qty": 5}, "0", (True, False, True)),
        ({"qty": 5, "salable": 0}, "0", (False, False, False)),
        ({"qty": 5}, "5.5", (True, True, True)),
        ({"qty": 5}, "5", (True, False, True)),
        ({"qty": -1}, "", (True, True, True)),
        (None, "0", (False, False, False)),
        (None, "1", (False, True, False)),
    ],
)
def test_stock_tells_whether_it_can_be_sold_and_is_low(shop, row, threshold, flags):
    shop.config("cataloginventory/options/stock_threshold_qty", threshold)
    shop.product(3, "case", name="Case", status=1)
    if row is not None:
        shop.stock(3, **row)
    item = shop.sent(FEED, 3)
    assert (item["inStock"], item["lowStock"], item["buyable"]) == flags


def test_each_website_sells_from_its_own_stock(shop):
    shop.add("catalog_product_website", product_id=1, website_id=2)
    shop.channel("base", 2)
    shop.channel("eu", 1)
    shop.config("cataloginventory/options/stock_threshold_qty", "10")
    shop.add("inventory_stock_2", sku="bag", quantity="11.0", is_salable=0)
    flags = [(item["inStock"], item["lowStock"]) for item in shop.items(FEED, 1)]
    assert flags == [(False, False), (False, False), (True, True)]


def test_a_website_without_a_stock_sells_nothing(shop):
    shop.add("catalog_product_website", product_id=1, website_id=2)
    shop.channel("base", 1)
    assert [item["inStock"] for item in shop.items(FEED, 1)] == [True, True, False]


def test_links_lead_to_products_of_the_website_by_type_and_sku(shop):
    shop.add("catalog_product_website", product_id=1, website_id=2)
    shop.product(2, "case", websites=(1, 2))
    shop.product(3, "Ball")
    shop.product(4, "hidden", websites=())
    for linked, kind in ((2, 1), (3, 1), (2, 5), (3, 4), (4, 4)):
        shop.points(1, linked, kind)
    assert shop.sent(FEED)["links"] == [
        {"sku": "case", "type": "crosssell"},
        {"sku": "Ball", "type": "related"},
        {"sku": "case", "type": "related"},
        {"sku": "Ball", "type": "upsell"},
    ]
    assert shop.sent(FEED, store="de")["links"] == [
        {"sku": "case", "type": "crosssell"},
        {"sku": "case", "type": "related"},
    ]


def test_links_that_lead_nowhere_on_a_website_are_none(shop):
    shop.product(2, "hidden", websites=())
    shop.points(1, 2, 1)
    assert shop.sent(FEED)["links"] is None


def test_parents_are_those_of_the_website_by_type_and_sku(shop):
    shop.add("catalog_product_website", product_id=1, website_id=2)
    shop.product(10, "kit", "bundle", websites=(1, 2), price_type=0)
    shop.product(11, "box", "bundle", price_type=1)
    shop.product(12, "set", "grouped")
    shop.product_values(10, store=1, price_type=1)
    for parent in (10, 11, 12):
        shop.part(parent, 1)
    kit = {"sku": "kit", "productType": "bundle"}
    assert shop.sent(FEED)["parents"] == [
        kit,
        {"sku": "box", "productType": "bundle_fixed"},
        {"sku": "set", "productType": "grouped"},
    ]
    assert shop.sent(FEED, store="de")["parents"] == [kit]
