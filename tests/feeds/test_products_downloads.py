import orjson
import pytest
from page_rows import VALUE, uid

from daemon.feeds.products import FEED


@pytest.fixture
def shop(shop):
    shop.bag()
    return shop


WEB = "https://shop.test/downloadable/download"


def course(shop, **values):
    shop.product(10, "course", "downloadable", name="Course", websites=(1, 2), **values)


def link(shop, number, titles, **row):
    shop.add("downloadable_link", link_id=number, product_id=shop.link(10), **row)
    for store, title in titles.items():
        shop.add("downloadable_link_title", link_id=number, store_id=store, title=title)


def sample(shop, number, titles, **row):
    shop.add("downloadable_sample", sample_id=number, product_id=shop.link(10), **row)
    for store, title in titles.items():
        shop.add("downloadable_sample_title", sample_id=number, store_id=store, title=title)


def price(shop, number, website, amount):
    shop.add("downloadable_link_price", link_id=number, website_id=website, price=amount)


def marker(item):
    found = {one["attributeCode"]: one["value"] for one in item["attributes"]}
    return orjson.loads(found["ac_downloadable"][0])


def test_links_are_values_of_one_option_with_title_and_price_of_the_scope(shop):
    course(shop, links_title="Downloads")
    link(shop, 5, {0: "Part 1", 2: "Partie 1"}, sort_order=2, number_of_downloads=3)
    link(shop, 4, {}, sort_order=1, sample_file="/s.mp4")
    price(shop, 5, 0, "6.50")
    price(shop, 5, 2, "7.00")
    first = {
        **VALUE,
        "id": uid("downloadable/4"),
        "sortOrder": 1,
        "price": 0.0,
        "qty": 0.0,
        "infoUrl": f"{WEB}/linkSample/link_id/4",
    }
    second = {
        **VALUE,
        "id": uid("downloadable/5"),
        "label": "Part 1",
        "sortOrder": 2,
        "price": 6.5,
        "qty": 3.0,
    }
    option = {"id": "link:10", "label": "Downloads", "type": "downloadable"}
    assert [item["optionsV2"] for item in shop.items(FEED, 10)] == [
        [{**option, "values": [first, second]}],
        [{**option, "values": [first, {**second, "label": "Partie 1"}]}],
        [{**option, "values": [first, {**second, "price": 7.0}]}],
    ]


def test_a_product_without_links_has_the_option_all_the_same(shop):
    course(shop)
    item = shop.sent(FEED, 10)
    assert item["optionsV2"] == [{"id": "link:10", "type": "downloadable", "values": None}]
    assert marker(item) == {"purchase_separately": False, "samples": [], "links": []}


def test_links_of_a_product_that_is_no_longer_downloadable_are_not_offered(shop):
    course(shop)
    link(shop, 5, {0: "Part 1"})
    shop.change("catalog_product_entity", "sku = 'course'", type_id="simple")
    item = shop.sent(FEED, 10)
    assert (item["optionsV2"], item["attributes"]) == (None, None)


def test_samples_are_in_their_order_with_the_titles_of_the_store_view(shop):
    course(shop)
    sample(shop, 2, {0: "Trailer", 2: "Extrait"}, sort_order=1)
    sample(shop, 1, {}, sort_order=2)
    sample(shop, 3, {0: "Same place"}, sort_order=1)
    english, french, _ = shop.items(FEED, 10)
    samples = [
        {
            "resource": {"url": f"{WEB}/sample/sample_id/{number}", "label": label, "roles": None},
            "sortOrder": place,
        }
        for number, label, place in ((2, "Trailer", "1"), (3, "Same place", "1"), (1, None, "2"))
    ]
    assert english["samples"] == samples
    assert french["samples"][0]["resource"]["label"] == "Extrait"


def test_all_of_it_is_also_said_in_one_attribute(shop):
    course(shop, links_purchased_separately=1, note="first")
    link(shop, 5, {0: "Part é"}, sample_url="x", number_of_downloads=3)
    link(shop, 6, {})
    price(shop, 5, 0, "6.00")
    sample(shop, 2, {0: "Trailer"})
    item = shop.sent(FEED, 10)
    assert [one["attributeCode"] for one in item["attributes"]] == ["note", "ac_downloadable"]
    assert marker(item) == {
        "purchase_separately": True,
        "samples": [{"label": "Trailer", "url": f"{WEB}/sample/sample_id/2"}],
        "links": [
            {
                "uid": uid("downloadable/5"),
                "label": "Part é",
                "price": 6,
                "number_of_downloads": 3,
                "sample_url": f"{WEB}/linkSample/link_id/5",
            },
            {
                "uid": uid("downloadable/6"),
                "label": "Link 1",
                "price": 0,
                "number_of_downloads": 0,
                "sample_url": None,
            },
        ],
    }
    text = item["attributes"][1]["value"][0]
    assert "https:\\/\\/shop.test" in text
    assert "Part \\u00e9" in text
    assert '"price":6,' in text
