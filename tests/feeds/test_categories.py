import pytest

from daemon.core.item import Unbuildable, feed_id
from daemon.feeds.categories import FEED

TOPS = {
    "categoryId": "11",
    "storeViewCode": "en",
    "storeCode": "main",
    "websiteCode": "base",
    "name": "Tops",
    "urlKey": "tops",
    "urlPath": "men/tops",
    "image": None,
    "level": 3,
    "path": "1/2/10/11",
    "parentId": "10",
    "children": None,
    "position": 1,
    "defaultSortBy": "position",
    "availableSortBy": None,
    "isActive": 1,
    "deleted": False,
    "createdAt": "2026-01-02 03:04:05",
    "updatedAt": "2026-02-03 04:05:06",
    "modifiedAt": "2026-11-23 16:00:00",
}


@pytest.fixture
def staged_shop(staged_shop):
    fill(staged_shop)
    return staged_shop


@pytest.fixture
def shop(shop):
    fill(shop)
    return shop


def fill(shop):
    shop.category("1")
    shop.category("1/2", name="Root", is_active=1)
    shop.category("1/20", name="EU root", is_active=1)
    shop.category("1/2/10", name="Men", url_key="men", is_active=1, include_in_menu=1)
    shop.category("1/2/10/11", name="Tops", url_key="tops", is_active=1)


def first(shop, category_id=11):
    return shop.items(FEED, category_id)[0]


def test_a_category_has_one_item_per_store_view_of_its_tree(shop):
    assert shop.items(FEED, 11) == [TOPS, {**TOPS, "storeViewCode": "fr"}]


def test_a_category_of_another_tree_is_in_the_stores_of_that_tree(shop):
    shop.category("1/20/21", url_key="bags")
    assert [item["storeViewCode"] for item in shop.items(FEED, 21)] == ["de"]


def test_a_root_category_has_an_empty_url_path_and_the_root_of_all_has_no_item(shop):
    shop.change("store_group", "group_id = 2", root_category_id=1)
    assert shop.items(FEED, 1) == []
    assert [(item["storeViewCode"], item["urlPath"]) for item in shop.items(FEED, 2)] == [
        ("en", ""),
        ("fr", ""),
    ]


def test_every_category_is_visited_by_a_full_resync(shop):
    assert shop.ids(FEED.ids(shop.read())) == [1, 2, 10, 11, 20]


@pytest.mark.difference("A category is identified by its id and the store view")
def test_a_renamed_category_stays_the_same_item(shop):
    reference = [feed_id([path, "en"]) for path in ("men/tops", "gents/tops")]
    here = [feed_id([11, store]) for store in ("en", "fr")]
    assert [one.feed_id for one in shop.built(FEED, 11)] == here
    shop.change("catalog_category_entity_varchar", "value = 'men'", value="gents")
    assert first(shop)["urlPath"] == "gents/tops"
    assert [one.feed_id for one in shop.built(FEED, 11)] == here
    assert not set(here) & set(reference)


@pytest.mark.difference("A category is identified by its id and the store view")
def test_two_categories_that_share_a_url_path_are_two_items(shop):
    shop.category("1/2/10/12", name="More tops", url_key="tops", is_active=1)
    reference, items = 2, shop.built(FEED, 11, 12)
    assert (len({one.feed_id for one in items}), reference) == (4, 2)
    assert {item["urlPath"] for item in shop.items(FEED, 11, 12)} == {"men/tops"}


def test_values_of_a_store_view_beat_the_defaults_even_where_they_are_null(shop):
    shop.category_values(11, store=2, name="Hauts", is_active=0, meta_title="Titre")
    shop.category_values(11, meta_keywords="shirts")
    shop.category_values(11, store=1, meta_keywords=None)
    english, french = shop.items(FEED, 11)
    assert english == TOPS
    changed = {"name": "Hauts", "isActive": 0, "metaTitle": "Titre", "metaKeywords": "shirts"}
    assert french == {**TOPS, "storeViewCode": "fr", **changed}


def test_every_attribute_that_is_set_is_sent(shop):
    shop.category_values(11, is_anchor=1, include_in_menu=0, display_mode="PAGE")
    shop.category_values(
        11, meta_title="t", meta_keywords="k", meta_description="d", description="<p>x</p>"
    )
    assert first(shop) == {
        **TOPS,
        "isAnchor": 1,
        "includeInMenu": 0,
        "displayMode": "PAGE",
        "metaTitle": "t",
        "metaKeywords": "k",
        "metaDescription": "d",
        "description": "<p>x</p>",
    }


