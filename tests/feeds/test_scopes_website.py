from daemon.feeds.scopes_website import FEED

BASE = {
    "websiteId": "1",
    "websiteCode": "base",
    "stores": [
        {
            "storeId": "1",
            "storeCode": "main",
            "storeViews": [
                {"storeViewId": "1", "storeViewCode": "en"},
                {"storeViewId": "2", "storeViewCode": "fr"},
            ],
        }
    ],
}


def test_a_website_lists_its_stores_and_their_views_active_or_not(shop):
    shop.change("store", "store_id = 2", is_active=0)
    assert shop.items(FEED, 1) == [BASE]


def test_every_website_but_the_admins_has_an_item(shop):
    assert shop.ids(FEED.ids(shop.read())) == [1, 2]
    assert [item["websiteCode"] for item in shop.items(FEED, 0, 1, 2)] == ["base", "eu"]


def test_a_website_that_is_gone_has_no_item(shop):
    assert shop.items(FEED, 9) == []


def test_a_website_without_stores_and_a_store_without_views_have_null(shop):
    shop.add("store_website", website_id=3, code="empty")
    shop.delete("store", "store_id = 3")
    assert shop.items(FEED, 2, 3) == [
        {
            "websiteId": "2",
            "websiteCode": "eu",
            "stores": [{"storeId": "2", "storeCode": "eu_store", "storeViews": None}],
        },
        {"websiteId": "3", "websiteCode": "empty", "stores": None},
    ]


def test_a_code_that_is_null_is_absent(shop):
    shop.change("store_group", "group_id = 1", code=None)
    (item,) = shop.items(FEED, 1)
    assert item["stores"][0].keys() == {"storeId", "storeViews"}


def test_a_tombstone_says_which_website_it_was(shop):
    (built,) = shop.built(FEED, 1)
    assert built.minimal == b'{"websiteCode":"base","websiteId":"1"}'


def test_many_websites_cost_as_many_queries_as_one(shop):
    for number in range(101, 601):
        shop.add("store_website", website_id=number, code=f"w{number}", default_group_id=1)
    batches = [range(101, 102), range(101, 111), range(101, 601)]
    assert [shop.count_queries(FEED, ids) for ids in batches] == [1, 1, 1]


def test_a_change_of_website_group_or_store_concerns_the_website(shop):
    edges = FEED.edges(shop.read())
    assert {(one.on.table, one.on.key.column, one.on.columns) for one in edges} == {
        ("store_website", "website_id", ("code",)),
        ("store_group", "website_id", ("code",)),
        ("store", "group_id", ("code", "group_id", "website_id")),
    }


def test_a_store_view_stands_below_its_group_even_if_it_names_another_website(shop):
    shop.change("store", "store_id = 3", website_id=1)
    base, eu = shop.items(FEED, 1, 2)
    assert base == BASE
    assert eu["stores"][0]["storeViews"] == [{"storeViewId": "3", "storeViewCode": "de"}]
