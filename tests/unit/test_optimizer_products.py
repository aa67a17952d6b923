"""Products in the terms of the Catalog Data Ingestion API, type by type."""

from __future__ import annotations

import orjson
import pytest

from daemon.core.item import Unbuildable, canonical, make_item
from daemon.core.translation import translated
from daemon.destination.routes import translation_of
from daemon.destination_settings import DestinationSettings

VIEW = {"storeViewCode": "default", "storeCode": "main", "websiteCode": "base"}
PLAIN = {
    "sku": "24-MB01",
    "productId": 7,
    "type": "simple",
    "name": "Bag",
    "urlKey": "bag",
    "status": "Enabled",
    "visibility": "Catalog, Search",
    "deleted": False,
}
KNOWN = {
    "sku": "24-MB01",
    "source": {"locale": "default"},
    "name": "Bag",
    "slug": "bag",
    "status": "ENABLED",
    "visibleIn": ["CATALOG", "SEARCH"],
    "externalIds": [{"id": "7", "origin": "Adobe Commerce"}],
}
VALUE = {"colorHex": None, "imageUrl": None, "sku": None, "isDefault": None, "qty": None}


def settings(**values):
    return DestinationSettings(
        preset="optimizer", url="https://aco.test", environment_id="tenant", **values
    )


def products(fields, references=None, **values):
    """What one item becomes."""
    content = {**PLAIN, **VIEW, **fields}
    minimal = {"productId": content["productId"], "sku": content["sku"], **VIEW}
    item = make_item(7, [content["sku"], "default"], content, {"modifiedAt": "now"}, minimal)
    item = item._replace(aside=canonical({"variant_references": references or {}}))
    return translated(translation_of("products", settings(**values)), [item])


def body(fields, references=None, **values):
    [found] = products(fields, references, **values)
    return orjson.loads(found.body)


def test_a_simple_product_has_the_required_fields_and_no_empty_ones():
    assert body({"description": None, "attributes": None, "images": None}) == KNOWN


def test_an_item_is_known_by_sku_and_locale_and_remembers_what_people_know_it_by():
    [found] = products({}, locales={"default": "en-US"})
    assert orjson.loads(found.minimal) == {
        "productId": 7,
        "sku": "24-MB01",
        "source": {"locale": "en-US"},
        **VIEW,
    }
    [other] = products({"name": "Other"}, locales={"default": "en-US"})
    assert (found.feed_id, found.entity_id) == (other.feed_id, 7)
    assert found.hash != other.hash
    assert products({}, locales={"default": "en-GB"})[0].feed_id != found.feed_id


def test_times_of_assembly_and_what_the_api_lacks_are_no_reason_to_send():
    (one,), (other,) = products({"inStock": True, "weight": 1}), products({"inStock": False})
    assert one == other
    assert one.volatile == b"{}"


def test_a_store_view_with_an_empty_locale_is_left_out():
    assert products({}, locales={"default": ""}) == []


def test_two_store_views_of_one_locale_are_told():
    [found] = products({}, locales={"fr": "default"})
    assert isinstance(found, Unbuildable)
    assert found.reason == (
        "its store view default would have the locale of fr; set locales.default"
    )


@pytest.mark.parametrize(
    ("visibility", "places"),
    [("Not Visible Individually", []), ("Catalog", ["CATALOG"]), ("Search", ["SEARCH"])],
)
def test_where_it_is_shown(visibility, places):
    assert body({"visibility": visibility})["visibleIn"] == places


@pytest.mark.parametrize(
    ("fields", "name", "slug"),
    [({"name": None}, "24-MB01", "bag"), ({"urlKey": None}, "Bag", "24-mb01")],
)
def test_the_sku_stands_in_for_a_name_or_url_key_that_is_missing(fields, name, slug):
    found = body(fields)
    assert (found["name"], found["slug"]) == (name, slug)


def test_texts_images_categories_and_links_go_where_they_belong():
    found = body(
        {
            "status": "Disabled",
            "description": "long",
            "shortDescription": "short",
            "metaTitle": "title",
            "metaKeyword": "bag, yoga,,",
            "attributes": [{"attributeCode": "size", "value": ["L", None]}],
            "images": [
                {"resource": {"url": "u2", "label": "", "roles": None}, "sortOrder": "10"},
                {
                    "resource": {"url": "u1", "label": "front", "roles": ["image", "hover"]},
                    "sortOrder": "9",
                },
            ],
            "categoryData": [
                {"categoryId": "3", "categoryPath": "Gear/bags_x", "productPosition": -1}
            ],
            "links": [{"sku": "B", "type": "related"}, {"sku": "B", "type": "related"}],
            "parents": [{"sku": "G", "productType": "grouped"}],
        }
    )
    assert found == KNOWN | {
        "status": "DISABLED",
        "description": "long",
        "shortDescription": "short",
        "metaTags": {"title": "title", "keywords": ["bag", "yoga"]},
        "attributes": [{"code": "size", "values": ["L"]}],
        "images": [
            {"url": "u1", "label": "front", "roles": ["BASE"], "customRoles": ["hover"]},
            {"url": "u2"},
        ],
        "routes": [{"path": "gear/bags-x-8717d4", "position": -1}],
        "links": [{"type": "IN_GROUP", "sku": "G"}, {"type": "RELATED", "sku": "B"}],
    }


