import hashlib

import pytest

from daemon.feeds.products import FEED


@pytest.fixture
def shop(shop):
    shop.bag()
    return shop


MEDIA = "https://shop.test/media/catalog/product"


def by_hash(*places):
    """Places of `position-file` in the order of the reference for store view en."""
    keys = {
        hashlib.sha1(f"en-1-{place}".encode(), usedforsecurity=False).hexdigest(): place
        for place in places
    }
    return [keys[key] for key in sorted(keys)]


def test_a_picture_has_its_words_and_its_roles(shop):
    shop.picture(1, 1, "/a.jpg", label="Front", position=2, disabled=0)
    shop.product_values(1, image="/a.jpg", thumbnail="/a.jpg", small_image="/b.jpg")
    item = shop.sent(FEED)
    roles = ["image", "thumbnail"]
    url, label = f"{MEDIA}/a.jpg", "Front"
    assert item["media_gallery"] == [{"url": url, "label": label, "types": roles, "sort_order": 2}]
    resource = {"url": url, "label": label, "roles": roles}
    assert item["images"] == [{"resource": resource, "sortOrder": "2"}]
    assert item["videos"] is None


def test_a_picture_of_which_nothing_is_said_is_sent_all_the_same(shop):
    shop.picture(1, 1, "/a.jpg")
    shop.delete("catalog_product_entity_media_gallery_value", "value_id = 1")
    item = shop.sent(FEED)
    assert item["media_gallery"] == [
        {"url": f"{MEDIA}/a.jpg", "label": "", "types": None, "sort_order": 0}
    ]
    assert item["images"] == [
        {
            "resource": {"url": f"{MEDIA}/a.jpg", "label": "", "roles": None},
            "sortOrder": "0",
        }
    ]


def test_a_hidden_picture_is_marked_in_images_only(shop):
    shop.picture(1, 1, "/a.jpg", disabled=1)
    shop.product_values(1, image="/a.jpg")
    item = shop.sent(FEED)
    assert item["images"][0]["resource"]["roles"] == ["image", "hide_from_pdp"]
    assert item["media_gallery"][0]["types"] == ["image"]


def test_words_of_a_store_view_beat_the_defaults_column_by_column(shop):
    shop.picture(1, 1, "/a.jpg", label="Front", position=2, disabled=1)
    shop.words(1, 1, 2, label="", position=None, disabled=0)
    english, french = (item["images"][0] for item in shop.items(FEED, 1))
    assert english["resource"]["label"] == "Front"
    assert english["resource"]["roles"] == ["hide_from_pdp"]
    assert french == {
        "resource": {"url": f"{MEDIA}/a.jpg", "label": "", "roles": None},
        "sortOrder": "2",
    }


def test_roles_are_those_of_the_store_view(shop):
    shop.picture(1, 1, "/a.jpg")
    shop.product_values(1, image="/a.jpg")
    shop.product_values(1, store=2, image="/b.jpg")
    roles = [item["images"][0]["resource"]["roles"] for item in shop.items(FEED, 1)]
    assert roles == [["image"], None]


def test_the_order_is_that_of_a_hash_over_store_view_product_position_and_file(shop):
    for number in range(1, 7):
        shop.picture(number, 1, f"/{number}.jpg", position=number % 3)
    shop.picture(7, 1, "/7.jpg")
    expected = by_hash(*(f"{number % 3}-/{number}.jpg" for number in range(1, 7)), "-/7.jpg")
    item = shop.sent(FEED)
    assert [
        f"{one['sort_order'] if one['url'][-5] != '7' else ''}-{one['url'].removeprefix(MEDIA)}"
        for one in item["media_gallery"]
    ] == expected
    assert [one["resource"]["url"] for one in item["images"]] == [
        one["url"] for one in item["media_gallery"]
    ]


def test_of_two_equal_files_the_last_counts(shop):
    shop.picture(1, 1, "/a.jpg", position=1, label="old")
    shop.picture(2, 1, "/a.jpg", position=1, label="new")
    shop.picture(3, 1, "/a.jpg", position=2, label="elsewhere")
    labels = sorted(one["label"] for one in shop.sent(FEED)["media_gallery"])
    assert labels == ["elsewhere", "new"]


def test_a_video_is_sent_with_what_the_store_view_says_of_it(shop):
    shop.picture(1, 1, "/v.png", "external-video", position=9, label="Clip")
    table = "catalog_product_entity_media_gallery_value_video"
    shop.add(table, value_id=1, store_id=0, provider="youtube", url="u", title="T", metadata="0")
    shop.add(table, value_id=1, store_id=2, title="Titre", description="")
    english, french = shop.items(FEED, 1)
    video = {
        "videoProvider": "youtube",
        "videoUrl": "u",
        "videoTitle": "T",
        "videoDescription": None,
        "videoMetadata": None,
        "mediaType": "external-video",
    }
    assert english["videos"] == [
        {
            "preview": {"url": f"{MEDIA}/v.png", "label": "Clip", "roles": None},
            "video": video,
            "sortOrder": "9",
        }
    ]
    assert english["images"] is None
    assert english["media_gallery"][0]["video_attributes"] == video
    assert french["videos"][0]["video"] == {**video, "videoTitle": "Titre"}


def test_a_store_view_that_speaks_of_a_picture_alone_has_the_default_words_of_the_video(shop):
    shop.picture(1, 1, "/v.png", "external-video")
    shop.picture(2, 1, "/a.jpg")
    shop.words(2, 1, 2, label="Image")
    table = "catalog_product_entity_media_gallery_value_video"
    shop.add(table, value_id=1, store_id=0, title="T")
    titles = [item["videos"][0]["video"]["videoTitle"] for item in shop.items(FEED, 1)]
    assert titles == ["T", "T"]


def test_a_video_of_which_nothing_is_known_is_only_a_preview(shop):
    shop.picture(1, 1, "/v.png", "external-video")
    item = shop.sent(FEED)
    assert list(item["videos"][0]) == ["preview", "sortOrder"]
    assert "video_attributes" not in item["media_gallery"][0]


def test_a_file_may_belong_to_several_products(shop):
    shop.product(2, "case", name="Case")
    shop.picture(1, 1, "/a.jpg", label="of the bag")
    link = {shop.layout.link: shop.link(2)}
    shop.add("catalog_product_entity_media_gallery_value_to_entity", value_id=1, **link)
    shop.words(1, 2, 0, label="of the case")
    labels = {
        item["sku"]: item["images"][0]["resource"]["label"] for item in shop.items(FEED, 1, 2)
    }
    assert labels == {"bag": "of the bag", "case": "of the case"}


def test_a_file_of_another_attribute_is_no_part_of_the_gallery(shop):
    shop.picture(1, 1, "/a.jpg")
    shop.change("catalog_product_entity_media_gallery", "value_id = 1", attribute_id=87)
    assert shop.sent(FEED)["media_gallery"] is None