def test_the_url_path_is_made_of_the_keys_of_the_store_view(shop):
    shop.category_values(10, store=2, url_key="hommes")
    shop.category_values(11, store=2, url_key=None)
    english, french = shop.items(FEED, 11)
    assert (english["urlPath"], french["urlPath"]) == ("men/tops", "hommes/tops")
    assert "urlKey" not in french


def test_a_category_without_url_key_is_passed_over_but_an_empty_one_stays(shop):
    shop.category("1/2/12", name="no key")
    shop.category("1/2/12/13", url_key="deep")
    shop.category("1/2/14", url_key="")
    shop.category("1/2/14/15", url_key="deeper")
    assert [first(shop, key)["urlPath"] for key in (13, 15)] == ["deep", "/deeper"]


@pytest.mark.difference("A category without a URL path is held back")
def test_a_category_without_any_url_path_cannot_be_built(shop):
    shop.category("1/2/12", name="no key")
    shop.category("1/2/13", name="no key either")
    reference = {feed_id([store]) for store in ("en", "fr")}  # shared by both categories
    here = {one.feed_id for one in shop.built(FEED, 12, 13)}
    assert (len(here), here & reference) == (4, set())
    assert shop.built(FEED, 12) == [
        Unbuildable(
            12,
            feed_id([12, store]),
            b'{"categoryId":"12","storeCode":"main","storeViewCode":"%b","websiteCode":"base"}'
            % store.encode(),
            "no category on its path has a url_key, so it has no URL path",
        )
        for store in ("en", "fr")
    ]


def test_children_are_the_active_ones_right_below_by_their_default_value(shop):
    shop.category("1/2/10/15", is_active=1)
    shop.category("1/2/10/12", is_active=0)
    shop.category("1/2/10/13", include_in_menu=1)
    shop.category("1/2/10/14", is_active=1)
    shop.category_values(14, store=1, is_active=0)
    shop.category_values(12, store=1, is_active=1)
    shop.category("1/2/10/11/16", is_active=1)
    shop.category("1/2/101", is_active=1, url_key="like-10")
    shop.category("1/2/101/17", is_active=1)
    assert [item["children"] for item in shop.items(FEED, 10)] == [["11", "14", "15"]] * 2
    by_id = {item["categoryId"]: item["children"] for item in shop.items(FEED, 2, 11, 101)}
    assert by_id == {"2": ["10", "101"], "11": ["16"], "101": ["17"]}


def test_a_category_takes_being_inactive_from_the_main_menus_category_above_it(shop):
    shop.category_values(10, store=2, is_active=0)
    shop.category("1/2/10/11/12", is_active=1, include_in_menu=1, url_key="x")
    statuses = [(item["isActive"], item["includeInMenu"]) for item in shop.items(FEED, 12)]
    assert statuses == [(1, 1), (0, 1)]


def test_a_category_takes_being_out_of_the_menu_from_above_even_if_it_says_nothing(shop):
    shop.change(
        "catalog_category_entity_int",
        f"attribute_id = 42 AND {shop.layout.link} = {20 if shop.layout.staged else 10}",
        value=0,
    )
    assert first(shop) == {**TOPS, "includeInMenu": 0}
    assert first(shop, 10)["includeInMenu"] == 0


def test_of_a_status_above_one_missing_value_is_a_no_and_two_are_a_yes(shop):
    shop.category("1/2/30", url_key="silent")
    shop.category("1/2/30/31", is_active=1, include_in_menu=1)
    shop.category("1/2/40", url_key="half", include_in_menu=1)
    shop.category("1/2/40/41", is_active=1, include_in_menu=1)
    found = [first(shop, key) for key in (31, 41)]
    assert [(item["isActive"], item["includeInMenu"]) for item in found] == [(1, 1), (0, 1)]
    assert "isActive" not in first(shop, 40)


def test_the_status_of_categories_between_does_not_count(shop):
    shop.category("1/2/10/12", is_active=0, include_in_menu=0, url_key="x")
    shop.category("1/2/10/12/13", is_active=1, include_in_menu=1)
    item = first(shop, 13)
    assert (item["isActive"], item["includeInMenu"]) == (1, 1)


@pytest.mark.parametrize(
    ("own", "available", "expected"),
    [
        (None, None, "position"),
        ("name", None, "name"),
        ("cost", None, "position"),
        ("name", "price,name", "name"),
        ("name", "price", "price"),
        (None, "price,position", "position"),
        ("name", "cost,brand", "name"),
        ("", "", "position"),
    ],
)
def test_the_default_order_is_one_that_is_offered_and_known(shop, own, available, expected):
    shop.sorts_by("name", "price")
    shop.category_values(11, default_sort_by=own, available_sort_by=available)
    assert first(shop)["defaultSortBy"] == expected