def test_a_configurable_offers_values_by_reference():
    color = {"id": "color", "type": "configurable", "label": "Color", "swatchType": None}
    swatch = {"swatchType": '{"swatch_input_type":"visual"}'}
    values = [{**VALUE, "id": "ref", "label": "Red", "colorHex": "#f00"}]
    found = body(
        {
            "type": "configurable",
            "optionsV2": [
                {**color, **swatch, "values": values},
                {**color, "id": "size", "values": None},
                {**color, "id": "odd", "swatchType": "{", "values": None},
            ],
        }
    )
    plain = {"type": "CONFIGURABLE", "label": "Color", "values": []}
    offered = [{"variantReferenceId": "ref", "label": "Red", "colorHex": "#f00"}]
    assert found["configurations"] == [
        {"attributeCode": "color", "type": "SWATCH", "label": "Color", "values": offered},
        {"attributeCode": "size", **plain},
        {"attributeCode": "odd", **plain},
    ]


def test_a_variant_says_which_value_it_is_and_of_whom():
    parents = [{"sku": "P", "productType": "configurable"}]
    attributes = [{"attributeCode": "color", "value": ["Red"]}]
    references = {"color": "ref", "size": "hidden"}
    found = body({"attributes": attributes, "parents": parents}, references)
    assert found["links"] == [{"type": "VARIANT_OF", "sku": "P"}]
    assert found["attributes"] == [
        {"code": "color", "values": ["Red"], "variantReferenceId": "ref"},
        {"code": "size", "values": [], "variantReferenceId": "hidden"},
    ]


def test_what_is_no_variant_on_a_website_refers_to_nothing_there():
    attributes = [{"attributeCode": "color", "value": ["Red"]}]
    found = body({"attributes": attributes, "parents": None}, {"color": "ref"})
    assert found["attributes"] == [{"code": "color", "values": ["Red"]}]


def test_a_bundle_has_groups_and_each_product_once():
    def choice(sku, **fields):
        return {**VALUE, "sku": sku, "qty": 2, "qtyMutability": True, **fields}

    option = {"id": "1", "type": "bundle", "label": "Tops", "renderType": "radio"}
    found = body(
        {
            "type": "bundle_fixed",
            "optionsV2": [
                {
                    **option,
                    "required": True,
                    "values": [choice("A", isDefault=True), choice("B", qtyMutability=False)],
                },
                {**option, "id": "2", "renderType": "multi", "values": [choice("A"), choice("C")]},
            ],
        }
    )
    assert found["bundles"] == [
        {
            "group": "Tops",
            "required": True,
            "multiSelect": False,
            "defaultItemSkus": ["A"],
            "items": [
                {"sku": "A", "qty": 2, "userDefinedQty": True},
                {"sku": "B", "qty": 2, "userDefinedQty": False},
            ],
        },
        {
            "group": "Tops (2)",
            "required": False,
            "multiSelect": True,
            "defaultItemSkus": [],
            "items": [{"sku": "C", "qty": 2, "userDefinedQty": True}],
        },
    ]


@pytest.mark.parametrize("kind", ["bundle", "bundle_fixed"])
def test_a_part_of_a_bundle_points_to_it(kind):
    found = body({"parents": [{"sku": "P", "productType": kind}]})
    assert found["links"] == [{"type": "IN_BUNDLE", "sku": "P"}]


@pytest.mark.parametrize("kind", ["virtual", "downloadable", "grouped", "giftcard"])
def test_other_types_are_products_without_options(kind):
    options = [{"id": "1", "type": kind, "values": [{**VALUE, "sku": "A"}]}]
    assert body({"type": kind, "optionsV2": options}) == KNOWN


def test_what_breaks_the_translation_is_told_without_the_items_words():
    [found] = products({"parents": "s3cret"})
    assert isinstance(found, Unbuildable)
    assert found.reason.startswith("TypeError at ")
    assert "s3cret" not in found.reason
