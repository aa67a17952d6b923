"""A showcase with a product of every type, and a row in every table that items are made of."""

BAG, CASE, SHIRT, RED_SHIRT, KIT, SET, COURSE = 1, 2, 10, 11, 20, 30, 40
PRODUCTS = (BAG, CASE, SHIRT, RED_SHIRT, KIT, SET, COURSE)
ALL = set(PRODUCTS)


def fill(shop):
    shop.bag(image="/a.jpg", tax_class_id=2, note="n", material="3,4", url_key="bag")
    shop.product(CASE, "case", name="Case", status=1)
    shop.stock(CASE)
    shop.add("tax_class", class_id=2, class_name="Goods", class_type="PRODUCT")
    shop.option(51, "color", "Red")
    shop.option(4, "material", "Wool")
    for number in (1, 2):
        shop.add("inventory_stock", stock_id=number, name=str(number))
    for number in PRODUCTS if shop.layout.staged else ():
        shop.add("sequence_product", sequence_value=number)
    shop.channel("base", 1)
    for path, key in (("1", None), ("1/2", "root"), ("1/2/10", "gear"), ("1/2/10/11", "bags")):
        shop.category(path, **({"url_key": key} if key else {}))
    shop.index(11, BAG)
    shop.picture(1, BAG, "/a.jpg", position=1)
    shop.picture(2, BAG, "/v.png", "external-video", position=2)
    table = "catalog_product_entity_media_gallery_value_video"
    shop.add(table, value_id=2, store_id=0, title="Clip")
    shop.rewrite("bag.html")
    shop.points(BAG, CASE, 1)
    shirt(shop)
    kit(shop)
    group(shop)
    course(shop)
    options(shop)


def shirt(shop):
    shop.product(SHIRT, "shirt", "configurable", name="Shirt", status=1)
    shop.product(RED_SHIRT, "shirt-red", name="Red shirt", status=1, color=51)
    names = {"product_id": shop.link(SHIRT), "attribute_id": 93}
    shop.add("catalog_product_super_attribute", **names, position=1)
    shop.add("catalog_product_super_link", parent_id=shop.link(SHIRT), product_id=RED_SHIRT)
    shop.part(SHIRT, RED_SHIRT)
    shop.add("eav_attribute_label", attribute_id=93, store_id=1, value="Colour")
    shop.add("eav_attribute_option_swatch", option_id=51, store_id=0, type=1, value="#f00")


def kit(shop):
    shop.product(KIT, "kit", "bundle", name="Kit", status=1, price_type=0)
    names = {"option_id": 3, "parent_product_id": shop.link(KIT)}
    row = {"option_id": 3, "parent_id": shop.link(KIT), "required": 1, "position": 2}
    shop.add("catalog_product_bundle_option", **row, type="radio")
    shop.add("catalog_product_bundle_option_value", **names, store_id=0, title="Ball")
    for number in (8, 9):
        row = {"selection_id": number, "product_id": BAG, "selection_qty": 1}
        shop.add("catalog_product_bundle_selection", **names, **row)
    del names["option_id"]
    row = {"selection_id": 8, "website_id": 1, "selection_price_value": 2}
    shop.add("catalog_product_bundle_selection_price", **names, **row)
    shop.part(KIT, BAG)


def group(shop):
    shop.product(SET, "set", "grouped", name="Set", status=1)
    shop.points(SET, BAG, 3, qty=1, position=1)
    shop.part(SET, BAG)
    shop.add("catalog_product_link_type", link_type_id=3, code="super")
    shop.add("catalog_product_link_type", link_type_id=1, code="relation")
    for number, code in ((4, "position"), (5, "qty")):
        names = {"product_link_attribute_id": number, "link_type_id": 3}
        shop.add("catalog_product_link_attribute", **names, product_link_attribute_code=code)


def course(shop):
    shop.product(COURSE, "course", "downloadable", name="Course", status=1)
    shop.add("downloadable_link", link_id=5, product_id=shop.link(COURSE), sort_order=1)
    shop.add("downloadable_link_title", link_id=5, store_id=0, title="Part 1")
    shop.add("downloadable_link_price", link_id=5, website_id=0, price=3)
    shop.add("downloadable_sample", sample_id=6, product_id=shop.link(COURSE), sort_order=1)
    shop.add("downloadable_sample_title", sample_id=6, store_id=0, title="Trailer")


def options(shop):
    own = {"product_id": shop.link(CASE)}
    shop.add("catalog_product_option", option_id=7, type="radio", **own)
    shop.add("catalog_product_option", option_id=9, type="field", **own)
    for option_id in (7, 9):
        shop.add("catalog_product_option_title", option_id=option_id, store_id=0, title="Gift")
    shop.add("catalog_product_option_price", option_id=9, store_id=0, price=1, price_type="fixed")
    shop.add("catalog_product_option_type_value", option_type_id=12, option_id=7)
    names = {"option_type_id": 12, "store_id": 0}
    shop.add("catalog_product_option_type_title", **names, title="Bow")
    shop.add("catalog_product_option_type_price", **names, price=1, price_type="fixed")
