import pytest
from product_rows import GALLERY_ID, PRODUCT_ATTRIBUTES

from daemon.core.item import feed_id
from daemon.core.options import FeedOptions
from daemon.feeds.product_attributes import FEED

COLOR = {
    "id": "100",
    "storeViewCode": "en",
    "storeCode": "main",
    "websiteCode": "base",
    "attributeCode": "hue",
    "attributeType": "catalog_product",
    "dataType": "int",
    "multi": False,
    "label": "Color",
    "frontendInput": "select",
    "required": False,
    "unique": False,
    "global": False,
    "visible": False,
    "searchable": False,
    "filterable": False,
    "visibleInCompareList": False,
    "visibleInListing": False,
    "sortable": False,
    "visibleInSearch": False,
    "filterableInSearch": False,
    "searchWeight": 1.0,
    "usedForRules": False,
    "boolean": False,
    "systemAttribute": False,
    "numeric": False,
    "deleted": False,
    "modifiedAt": "2026-11-23 16:00:00",
}
PRODUCT_IDS = sorted([GALLERY_ID, *(number for number, *_ in PRODUCT_ATTRIBUTES.values())])
PLAIN = {"is_global": 0, "is_visible": 0}


@pytest.fixture
def shop(shop):
    row = {"backend_type": "int", "frontend_input": "select", "frontend_label": "Color"}
    shop.attribute(100, "hue", catalog=PLAIN, **row)
    return shop


def first(shop, attribute_id=100):
    return shop.items(FEED, attribute_id)[0]


def test_an_attribute_has_one_item_per_store_view(shop):
    assert shop.items(FEED, 100) == [
        COLOR,
        {**COLOR, "storeViewCode": "fr"},
        {**COLOR, "storeViewCode": "de", "storeCode": "eu_store", "websiteCode": "eu"},
    ]


def test_the_identity_is_code_and_store_view(shop):
    assert [one.feed_id for one in shop.built(FEED, 100)] == [
        feed_id(["hue", code]) for code in ("en", "fr", "de")
    ]


def test_the_label_of_a_store_view_beats_the_default_one(shop):
    shop.add("eav_attribute_label", attribute_id=100, store_id=2, value="Couleur")
    shop.add("eav_attribute_label", attribute_id=100, store_id=3, value=None)
    assert [item["label"] for item in shop.items(FEED, 100)] == ["Color", "Couleur", "Color"]


def test_of_two_labels_of_a_store_view_the_last_one_counts(shop):
    for label_id, label in ((9, "late"), (8, "early")):
        row = {"attribute_label_id": label_id, "attribute_id": 100, "store_id": 1}
        shop.add("eav_attribute_label", **row, value=label)
    assert first(shop)["label"] == "late"


def test_no_label_and_no_input_are_absent(shop):
    shop.change("eav_attribute", "attribute_id = 100", frontend_label=None, frontend_input=None)
    assert COLOR.keys() - first(shop).keys() == {"label", "frontendInput"}


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("is_global", "global"),
        ("is_visible", "visible"),
        ("is_searchable", "searchable"),
        ("is_filterable", "filterable"),
        ("is_comparable", "visibleInCompareList"),
        ("used_in_product_listing", "visibleInListing"),
        ("used_for_sort_by", "sortable"),
        ("is_visible_on_front", "visibleInSearch"),
        ("is_filterable_in_search", "filterableInSearch"),
        ("is_used_for_price_rules", "usedForRules"),
    ],
)
def test_each_setting_of_the_catalog_has_its_field(shop, column, field):
    shop.change("catalog_eav_attribute", "attribute_id = 100", **{column: 2})
    assert first(shop) == {**COLOR, field: True}


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("is_required", "required"),
        ("is_unique", "unique"),
        ("is_user_defined", "systemAttribute"),
    ],
)
def test_each_setting_of_the_attribute_has_its_field(shop, column, field):
    shop.change("eav_attribute", "attribute_id = 100", **{column: 1})
    assert first(shop) == {**COLOR, field: True}