def test_the_usual_order_of_a_store_view_comes_from_the_configuration(shop):
    shop.sorts_by("name")
    shop.config("catalog/frontend/default_sort_by", "name", "stores", 2)
    assert [item["defaultSortBy"] for item in shop.items(FEED, 11)] == ["position", "name"]


@pytest.mark.parametrize(
    ("text", "expected"), [("name,cost", ["name", "cost"]), ("", None), (None, None)]
)
def test_offered_orders_are_sent_as_they_were_entered(shop, text, expected):
    shop.category_values(11, available_sort_by=text)
    assert first(shop)["availableSortBy"] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("tops.jpg", "https://cdn.test/m/catalog/category/tops.jpg"),
        ("a/tops.jpg", "https://cdn.test/m/catalog/category/tops.jpg"),
        ("/media/catalog/category/tops.jpg", "https://cdn.test/m/catalog/category/tops.jpg"),
        ("/shop/media/wysiwyg/tops.jpg", "https://cdn.test/m/wysiwyg/tops.jpg"),
        ("/shop/pub/media/tops.jpg", "https://cdn.test/m/tops.jpg"),
        ("https://old.test/shop/media/tops.jpg", "https://cdn.test/m/tops.jpg"),
        ("/elsewhere/tops.jpg", "/elsewhere/tops.jpg"),
    ],
)
def test_an_image_is_an_address_below_the_media_address(shop, value, expected):
    shop.change("core_config_data", "path = 'web/unsecure/base_url'", value="https://x.test/shop/")
    shop.config("web/unsecure/base_media_url", "https://cdn.test/m/")
    shop.category_values(11, image=value)
    assert first(shop)["image"] == expected


def test_an_image_has_the_media_address_of_the_items_store_view(shop):
    shop.config("web/unsecure/base_media_url", "https://fr.test/m/", "stores", 2)
    shop.category_values(11, image="t.jpg")
    assert [item["image"] for item in shop.items(FEED, 11)] == [
        "https://shop.test/media/catalog/category/t.jpg",
        "https://fr.test/m/catalog/category/t.jpg",
    ]


@pytest.mark.difference("Directives")
def test_links_to_media_and_pages_in_a_description_become_absolute(shop):
    text = '<img src="{{media url="a/b.jpg"}}"><a href="{{store url=\'sale\'}}">{{widget type="X"}}'
    shop.category_values(11, description=text)
    rendered = "<p>what the widget's own code makes</p>"
    links = '<img src="https://shop.test/media/a/b.jpg"><a href="https://shop.test/sale">'
    reference, here = links + rendered, first(shop)["description"]
    assert here == links + '{{widget type="X"}}' != reference


@pytest.mark.parametrize(
    ("text", "unrendered"),
    [("plain", False), ("{{media url=a}}", False), ("{{block id=a}}", True)],
)
def test_a_text_that_only_the_shop_can_render_is_told(shop, text, unrendered):
    shop.category_values(11, description=text)
    assert [one.unrendered for one in shop.built(FEED, 11)] == [unrendered] * 2


def test_the_flags_of_an_attribute_to_sort_by_say_nothing_of_descriptions(shop):
    rich = {"is_html_allowed_on_front": 1, "is_wysiwyg_enabled": 1}
    shop.attribute(30, "early", catalog={**rich, "used_for_sort_by": 1})
    shop.change("catalog_eav_attribute", "attribute_id = 49", **dict.fromkeys(rich, 0))
    shop.category_values(11, description="<b>")
    assert first(shop)["description"] == "&lt;b&gt;"


@pytest.mark.parametrize(
    ("html_allowed", "wysiwyg", "expected"),
    [
        (1, 1, "<b>&amp; & 'x'</b> https://shop.test/media/a"),
        (1, 0, "<b>&amp; & 'x'</b> {{media url=a}}"),
        (0, 1, "<b>&amp; & 'x'</b> {{media url=a}}"),
        (0, 0, "&lt;b&gt;&amp; &amp; &#039;x&#039;&lt;/b&gt; {{media url=a}}"),
    ],
)
def test_how_a_description_is_treated_is_set_at_its_attribute(
    shop, html_allowed, wysiwyg, expected
):
    flags = {"is_html_allowed_on_front": html_allowed, "is_wysiwyg_enabled": wysiwyg}
    shop.change("catalog_eav_attribute", "attribute_id = 49", **flags)
    shop.category_values(11, description="<b>&amp; & 'x'</b> {{media url=a}}")
    assert first(shop)["description"] == expected


def test_a_category_that_is_gone_has_no_item(shop):
    assert shop.items(FEED, 99) == []


def test_times_are_no_change(shop):
    assert shop.built(FEED, 11)[0].volatile == (
        b'{"modifiedAt":"2026-11-23 16:00:00","updatedAt":"2026-02-03 04:05:06"}'
    )


