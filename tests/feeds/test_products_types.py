"""Rows in, whole items out: one product of every type, with what is particular to it."""

import pytest
from page_rows import PLAIN, VALUE, uid
from showcase_world import BAG, CASE, COURSE, KIT, RED_SHIRT, SET, SHIRT, fill

from daemon.feeds.products import FEED

BOX, VISIT, VOUCHER = 21, 51, 50
MEDIA = "https://shop.test/media/catalog/product"
CLIP = {
    "mediaType": "external-video",
    "videoProvider": None,
    "videoUrl": None,
    "videoTitle": "Clip",
    "videoDescription": None,
    "videoMetadata": None,
}
PICTURE = {"url": f"{MEDIA}/a.jpg", "label": "", "types": ["image"], "sort_order": 1}
VIDEO = {"url": f"{MEDIA}/v.png", "label": "", "types": None, "sort_order": 2}
SAMPLE = "https://shop.test/downloadable/download/sample/sample_id/6"
HIDDEN = {"visibility": "Not Visible Individually", "displayable": False}
UNSTOCKED = HIDDEN | {"inStock": False, "buyable": False}

SIMPLE = {
    "sku": "bag",
    "name": "Bag",
    "urlKey": "bag",
    "url": "https://shop.test/bag.html",
    "urlRewrites": [
        {"url": "https://shop.test/bag.html", "parameters": [{"name": "id", "value": "1"}]}
    ],
    "taxClassId": "Goods",
    "image": {"url": f"{MEDIA}/a.jpg", "label": None},
    "media_gallery": [VIDEO | {"video_attributes": CLIP}, PICTURE],
    "images": [
        {
            "resource": {"url": f"{MEDIA}/a.jpg", "label": "", "roles": ["image"]},
            "sortOrder": "1",
        }
    ],
    "videos": [
        {
            "preview": {"url": f"{MEDIA}/v.png", "label": "", "roles": None},
            "video": CLIP,
            "sortOrder": "2",
        }
    ],
    "attributes": [
        {"attributeCode": "material", "value": ["3", "Wool"]},
        {"attributeCode": "note", "value": ["n"]},
    ],
    "categories": ["gear/bags"],
    "categoryData": [{"categoryId": "11", "categoryPath": "gear/bags", "productPosition": 0}],
    "links": [{"sku": "case", "type": "related"}],
    "parents": [{"sku": "kit", "productType": "bundle"}, {"sku": "set", "productType": "grouped"}],
}
WITH_CUSTOM_OPTIONS = HIDDEN | {
    "sku": "case",
    "name": "Case",
    "optionsV2": [
        {
            "id": "7",
            "label": "Gift",
            "sortOrder": 0,
            "required": True,
            "renderType": "radio",
            "type": "custom_option",
            "values": [
                VALUE
                | {
                    "id": uid("custom-option/7/12"),
                    "label": "Bow",
                    "sortOrder": 0,
                    "isDefault": False,
                    "price": 1.0,
                    "priceType": "fixed",
                }
            ],
        }
    ],
    "shopperInputOptions": [
        {
            "id": uid("custom-option/9"),
            "label": "Gift",
            "sortOrder": 0,
            "required": True,
            "renderType": "field",
            "price": 1.0,
            "range": {"from": None, "to": None},
        }
    ],
}
CONFIGURABLE = UNSTOCKED | {
    "sku": "shirt",
    "name": "Shirt",
    "type": "configurable",
    "optionsV2": [
        {
            "id": "color",
            "label": "Colour",
            "sortOrder": 1,
            "type": "configurable",
            "values": [
                VALUE
                | {
                    "id": uid("configurable/93/51"),
                    "label": "Red",
                    "sortOrder": 0,
                    "colorHex": "#f00",
                }
            ],
        }
    ],
}
VARIANT = UNSTOCKED | {
    "sku": "shirt-red",
    "name": "Red shirt",
    "attributes": [{"attributeCode": "color", "value": ["Red"]}],
    "parents": [{"sku": "shirt", "productType": "configurable"}],
}
DYNAMIC_BUNDLE = UNSTOCKED | {
    "sku": "kit",
    "name": "Kit",
    "type": "bundle",
    "optionsV2": [
        {
            "id": "3",
            "label": "Ball",
            "sortOrder": 2,
            "required": True,
            "renderType": "radio",
            "type": "bundle",
            "values": [
                VALUE
                | {
                    "id": uid(f"bundle/3/{selection}/1"),
                    "label": "Bag",
                    "sortOrder": 0,
                    "isDefault": False,
                    "qtyMutability": False,
                    "qty": 1.0,
                    "sku": "bag",
                    "price": price,
                    "priceType": "fixed",
                }
                for selection, price in ((8, 2.0), (9, 0.0))
            ],
        }
    ],
}
FIXED_BUNDLE = UNSTOCKED | {
    "sku": "box",
    "name": "Box",
    "type": "bundle_fixed",
    "priceView": "as_low_as",
    "weightType": "0",
}
GROUPED = UNSTOCKED | {
    "sku": "set",
    "name": "Set",
    "type": "grouped",
    "optionsV2": [
        {
            "id": "30",
            "type": "grouped",
            "values": [
                VALUE | {"id": "1", "sku": "bag", "qty": 1.0, "sortOrder": 1, "qtyMutability": True}
            ],
        }
    ],
}
DOWNLOADABLE = UNSTOCKED | {
    "sku": "course",
    "name": "Course",
    "type": "downloadable",
    "samples": [{"resource": {"url": SAMPLE, "label": "Trailer", "roles": None}, "sortOrder": "1"}],
    "optionsV2": [
        {
            "id": "link:40",
            "type": "downloadable",
            "values": [
                VALUE
                | {
                    "id": uid("downloadable/5"),
                    "label": "Part 1",
                    "sortOrder": 1,
                    "qty": 0.0,
                    "price": 3.0,
                }
            ],
        }
    ],
    "attributes": [
        {
            "attributeCode": "ac_downloadable",
            "value": [
                (
                    '{"purchase_separately":false,"samples":[{"label":"Trailer","url":'
                    '"https:\\/\\/shop.test\\/downloadable\\/download\\/sample\\/sample_id\\/6"}],'
                    f'"links":[{{"uid":"{uid("downloadable/5")}","label":"Part 1","price":3,'
                    '"number_of_downloads":0,"sample_url":null}]}'
                )
            ],
        }
    ],
}
ITEMS = {
    BAG: SIMPLE,
    CASE: WITH_CUSTOM_OPTIONS,
    SHIRT: CONFIGURABLE,
    RED_SHIRT: VARIANT,
    KIT: DYNAMIC_BUNDLE,
    BOX: FIXED_BUNDLE,
    SET: GROUPED,
    COURSE: DOWNLOADABLE,
    VOUCHER: {"sku": "voucher", "name": "Voucher", "type": "giftcard"},
    VISIT: {"sku": "visit", "name": "Visit", "type": "virtual"},
}
"""Product → what its item says beyond, or instead of, that of the plainest product."""


@pytest.fixture
def shop(shop):
    fill(shop)
    shop.product(BOX, "box", "bundle", name="Box", status=1, price_type=1, price_view=1)
    shop.product_values(BOX, weight_type=0)
    for number, sku, kind in ((VOUCHER, "voucher", "giftcard"), (VISIT, "visit", "virtual")):
        shop.product(number, sku, kind, name=sku.title(), status=1, visibility=4)
        shop.stock(number)
    return shop


def test_a_product_of_each_type_is_sent_with_all_that_it_is_made_of(shop):
    english = [item for item in shop.items(FEED, *ITEMS) if item["storeViewCode"] == "en"]
    pages = {id_: f"https://shop.test/catalog/product/view/id/{id_}/s//" for id_ in ITEMS}
    assert {item["productId"]: item for item in english} == {
        id_: {**PLAIN, "productId": id_, "url": pages[id_], **own} for id_, own in ITEMS.items()
    }


def test_each_product_is_the_same_alone_as_among_others(shop):
    together = {one.feed_id: one for one in shop.built(FEED, *ITEMS)}
    alone = {one.feed_id: one for id_ in ITEMS for one in shop.built(FEED, id_)}
    assert alone == together