def test_other_settings_of_visibility_and_rules_have_no_field(shop):
    others = {"is_visible_in_advanced_search": 1, "is_used_for_promo_rules": 1}
    shop.change("catalog_eav_attribute", "attribute_id = 100", **others)
    assert first(shop) == COLOR


def test_the_search_weight_is_a_number(shop):
    shop.change("catalog_eav_attribute", "attribute_id = 100", search_weight=2.5)
    assert first(shop)["searchWeight"] == 2.5


@pytest.mark.parametrize(
    ("code", "frontend", "backend", "expected"),
    [
        ("a", "boolean", "int", True),
        ("a", "boolean", "varchar", False),
        ("a", "select", "int", False),
        ("has_options", "text", "varchar", True),
        ("allow_message", "text", "varchar", True),
        ("is_redeemable", None, "static", True),
        ("use_config_is_redeemable", None, "static", True),
        ("use_config_lifetime", None, "static", True),
        ("use_config_email_template", None, "static", True),
        ("use_config_allow_message", None, "static", True),
    ],
)
def test_what_is_boolean(shop, code, frontend, backend, expected):
    shop.attribute(101, code, frontend_input=frontend, backend_type=backend)
    assert first(shop, 101)["boolean"] is expected


@pytest.mark.parametrize(
    ("code", "kind", "expected"),
    [
        ("a", ("price", "decimal", None), True),
        ("a", ("weight", "decimal", None), True),
        ("a", ("text", "int", None), True),
        ("a", ("text", "varchar", None), False),
        ("a", ("select", "int", None), False),
        ("a", ("text", "varchar", "validate-number"), True),
        ("a", ("text", "varchar", "validate-digits"), True),
        ("a", ("text", "varchar", "required validate-digits"), False),
        ("required_options", (None, "static", None), True),
        ("has_options", ("text", "int", None), False),
        ("a", ("boolean", "int", "validate-number"), False),
    ],
)
def test_what_is_numeric(shop, code, kind, expected):
    names = ("frontend_input", "backend_type", "frontend_class")
    row = dict(zip(names, kind, strict=True))
    shop.attribute(101, code, **row)
    assert first(shop, 101)["numeric"] is expected


@pytest.mark.parametrize(
    ("frontend", "expected"),
    [("multiselect", True), ("multiline", True), ("select", False), ("text", False)],
)
def test_what_holds_several_values(shop, frontend, expected):
    shop.attribute(101, "a", frontend_input=frontend)
    assert first(shop, 101)["multi"] is expected


@pytest.mark.parametrize(
    ("code", "data_type"),
    [
        ("ac_downloadable", "OBJECT"),
        ("ac_inventory", "OBJECT"),
        ("ac_tax_class", "text"),
        ("ac_attribute_set", "static"),
    ],
)
def test_a_marker_is_visible_but_not_in_search_whatever_its_row_says(shop, code, data_type):
    catalog = {"is_visible": 0, "is_visible_on_front": 1}
    shop.attribute(101, code, catalog=catalog, backend_type="static")
    item = first(shop, 101)
    assert (item["dataType"], item["visible"], item["visibleInSearch"]) == (data_type, True, False)


@pytest.mark.difference("Nothing is written to the shop's catalog for `ac_downloadable`")
def test_a_shop_without_the_downloadable_marker_gets_a_made_up_one(shop):
    reference = max(*PRODUCT_IDS, 100) + 1  # of the row that it adds to the shop
    assert shop.ids(FEED.ids(shop.read())) == sorted([*PRODUCT_IDS, 100, 65536])
    assert reference not in (65536, *shop.ids(FEED.ids(shop.read())))
    assert first(shop, 65536) == {
        **COLOR,
        "id": "65536",
        "attributeCode": "ac_downloadable",
        "dataType": "OBJECT",
        "label": "AC Downloadable product",
        "frontendInput": "textarea",
        "visible": True,
    }