def test_a_tombstone_says_which_category_it_was(shop):
    assert shop.built(FEED, 11)[0].minimal == (
        b'{"categoryId":"11","storeCode":"main","storeViewCode":"en","websiteCode":"base"}'
    )


def test_many_categories_cost_as_many_queries_as_one(shop):
    for number in range(101, 601):
        shop.category(f"1/2/10/{number}", name="x", url_key=f"x{number}", is_active=1)
    batches = [range(101, 102), range(101, 111), range(101, 601)]
    assert [shop.count_queries(FEED, ids) for ids in batches] == [8, 8, 8]


def edges(shop, table):
    return [one for one in FEED.edges(shop.read()) if one.on.table == table]


def widened(shop, table, code, *ids):
    """Whom a change of this attribute (or of the table) makes stale."""
    found = set()
    for edge in edges(shop, table):
        if code is None or edge.attributes is None or code in edge.attributes:
            known = shop.read()
            found |= set(shop.ids(edge.widen(known, ids)) if edge.widen else ids)
    return found


def test_a_new_url_key_concerns_the_whole_subtree_even_of_a_category_that_is_gone(shop):
    shop.category("1/2/10/11/12")
    shop.category("1/2/30")
    values = "catalog_category_entity_varchar"
    assert widened(shop, values, "url_key", 10) == {10, 11, 12}
    assert widened(shop, values, "name", 10) == {10}
    shop.delete("catalog_category_entity", "entity_id = 10")
    assert widened(shop, values, "url_key", 10) == {10, 11, 12}


def test_a_new_status_concerns_the_parent_and_what_lies_below_the_main_menu(shop):
    shop.category("1/2/10/11/12")
    values = "catalog_category_entity_int"
    assert widened(shop, values, "is_active", 10) == {2, 10, 11, 12}
    assert widened(shop, values, "is_active", 11) == {10, 11}
    assert widened(shop, values, "include_in_menu", 10) == {10, 11, 12}
    assert widened(shop, values, "is_anchor", 10) == {10}


def test_a_category_or_version_that_comes_or_goes_concerns_what_lies_below(shop):
    shop.category("1/2/10/11/12")
    *_, version = edges(shop, "catalog_category_entity")
    assert set(version.on.columns) == {"created_in", "updated_in"}
    assert set(shop.ids(version.widen(shop.read(), [10]))) == {10, 11, 12}


def test_a_category_that_comes_goes_or_moves_concerns_its_old_and_new_parent(shop):
    own, parent, version = edges(shop, "catalog_category_entity")
    assert (own.on.key.column, parent.on.key.column) == ("entity_id", "parent_id")
    assert len({one.on.changelog for one in (own, parent, version)}) == 3
    assert {"path", "level"} <= set(parent.on.columns)
    assert {"path", "level", "position", "parent_id", "created_at"} <= set(own.on.columns)
    assert not {"updated_at", "children_count"} & set(own.on.columns)


def test_an_attribute_that_is_not_read_concerns_nothing(shop):
    watched = {code for one in FEED.edges(shop.read()) for code in one.attributes or ()}
    assert watched == {
        "available_sort_by",
        "default_sort_by",
        "description",
        "display_mode",
        "image",
        "include_in_menu",
        "is_active",
        "is_anchor",
        "meta_description",
        "meta_keywords",
        "meta_title",
        "name",
        "url_key",
    }


def test_configuration_that_is_read_and_stores_concern_every_category(shop):
    whole = {one.on.table: one for one in FEED.edges(shop.read()) if one.whole}
    assert whole.keys() == {
        "store_website",
        "store_group",
        "store",
        "core_config_data",
        "catalog_eav_attribute",
    }
    assert whole["core_config_data"].values >= {
        "catalog/frontend/default_sort_by",
        "web/unsecure/base_media_url",
    }
    assert "root_category_id" in whole["store_group"].on.columns


def test_of_a_staged_category_the_version_in_force_counts(staged_shop):
    shop = staged_shop
    ended = {"updated_in": 1_800_000_000, "updated_at": "2026-02-03 04:05:06"}
    shop.change("catalog_category_entity", "row_id = 22", **ended)
    later = {"row_id": 99, "versions": (1_800_000_000, 2_147_483_647)}
    shop.category("1/2/10/11", **later, name="Later", is_active=0)
    assert shop.items(FEED, 11) == [TOPS, {**TOPS, "storeViewCode": "fr"}]
    assert first(shop, 10)["children"] == ["11"]
    shop.add("flag", flag_code="staging", flag_data='{"current_version":"1800000000"}')
    assert first(shop)["name"] == "Later"
    assert first(shop, 10)["children"] is None