def test_a_real_downloadable_marker_replaces_the_made_up_one(shop):
    shop.attribute(173, "ac_downloadable", backend_type="static")
    assert shop.ids(FEED.ids(shop.read())) == sorted([*PRODUCT_IDS, 100, 173])
    assert [item["id"] for item in shop.items(FEED, 173, 65536)] == ["173"] * 3


def test_attributes_of_categories_and_attributes_that_are_gone_have_no_item(shop):
    assert shop.items(FEED, 40, 999) == []


def test_an_attribute_is_found_by_its_code_and_so_is_the_made_up_one(shop):
    def owners(*keys):
        return set(shop.rows(FEED.owners(shop.read(), keys)))

    assert owners("hue", "nothing") == {("hue", 100)}
    assert owners("hue", "ac_downloadable") == {("hue", 100), ("ac_downloadable", 65536)}
    shop.attribute(173, "ac_downloadable")
    assert owners("ac_downloadable") == {("ac_downloadable", 173)}


def test_a_tombstone_says_which_attribute_it_was(shop):
    assert shop.built(FEED, 100)[0].minimal == (
        b'{"attributeCode":"hue","attributeType":"catalog_product","storeCode":"main",'
        b'"storeViewCode":"en","websiteCode":"base"}'
    )


def test_the_time_of_building_is_no_change(shop):
    assert shop.built(FEED, 100)[0].volatile == b'{"modifiedAt":"2026-11-23 16:00:00"}'


def test_many_attributes_cost_as_many_queries_as_one(shop):
    for number in range(1001, 1501):
        shop.attribute(number, f"a{number}")
    batches = [range(1001, 1002), range(1001, 1011), range(1001, 1501)]
    assert [shop.count_queries(FEED, ids) for ids in batches] == [2, 2, 2]


def test_rows_labels_and_store_codes_are_watched(shop):
    edges = {one.on.table: one for one in FEED.edges(shop.read())}
    assert {table for table, edge in edges.items() if edge.whole} == {
        "store_website",
        "store_group",
        "store",
    }
    assert edges["eav_attribute_label"].on.columns == ("store_id", "value")
    assert {one.on.key.column for one in edges.values() if not one.whole} == {"attribute_id"}
    assert "frontend_class" in edges["eav_attribute"].on.columns
    assert "note" not in edges["eav_attribute"].on.columns


def test_extra_markers_are_made_up_where_they_are_asked_for(shop):
    shop.options = FeedOptions(
        extra_attributes=("ac_attribute_set", "ac_inventory", "ac_tax_class")
    )
    shop.attribute(180, "ac_inventory", backend_type="static")
    assert shop.ids(FEED.ids(shop.read())) == sorted([*PRODUCT_IDS, 100, 180, 65536, 65537, 65539])
    marker = {**COLOR, "frontendInput": "textarea", "visible": True}
    assert [first(shop, 65537), first(shop, 65539)] == [
        {
            **marker,
            "id": "65537",
            "attributeCode": "ac_attribute_set",
            "dataType": "static",
            "label": "AC Attribute Set",
        },
        {
            **marker,
            "id": "65539",
            "attributeCode": "ac_tax_class",
            "dataType": "text",
            "label": "AC Tax Class",
        },
    ]
    assert set(shop.rows(FEED.owners(shop.read(), ["ac_inventory", "ac_tax_class"]))) == {
        ("ac_inventory", 180),
        ("ac_tax_class", 65539),
    }


def test_stock_settings_are_made_up_too_where_no_row_tells_of_them(shop):
    shop.options = FeedOptions(extra_attributes=("ac_inventory",))
    assert shop.ids(FEED.ids(shop.read())) == sorted([*PRODUCT_IDS, 100, 65536, 65538])
    assert first(shop, 65538) == {
        **COLOR,
        "id": "65538",
        "attributeCode": "ac_inventory",
        "dataType": "OBJECT",
        "label": "AC Inventory Data",
        "frontendInput": "textarea",
        "visible": True,
    }
